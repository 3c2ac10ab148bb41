"""What the states of the books share: how amounts read, and which days a report covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from koprogo_app.estate.state.common import shown_day
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.law.calendar import add_months
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.queries.entries import Movement, PartyRow

PARTS: Final[dict[str, str]] = {
    "q1": N_("First quarter"),
    "q2": N_("Second quarter"),
    "q3": N_("Third quarter"),
    "q4": N_("Fourth quarter"),
}
MONTH_PARTS: Final[tuple[str, ...]] = tuple(f"m{number}" for number in range(1, 13))
"""The months of a financial year, counted from its first."""


def amount(cents: int | None, lang: str, *, blank: bool = False) -> str:
    """Cents as figures with two decimals, without the sign of the euro; nothing for None, or for 0 when `blank`."""
    if cents is None or (blank and not cents):
        return ""
    return number(Decimal(cents) / 100, lang, 2)


def running(years: list[YearRow], today: date) -> YearRow:
    """The financial year of a day; outside all of them the last one."""
    return next((y for y in years if y.start <= today <= y.end), years[-1])


def year_options(years: list[YearRow], today: date, named: str = "") -> list[dict[str, str]]:
    """The financial years to choose from: the running one, which an address need not name, then the others.

    `named`: the year that the address does name.
    """
    now = running(years, today)
    others = [{"value": year.name, "label": year.name} for year in reversed(years) if year is not now]
    return [{"value": now.name if named == now.name else "", "label": now.name}, *others]


@dataclass(frozen=True, slots=True)
class Days:
    """The days a report covers, and the year they lie in."""

    year: YearRow
    start: date
    end: date

    def text(self, lang: str) -> str:
        """From and to, in figures."""
        return f"{shown_day(self.start, lang)} – {shown_day(self.end, lang)}"


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


@dataclass(frozen=True)
class MoveLine:
    """A movement, ready to show."""

    id: str = ""
    href: str = ""
    code: str = ""
    day: str = ""
    entry: str = ""
    document: str = ""
    label: str = ""
    party: str = ""
    debit: str = ""
    credit: str = ""
    balance: str = ""
    matched: bool = False


def move_line(row: Movement, base: str, lang: str) -> MoveLine:
    """A movement as the tables show it."""
    return MoveLine(
        str(row.line_id),
        f"{base}/entries/{row.entry_id}",
        row.code,
        shown_day(row.on, lang),
        f"{row.journal} {row.number}",
        row.document_ref,
        row.label,
        row.party,
        amount(max(row.cents, 0), lang, blank=True),
        amount(max(-row.cents, 0), lang, blank=True),
        amount(row.balance, lang),
        row.matched,
    )


@dataclass(frozen=True)
class PartyLine:
    """A co-owner or supplier with the balance of his account."""

    id: str = ""
    name: str = ""
    href: str = ""
    kind: str = ""
    balance: str = ""


def party_line(row: PartyRow, href: str, lang: str) -> PartyLine:
    """A co-owner or supplier as the tables show them."""
    kind = tr(lang, "Co-owner") if row.kind == "owner" else tr(lang, "Supplier")
    return PartyLine(str(row.id), row.name, href, kind, amount(row.balance, lang))


def balanced_text(good: bool, lang: str) -> dict[str, str]:
    """The proof of a report: a text, and the kind of mark it deserves."""
    if good:
        return {"text": tr(lang, "Adds up to the cent"), "kind": "done"}
    return {"text": tr(lang, "Does not add up"), "kind": "refused"}
