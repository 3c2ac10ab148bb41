"""Ages, levels, letters and costs of what is owed, each at its edge: the very day, one cent, the next debt."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from koprogo_app.foundation.errors import AgainstTheLaw, Invalid
from koprogo_app.recovery.facts import Asked, Debt, Level, Policy, Step
from koprogo_app.recovery.rules import arrears

TODAY = date(2026, 3, 18)
"""A Wednesday."""
ALICE, BOB = UUID(int=1), UUID(int=2)
LETTER, NEXT_LETTER, ENTRY = UUID(int=21), UUID(int=22), UUID(int=31)


def debt(number: int, cents: int = 100_00, *, late: int = 10, owner: UUID = ALICE, **more: object) -> Debt:
    """A debt that is so many days late today."""
    due = TODAY - timedelta(days=late)
    values = {"source": "call", "source_id": UUID(int=900 + number), "open_cents": cents, **more}
    return Debt(UUID(int=100 + number), owner, "4101", None, "", "", due, due, cents, **values)  # type: ignore[arg-type]


def asked(
    of: Debt, letter: UUID = LETTER, *, costs: int = 12_00, entry: UUID | None = None, interest: int = 0
) -> Asked:
    return Asked(letter, 2, costs, entry, of.line_id, of.due_on, interest)


def test_each_letter_is_asked_again_with_the_oldest_of_its_debts_and_so_once() -> None:
    old, new = debt(1), debt(2)
    letters = [asked(old), asked(new), asked(new, NEXT_LETTER, costs=5_00)]
    everything = [old, new]
    assert arrears.earlier(letters, everything, [old.line_id]) == 12_00
    assert arrears.earlier(letters, everything, [new.line_id]) == 5_00
    assert arrears.earlier(letters, everything, [old.line_id, new.line_id]) == 17_00
    assert arrears.earlier(letters, [new], [new.line_id]) == 17_00  # the older debt is paid: with the next
    assert arrears.earlier(letters, [], [new.line_id]) == 0


def test_of_a_letter_on_the_account_what_is_open_there_is_asked() -> None:
    old = debt(1)
    costs = debt(2, 18_36, charge=True, source_id=ENTRY, open_cents=8_36)
    others = [debt(3, 7_00, charge=True, source_id=UUID(int=99)), debt(4, 9_00, source_id=ENTRY)]
    letters = [asked(old, entry=ENTRY)]
    assert arrears.earlier(letters, [old, costs, *others], [old.line_id]) == 8_36
    assert arrears.earlier(letters, [old, *others], [old.line_id]) == 0


def test_interest_on_the_account_is_that_of_the_letter_that_asked_most() -> None:
    old, new = debt(1), debt(2)
    letters = [asked(old, entry=ENTRY, interest=9), asked(old, NEXT_LETTER, entry=ENTRY, interest=4),
               asked(new, interest=7)]  # fmt: skip
    assert arrears.charged(letters) == {old.line_id: 9}


@pytest.mark.parametrize(("days", "behind"), [(0, False), (2, False), (5, False), (6, True), (7, True)])
def test_the_bank_is_behind_when_its_statement_is_older_than_three_working_days(days: int, behind: bool) -> None:
    # Wednesday 18 March less three working days is Friday 13 March, five days before.
    assert arrears.bank_is_behind(TODAY - timedelta(days=days), TODAY, 3) is behind


def test_a_bank_that_is_not_waited_for_is_never_behind() -> None:
    assert not arrears.bank_is_behind(None, TODAY, 3)
    assert not arrears.bank_is_behind(date(2020, 1, 1), TODAY, 0)
    assert arrears.bank_is_behind(date(2026, 3, 16), TODAY, 1)
    assert not arrears.bank_is_behind(date(2026, 3, 17), TODAY, 1)


EDGES = [(0, "later"), (-1, "later"), (1, "to_30"), (30, "to_30"), (31, "to_60"), (60, "to_60"), (61, "to_90"),
         (90, "to_90"), (91, "over_90")]  # fmt: skip


@pytest.mark.parametrize(("days", "age"), EDGES)
def test_the_age_of_a_debt_changes_after_the_last_day_of_the_one_before(days: int, age: str) -> None:
    found = arrears.ageing([debt(1, 7, late=days)], TODAY)
    assert found == arrears.Ageing(**{age: 7})
    assert found.late == (0 if age == "later" else 7)


def test_ages_are_added_each_with_its_own() -> None:
    one, two = arrears.Ageing(1, 2, 3, 4, 5), arrears.Ageing(10, 20, 30, 40, 50)
    assert one + two == arrears.Ageing(11, 22, 33, 44, 55) and one.late == 14


def test_a_credit_meets_charges_then_the_oldest_debt_to_the_cent() -> None:
    new, old, costs = debt(1, 50_00, late=5), debt(2, 30_00, late=20), debt(3, 10_00, late=1, charge=True)

    def left(credit: int) -> dict[UUID, int]:
        return {one.line_id: one.open_cents for one in arrears.net([new, old, costs], credit)}

    assert [one.line_id for one in arrears.net([new, old, costs], 0)] == [old.line_id, new.line_id, costs.line_id]
    assert left(9_99) == {costs.line_id: 1, old.line_id: 30_00, new.line_id: 50_00}
    assert left(10_00) == {old.line_id: 30_00, new.line_id: 50_00}
    assert left(10_01) == {old.line_id: 29_99, new.line_id: 50_00}
    assert left(89_99) == {new.line_id: 1} and left(90_00) == {} == left(99_00)


def reached(level: int, status: str = "sent", react_by: date | None = None) -> dict[int, Step]:
    return {level: Step(UUID(int=5), level, status, TODAY, react_by)}


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (debt(1, late=14), 0), (debt(1, late=15), 1), (debt(1, late=15, charge=True), 0),
        (debt(1, late=15, open_cents=0), 0), (debt(1, late=15, open_cents=1), 1),
        (debt(1, late=29, steps=reached(1)), 0), (debt(1, late=30, steps=reached(1)), 2),
        (debt(1, late=30, steps=reached(1, "prepared")), 0),
        (debt(1, late=30, steps=reached(1, react_by=TODAY)), 0),
        (debt(1, late=30, steps=reached(1, react_by=TODAY - timedelta(days=1))), 2),
        (debt(1, late=60, steps=reached(2)), 3), (debt(1, late=99, steps=reached(3)), 0),
    ],
)  # fmt: skip
def test_each_level_comes_on_its_day_and_after_the_time_to_react(found: Debt, level: int) -> None:
    assert arrears.next_level(found, Policy(), TODAY) == level


def dear(*cents: int, guard: bool = True) -> Policy:
    return Policy(guard=guard, levels=tuple(replace(one, costs_cents=c) for one, c in zip(LEVELS, cents, strict=True)))


LEVELS = Policy().levels


def test_costs_stay_under_the_ceilings_of_book_xix_for_a_natural_person() -> None:
    most = dear(0, 7_51, 20_01)
    assert [arrears.costs(most, level, 150_00) for level in (1, 2, 3)] == [0, 7_50, 20_00]
    assert [arrears.costs(most, level, 150_00, person=False) for level in (1, 2, 3)] == [0, 7_51, 20_01]
    assert [arrears.costs(dear(0, 7_51, 20_01, guard=False), level, 150_00) for level in (2, 3)] == [7_51, 20_01]
    assert [arrears.costs(dear(0, 7_49, 19_99), level, 150_00) for level in (2, 3)] == [7_49, 19_99]
    assert arrears.costs(dear(5_00, 0, 0, guard=False), 1, 150_00) == 0


def levels(*days: int) -> Policy:
    return Policy(levels=tuple(replace(one, days=d) for one, d in zip(LEVELS, days, strict=True)))


def test_a_policy_that_makes_no_sense_is_refused_on_its_field() -> None:
    arrears.check_policy(Policy())
    arrears.check_policy(levels(1, 2, 3))
    for policy, error, field in (
        (levels(0, 2, 3), Invalid, "days_1"), (levels(5, 5, 9), Invalid, "days_2"),
        (levels(5, 9, 8), Invalid, "days_3"),
        (dear(1, 0, 0), AgainstTheLaw, "costs_1"),
        (Policy(levels=(replace(LEVELS[0], react_days=13), *LEVELS[1:])), AgainstTheLaw, "react_days_1"),
        (Policy(basis="clause", clause_reference="art. 5"), Invalid, "clause_percent"),
        (Policy(basis="clause", clause_percent=0, clause_reference="art. 5"), Invalid, "clause_percent"),
        (Policy(basis="clause", clause_percent=1, clause_reference=" "), AgainstTheLaw, "clause_reference"),
    ):  # fmt: skip
        with pytest.raises(error) as refused:
            arrears.check_policy(policy)
        assert refused.value.field == field
    arrears.check_policy(Policy(basis="clause", clause_percent=1, clause_reference="art. 5"))  # type: ignore[arg-type]


def test_interest_runs_from_the_formal_notice_or_as_the_clause_says() -> None:
    late, noticed = debt(1, late=50), debt(1, late=50, notice_on=TODAY - timedelta(days=10))
    rates = Policy().rates({})
    assert arrears.debt_interest(late, Policy(), rates, TODAY).days == 0
    assert arrears.debt_interest(noticed, Policy(), rates, TODAY).days == 10
    clause = Policy(basis="clause", clause_start="due", clause_percent=8, clause_reference="x")  # type: ignore[arg-type]
    assert arrears.debt_interest(late, clause, clause.rates({}), TODAY).days == 49
    assert arrears.debt_interest(replace(late, charge=True), clause, clause.rates({}), TODAY).days == 0
    assert arrears.debt_interest(noticed, Policy(basis="none"), rates, TODAY).days == 0


def test_debts_stand_by_owner_in_their_order() -> None:
    one, two, three = debt(1), debt(2, owner=BOB), debt(3)
    assert arrears.by_owner([one, two, three]) == {ALICE: [one, three], BOB: [two]}


def test_the_levels_of_a_policy_are_its_three() -> None:
    assert [Policy().level(n) for n in (1, 2, 3)] == list(LEVELS) and isinstance(LEVELS[0], Level)
