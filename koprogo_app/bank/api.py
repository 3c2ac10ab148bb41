"""REST: bank statements. Amounts are whole euro cents, positive when money comes in."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.bank.queries.bank_statements import MovementRow, StatementRow, statements_page
from koprogo_app.bank.queries.payers import PayerRow, payers_page
from koprogo_app.bank.rules.matching import Share, Target
from koprogo_app.bank.service import bank_matching as matching
from koprogo_app.bank.service import learning
from koprogo_app.bank.service.bank_import import (
    Imported,
    ImportedStatement,
    OfficeImport,
    SetAside,
    import_for_office,
    import_statements,
)
from koprogo_app.bank.service.removal import remove_statement
from koprogo_app.documents.api.incoming import form_of
from koprogo_app.estate.service import import_files
from koprogo_app.foundation.answers import answer, values
from koprogo_app.foundation.api import idempotent, json_answer, problems, read_body
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.foundation.i18n import tr
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.entries import Posted
from koprogo_app.workspace.api.common import Body, ListAnswer, PageQuery, Who, caller, listed

router = APIRouter(prefix="/api/v1/bank", tags=["bank"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary", "description": "CODA or CAMT.053"}},
                    "required": ["file"],
                }
            }
        },
    }
}
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CODA or CAMT.053, 10 MB at most",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FileOut(BaseModel):
    """What became of a file."""

    statements: list[ImportedStatement]
    remarks: list[str]
    document_id: UUID | None = Field(description="Where the file is kept; null when everything was here already")
    aside: list[SetAside] = Field(description="Statements of other associations' accounts: they were not taken")


class OfficePartOut(BaseModel):
    """What became of one association's part of a file; `refused` says why nothing of it was taken, else it is empty."""

    building_id: UUID
    building: str
    statements: list[ImportedStatement]
    document_id: UUID | None
    refused: str


class OfficeFileOut(BaseModel):
    """What became of a file of several associations."""

    parts: list[OfficePartOut]
    aside: list[SetAside]
    remarks: list[str]


class ShareOut(BaseModel):
    """The part of a movement that goes to an owner, a supplier or an account."""

    owner_id: UUID | None
    supplier_id: UUID | None
    account: str
    line_id: UUID | None
    cents: int


class TargetOut(BaseModel):
    """Whom a movement names."""

    owner_id: UUID | None
    supplier_id: UUID | None
    account: str
    line_id: UUID | None


@answer()
@dataclass(frozen=True, slots=True)
class StatementMovement(MovementRow):
    """A movement: how it would be posted, or was; `certain` can be confirmed without looking."""

    shares: list[ShareOut]
    decided: Annotated[bool, Field(description="Whether a person said so")]
    certain: bool
    by: Annotated[
        str,
        Field(
            description="How it was recognised: ogm, account, order, name, rule, costs, transfer, person, entry (it is "
            "in the books already) or ''"
        ),
    ]
    reason: str
    names: Annotated[list[TargetOut], Field(description="Whom it names when it is to be split; it has no shares then")]


@answer()
@dataclass(frozen=True, slots=True)
class StatementDetail(StatementRow):
    """A statement with its movements."""

    recognised: Annotated[int, Field(description="Per cent of the movements that were recognised without a person")]
    movements: list[StatementMovement]


class ShareIn(Body):
    """A part of a movement; exactly one of owner, supplier and account."""

    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    account: str = Field("", max_length=10)
    line_id: UUID | None = Field(None, description="The open line to pay first")
    cents: int


class SharesIn(Body):
    """What a movement is for; empty: what is proposed counts again."""

    shares: list[ShareIn] = Field(max_length=200)


class RemoveIn(Body):
    """Why a statement is removed."""

    reason: str = Field(min_length=1, max_length=500)


class PayerIn(Body):
    """What changes of what was learnt of a payer."""

    sole: bool = Field(description="Whether this account is for that target only, so that it is certain")


class UndoIn(Body):
    """Why a movement is opened again."""

    reason: str = Field(min_length=1, max_length=500)


