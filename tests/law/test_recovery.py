"""Caps, prescription and privilege, by worked cases."""

from datetime import date

import pytest

from koprogo_app.law import articles
from koprogo_app.law.recovery import (
    REMINDER_CAP_CENTS,
    Prescription,
    first_reminder_refusal,
    indemnity_cap,
    prescribed_on,
    prescription,
    privileged,
    react_by,
    react_refusal,
)


@pytest.mark.parametrize(
    ("principal", "cap"),
    [(0, 0), (1, 20_00), (150_00, 20_00), (150_01, 30_00), (160_00, 31_00), (500_00, 65_00), (500_01, 65_00),
     (1_500_00, 115_00), (39_200_00, 2_000_00), (90_000_00, 2_000_00)],
)  # fmt: skip
def test_the_cap_of_an_indemnity(principal: int, cap: int) -> None:
    assert indemnity_cap(principal) == cap


def test_fourteen_days_run_from_the_day_after_a_mail_or_the_third_working_day_after_posting() -> None:
    assert react_by(date(2026, 6, 1), posted=False) == date(2026, 6, 15)
    assert react_by(date(2026, 6, 1), posted=True) == date(2026, 6, 17)
    assert react_by(date(2026, 12, 24), posted=True) == date(2027, 1, 12)  # 25 December and the week-end between


def test_charges_can_be_claimed_for_five_years() -> None:
    assert prescribed_on(date(2018, 3, 6)) == date(2023, 3, 7)
    assert prescribed_on(date(2020, 2, 29)) == date(2025, 3, 1)
    assert prescription(date(2021, 3, 1), date(2025, 3, 1)) is Prescription.FAR
    assert prescription(date(2021, 3, 1), date(2025, 3, 2)) is Prescription.NEAR
    assert prescription(date(2021, 3, 1), date(2026, 3, 1)) is Prescription.NEAR
    assert prescription(date(2021, 3, 1), date(2026, 3, 2)) is Prescription.PAST


def test_the_privilege_covers_this_year_and_the_one_before() -> None:
    debts = [(date(2023, 5, 1), 1_000_00), (date(2024, 5, 1), 1_500_00), (date(2025, 1, 1), 2_000_00),
             (date(2026, 3, 1), 600_00)]  # fmt: skip
    claim = privileged(debts, date(2025, 1, 1))
    assert (claim.privileged, claim.ordinary) == (2_600_00, 2_500_00)


def test_the_first_reminder_is_free_and_leaves_fourteen_days() -> None:
    assert first_reminder_refusal(0) is None and react_refusal(14) is None
    first, short = first_reminder_refusal(1), react_refusal(13)
    assert first and short and first.article == short.article == articles.CONSUMER_DEBT


def test_articles_outside_the_civil_code_keep_their_code() -> None:
    assert articles.shown(articles.PRIVILEGE.code, "fr") == "art. 27, 7° de la loi hypothécaire"
    assert articles.article(articles.CONSUMER_DEBT.code) == articles.CONSUMER_DEBT


def test_a_reminder_after_the_first_costs_seven_and_a_half_euros_at_most() -> None:
    assert REMINDER_CAP_CENTS == 7_50
