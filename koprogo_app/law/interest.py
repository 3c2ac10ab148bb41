"""Interest on late payment: the civil rate of each calendar year, a clause of the regulation, and how days are counted.

Interest is simple: principal x rate x days / 365 for each stretch with one rate, from the first day (included) to the
day of payment (not included). Nothing is rounded until the end; then once, half a cent upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from koprogo_app.law.refusal import refuse

SOURCE: Final = "FPS Finance / SPF Finances, Moniteur belge"
"""Who publishes the civil rate each January."""

CIVIL: Final[Mapping[int, Decimal]] = {
    year: Decimal(rate)
    for year, rate in {
        2007: "6.00", 2008: "7.00", 2009: "5.50", 2010: "3.25", 2011: "3.75", 2012: "4.25", 2013: "2.75",
        2014: "2.75", 2015: "2.50", 2016: "2.25", 2017: "2.00", 2018: "2.00", 2019: "2.00", 2020: "1.75",
        2021: "1.75", 2022: "1.50", 2023: "5.25", 2024: "5.75", 2025: "4.50", 2026: "4.50",
    }.items()
}  # fmt: skip
"""The civil legal rate, percent a year, by calendar year (act of 5 May 1865, art. 2 §1: the mean twelve-month Euribor
of December, rounded up to a quarter of a percent, plus two)."""

COMMERCIAL: Final[Mapping[tuple[int, int], Decimal]] = {
    **{(year, half): Decimal("8.00") for year in range(2017, 2023) for half in (1, 2)},
    (2016, 2): Decimal("8.00"),
    (2023, 1): Decimal("10.50"),
    (2023, 2): Decimal("12.00"),
    (2024, 1): Decimal("12.50"),
    (2024, 2): Decimal("12.50"),
    (2025, 1): Decimal("11.50"),
    (2025, 2): Decimal("10.50"),
    (2026, 1): Decimal("10.50"),
    (2026, 2): Decimal("10.50"),
}
"""The rate between enterprises by half-year (act of 2 August 2002). It is not owed by co-owners: here it is only the
ceiling that Book XIX of the Code of Economic Law sets to a clause."""

_ONE_DAY: Final = timedelta(days=1)


class DayCount(StrEnum):
    """What a year counts when interest is worked out by the day."""

    FIXED = "365"
    ACTUAL = "actual"

    def days(self, year: int) -> int:
        """Days of that year: 365, or 366 in a leap year when the actual year counts."""
        if self is DayCount.FIXED:
            return 365
        return (date(year + 1, 1, 1) - date(year, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of days with one principal and one rate: from `start` up to but without `end`.

    `cents` is exact. `known` is false when the rate of that year is not published yet and the last one stands for it.
    """

    start: date
    end: date
    principal_cents: int
    rate: Decimal
    year_days: int
    known: bool = True

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def cents(self) -> Fraction:
        return Fraction(self.principal_cents) * Fraction(self.rate) / 100 * Fraction(self.days, self.year_days)


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest with its explanation. `exact` is in cents and unrounded; `cents` is rounded once, half upwards."""

    slices: tuple[Slice, ...] = ()

    @property
    def exact(self) -> Fraction:
        return sum((part.cents for part in self.slices), Fraction())

    @property
    def cents(self) -> int:
        return half_up(self.exact)

    @property
    def days(self) -> int:
        return sum(part.days for part in self.slices)

    @property
    def known(self) -> bool:
        """Whether each rate in it is published."""
        return all(part.known for part in self.slices)

    def __add__(self, other: Interest) -> Interest:
        return Interest(self.slices + other.slices)


class Rates:
    """A rate for each day: the civil rate of the calendar year, or one rate for all days, with its ceiling.

    `later` are civil rates of years that this program does not know yet; they never replace one it knows.
    """

    def __init__(
        self,
        later: Mapping[int, Decimal] | None = None,
        *,
        clause: Decimal | None = None,
        ceiling: bool = False,
    ) -> None:
        self._civil = {**(later or {}), **CIVIL}
        self._clause = clause
        self._ceiling = ceiling

    def at(self, day: date) -> tuple[Decimal, bool]:
        """The rate of a day, in percent, and whether it is published. Raises `Refused` before the first known year."""
        if self._clause is None:
            return _of_year(self._civil, day.year)
        if not self._ceiling:
            return self._clause, True
        most, known = commercial_rate(day)
        return min(self._clause, most), known or self._clause <= most

    def until(self, day: date) -> date:
        """The first day after `day` on which the rate may be another."""
        if self._clause is not None and not self._ceiling:
            return date.max
        if self._clause is not None and day.month <= 6:
            return date(day.year, 7, 1)
        return date(day.year + 1, 1, 1)


def _of_year(table: Mapping[int, Decimal], year: int) -> tuple[Decimal, bool]:
    if year in table:
        return table[year], True
    if year < min(table):
        raise refuse("No legal rate is known before {year}.", year=min(table))
    return table[max(known for known in table if known < year)], False


def commercial_rate(day: date) -> tuple[Decimal, bool]:
    """The rate between enterprises on a day and whether it is published; the last known one stands for a later half."""
    half = (day.year, 1 if day.month <= 6 else 2)
    if half in COMMERCIAL:
        return COMMERCIAL[half], True
    if half < min(COMMERCIAL):
        raise refuse("No legal rate is known before {year}.", year=min(COMMERCIAL)[0])
    return COMMERCIAL[max(known for known in COMMERCIAL if known < half)], False


def interest(
    principal_cents: int, start: date, end: date, rates: Rates, *, count: DayCount = DayCount.FIXED
) -> Interest:
    """Interest on a principal from `start` (included) up to `end` (not included), one slice for each rate.

    €2,400 from 15 October 2023 to 16 March 2024 at the civil rate: 78 days at 5.25 % and 75 at 5.75 %: €55.28.
    """
    slices: list[Slice] = []
    day = start
    while day < end and principal_cents > 0:
        # A leap year counts by itself, so with actual days a new year begins a slice even when the rate stays.
        stop = min(end, rates.until(day), date.max if count is DayCount.FIXED else date(day.year + 1, 1, 1))
        rate, known = rates.at(day)
        slices.append(Slice(day, stop, principal_cents, rate, count.days(day.year), known))
        day = stop
    return Interest(tuple(_merged(slices)))


def interest_on(
    principal_cents: int,
    payments: Iterable[tuple[date, int]],
    start: date,
    end: date,
    rates: Rates,
    *,
    count: DayCount = DayCount.FIXED,
) -> Interest:
    """The same when parts of the principal are paid in between: `payments` are days and cents, in any order.

    A payment counts from its own day: that day bears no interest on what was paid.
    """
    left, since, total = principal_cents, start, Interest()
    for day, cents in sorted(payments):
        if day >= end:
            break
        if day > since:
            total, since = total + interest(left, since, day, rates, count=count), day
        left -= cents
    return total + interest(left, since, end, rates, count=count)


def _merged(slices: Iterable[Slice]) -> list[Slice]:
    """Neighbours with the same rate, year and certainty as one slice."""
    merged: list[Slice] = []
    for part in slices:
        last = merged[-1] if merged else None
        if last and (last.rate, last.year_days, last.known) == (part.rate, part.year_days, part.known):
            merged[-1] = Slice(last.start, part.end, last.principal_cents, last.rate, last.year_days, last.known)
        else:
            merged.append(part)
    return merged


def half_up(cents: Fraction) -> int:
    """Exact cents as whole ones; half a cent goes up."""
    return (cents + Fraction(1, 2)).__floor__()


def by_day(found: Interest) -> list[tuple[date, int]]:
    """What has run by the end of each day, all slices together: [(day, cents so far)], each rounded for itself."""
    daily: dict[date, Fraction] = {}
    for part in found.slices:
        each = part.cents / part.days
        for n in range(part.days):
            day = part.start + n * _ONE_DAY
            daily[day] = daily.get(day, Fraction()) + each
    result: list[tuple[date, int]] = []
    total = Fraction()
    for day in sorted(daily):
        total += daily[day]
        result.append((day, half_up(total)))
    return result
