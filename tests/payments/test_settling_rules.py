"""Which debts a payment settles: exact, the named ones first, then the oldest; too much stays as credit on 4101."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation.errors import Invalid
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.rules.settling import meetings, plan

OWNER = UUID(int=1)
SUPPLIER = UUID(int=2)
DAY = date(2026, 1, 1)


def item(n: int, cents: int, days: int = 0, account: str = "4101") -> OpenItem:
    due = DAY + timedelta(days=days)
    return OpenItem(UUID(int=n), UUID(int=n), account, OWNER, None, DAY, due, "", cents, cents, "call", UUID(int=n))


ITEMS = st.lists(
    st.tuples(st.integers(-50_000, 50_000).filter(bool), st.integers(0, 20), st.sampled_from(["4100", "4101", "415"])),
    max_size=12,
).map(lambda rows: [item(100 + n, cents, days, account) for n, (cents, days, account) in enumerate(rows)])


def settled(parts) -> list[tuple[UUID, int]]:
    return [pair for part in parts for pair in part.settles]


def test_the_oldest_due_is_paid_first_and_the_rest_waits() -> None:
    items = [item(1, 100, days=9), item(2, 50, days=3), item(3, 70, days=30)]
    parts = plan(items, 120, owner_id=OWNER)
    assert [(p.account, p.cents) for p in parts] == [("4101", 120)]
    assert settled(parts) == [(UUID(int=2), 50), (UUID(int=1), 70)]


def test_named_debts_come_first() -> None:
    items = [item(1, 100), item(2, 50, days=3), item(3, 70, days=30)]
    assert settled(plan(items, 100, owner_id=OWNER, aims=[UUID(int=3)])) == [(UUID(int=3), 70), (UUID(int=1), 30)]


def test_interest_and_costs_come_before_the_principal() -> None:
    interest = replace(item(2, 30, days=40), ancillary=True)
    assert settled(plan([item(1, 100), interest], 50, owner_id=OWNER)) == [(UUID(int=2), 30), (UUID(int=1), 20)]


def test_a_debt_that_is_not_open_cannot_be_named() -> None:
    with pytest.raises(Invalid) as refusal:
        plan([item(1, 100)], 100, owner_id=OWNER, aims=[UUID(int=9)])
    assert refusal.value.field == "aims"


def test_what_is_paid_too_much_is_a_credit_on_the_working_account() -> None:
    parts = plan([item(1, 100, account="4100")], 250, owner_id=OWNER)
    assert [(p.account, p.cents, p.settles) for p in parts] == [
        ("4100", 100, ((UUID(int=1), 100),)),
        ("4101", 150, ()),
    ]
    assert [p.line().cents for p in parts] == [-100, -150]


def test_money_back_takes_the_credits() -> None:
    (part,) = plan([item(1, -80), item(2, 500)], -80, owner_id=OWNER)
    assert (part.settles, part.line().cents) == (((UUID(int=1), 80),), 80)


def test_a_supplier_is_paid_on_440() -> None:
    bill = OpenItem(UUID(int=1), UUID(int=1), "440", None, SUPPLIER, DAY, DAY, "", -900, -900, "invoice", UUID(int=1))
    (part,) = plan([bill], 1000, supplier_id=SUPPLIER)
    assert (part.account, part.line().cents, part.settles) == ("440", 1000, ((UUID(int=1), 900),))


def test_no_amount_is_no_plan() -> None:
    with pytest.raises(Invalid):
        plan([item(1, 100)], 0, owner_id=OWNER)


@given(ITEMS, st.integers(-200_000, 200_000).filter(bool))
def test_a_plan_is_exact_and_never_takes_more_than_is_open(items: list[OpenItem], cents: int) -> None:
    parts = plan(items, cents, owner_id=OWNER)
    open_of = {one.line_id: one for one in items}
    assert sum(p.line().cents for p in parts) == -cents
    assert len({p.account for p in parts}) == len(parts)
    for part in parts:
        assert sum(n for _, n in part.settles) <= part.cents
        for line_id, n in part.settles:
            assert 0 < n <= abs(open_of[line_id].open_cents)
            assert open_of[line_id].account == part.account
            assert (open_of[line_id].open_cents > 0) == (cents > 0)
    claims = sum(abs(one.open_cents) for one in items if (one.open_cents > 0) == (cents > 0))
    assert sum(n for _, n in settled(parts)) == min(abs(cents), claims)


@given(ITEMS, st.integers(1, 200_000))
def test_nothing_younger_is_touched_before_the_older_is_paid(items: list[OpenItem], cents: int) -> None:
    paid = dict(settled(plan(items, cents, owner_id=OWNER)))
    debts = sorted((one for one in items if one.open_cents > 0), key=lambda one: one.due_on)
    for older in debts:
        if paid.get(older.line_id, 0) < older.open_cents:
            assert not any(paid.get(one.line_id) for one in debts if one.due_on > older.due_on)


@given(ITEMS)
def test_credits_meet_debts_of_their_own_account(items: list[OpenItem]) -> None:
    left = {one.line_id: one.open_cents for one in items}
    account = {one.line_id: one.account for one in items}
    for met in meetings(items):
        assert account[met.debit_line_id] == account[met.credit_line_id] and met.cents > 0
        left[met.debit_line_id] -= met.cents
        left[met.credit_line_id] += met.cents
    assert all(rest * one.open_cents >= 0 for one, rest in zip(items, left.values(), strict=True))
    for code in set(account.values()):
        rests = [rest for line, rest in left.items() if account[line] == code]
        assert not (any(r > 0 for r in rests) and any(r < 0 for r in rests))


def test_one_cent_is_owed_paid_and_given_back_like_any_other() -> None:
    (paid,) = plan([item(1, 1)], 1, owner_id=OWNER)
    assert (paid.cents, paid.settles, paid.credit) == (1, ((UUID(int=1), 1),), True)
    (back,) = plan([item(1, -1), item(2, 1)], -1, owner_id=OWNER)
    assert (back.cents, back.settles, back.credit) == (1, ((UUID(int=1), 1),), False)
    assert [(m.debit_line_id.int, m.credit_line_id.int, m.cents) for m in meetings([item(1, 1), item(2, -1)])] == [
        (1, 2, 1)
    ]
