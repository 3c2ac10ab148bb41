"""REST of the budget's report, among those of a building (`/api/v1/reports/budget`)."""

from uuid import UUID

from fastapi import APIRouter, Response

from koprogo_app.budget.service.year_report import year_report
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.database import work
from koprogo_app.workspace.api.common import Who
from koprogo_app.workspace.api.reports import REPORT_ANSWERS, Form, Language, report_answer

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])


@router.get("/budget/{building_id}/{year}", responses=REPORT_ANSWERS)
async def budget(who: Who, building_id: UUID, year: str, form: Form = "json", lang: Language = None) -> Response:
    """The budget of a financial year beside what was spent, line by line; a year without a budget: its ordinary and
    extraordinary expenses, the year before beside them."""
    spoken = lang or who.lang
    async with work(who) as w:
        report = await year_report(w, building_id, year, spoken)
        association = await letterhead(w, building_id)
    return await report_answer(report, association, "budget", form, spoken)
