"""What size and age of a building entail."""

from datetime import date

import pytest

from koprogo_app.law.buildings import (
    LotKind,
    ReserveStatus,
    consequences,
    deed_gap,
    main_lots,
    next_ordinary_period,
    ordinary_period,
    reserve_fund,
)
from koprogo_app.law.lots import Division, division_refusal, parts_refusal


def test_cellars_garages_and_parkings_are_no_main_lots() -> None:
    assert main_lots(LotKind) == 5
    assert main_lots([LotKind.CELLAR, LotKind.GARAGE, LotKind.PARKING] * 20) == 0


@pytest.mark.parametrize(("main", "required"), [(19, False), (20, True), (21, True)])
def test_council_and_full_chart_from_twenty_main_lots(main: int, required: bool) -> None:
    by_code = {one.code: one for one in consequences(main)}
    assert by_code["council"].required is required
    assert by_code["council"].article.text("fr") == "art. 3.90"
    assert by_code["full_chart"].required is required
    assert by_code["full_chart"].article.text("nl") == "KB 12/07/2012"


@pytest.mark.parametrize("main", [1, 19, 20])
def test_every_building_has_an_auditor(main: int) -> None:
    assert any(one.code == "auditor" and one.required for one in consequences(main))


def test_the_lots_against_the_deed() -> None:
    assert deed_gap([4000, 6000], 10_000) is None
    short = deed_gap([4000, 5998], 10_000)
    assert short is not None
    assert (short.difference, str(short.warning)) == (
        -2, "The lots have 9998 shares together, the deed 10000: 2 missing. (art. 3.85 §1)",
    )  # fmt: skip
    over = deed_gap([4000, 6001], 10_000)
    assert over is not None
    assert over.difference == 1
    assert "1 too many" in str(over.warning)


def test_the_ordinary_assembly_has_fifteen_days() -> None:
    assert ordinary_period(10, 1, 2026) == (date(2026, 10, 1), date(2026, 10, 15))
    assert ordinary_period(12, 20, 2026) == (date(2026, 12, 20), date(2027, 1, 3))
    assert ordinary_period(2, 29, 2026) == (date(2026, 2, 28), date(2026, 3, 14))
    assert ordinary_period(2, 29, 2028)[0] == date(2028, 2, 29)


def test_the_next_period_is_the_one_not_over() -> None:
    assert next_ordinary_period(10, 1, date(2026, 10, 15))[0] == date(2026, 10, 1)
    assert next_ordinary_period(10, 1, date(2026, 10, 16))[0] == date(2027, 10, 1)
    assert next_ordinary_period(12, 20, date(2027, 1, 3))[0] == date(2026, 12, 20)
    assert next_ordinary_period(12, 20, date(2027, 1, 4))[0] == date(2027, 12, 20)


def test_the_reserve_fund_is_due_five_years_after_acceptance() -> None:
    accepted = date(2021, 3, 12)
    assert reserve_fund(accepted, date(2026, 3, 11)).status is ReserveStatus.NOT_YET
    due = reserve_fund(accepted, date(2026, 3, 12))
    assert (due.status, due.due, due.article.code) == (ReserveStatus.MANDATORY, date(2026, 3, 12), "3.86 §3")


def test_an_unknown_acceptance_is_unknown_not_exempt() -> None:
    assert reserve_fund(None, date(2026, 3, 12)).status is ReserveStatus.UNKNOWN


@pytest.mark.parametrize("division", Division)
@pytest.mark.parametrize("decision", [None, "", "   "])
def test_a_new_division_needs_a_decision(division: Division, decision: str | None) -> None:
    refusal = division_refusal(division, decision)
    assert refusal is not None
    assert refusal.article is not None
    assert refusal.article.code == "3.88 §3"
    assert division_refusal(division, "AG 18/06/2026, point 7") is None


@pytest.mark.parametrize(
    ("whole", "parts", "refused"),
    [(349, [200, 149], False), (349, [200, 150], True), (349, [349], True), (349, [349, 0], True)],
)
def test_parts_have_together_the_shares_of_the_whole(whole: int, parts: list[int], refused: bool) -> None:
    assert (parts_refusal(whole, parts) is not None) is refused


def test_a_part_of_one_share_is_a_part_and_a_refusal_names_both_sums() -> None:
    assert parts_refusal(349, [1, 348]) is None
    refused = parts_refusal(349, [200, 150])
    assert refused is not None and refused.params == {"total": 350, "whole": 349}
