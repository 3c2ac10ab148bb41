"""Days as the law counts them: public holidays, working days, months from date to date, periods."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (the Meeus/Jones/Butcher computation)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The ten legal holidays of Belgium in that year."""
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset([date(year, *day) for day in fixed] + [sunday + timedelta(days=days) for days in moving])


def is_working_day(day: date) -> bool:
    """Whether it is neither a Saturday, a Sunday nor a public holiday (art. 1.7)."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`th working day after `day` (before it, when negative); `day` itself is not counted."""
    step = _ONE_DAY if count >= 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, otherwise the first one after it."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_months(day: date, months: int) -> date:
    """The same day number so many months later; the last day of the month when there is none (31 January + 1)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February."""
    return add_months(day, 12 * years)


def in_force(on: date, valid_from: date, valid_to: date | None) -> bool:
    """Whether `on` lies in the period [valid_from, valid_to[: the end is the first day that is out; None is open."""
    return valid_from <= on and (valid_to is None or on < valid_to)
