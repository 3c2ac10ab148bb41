"""What a budget's line may be, which amounts belong to it, and what a lot is asked of it."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from koprogo_app.budget.facts import Line, Place
from koprogo_app.budget.model import Nature
from koprogo_app.budget.rules import lines as rules
from koprogo_app.budget.rules.provisions import provisions

LIFT, HEATING = UUID(int=1), UUID(int=2)
ONE, TWO = UUID(int=11), UUID(int=12)


def line(code: str, cents: int = 0, nature: str = "ordinary", key: UUID | None = None) -> Line:
    return Line(uuid4(), uuid4(), 1, code, nature, key, cents, "", [], 1)


@pytest.mark.parametrize(
    ("code", "nature"),
    [("610", "ordinary"), ("611", "extraordinary"), ("6110", "extraordinary"), ("612", "ordinary"), ("61", "ordinary"),
     ("66", "extraordinary"), ("660", "extraordinary"), ("67", "ordinary"), ("70", "reserve"), ("700", "reserve"),
     ("71", "ordinary")],
)  # fmt: skip
def test_what_a_line_is_and_may_be_follows_from_its_account(code: str, nature: str) -> None:
    assert rules.default_nature(code) == nature
    may_be = (Nature.RESERVE,) if nature == "reserve" else (Nature.ORDINARY, Nature.EXTRAORDINARY)
    assert rules.natures_of(code) == may_be


def test_a_line_is_found_by_the_longest_code_and_summed_by_three_digits() -> None:
    for code, own in (("61210", "61210"), ("61211", "612"), ("6200", "6"), ("6", "6"), ("701", "")):
        assert rules.line_of(code, {"6", "612", "61210"}) == own
    assert [rules.group_of(code) for code in ("61210", "612", "61")] == ["612", "612", "61"]


def test_an_amount_belongs_to_the_line_of_its_key_else_of_the_shares_else_to_the_only_one() -> None:
    held = rules.held_by([("61", LIFT), ("61", None), ("61", LIFT), ("62", LIFT), ("63", LIFT), ("63", HEATING)])
    assert held == {"61": [LIFT, None], "62": [LIFT], "63": [LIFT, HEATING]}
    cases: list[tuple[Place, Place]] = [
        (("610", LIFT), ("61", LIFT)), (("610", HEATING), ("61", None)), (("610", None), ("61", None)),
        (("620", HEATING), ("62", LIFT)), (("630", None), ("630", None)), (("640", LIFT), ("640", LIFT)),
    ]  # fmt: skip
    for place, belongs in cases:
        assert rules.place_of(place, held) == belongs
    assert rules.summed({("610", LIFT): 5, ("6101", LIFT): 7, ("640", None): 1}, held) == {
        ("61", LIFT): 12, ("640", None): 1,
    }  # fmt: skip


def test_an_amount_by_the_month_follows_its_profile_or_is_alike() -> None:
    assert rules.by_month(1_00, [0, 1, 3], 3) == [0, 25, 75]
    for profile in ([], [0, 0, 0], [1, 3], [1, 3, 0, 0]):
        assert rules.by_month(1_01, profile, 3) == [34, 34, 33]


def test_ordinary_charges_leave_out_what_is_extraordinary_private_carried_or_income() -> None:
    costs: dict[Place, int] = {
        ("61210", None): 1, ("6110", None): 20, ("643", None): 300, ("690", None): 4_000, ("700", None): 50_000,
        ("615", None): 600_000, ("616", None): 7_000_000,
    }  # fmt: skip
    assert rules.ordinary_charges(costs, []) == 7_600_001
    said = [line("615", nature="extraordinary"), line("611")]
    assert rules.ordinary_charges(costs, said) == 7_000_021


def test_what_a_lot_is_asked_in_one_instalment_and_over_the_year() -> None:
    days, weights = [date(2026, 1, 1), date(2026, 7, 1)], {None: {ONE: 3, TWO: 1}, LIFT: {TWO: 1}}
    asked = provisions([line("61", 80_01), line("62", 10_00, key=LIFT), line("700", 4_00, "reserve")], days, weights)
    assert [one.cents for one in asked.instalments] == [40_01 + 5_00 + 2_00, 40_00 + 5_00 + 2_00]
    assert [asked.of_instalment(index, ONE) for index in (0, 1)] == [30_01 + 1_50, 30_00 + 1_50]
    assert [asked.of_instalment(index, TWO) for index in (0, 1)] == [10_00 + 5_50, 10_00 + 5_50]
    assert (asked.of_lot(ONE), asked.of_lot(ONE, "reserve"), asked.of_lot(TWO, "ordinary")) == (63_01, 3_00, 30_00)
    assert asked.of_lot(UUID(int=99)) == 0 == asked.of_instalment(0, UUID(int=99))
