"""Who is asked what: exact to the cent at each step, holders as the law has them."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.rules.calls import (
    INCOME,
    OWED,
    Held,
    Lot,
    account_for,
    debtors,
    divide,
    instalments,
    parties,
    terms,
)
from koprogo_app.foundation.errors import Invalid
from koprogo_app.ledger.facts import PostingAccount

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def lot(n: int, weight: int, *holders: tuple[UUID, str, Fraction], ready: bool = True, mandatary=None) -> Lot:
    held = tuple(Held(*one) for one in holders) or (Held(UUID(int=100 + n), "full", Fraction(1)),)
    return Lot(UUID(int=1000 + n), f"L{n}", n, ready, weight, held, mandatary)


HALF = Fraction(1, 2)
WHOLE = Fraction(1)
LOTS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 4), st.booleans()), min_size=1, max_size=30
).map(
    lambda rows: [
        lot(n, weight, *[(UUID(int=n * 10 + h), "full", Fraction(1, heads)) for h in range(heads)], ready=ready)
        for n, (weight, heads, ready) in enumerate(rows)
    ]
).filter(lambda lots: any(one.ready and one.weight for one in lots))  # fmt: skip


@given(st.integers(1, 10**9), LOTS, st.sampled_from(list(CallKind)))
def test_the_lines_add_up_and_each_lot_is_within_a_cent(cents: int, lots: list[Lot], kind: CallKind) -> None:
    lines = divide(kind, cents, lots)
    assert sum(line.cents for line in lines) == cents
    assert all(line.cents > 0 for line in lines)
    called = [one for one in lots if one.ready and one.weight]
    total = sum(one.weight for one in called)
    for one in called:
        mine = [line for line in lines if line.lot_id == one.id]
        assert abs(sum(line.cents for line in mine) - Fraction(cents * one.weight, total)) < 1
        assert all(sum(line.cents for line in mine) == line.lot_cents for line in mine)
    assert {line.lot_id for line in lines} <= {one.id for one in called}


@given(st.integers(1, 10**9), LOTS, st.randoms())
def test_the_order_in_which_lots_are_read_does_not_matter(cents: int, lots: list[Lot], random) -> None:
    shuffled = list(lots)
    random.shuffle(shuffled)
    assert divide(CallKind.WORKING, cents, lots) == divide(CallKind.WORKING, cents, shuffled)


def test_of_a_lot_in_usufruct_the_reserve_is_for_the_bare_owner() -> None:
    divided = lot(1, 10, (A, "usufruct", WHOLE), (B, "bare", WHOLE))
    assert [one.owner_id for one in debtors(CallKind.WORKING, divided)] == [A]
    assert [one.owner_id for one in debtors(CallKind.EXTRAORDINARY, divided)] == [A]
    assert [one.owner_id for one in debtors(CallKind.RESERVE, divided)] == [B]
    assert {who for _, who in parties([divided])} == {A, B}


def test_half_in_full_half_divided() -> None:
    mixed = lot(1, 10, (A, "full", HALF), (B, "bare", HALF), (C, "usufruct", HALF))
    assert [(line.owner_id, line.cents) for line in divide(CallKind.RESERVE, 101, [mixed])] == [(A, 51), (B, 50)]
    assert [(line.owner_id, line.cents) for line in divide(CallKind.WORKING, 101, [mixed])] == [(A, 51), (C, 50)]


def test_undivided_owners_pay_each_their_fraction_or_through_their_mandatary() -> None:
    third = Fraction(1, 3)
    heirs = [(A, "full", third), (B, "full", third), (C, "full", third)]
    assert [line.cents for line in divide(CallKind.WORKING, 100, [lot(1, 5, *heirs)])] == [34, 33, 33]
    named = lot(1, 5, *heirs, mandatary=B)
    assert [(line.owner_id, line.cents) for line in divide(CallKind.WORKING, 100, [named])] == [(B, 100)]
    assert {who for _, who in parties([named])} == {B}
    assert {who for _, who in parties([lot(1, 5, *heirs)])} == {A, B, C}


def test_a_mandatary_from_outside_is_told_but_owes_nothing() -> None:
    outside = lot(1, 5, (A, "full", HALF), (B, "full", HALF), mandatary=C)
    assert {line.owner_id for line in divide(CallKind.WORKING, 100, [outside])} == {A, B}
    assert {who for _, who in parties([outside])} == {C}


def test_draft_lots_are_not_asked_and_a_key_without_weights_is_refused() -> None:
    assert {line.lot_id for line in divide(CallKind.WORKING, 100, [lot(1, 5), lot(2, 5, ready=False)])} == {
        lot(1, 5).id
    }
    with pytest.raises(Invalid) as refusal:
        divide(CallKind.WORKING, 100, [lot(1, 0), lot(2, 5, ready=False)])
    assert refusal.value.field == "key"


def test_terms() -> None:
    assert terms(date(2026, 1, 31), 30, 3, 1) == [
        (date(2026, 1, 31), date(2026, 3, 2)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ]
    with pytest.raises(Invalid):
        terms(date(2026, 1, 1), 30, 25, 1)


FIRST = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "count", "months", "field"),
    [
        (0, 1, 1, ""), (365, 1, 1, ""), (30, 24, 1, ""), (30, 2, 1, ""), (30, 2, 12, ""), (30, 1, 0, ""),
        (30, 1, 13, ""),
        (30, 0, 1, "count"), (30, 25, 1, "count"), (-1, 1, 1, "days"), (366, 1, 1, "days"), (30, 2, 0, "months"),
        (30, 2, 13, "months"),
    ],
)  # fmt: skip
def test_terms_at_their_limits(days: int, count: int, months: int, field: str) -> None:
    if not field:
        assert len(terms(FIRST, days, count, months)) == count
        return
    with pytest.raises(Invalid) as refused:
        terms(FIRST, days, count, months)
    assert refused.value.field == field


def test_instalments_are_equal_to_the_cent() -> None:
    assert instalments(100, 3) == [34, 33, 33] and instalments(7, 1) == [7]


def test_one_holder_keeps_the_share_though_named_and_two_are_one_through_their_mandatary() -> None:
    alone = lot(1, 5, (A, "full", HALF), mandatary=A)
    assert debtors(CallKind.WORKING, alone) == [Held(A, "full", HALF)]
    both = lot(1, 5, (A, "full", HALF), (B, "full", HALF), mandatary=B)
    assert debtors(CallKind.WORKING, both) == [Held(B, "full", WHOLE)]
    twice = lot(1, 5, (A, "full", HALF), (A, "full", HALF))
    assert debtors(CallKind.WORKING, twice) == [Held(A, "full", WHOLE)]


def test_each_fund_has_its_accounts() -> None:
    assert {kind.value: (INCOME[kind], OWED[kind]) for kind in CallKind} == {
        "reserve": ("700", "4100"), "working": ("701", "4101"), "extraordinary": ("702", "4102"),
    }  # fmt: skip


def account(code: str, *, postable: bool = True, archived: bool = False) -> PostingAccount:
    return PostingAccount(id=UUID(int=int(code)), code=code, party="none", postable=postable, archived=archived)


def test_what_is_posted_on_is_the_account_or_the_first_own_one_below() -> None:
    given = [account("701", postable=False), account("7012"), account("7011", archived=True), account("7013"),
             account("610")]  # fmt: skip
    chart = {one.code: one for one in given}
    assert account_for(chart, "701") == "7012"
    assert account_for(chart, "702", "610") == "610"
    with pytest.raises(Invalid) as refused:
        account_for(chart, "702", "7011")
    assert refused.value.params == {"code": "702"}
