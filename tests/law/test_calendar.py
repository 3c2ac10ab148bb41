"""Belgian days: holidays, working days, dates worked out by hand."""

from datetime import date

import pytest

from koprogo_app.law.calendar import (
    add_months,
    add_working_days,
    add_years,
    easter,
    in_force,
    is_working_day,
    next_working_day,
    public_holidays,
)


@pytest.mark.parametrize(
    "sunday",
    [date(1961, 4, 2), date(2000, 4, 23), date(2008, 3, 23), date(2019, 4, 21), date(2024, 3, 31), date(2026, 4, 5),
     date(2038, 4, 25), date(2285, 3, 22)],
)  # fmt: skip
def test_easter(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def _easter_by_gauss(year: int) -> date:
    """The other computation, Lichtenberg's of Gauss's rule: a day counted on from 1 March."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    golden = year % 19
    full = (19 * golden + moon) % 30
    border = 21 + full - (full + golden // 11) // 29
    first = 7 - (year + year // 4 + sun) % 7
    return date.fromordinal(date(year, 3, 1).toordinal() + border + 7 - (border - first) % 7 - 1)


def test_easter_is_the_same_by_the_other_computation_in_every_year_of_the_calendar() -> None:
    assert [year for year in range(1583, 10_000) if easter(year) != _easter_by_gauss(year)] == []


def test_one_working_day_before_and_after() -> None:
    monday = date(2026, 6, 8)
    assert (add_working_days(monday, -1), add_working_days(monday, 1)) == (date(2026, 6, 5), date(2026, 6, 9))


def test_the_ten_holidays_of_2026() -> None:
    days = [(1, 1), (4, 6), (5, 1), (5, 14), (5, 25), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)]
    assert sorted(public_holidays(2026)) == [date(2026, *day) for day in days]


def test_notary_dates_after_a_deed_on_4_may_2026() -> None:
    letter = add_working_days(date(2026, 5, 4), 3)
    assert letter == date(2026, 5, 7)
    # Ascension on 14 May and Whit Monday on 25 May do not count, nor do Saturdays.
    assert add_working_days(letter, 20) == date(2026, 6, 8)


def test_assistance_notice_before_an_assembly_on_18_june_2026() -> None:
    assert add_working_days(date(2026, 6, 18), -4) == date(2026, 6, 12)


def test_action_until_four_months_after_the_assembly() -> None:
    assert add_months(date(2026, 6, 18), 4) == date(2026, 10, 18)
    assert next_working_day(date(2026, 10, 18)) == date(2026, 10, 19)
    assert next_working_day(date(2026, 10, 19)) == date(2026, 10, 19)


def test_saturday_is_no_working_day() -> None:
    assert is_working_day(date(2026, 11, 20))
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 11, 22))
    assert not is_working_day(date(2026, 11, 11))


def test_no_working_days_is_the_same_day() -> None:
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_from_day_to_day(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_a_leap_day_falls_back() -> None:
    assert add_years(date(2024, 2, 29), 5) == date(2029, 2, 28)


def test_the_end_of_a_period_is_out() -> None:
    assert in_force(date(2026, 1, 1), date(2026, 1, 1), date(2026, 6, 1))
    assert in_force(date(2026, 5, 31), date(2026, 1, 1), date(2026, 6, 1))
    assert not in_force(date(2026, 6, 1), date(2026, 1, 1), date(2026, 6, 1))
    assert in_force(date(2099, 6, 1), date(2026, 1, 1), None)
