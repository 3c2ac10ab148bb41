"""Who is asked what: exact to the cent at each step, holders as the law has them."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.rules.calls import Held, Lot, debtors, divide, parties, terms
from koprogo_app.foundation.errors import Invalid

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
