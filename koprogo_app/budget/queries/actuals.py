"""The years a budget stands in: its own, the one before, and which of them the books know."""

from collections.abc import Sequence
from datetime import date, timedelta

from koprogo_app.budget.facts import Months
from koprogo_app.law.calendar import add_months, add_years
from koprogo_app.ledger.queries.books import Book, YearRow


def year_days(book: Book, years: Sequence[YearRow], year: int) -> tuple[date, date]:
    """First and last day of the financial year that begins in a calendar year: the books' own, else as it would run."""
    known = next((row for row in years if row.start.year == year), None)
    if known:
        return known.start, known.end
    before = next((row for row in reversed(years) if row.end < date(year, 12, 31)), None)
    if before and (before.end + timedelta(days=1)).year == year:
        start = before.end + timedelta(days=1)
    else:
        first = date(year, book.fiscal_month, 1)
        start = first.replace(day=min(book.fiscal_day, (add_months(first, 1) - timedelta(days=1)).day))
    return start, add_years(start, 1) - timedelta(days=1)


def year_before(years: Sequence[YearRow], months: Months) -> tuple[Months, bool]:
    """The year before a year, and whether the books know it: the one that ends on the eve, else a year earlier."""
    eve = months.starts[0] - timedelta(days=1)
    known = next((row for row in years if row.end == eve), None)
    if known:
        return Months.of(known.start, known.end), True
    return Months.of(add_years(months.starts[0], -1), eve), False
