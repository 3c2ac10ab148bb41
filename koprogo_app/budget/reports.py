"""What the list of reports must know of budgets: with one, the report of a year's expenses compares them with it."""

from typing import Final
from uuid import UUID

from koprogo_app.budget.service.year_report import year_report
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper.report import Report
from koprogo_app.statements.service.report_list import Kind, Query, fill

HINT: Final = N_("Budget, actual and gap of each line; without a budget the expenses of the year.")


async def _budget(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await year_report(w, building_id, asked.year, lang)


fill("budget", Kind(N_("Budget and actual"), HINT, _budget))
