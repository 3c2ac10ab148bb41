"""The report of a quarter: drawn by a job and filed among the documents of the council, once."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.budget.model import Status, VarianceReport
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.service.papers import variance_report
from koprogo_app.budget.service.variance import variance
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.model import Building
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.estate.service.buildings import alone
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.paper.report import report_pdf
from koprogo_app.foundation.principal import Principal
from koprogo_app.law.retention import Paper

_QUARTER: Final = 3
_WAIT_DAYS: Final = 10
"""Days after a quarter's end: the last invoices of it are posted by then."""
TITLE: Final = N_("Budget and actual, quarter {quarter} of {year}")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a financial year (1 to 4) and its last day."""

    building_id: UUID
    organization_id: UUID
    year: int
    number: int
    end: date


def quarters_over(row: BudgetRow, today: date) -> list[tuple[int, date]]:
    """The quarters of a budget's year that ended long enough ago, with their last day."""
    months = row.months
    found = [(index // _QUARTER + 1, months.last_day(index)) for index in range(_QUARTER - 1, len(months), _QUARTER)]
    return [(number, end) for number, end in found[:4] if (today - end).days >= _WAIT_DAYS]


async def quarters_due(w: Work, building_id: UUID) -> list[Quarter]:
    """The quarters whose report is not filed yet, oldest first.

    Of a budget in force, each that is over: one missed while no worker ran is filed late, with what is in the books for
    it by then. Of a closed budget only the last, which says its whole year: years closed before they came into the
    program need no report of each of their quarters.
    """
    due = []
    for row in await queries.budgets(w, building_id):
        if row.number or row.status not in (Status.ACTIVE, Status.CLOSED):
            continue
        filed = set(await queries.filed_quarters(w, building_id, row.year))
        over = quarters_over(row, w.today)
        wanted = over if row.status == Status.ACTIVE else over[-1:]
        due += [
            Quarter(building_id, row.organization_id, row.year, number, end)
            for number, end in wanted
            if number not in filed
        ]
    return sorted(due, key=lambda quarter: quarter.end)


async def file_quarter(who: Principal, quarter: Quarter) -> UUID | None:
    """Draws the report of a quarter in the building's first language and files it; None when it was filed meanwhile."""
    async with work(who) as w:
        seen = await variance(w, quarter.building_id, quarter.year, quarter.end)
        building = await w.get(Building, quarter.building_id)
        lang = building.langs[0] if building.langs else "fr"
        report = variance_report(seen, building.name, lang)
        association = await letterhead(w, quarter.building_id)
    data = await report_pdf(report, association, lang)
    async with made(data) as paper, work(who) as w:
        await alone(w, quarter.building_id)
        if quarter.number in await queries.filed_quarters(w, quarter.building_id, quarter.year):
            return None
        document = await file_made(
            w,
            quarter.organization_id,
            quarter.building_id,
            paper,
            f"budget-{quarter.year}-q{quarter.number}.pdf",
            {
                "title": tr(lang, TITLE, quarter=quarter.number, year=seen.months.name),
                "kind": Paper.STATEMENT,
                "visibility": "board",
                "lang": lang,
                "dated": quarter.end,
            },
        )
        await w.add(
            VarianceReport(
                organization_id=quarter.organization_id,
                building_id=quarter.building_id,
                year=quarter.year,
                quarter=quarter.number,
                document_id=document.id,
            )
        )
        return document.id
