"""A budget read as a whole: its lines with last year beside them, its totals, the rule of the reserve fund."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from koprogo_app.budget.facts import Line, Months, Place
from koprogo_app.budget.model import Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.actuals import year_before, year_days
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.lines import held_by, ordinary_charges, summed
from koprogo_app.budget.service.spending import spent
from koprogo_app.estate.model import Building
from koprogo_app.foundation.database import Work
from koprogo_app.law.reserve import ReserveRule, reserve_rule
from koprogo_app.ledger.queries import books


@dataclass(frozen=True, slots=True)
class LastYear:
    """What the year before cost, by account and key in cents; `known` is false when the books do not hold it."""

    months: Months
    known: bool
    by_place: Mapping[Place, int]
    ordinary: int | None


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget with what a reader wants beside it. `last`: last year's actual of each line by its account and key;
    `unbudgeted`: what belongs to none of them."""

    budget: BudgetRow
    lines: list[Line]
    before: LastYear
    last: Mapping[Place, int]
    unbudgeted: Mapping[Place, int]
    rule: ReserveRule

    def total(self, nature: str = "") -> int:
        """Sum of the lines, of one nature or of all."""
        return sum(line.cents for line in self.lines if nature in ("", line.nature))

    def last_total(self, nature: str = "") -> int:
        """Last year's actual of the lines, of one nature or of all."""
        return sum(self.last.get(line.place, 0) for line in self.lines if nature in ("", line.nature))


async def last_year(w: Work, book: books.Book, months: Months) -> LastYear:
    """What the year before a year cost; the caller has authorised the building."""
    years = await books.years(w, book.building_id)
    before, known = year_before(years, months)
    known = known or any(row.start <= before.end and row.end >= before.starts[0] for row in years)
    if not known:
        return LastYear(before, False, {}, None)
    costs = {place: sum(cents) for place, cents in (await spent(w, book, [before])).items()}
    rows = [row for row in await queries.of_year(w, book.building_id, before.starts[0].year) if row.decided]
    lines = await queries.lines_of(w, *[row.id for row in rows])
    return LastYear(before, True, costs, ordinary_charges(costs, lines))


async def view(w: Work, building_id: UUID, year: int, number: int = 0) -> BudgetView:
    """A budget with last year beside it and the reserve rule of its year (`budget.read`). Raises NotFound."""
    row = await queries.budget(w, building_id, year, number)
    book = await books.open_book(w, building_id, "budget.read")
    lines = await queries.lines_of(w, row.id)
    before = await last_year(w, book, row.months)
    places = {line.place for line in lines}
    found = summed(before.by_place, held_by(line.place for line in lines))
    last = {place: cents for place, cents in found.items() if place in places}
    rest = {place: cents for place, cents in found.items() if place not in places}
    return BudgetView(row, lines, before, last, rest, await rule_of(w, row, before))


async def rule_of(w: Work, row: BudgetRow, before: LastYear) -> ReserveRule:
    """The contribution of a budget's year to the reserve fund against the law: of all its budgets together."""
    same = await queries.of_year(w, row.building_id, row.year)
    counted = [one for one in same if one.id == row.id or one.number == 0 or one.decided]
    lines = await queries.lines_of(w, *[one.id for one in counted])
    planned = sum(line.cents for line in lines if line.nature == Nature.RESERVE)
    waiver = next((one.waiver for one in counted if one.waiver), "")
    building = await w.get(Building, row.building_id)
    return reserve_rule(planned, before.ordinary, building.provisional_acceptance, row.end, waiver)


async def rule_of_year(w: Work, row: BudgetRow) -> ReserveRule:
    """The reserve rule of a budget's year (`budget.read`)."""
    book = await books.open_book(w, row.building_id, "budget.read")
    return await rule_of(w, row, await last_year(w, book, row.months))


async def next_year(w: Work, building_id: UUID) -> int:
    """The year a new budget is most likely for: the running one without a budget, else the one after the last."""
    book = await books.open_book(w, building_id, "budget.read")
    taken = {row.year for row in await queries.budgets(w, building_id) if row.number == 0}
    years = await books.years(w, building_id)
    running = next((row.start.year for row in years if row.start <= w.today <= row.end), w.today.year)
    year = running
    while year in taken:
        _, end = year_days(book, years, year)
        year = (end + timedelta(days=1)).year
    return year
