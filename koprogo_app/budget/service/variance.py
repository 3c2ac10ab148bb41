"""A year against its budget, for one building.

- `variance(w, building_id, year, to=None) -> VarianceView`
- `set_alert_percent(w, building_id, percent)`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.budget.facts import Months
from koprogo_app.budget.model import BudgetSettings
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.actuals import year_before, year_days
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.variance import Row, Variance, compare
from koprogo_app.budget.service.spending import spent
from koprogo_app.estate.queries.keys import KeyRow, keys_of
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.ledger.queries import books
from koprogo_app.workspace import fields

SHARES: Final = N_("Shares")


@dataclass(frozen=True, slots=True)
class VarianceView:
    """A year's variance with the names of what is in it. `budgets`: those compared, the main one first; `percent`: from
    which excess a line is told of; `known_before`: whether the books hold the year before."""

    building_id: UUID
    year: int
    budgets: list[BudgetRow]
    months: Months
    known_before: bool
    percent: int
    variance: Variance
    accounts: Mapping[str, books.AccountRow]
    keys: Mapping[UUID | None, KeyRow]

    @property
    def last_day(self) -> date | None:
        """The last day of the last month reported; None before the year begins."""
        return self.months.last_day(self.variance.to - 1) if self.variance.to else None

    @property
    def over(self) -> list[Row]:
        """The lines told of, the largest excess first."""
        found = [row for row in self.variance.rows if row.over(self.percent)]
        return sorted(found, key=lambda row: -row.gap)

    def label(self, code: str, lang: str) -> str:
        """What an account, or a heading, is called."""
        known = next((self.accounts[code[:n]] for n in range(len(code), 0, -1) if code[:n] in self.accounts), None)
        return known.label(lang) if known else code

    def name(self, row: Row, lang: str) -> str:
        """What a line is called: its account, and its key unless that is the shares and the account has no other."""
        same = sum(one.code == row.code for one in self.variance.rows)
        key = f" ({self.key_name(row.key_id, lang)})" if row.key_id or same > 1 else ""
        return f"{row.code} {self.label(row.code, lang)}{key}"

    def key_name(self, key_id: object, lang: str) -> str:
        """What a key is called; the shares by a name of their own."""
        known = self.keys.get(key_id if isinstance(key_id, UUID) else None)
        return known.name if known and known.name else tr(lang, SHARES)

    def open_keys(self, lang: str) -> list[tuple[UUID | None, str]]:
        """The keys in use, the shares among them, with their names."""
        return [(key.id, self.key_name(key.id, lang)) for key in self.keys.values() if not key.archived]


async def variance(
    w: Work, building_id: UUID, year: int, to: date | None = None, *, undecided: bool = False
) -> VarianceView:
    """A financial year against its voted budgets, up to the month that `to` lies in (`budget.read`; default: today).

    `undecided`: against the year's own budget also before the assembly has voted it. Raises
    NotFound, Invalid when `to` is not in the year.
    """
    book = await books.open_book(w, building_id, "budget.read")
    years = await books.years(w, building_id)
    months = Months.of(*year_days(book, years, year))
    if to is not None and not months.starts[0] <= to <= months.end:
        raise Invalid("to", N_("This month is outside the financial year."))
    begun = months.begun(to or min(w.today, months.end))
    same = await queries.of_year(w, building_id, year)
    counted = [row for row in same if row.decided or (undecided and row.number == 0)]
    lines = await queries.lines_of(w, *[row.id for row in counted])
    before, known = year_before(years, months)
    costs = await spent(w, book, [before, months])
    split = len(before)
    found = compare(
        lines,
        {place: cents[split:] for place, cents in costs.items()},
        {place: cents[:split] for place, cents in costs.items()},
        await queries.awaited(w, building_id, months.end),
        months,
        begun,
    )
    keys: dict[UUID | None, KeyRow] = {key.id: key for key in await keys_of(w, building_id, archived=True)}
    chart = {row.code: row for row in await books.accounts(w, building_id)}
    percent = await queries.alert_percent(w, building_id)
    return VarianceView(building_id, year, counted, months, known, percent, found, chart, keys)


async def set_alert_percent(w: Work, building_id: UUID, value: Any) -> int:
    """From how many per cent above its budget a line is told of (`budget.write`). Raises Invalid."""
    book = await books.open_book(w, building_id, "budget.write")
    percent = int(fields.whole(least=1, most=100)(value, "alert_percent", w.principal.lang))
    before = await queries.alert_percent(w, building_id)
    await w.execute(
        """insert into budget_settings (building_id, organization_id, alert_percent) values (%(b)s, %(o)s, %(p)s)
           on conflict (building_id) do update set alert_percent = excluded.alert_percent""",
        b=building_id,
        o=book.organization_id,
        p=percent,
    )
    await audit(
        w,
        "budget.settings",
        BudgetSettings.__tablename__,
        building_id,
        organization_id=book.organization_id,
        building_id=building_id,
        before={"alert_percent": before},
        after={"alert_percent": percent},
    )
    return percent