class ConfirmedOut(BaseModel):
    """How many movements were posted."""

    posted: int


class KeptOut(BaseModel):
    """A file that waits for its page."""

    id: str


@router.get("/statements/{building_id}", response_model=ListAnswer[StatementRow], responses=_READ)
async def list_statements(who: Who, building_id: UUID, query: Annotated[PageQuery, Query()]) -> Response:
    """The statements of a building, newest first."""
    async with work(who) as w:
        page = await statements_page(w, building_id, query.asked)
    return listed(page)


@router.post(
    "/statements/{building_id}",
    status_code=201,
    response_model=FileOut,
    responses=problems(400, 401, 403, 404, 409, 422),
    openapi_extra=_FORM,
)
async def send_file(request: Request, who: Who, building_id: UUID) -> Response:
    """Import a CODA or CAMT.053 file: whole or not at all; statements that are here already are recognised."""

    async def allow(_fields: dict[str, str]) -> None:
        async with work(who) as w:
            await books.open_book(w, building_id, "bank.write")

    async with form_of(request, allow) as (form, incoming):
        data = await asyncio.to_thread(incoming.path.read_bytes)
        done = await import_statements(who, building_id, form.file_name, data)
    return json_answer(_imported(done, who.lang), 201)


@router.post(
    "/office/statements",
    status_code=201,
    response_model=OfficeFileOut,
    responses=problems(400, 401, 403, 422),
    openapi_extra=_FORM,
)
async def send_office_file(request: Request, who: Who) -> Response:
    """Import a CODA or CAMT.053 file of several associations: each part into the building whose account it is, whole or
    not at all; what is nobody's is set aside by name."""

    async def allow(_fields: dict[str, str]) -> None:
        _somewhere(who)

    async with form_of(request, allow) as (form, incoming):
        data = await asyncio.to_thread(incoming.path.read_bytes)
        done = await import_for_office(who, form.file_name, data)
    return json_answer(_office(done, who.lang), 201)


@router.put(
    "/office/files",
    status_code=201,
    response_model=KeptOut,
    responses=problems(401, 403, 422),
    openapi_extra=_BYTES,
)
async def keep_office_file(request: Request, who: Who, name: Annotated[str, Query(max_length=300)] = "") -> Response:
    """Keep a bank's file of several associations for this session's page, for an hour. Nothing is imported by it."""
    _somewhere(who)
    return await _kept(request, who, name)


def _somewhere(who: Person) -> None:
    """Raises Forbidden for whoever keeps nobody's bank."""
    if not who.may_somewhere("bank.write"):
        raise Forbidden


async def _kept(request: Request, who: Person, name: str) -> Response:
    if who.session_id is None:
        raise Forbidden
    data = await read_body(request)
    return json_answer({"id": await asyncio.to_thread(import_files.keep, who.session_id, name, data)}, 201)


