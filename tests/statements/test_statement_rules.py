"""The statement of charges: every cent of every expense is somebody's, and the days decide between two owners."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.statements.rules.statement import (
    Expense,
    LotHistory,
    Mandate,
    Right,
    bearers,
    divide,
    divide_all,
    proof,
    vat_rows,
)

A, B, C = (UUID(int=n) for n in (1, 2, 3))
YEAR = date(2026, 1, 1)


def expense(cents: int, **more: object) -> Expense:
    values = {"on": date(2026, 3, 10), "label": "x", "supplier_id": None, "account": "61210", **more}
    return Expense(uuid4(), uuid4(), "ACH 1", cents=cents, **values)  # type: ignore[arg-type]


def lot(number: str, *rights: Right, mandates: tuple[Mandate, ...] = ()) -> LotHistory:
    return LotHistory(uuid4(), number, rights, mandates)


def full(owner: UUID, start: date = date(2000, 1, 1), end: date | None = None, share: Fraction = Fraction(1)) -> Right:
    return Right(owner, "full", share, start, end)


def test_three_equal_lots_share_a_hundred_euros_in_the_order_of_the_deed() -> None:
    lots = [lot(n, full(owner)) for n, owner in zip("123", (A, B, C), strict=True)]
    found = divide(expense(10_000), {one.id: 1 for one in lots}, {one.id: one for one in lots})
    assert [(one.owner_id, one.cents, one.weight, one.weight_total) for one in found] == [
        (A, 3_334, 1, 3), (B, 3_333, 1, 3), (C, 3_333, 1, 3),
    ]  # fmt: skip


def test_a_sale_shares_a_yearly_cost_by_days() -> None:
    """Sold on 1 April: the seller bears 90 of 365 days of the insurance, the buyer 275."""
    sold = date(2026, 4, 1)
    one = lot("1", full(A, end=sold), full(B, sold))
    year = expense(36_500, start=YEAR, end=date(2026, 12, 31))
    assert [(p.owner_id, p.cents, p.days, p.of_days) for p in divide(year, {one.id: 7}, {one.id: one})] == [
        (A, 9_000, 90, 365), (B, 27_500, 275, 365),
    ]  # fmt: skip
    before, after = expense(500, on=date(2026, 3, 31)), expense(500, on=sold)
    assert [p.owner_id for p in divide(before, {one.id: 7}, {one.id: one})] == [A]
    assert [p.owner_id for p in divide(after, {one.id: 7}, {one.id: one})] == [B]


def test_who_has_the_use_bears_the_charges() -> None:
    one = lot("1", Right(A, "bare", Fraction(1), YEAR), Right(B, "usufruct", Fraction(1), YEAR))
    assert bearers(one, YEAR, YEAR) == {B: (Fraction(1), 1)}


def test_heirs_each_bear_their_part_until_they_name_one_for_all() -> None:
    third = Fraction(1, 3)
    one = lot("1", *(full(who, share=third) for who in (A, B, C)), mandates=(Mandate(B, date(2026, 1, 11)),))
    assert bearers(one, YEAR, YEAR) == {A: (third, 1), B: (third, 1), C: (third, 1)}
    assert bearers(one, date(2026, 1, 11), date(2026, 1, 12)) == {B: (Fraction(1), 2)}
    assert bearers(one, YEAR, date(2026, 1, 20))[B][0] == third / 2 + Fraction(1, 2)


def test_days_that_nobody_held_are_left_out() -> None:
    one = lot("1", full(A, date(2026, 7, 1)))
    assert bearers(one, YEAR, date(2026, 12, 31)) == {A: (Fraction(1), 184)}
    assert bearers(one, YEAR, YEAR) == {A: (Fraction(1), 0)}
    gone = lot("2", full(A, date(2020, 1, 1), date(2025, 1, 1)))
    assert bearers(gone, YEAR, YEAR) == {A: (Fraction(1), 0)}


def test_a_lot_that_nobody_ever_held_breaks_the_proof() -> None:
    one, two = lot("1"), lot("2", full(A))
    found = divide(expense(1_000), {one.id: 1, two.id: 1}, {one.id: one, two.id: two})
    assert proof(found, 1_000).nobody_cents == 500
    assert not proof(found, 1_000).holds


def test_a_private_cost_is_its_lots_alone() -> None:
    one, two = lot("1", full(A)), lot("2", full(B))
    found = divide(expense(777, lot_id=two.id), {one.id: 1, two.id: 1}, {one.id: one, two.id: two})
    assert [(p.owner_id, p.cents) for p in found] == [(B, 777)]


def test_vat_by_rate_adds_up_over_all_owners() -> None:
    lots = [lot(n, full(owner)) for n, owner in zip("123", (A, B, C), strict=True)]
    costs = [expense(12_100, vat_rate=21, vat_cents=2_100), expense(10_600, vat_rate=6, vat_cents=600), expense(333)]
    weights = {(None, date(2026, 3, 10)): {one.id: n for n, one in enumerate(lots, 1)}}
    found = divide_all(costs, weights, {one.id: one for one in lots})
    rows = [vat_rows([p for p in found if p.owner_id == who]) for who in (A, B, C)]
    assert [sum(r[i].vat_cents for r in rows) for i in (0, 1)] == [600, 2_100]
    assert [sum(r[i].base_cents for r in rows) for i in (0, 1)] == [10_000, 10_000]


DAYS = st.integers(0, 500).map(lambda n: date(2025, 10, 1) + timedelta(days=n))


@st.composite
def histories(draw: st.DrawFn) -> LotHistory:
    """A lot that is sold some times, to one or several, with a usufruct or a mandatary here and there."""
    edges = sorted(draw(st.sets(DAYS, max_size=4)))
    starts, ends = [date(2000, 1, 1), *edges], [*edges, None]
    rights: list[Right] = []
    mandates: list[Mandate] = []
    for start, end in zip(starts, ends, strict=True):
        people = draw(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3, unique=True))
        if draw(st.booleans()):
            rights += [Right(who, "full", Fraction(1, len(people)), start, end) for who in people]
            mandates += [Mandate(people[0], start, end)] if draw(st.booleans()) else []
        else:
            rights += [Right(people[0], "bare", Fraction(1), start, end)]
            rights += [Right(people[-1], "usufruct", Fraction(1), start, end)]
    return LotHistory(uuid4(), "1", tuple(rights), tuple(mandates))


@given(
    st.lists(st.tuples(histories(), st.integers(0, 1_000)), min_size=1, max_size=8).filter(
        lambda x: any(w for _, w in x)
    ),
    st.lists(st.tuples(st.integers(-(10**9), 10**9), DAYS, st.integers(0, 400), st.integers(0, 10**6)), max_size=4),
)
def test_all_owners_together_bear_the_expense_to_the_cent(
    held: list[tuple[LotHistory, int]], costs: list[tuple[int, date, int, int]]
) -> None:
    lots = {one.id: one for one, _ in held}
    quotas = {one.id: weight for one, weight in held}
    expenses = [
        expense(cents, start=start, end=start + timedelta(days=length), vat_rate=21, vat_cents=vat)
        for cents, start, length, vat in costs
    ]
    found = divide_all(expenses, {(None, date(2026, 3, 10)): quotas}, lots)
    assert proof(found, sum(e.cents for e in expenses)).holds
    for e in expenses:
        own = [p for p in found if p.expense is e]
        assert sum(p.cents for p in own) == e.cents
        assert sum(p.vat_cents for p in own) == e.vat_cents
        for one in lots.values():
            of_lot = [p for p in own if p.lot_id == one.id]
            assert sum(p.cents for p in of_lot) == (of_lot[0].lot_cents if of_lot else 0)
            assert not of_lot or sum((p.part for p in of_lot), Fraction(0)) == 1
            exact = Fraction(e.cents * quotas[one.id], sum(quotas.values()))
            assert abs((of_lot[0].lot_cents if of_lot else 0) - exact) < 1


@given(histories(), DAYS, st.integers(0, 400), st.integers(0, 400))
def test_one_after_the_other_is_the_whole(one: LotHistory, first: date, some: int, more: int) -> None:
    """The parts of a stretch of days are those of its two halves, weighed by their days."""
    middle, last = first + timedelta(days=some), first + timedelta(days=some + more + 1)
    whole = bearers(one, first, last)
    halves = [(bearers(one, first, middle), some + 1), (bearers(one, middle + timedelta(days=1), last), more + 1)]
    for owner in {A, B, C}:
        joined = sum((half.get(owner, (Fraction(0), 0))[0] * days for half, days in halves), Fraction(0))
        assert whole.get(owner, (Fraction(0), 0))[0] == joined / (some + more + 2)


def test_the_mandatary_is_the_one_of_the_day() -> None:
    """B stands for all until 10 January, C from the 11th to the 20th, nobody after that."""
    third, change, stop = Fraction(1, 3), date(2026, 1, 11), date(2026, 1, 21)
    mandates = (Mandate(B, YEAR, change), Mandate(C, change, stop))
    one = lot("1", *(full(who, share=third) for who in (A, B, C)), mandates=mandates)
    eve = timedelta(days=1)
    for day, who in ((YEAR, B), (change - eve, B), (change, C), (stop - eve, C)):
        assert bearers(one, day, day) == {who: (Fraction(1), 1)}
    assert bearers(one, stop, stop) == bearers(one, YEAR - eve, YEAR - eve) == dict.fromkeys((A, B, C), (third, 1))
    assert bearers(one, change - eve, change) == {B: (Fraction(1, 2), 1), C: (Fraction(1, 2), 1)}


def test_a_lot_of_a_usufruct_beside_full_owners_has_no_mandatary() -> None:
    """Only several owners in full name one for all; where use is apart, those who have the use bear the charges."""
    half = Fraction(1, 2)
    rights = (full(A, share=half), Right(B, "usufruct", half, YEAR), Right(C, "bare", half, YEAR))
    one = lot("1", *rights, mandates=(Mandate(C, YEAR), Mandate(A, YEAR)))
    assert bearers(one, YEAR, YEAR) == {A: (half, 1), B: (half, 1)}
    alone = lot("2", full(A, share=half), mandates=(Mandate(B, YEAR),))
    assert bearers(alone, YEAR, YEAR) == {A: (Fraction(1), 1)}


def test_who_came_first_after_or_else_was_the_last_before() -> None:
    early, eve = date(2020, 1, 1), YEAR - timedelta(days=1)
    gone = lot("1", full(A, early, date(2024, 1, 1)), full(B, date(2024, 1, 1), YEAR))
    assert bearers(gone, YEAR, YEAR) == {B: (Fraction(1), 0)}
    again = lot("2", full(A, early, eve), full(B, date(2026, 1, 2)), full(C, date(2026, 1, 3)))
    assert bearers(again, YEAR, YEAR) == {B: (Fraction(1), 0)}
    ends_later = lot("3", full(A, early, date(2025, 1, 1)), full(B, date(2026, 3, 1), date(2026, 4, 1)))
    assert bearers(ends_later, YEAR, YEAR) == {B: (Fraction(1), 0)}


def test_an_expense_of_no_lot_is_nobodys_and_one_without_days_is_of_its_day() -> None:
    (one,) = divide(expense(500), {}, {})
    assert (one.owner_id, one.lot_id, one.part, one.days, one.of_days, one.cents) == (None, None, 1, 0, 1, 500)
    unheld = lot("1")
    (bare,) = divide(expense(500), {unheld.id: 3}, {unheld.id: unheld})
    assert (bare.owner_id, bare.part, bare.days, bare.weight, bare.weight_total) == (None, 1, 0, 3, 3)
    assert bare.vat_cents == 0
    day = date(2026, 3, 10)
    assert expense(1).days == (day, day)
    assert expense(1, start=YEAR).days == (YEAR, YEAR) and expense(1, start=YEAR, end=day).days == (YEAR, day)
