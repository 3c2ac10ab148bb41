"""Which days of the financial years an address asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from koprogo_app.foundation.i18n import day
from koprogo_app.law.calendar import add_months
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.workspace.periods import MONTH_PARTS, PARTS


def running(years: list[YearRow], today: date) -> YearRow:
    """The financial year of a day; outside all of them the last one."""
    return next((y for y in years if y.start <= today <= y.end), years[-1])


@dataclass(frozen=True, slots=True)
class Days:
    """The days a report covers, and the year they lie in."""

    year: YearRow
    start: date
    end: date

    def text(self, lang: str) -> str:
        """From and to, in figures."""
        return f"{day(self.start, lang, 'short')} – {day(self.end, lang, 'short')}"


def days_of(query: Mapping[str, str], years: list[YearRow], today: date) -> Days:
    """The days an address asks for: `year` by its name (default: today's, or the last), `part` of it (q1 … q4, or one
    month: m1 … m12)."""
    year = next((y for y in years if y.name == query.get("year")), running(years, today))
    part = query.get("part", "")
    if part not in PARTS and part not in MONTH_PARTS:
        return Days(year, year.start, year.end)
    length = 3 if part in PARTS else 1
    start = add_months(year.start, length * (int(part[1:]) - 1))
    end = add_months(start, length) - timedelta(days=1)
    return Days(year, min(start, year.end), min(end, year.end))


def same_days(query: Mapping[str, str]) -> str:
    """The days an address asks for, to hand on to the next one: "&year=2025&part=q1"."""
    return "".join(f"&{name}={quote(query[name])}" for name in ("year", "part") if query.get(name))


def year_options(years: list[YearRow], today: date, named: str = "") -> list[dict[str, str]]:
    """The financial years to choose from: the running one, which an address need not name, then the others.

    `named`: the year that the address does name.
    """
    now = running(years, today)
    others = [{"value": year.name, "label": year.name} for year in reversed(years) if year is not now]
    return [{"value": now.name if named == now.name else "", "label": now.name}, *others]
