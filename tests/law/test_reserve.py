"""The reserve fund (art. 3.86 §3): five per cent of last year's ordinary charges, from five years after acceptance."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation.i18n import tr
from koprogo_app.law.reserve import Contribution, least_contribution, reserve_rule, sentence

ACCEPTED = date(2021, 3, 12)
END_2026 = date(2026, 12, 31)
LAST_YEAR = 84_000_00


def test_worked_case_five_per_cent_of_84_000() -> None:
    assert least_contribution(LAST_YEAR) == 4_200_00
    met = reserve_rule(4_200_00, LAST_YEAR, ACCEPTED, END_2026)
    assert (met.status, met.short, met.due) == (Contribution.MET, 0, date(2026, 3, 12))
    short = reserve_rule(4_199_99, LAST_YEAR, ACCEPTED, END_2026)
    assert (short.status, short.short, short.least) == (Contribution.SHORT, 1, 4_200_00)
    said = sentence(short)
    assert said.article is not None and said.article.text("en") == "art. 3.86 §3"
    assert tr("en", said.message, **said.params) == (
        "The contribution to the reserve fund is €0.01 short of five per cent of last year's ordinary charges."
    )


@pytest.mark.parametrize(
    ("planned", "charges", "accepted", "waiver", "status"),
    [
        (0, LAST_YEAR, None, "", Contribution.UNKNOWN_ACCEPTANCE),
        (0, None, None, "", Contribution.UNKNOWN_ACCEPTANCE),
        (0, None, ACCEPTED, "", Contribution.UNKNOWN_CHARGES),
        (0, LAST_YEAR, ACCEPTED, "AG 12/03/2026, point 7", Contribution.WAIVED),
        (0, None, None, "AG 12/03/2026, point 7", Contribution.WAIVED),
        (4_200_00, LAST_YEAR, ACCEPTED, "AG 12/03/2026, point 7", Contribution.MET),
        (4_200_00, LAST_YEAR, None, "", Contribution.MET),
        (0, LAST_YEAR, date(2022, 1, 1), "", Contribution.NOT_YET),
        (0, LAST_YEAR, date(2021, 12, 31), "", Contribution.SHORT),
        (0, 0, ACCEPTED, "", Contribution.MET),
    ],
)
def test_status(planned: int, charges: int | None, accepted: date | None, waiver: str, status: Contribution) -> None:
    found = reserve_rule(planned, charges, accepted, END_2026, waiver)
    assert found.status is status
    assert sentence(found).message


def test_a_cent_is_rounded_up() -> None:
    assert [least_contribution(c) for c in (0, 1, 20, 21, 101, -500)] == [0, 1, 1, 2, 6, 0]


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_met_exactly_from_five_per_cent(planned: int, charges: int) -> None:
    rule = reserve_rule(planned, charges, ACCEPTED, END_2026)
    assert (rule.status is Contribution.MET) == (planned * 100 >= charges * 5)
    assert rule.planned + rule.short >= (rule.least or 0)
