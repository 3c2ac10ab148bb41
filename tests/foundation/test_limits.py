"""Limits: so many in a while, for each key by itself, and how long to wait."""

from collections.abc import Iterator

import pytest

from koprogo_app.foundation import limits
from koprogo_app.foundation.errors import TooMany
from koprogo_app.foundation.limits import Buckets, Rule

EXACT = Rule("test", 5, 900, exact=True)
ABOUT = Rule("test", 100, 60)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing counted before."""
    limits.forget_all()
    yield
    limits.forget_all()


@pytest.mark.parametrize("rule", [EXACT, ABOUT], ids=["exact", "about"])
async def test_as_many_as_the_rule_allows_and_not_one_more(rule: Rule) -> None:
    for _ in range(rule.amount):
        await limits.check(rule, "a")
        await limits.take(rule, "a")
    for attempt in (limits.take, limits.check):
        with pytest.raises(TooMany) as refusal:
            await attempt(rule, "a")
        assert 0 < refusal.value.retry_after <= rule.seconds
    await limits.take(rule, "b")


async def test_the_wait_is_until_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    await limits.count(EXACT, "a")
    now += 600
    for _ in range(4):
        await limits.count(EXACT, "a")
    with pytest.raises(TooMany) as refusal:
        await limits.check(EXACT, "a")
    assert 295 <= refusal.value.retry_after <= 301
    now += 301
    await limits.take(EXACT, "a")
    with pytest.raises(TooMany):
        await limits.take(EXACT, "a")


async def test_counting_can_be_forgiven() -> None:
    for _ in range(5):
        await limits.count(EXACT, "a")
    await limits.clear(EXACT, "a")
    await limits.take(EXACT, "a")


async def test_rules_of_another_name_count_apart() -> None:
    for _ in range(5):
        await limits.take(EXACT, "a")
    await limits.take(Rule("other", 5, 900, exact=True), "a")


def test_a_bucket_gives_its_reserve_and_then_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: now)
    buckets = Buckets(20, 60)
    assert sum(buckets.take("a") for _ in range(500)) == 60
    assert buckets.take("b")
    now += 0.5
    assert sum(buckets.take("a") for _ in range(500)) == 10
    now += 3600
    assert sum(buckets.take("a") for _ in range(500)) == 60


def test_more_keys_than_may_be_kept_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "monotonic", lambda: 100.0)
    buckets = Buckets(1, 1, most=2)
    assert [buckets.take(key) for key in "abab"] == [True, True, False, False]
    assert buckets.take("c")
    assert [buckets.take(key) for key in "ca"] == [False, True]
