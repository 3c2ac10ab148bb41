"""Interest on late payment: worked cases to the cent, and what holds for every case."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.law import Refused
from koprogo_app.law.interest import (
    CIVIL,
    COMMERCIAL,
    DayCount,
    Interest,
    Rates,
    by_day,
    commercial_rate,
    half_up,
    interest,
    interest_on,
)

CIVIL_RATES = Rates()
DAYS = st.dates(date(2007, 1, 1), date(2030, 12, 31))
CENTS = st.integers(1, 10**10)
RATES = st.sampled_from([CIVIL_RATES, Rates(clause=Decimal("8")), Rates({2027: Decimal("4.25")})])
COUNTS = st.sampled_from(DayCount)


def test_the_worked_case_is_rounded_once() -> None:
    found = interest(2_400_00, date(2023, 10, 15), date(2024, 3, 16), CIVIL_RATES)
    assert [(s.days, s.rate) for s in found.slices] == [(78, Decimal("5.25")), (75, Decimal("5.75"))]
    assert found.cents == 55_28
    assert sum(half_up(s.cents) for s in found.slices) == 55_29  # what rounding each slice would give


@pytest.mark.parametrize(
    ("year", "rate"),
    [(2010, "3.25"), (2013, "2.75"), (2016, "2.25"), (2020, "1.75"), (2022, "1.50"), (2023, "5.25"), (2024, "5.75"),
     (2025, "4.50"), (2026, "4.50")],
)  # fmt: skip
def test_the_civil_rate_of_a_year(year: int, rate: str) -> None:
    assert CIVIL[year] == Decimal(rate)
    whole = interest(100_00, date(year, 1, 1), date(year, 1, 1) + timedelta(days=365), CIVIL_RATES)
    assert whole.slices[0].rate == Decimal(rate)


def test_each_year_of_the_table_is_there_without_a_gap() -> None:
    assert list(CIVIL) == list(range(2007, 2027))
    halves = [(year, half) for year in range(2016, 2027) for half in (1, 2)]
    assert set(COMMERCIAL) == set(halves[1:])


def test_the_rates_between_enterprises_are_those_published() -> None:
    since_2023 = {(year, half): str(rate) for (year, half), rate in COMMERCIAL.items() if year >= 2023}
    assert since_2023 == {
        (2023, 1): "10.50", (2023, 2): "12.00", (2024, 1): "12.50", (2024, 2): "12.50", (2025, 1): "11.50",
        (2025, 2): "10.50", (2026, 1): "10.50", (2026, 2): "10.50",
    }  # fmt: skip
    assert {rate for (year, _), rate in COMMERCIAL.items() if year < 2023} == {Decimal("8.00")}


def test_the_rate_between_enterprises_changes_by_the_half_year() -> None:
    assert commercial_rate(date(2023, 6, 30)) == (Decimal("10.50"), True)
    assert commercial_rate(date(2023, 7, 1)) == (Decimal("12.00"), True)
    assert commercial_rate(date(2027, 1, 1)) == (Decimal("10.50"), False)
    with pytest.raises(Refused) as refused:
        commercial_rate(date(2016, 6, 30))
    assert refused.value.refusal.params == {"year": 2016}


def test_a_clause_has_one_rate_for_all_days() -> None:
    found = interest(1_000_00, date(2022, 7, 1), date(2025, 7, 1), Rates(clause=Decimal("8")))
    assert len(found.slices) == 1 and found.known is True
    assert found.exact == Fraction(100_000) * 8 / 100 * Fraction(1096, 365)


def test_the_ceiling_bends_a_clause_by_the_half_year() -> None:
    found = interest(1_000_00, date(2024, 12, 1), date(2025, 9, 1), Rates(clause=Decimal("12"), ceiling=True))
    assert [(s.start, s.rate) for s in found.slices] == [
        (date(2024, 12, 1), Decimal("12")),
        (date(2025, 1, 1), Decimal("11.50")),
        (date(2025, 7, 1), Decimal("10.50")),
    ]


def test_a_clause_under_a_ceiling_that_is_not_published_says_so_only_where_the_ceiling_bends_it() -> None:
    day, last = date(2027, 1, 1), COMMERCIAL[max(COMMERCIAL)]
    for clause, rate in (("12", (last, False)), (last, (last, True)), ("8", (Decimal("8"), True))):
        assert Rates(clause=Decimal(clause), ceiling=True).at(day) == rate
    assert Rates(clause=Decimal("12"), ceiling=True).at(date(2026, 12, 31)) == (last, True)


def test_the_actual_year_divides_a_leap_year_by_366() -> None:
    found = interest(366_00, date(2024, 1, 1), date(2025, 1, 1), Rates(clause=Decimal("10")), count=DayCount.ACTUAL)
    assert found.cents == 36_60
    assert interest(365_00, date(2024, 1, 1), date(2025, 1, 1), Rates(clause=Decimal("10"))).cents == 36_60


def test_a_year_whose_rate_is_not_known_takes_the_last_one_and_says_so() -> None:
    found = interest(1_000_00, date(2026, 12, 1), date(2027, 2, 1), CIVIL_RATES)
    assert [(s.rate, s.known) for s in found.slices] == [(Decimal("4.50"), True), (Decimal("4.50"), False)]
    assert not found.known
    assert interest(1_000_00, date(2026, 1, 1), date(2027, 1, 1), CIVIL_RATES).known is True
    later = interest(1_000_00, date(2026, 12, 1), date(2027, 2, 1), Rates({2027: Decimal("4.25")}))
    assert [s.rate for s in later.slices] == [Decimal("4.50"), Decimal("4.25")]


def test_a_year_in_a_gap_takes_the_rate_before_it() -> None:
    rates = Rates({2028: Decimal("4.25")})
    assert [rates.at(date(year, 1, 1)) for year in (2027, 2028, 2029)] == [
        (Decimal("4.50"), False), (Decimal("4.25"), True), (Decimal("4.25"), False),
    ]  # fmt: skip


def test_a_typed_rate_never_replaces_one_that_is_known() -> None:
    found = interest(1_000_00, date(2026, 1, 1), date(2026, 2, 1), Rates({2026: Decimal("9")}))
    assert found.slices[0].rate == Decimal("4.50")


def test_before_the_table_there_is_no_rate() -> None:
    with pytest.raises(Refused) as refused:
        interest(1_000_00, date(2006, 12, 31), date(2007, 1, 5), CIVIL_RATES)
    assert refused.value.refusal.params == {"year": 2007}


def test_a_part_paid_in_between_bears_interest_until_its_day() -> None:
    rates = Rates(clause=Decimal("7.3"))  # 0.02 % a day
    found = interest_on(1_000_00, [(date(2026, 1, 11), 400_00)], date(2026, 1, 1), date(2026, 1, 21), rates)
    assert [(s.principal_cents, s.days) for s in found.slices] == [(1_000_00, 10), (600_00, 10)]
    assert found.cents == 2_00 + 1_20
    paid_before = interest_on(1_000_00, [(date(2025, 12, 1), 400_00)], date(2026, 1, 1), date(2026, 1, 11), rates)
    assert paid_before.cents == 1_20


def test_interest_day_by_day_ends_at_the_total() -> None:
    found = interest(2_400_00, date(2023, 10, 15), date(2024, 3, 16), CIVIL_RATES)
    days = by_day(found)
    assert days[0] == (date(2023, 10, 15), 35)  # 2,400 at 5.25 % for one day: 0.345
    assert days[-1] == (date(2024, 3, 15), found.cents)
    assert len(days) == found.days == 153


@given(cents=CENTS, days=st.lists(DAYS, min_size=3, max_size=5), rates=RATES, count=COUNTS)
def test_interest_adds_up_over_parts_of_the_time_before_rounding(
    cents: int, days: list[date], rates: Rates, count: DayCount
) -> None:
    days = sorted(days)
    parts = [interest(cents, a, b, rates, count=count).exact for a, b in pairwise(days)]
    assert sum(parts) == interest(cents, days[0], days[-1], rates, count=count).exact


@given(cents=CENTS, notice=DAYS, before=st.integers(0, 4000), rates=RATES)
def test_nothing_is_owed_before_the_notice(cents: int, notice: date, before: int, rates: Rates) -> None:
    assert interest(cents, notice, notice - timedelta(days=before), rates) == Interest()


@given(cents=CENTS, start=DAYS, days=st.integers(0, 2000), rates=RATES, part=st.integers(0, 100), count=COUNTS)
def test_a_debt_in_two_parts_bears_the_same_interest(
    cents: int, start: date, days: int, rates: Rates, part: int, count: DayCount
) -> None:
    end, first = start + timedelta(days=days), cents * part // 100
    both = interest(first, start, end, rates, count=count).exact
    both += interest(cents - first, start, end, rates, count=count).exact
    assert both == interest(cents, start, end, rates, count=count).exact


@given(
    cents=CENTS, start=DAYS, days=st.integers(1, 1500), paid=st.lists(st.tuples(DAYS, st.integers(1, 100)), max_size=4)
)
def test_payments_never_raise_interest(cents: int, start: date, days: int, paid: list[tuple[date, int]]) -> None:
    end = start + timedelta(days=days)
    less = interest_on(cents, paid, start, end, CIVIL_RATES).exact
    assert 0 <= less <= interest(cents, start, end, CIVIL_RATES).exact


@pytest.mark.parametrize(("cents", "whole"), [(Fraction(1, 2), 1), (Fraction(49, 100), 0), (Fraction(3, 2), 2)])
def test_half_a_cent_goes_up(cents: Fraction, whole: int) -> None:
    assert half_up(cents) == whole
