"""REST: the table of lots and owners as a file, in and out."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.service.exports import export_table
from koprogo_app.estate.service.import_plan import ImportPlan
from koprogo_app.estate.service.imports import apply_import, preview_import
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.rest.api import json_answer, keep_answer, problems, read_body
from koprogo_app.workspace.api.common import Lang, Who

_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV or XLSX, 10 MB at most",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportProblemOut(BaseModel):
    """A remark on the file; an error stops the import."""

    severity: Literal["error", "warning", "notice"]
    code: str
    message: str
    line: int = Field(description="From 1; 0 for the whole file")
    column: str
    cell: str = Field(examples=["E12"])


class ImportedLotOut(BaseModel):
    """A lot of the file, and what happens to it."""

    number: str
    kind: str
    floor: int | None
    area: float | None
    share: int
    action: Literal["new", "changed", "same"]
    complete: bool
    line: int


class ImportOut(BaseModel):
    """What an import does, or did."""

    importable: bool
    changes_nothing: bool
    since: date
    new_lots: int
    changed_lots: int
    same_lots: int
    new_owners: int
    changed_owners: int
    same_owners: int
    shares: int = Field(description="Sum of the shares in the file")
    lots: list[ImportedLotOut]
    problems: list[ImportProblemOut]


def import_out(plan: ImportPlan, lang: str) -> ImportOut:
    """A plan as the API shows it."""
    return ImportOut(
        importable=plan.importable,
        changes_nothing=plan.changes_nothing,
        since=plan.since,
        new_lots=plan.count("lots", "new"),
        changed_lots=plan.count("lots", "changed"),
        same_lots=plan.count("lots", "same"),
        new_owners=plan.count("owners", "new"),
        changed_owners=plan.count("owners", "changed"),
        same_owners=plan.count("owners", "same"),
        shares=plan.preview.totals.shares,
        lots=[
            ImportedLotOut(
                number=one.lot.number,
                kind=one.lot.kind,
                floor=one.lot.floor,
                area=None if one.lot.area is None else float(one.lot.area),
                share=one.lot.share,
                action=one.action,
                complete=one.complete,
                line=one.lot.line,
            )
            for one in plan.lots
        ],
        problems=[
            ImportProblemOut(
                severity=p.severity.value, code=p.code, message=p.text(lang), line=p.line, column=p.column, cell=p.cell
            )
            for p in plan.problems
        ],
    )


async def _body(request: Request) -> bytes:
    data = await read_body(request)
    if not data:
        raise Invalid("file", N_("The file is empty."))
    return data


@router.post(
    "/buildings/{building_id}/import/preview",
    tags=["files"],
    response_model=ImportOut,
    responses=problems(401, 403, 404, 409, 422),
    openapi_extra=_FILE,
)
async def preview_file(
    who: Who, building_id: UUID, request: Request, since: Annotated[date | None, Query()] = None
) -> Response:
    """What a file of lots and owners would create and change, with every problem by line and column. Writes nothing."""
    data = await _body(request)
    async with work(who) as w:
        return json_answer(import_out(await preview_import(w, building_id, data, since=since), who.lang))


@router.post(
    "/buildings/{building_id}/import",
    tags=["files"],
    status_code=201,
    response_model=ImportOut,
    responses=problems(401, 403, 404, 409, 422),
    openapi_extra=_FILE,
)
async def import_file(
    who: Who,
    building_id: UUID,
    request: Request,
    since: Annotated[
        date | None, Query(description="First day of the ownerships; the fiscal year's unless given")
    ] = None,
    name: Annotated[str, Query(max_length=200, description="Name of the file, for the audit trail")] = "",
) -> Response:
    """Import a file of lots and owners: all or nothing. The same file again changes nothing (200 instead of 201)."""
    data = await _body(request)
    async with work(who) as w:
        plan = await apply_import(w, building_id, data, filename=name, since=since)
        answer = json_answer(import_out(plan, who.lang), 200 if plan.changes_nothing else 201)
        await keep_answer(w, request, answer)
    return answer


@router.get(
    "/buildings/{building_id}/export",
    tags=["files"],
    responses={200: {"content": {"text/csv": {}}, "description": "The file"}, **problems(401, 403, 404, 422)},
    response_class=Response,
)
async def export_file(
    who: Who,
    building_id: UUID,
    form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv",
    lang: Annotated[Lang | None, Query(description="Language of the headings; the caller's unless given")] = None,
) -> Response:
    """The lots of a building with their owners, as CSV or XLSX that the import reads back."""
    async with work(who) as w:
        file = await export_table(w, building_id, form, lang or who.lang)
    headers = {"content-disposition": f'attachment; filename="{file.name}"', "x-content-type-options": "nosniff"}
    return Response(file.data, headers=headers, media_type=file.media_type)