@router.put(
    "/files/{building_id}",
    status_code=201,
    response_model=KeptOut,
    responses=problems(401, 403, 404, 409, 422),
    openapi_extra=_BYTES,
)
async def keep_file(
    request: Request, who: Who, building_id: UUID, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Keep a bank's file for this session's page, for an hour. Nothing is imported by it."""
    if who.session_id is None:
        raise Forbidden
    async with work(who) as w:
        await books.open_book(w, building_id, "bank.write")
    return await _kept(request, who, name)


@router.get("/statement/{statement_id}", response_model=StatementDetail, responses=_READ)
async def read_statement(who: Who, statement_id: UUID) -> Response:
    """A statement with its movements, and what is proposed for each."""
    async with work(who) as w:
        view = await matching.statement_view(w, statement_id)
    movements = [_movement(line, who.lang) for line in view.lines]
    return json_answer({**values(view.row), "recognised": view.recognised, "movements": movements})


@router.post("/statement/{statement_id}/confirm", response_model=ConfirmedOut, responses=_READ)
async def confirm_certain(who: Who, statement_id: UUID) -> Response:
    """Post every movement that is certain."""
    async with work(who) as w:
        return json_answer({"posted": await matching.confirm_certain(w, statement_id)})


@router.post("/statement/{statement_id}/remove", status_code=204, responses=_READ)
async def remove(who: Who, statement_id: UUID, body: RemoveIn) -> Response:
    """Remove a statement that was imported by mistake, with a reason; none of its movements may be posted."""
    async with work(who) as w:
        await remove_statement(w, statement_id, body.reason)
    return Response(status_code=204)


@router.get("/payers/{building_id}", response_model=ListAnswer[PayerRow], responses=_READ)
async def list_payers(who: Who, building_id: UUID, query: Annotated[PageQuery, Query()]) -> Response:
    """What was learnt of payers: for whom the money of each is proposed."""
    async with work(who) as w:
        return listed(await payers_page(w, building_id, query.asked))


@router.patch("/payer/{payer_id}", status_code=204, responses=_READ)
async def change_payer(who: Who, payer_id: UUID, body: PayerIn) -> Response:
    """Say whether an account is for that target only: what comes from it is certain then."""
    async with work(who) as w:
        await learning.vouch(w, payer_id, sole=body.sole)
    return Response(status_code=204)


@router.delete("/payer/{payer_id}", status_code=204, responses=_READ)
async def forget_payer(who: Who, payer_id: UUID) -> Response:
    """Forget what was learnt of a payer; what was posted stays."""
    async with work(who) as w:
        await learning.forget(w, payer_id)
    return Response(status_code=204)


@router.put("/movement/{movement_id}/shares", status_code=204, responses=_READ)
async def choose(who: Who, movement_id: UUID, body: SharesIn) -> Response:
    """Say what a movement is for."""
    shares = [Share(Target(s.owner_id, s.supplier_id, s.account, s.line_id), s.cents) for s in body.shares]
    async with work(who) as w:
        await matching.choose(w, movement_id, shares)
    return Response(status_code=204)


@router.post("/movement/{movement_id}/confirm", response_model=Posted, responses=_READ)
async def confirm(who: Who, movement_id: UUID) -> Response:
    """Post a movement as it was decided or proposed."""
    async with work(who) as w:
        return json_answer(await matching.confirm(w, movement_id))


@router.post("/movement/{movement_id}/undo", response_model=Posted, responses=_READ)
async def undo(who: Who, movement_id: UUID, body: UndoIn) -> Response:
    """Take the entry of a movement back, with a reason; answers the entry that does so."""
    async with work(who) as w:
        return json_answer(await matching.undo(w, movement_id, body.reason))


def _imported(done: Imported, lang: str) -> dict[str, Any]:
    return {
        "statements": done.statements,
        "remarks": [tr(lang, remark.message, **remark.params) for remark in done.remarks],
        "document_id": done.document_id,
        "aside": _aside(done.aside, lang),
    }


def _aside(statements: Sequence[SetAside], lang: str) -> list[dict[str, Any]]:
    return [{**asdict(one), "why": tr(lang, one.why)} for one in statements]


def _office(done: OfficeImport, lang: str) -> dict[str, Any]:
    parts = [
        {
            "building_id": part.building_id, "building": part.building, "document_id": part.imported.document_id,
            "statements": part.imported.statements, "refused": part.refused.text(lang) if part.refused else "",
        }
        for part in done.parts
    ]  # fmt: skip
    remarks = [tr(lang, remark.message, **remark.params) for remark in done.remarks]
    return {"parts": parts, "aside": _aside(done.aside, lang), "remarks": remarks}


def _movement(line: matching.MatchLine, lang: str) -> dict[str, Any]:
    move, proposal = line.move, line.proposal
    return {
        **values(move),
        "shares": [{**asdict(s.target), "cents": s.cents} for s in line.ready],
        "decided": bool(line.shares) and not move.posted,
        "certain": line.certain,
        "by": move.matched_by if move.posted else proposal.by if proposal else "",
        "reason": tr(lang, proposal.reason, **proposal.params) if proposal else "",
        "names": [asdict(target) for target in proposal.split] if proposal else [],
    }
