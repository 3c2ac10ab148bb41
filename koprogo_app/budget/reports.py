"""The report of a year's expenses: beside its budget when there is one."""

from typing import Final
from uuid import UUID

from koprogo_app.budget.service.year_report import year_report
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper.report import Report
from koprogo_app.workspace.reports import Kind, Query

HINT: Final = N_("Budget, actual and gap of each line; without a budget the expenses of the year.")


async def _budget(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await year_report(w, building_id, asked.year, lang)


REPORTS: Final = (Kind("budget", N_("Budget and actual"), HINT, _budget, ("budget/{building}/{year}?",), 50),)
