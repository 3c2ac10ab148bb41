"""REST of the reports (`/api/v1/reports`): each as JSON, as PDF and as a workbook, in four languages."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.database import work
from koprogo_app.foundation.rest.api import json_answer, problems
from koprogo_app.identity.access import Person
from koprogo_app.ledger.rules.fec import COLUMNS
from koprogo_app.ledger.service.fec import fec_file
from koprogo_app.statements.service import report_list
from koprogo_app.statements.service.own_buildings import building_of, building_of_invoice
from koprogo_app.workspace.api.common import Who
from koprogo_app.workspace.api.reports import REPORT_ANSWERS, Form, Language, file_answer, report_answer
from koprogo_app.workspace.reports import Query as ReportQuery

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Year = Annotated[str, Query(max_length=9, description="Financial year by its name; default: the running one")]
Start = Annotated[date | None, Query(alias="from", description="First day, in place of a year")]
End = Annotated[date | None, Query(alias="to", description="Last day, in place of a year")]


async def _answer(
    who: Person, name: str, building_id: UUID, asked: ReportQuery, form: str, lang: str | None
) -> Response:
    spoken = lang or who.lang
    async with work(who) as w:
        report = await report_list.make(w, name, building_id, asked, spoken)
        association = await letterhead(w, building_id)
    return await report_answer(report, association, name, form, spoken)


@router.get("/call-for-funds/{building_id}", responses=REPORT_ANSWERS)
async def call_for_funds(
    who: Who, building_id: UUID, call_id: UUID | None = None, form: Form = "json", lang: Language = None
) -> Response:
    """A call for funds by lot and owner; without `call_id` the calls of the building."""
    return await _answer(who, "call-for-funds", building_id, ReportQuery(call_id=call_id), form, lang)


@router.get("/outstanding-payments/{building_id}", responses=REPORT_ANSWERS)
async def outstanding_payments(who: Who, building_id: UUID, form: Form = "json", lang: Language = None) -> Response:
    """What co-owners still owe today, by age and item by item."""
    return await _answer(who, "outstanding-payments", building_id, ReportQuery(), form, lang)


@router.get("/financial-statement/{building_id}", responses=REPORT_ANSWERS)
async def financial_statement(
    who: Who, building_id: UUID, year: Year = "", start: Start = None, end: End = None, form: Form = "json",
    lang: Language = None,
) -> Response:  # fmt: skip
    """Both funds, the money at banks, what is owed, costs and income."""
    return await _answer(who, "financial-statement", building_id, ReportQuery(year, start, end), form, lang)


@router.get("/charges/{building_id}", responses=REPORT_ANSWERS)
async def charges(who: Who, building_id: UUID, year: Year = "", form: Form = "json", lang: Language = None) -> Response:
    """The charges of all co-owners in a financial year, with the proof that they are the costs in the books."""
    return await _answer(who, "owner-charges", building_id, ReportQuery(year), form, lang)


@router.get("/owner-charges/{owner_id}", responses=REPORT_ANSWERS)
async def owner_charges(
    who: Who, owner_id: UUID, building_id: UUID | None = None, year: Year = "", form: Form = "json",
    lang: Language = None,
) -> Response:  # fmt: skip
    """An owner's yearly statement of charges: every expense, key, quota and share. Her own, or read by the office and
    the council. `building_id` says which building when she owns in several; default: the first by name."""
    async with work(who) as w:
        building = building_id or await building_of(w, owner_id)
    return await _answer(who, "owner-charges", building, ReportQuery(year, owner_id=owner_id), form, lang)


@router.get("/owner-account/{owner_id}", responses=REPORT_ANSWERS)
async def owner_account(
    who: Who, owner_id: UUID, building_id: UUID | None = None, year: Year = "", start: Start = None, end: End = None,
    form: Form = "json", lang: Language = None,
) -> Response:  # fmt: skip
    """An owner's individual account, line by line, with its running balance."""
    async with work(who) as w:
        building = building_id or await building_of(w, owner_id)
    asked = ReportQuery(year, start, end, owner_id)
    return await _answer(who, "owner-account", building, asked, form, lang)


@router.get("/invoice/{invoice_id}", responses=REPORT_ANSWERS)
async def invoice_report(who: Who, invoice_id: UUID, form: Form = "json", lang: Language = None) -> Response:
    """An approved invoice as it stands behind a statement of charges: its lines, and the bank lines that paid it."""
    async with work(who) as w:
        building_id = await building_of_invoice(w, invoice_id)
    return await _answer(who, "invoice", building_id, ReportQuery(invoice_id=invoice_id), form, lang)


_FINANCIAL: Final[Mapping[str, str]] = {
    "balance-sheet": "The balance sheet on a day, a year before beside it.",
    "income-statement": "Costs and income of a period, the same days a year before beside them.",
    "trial-balance": "Every account: before, debit, credit, after.",
    "general-ledger": "Every account with its movements and running balance.",
}


def _financial(name: str) -> None:
    async def read(
        who: Who, building_id: UUID, year: Year = "", start: Start = None, end: End = None, form: Form = "json",
        lang: Language = None,
    ) -> Response:  # fmt: skip
        return await _answer(who, name, building_id, ReportQuery(year, start, end), form, lang)

    read.__name__, read.__doc__ = f"report_{name.replace('-', '_')}", _FINANCIAL[name]
    router.get(f"/financial/{name}/{{building_id}}", responses=REPORT_ANSWERS)(read)


for _name in _FINANCIAL:
    _financial(_name)


class FecOut(BaseModel):
    """The accounting entries file as rows under its 18 columns."""

    name: str = Field(examples=["0403101217FEC20261231.txt"])
    columns: list[str] = Field(examples=[list(COLUMNS)])
    rows: list[list[str]]


@router.get(
    "/fec/{building_id}/{year}",
    responses={
        200: {"model": FecOut, "description": "The file", "content": {"text/tab-separated-values": {}}},
        **problems(401, 403, 404, 409, 422),
    },
)
async def fec(
    who: Who, building_id: UUID, year: str,
    form: Annotated[Literal["txt", "json"], Query(alias="format", description="What to answer with")] = "txt",
) -> Response:  # fmt: skip
    """The accounting entries file of a financial year in its French norm: 18 columns, tab-separated."""
    async with work(who) as w:
        found = await fec_file(w, building_id, year)
    if form == "json":
        return json_answer({"name": found.name, "columns": list(COLUMNS), "rows": [list(row) for row in found.rows]})
    return file_answer(found.data, found.name, "text/tab-separated-values; charset=utf-8")
