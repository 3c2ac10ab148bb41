"""How REST answers with a report: as JSON, as PDF, as a workbook, in four languages."""

import asyncio
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.paper.letters import Association
from koprogo_app.foundation.paper.report import Report, report_pdf, report_xlsx
from koprogo_app.foundation.rest.api import json_answer, problems
from koprogo_app.workspace.api.common import Lang

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = Annotated[Literal["json", "pdf", "xlsx"], Query(alias="format", description="What to answer with")]
Language = Annotated[Lang | None, Query(description="Language of the report; the caller's unless given")]


class ColumnOut(BaseModel):
    """A column: the key of its values, its heading, and their kind."""

    key: str
    label: str
    kind: str = Field(description="`text`, `money` (cents), `number`, `date` or `percent` (a fraction)")


class TableOut(BaseModel):
    """Rows under columns, and the rows of totals."""

    title: str
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    totals: list[dict[str, Any]]


class ReportOut(BaseModel):
    """A report: money in whole euro cents."""

    title: str
    subtitle: str
    head: list[tuple[str, str]] = Field(description="Facts at its head, among them the proof that it adds up")
    tables: list[TableOut]
    notes: list[str]


REPORT_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": ReportOut, "description": "The report", "content": {"application/pdf": {}, XLSX: {}}},
    **problems(401, 403, 404, 409, 422),
}


async def report_answer(report: Report, association: Association, name: str, form: str, lang: str) -> Response:
    """The report in the form that was asked for; `name` is that of the file."""
    if form == "json":
        return json_answer(report.data())
    if form == "pdf":
        return file_answer(await report_pdf(report, association, lang), f"{name}.pdf", "application/pdf")
    return file_answer(await asyncio.to_thread(report_xlsx, report, lang), f"{name}.xlsx", XLSX)


def file_answer(data: bytes, name: str, media_type: str) -> Response:
    """A file to save, which nobody on the way keeps."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }  # fmt: skip
    return Response(data, headers=headers, media_type=media_type)
