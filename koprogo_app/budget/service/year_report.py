"""The report of a year's budget, as the list of reports has it."""

from uuid import UUID

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service.papers import variance_report
from koprogo_app.budget.service.variance import variance
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.paper.report import Report
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.papers import chosen_year
from koprogo_app.statements.service.papers import expenses


async def year_report(w: Work, building_id: UUID, year: str, lang: str) -> Report:
    """A financial year (by its name; "": the running one) against its budget, line by line (`reports.read`).

    The report says how far the budget is, so that one not voted yet is not taken for one. A year without a budget has
    its expenses. Raises NotFound for a year that neither the books nor a budget know.
    """
    book = await books.open_book(w, building_id, "reports.read")
    name = year or chosen_year(await books.years(w, building_id), "", w.today).name
    found = [row for row in await queries.budgets(w, building_id) if row.name == name and row.number == 0]
    if not found:
        return await expenses(w, building_id, year, lang)
    return variance_report(await variance(w, building_id, found[0].year, undecided=True), book.building_name, lang)
