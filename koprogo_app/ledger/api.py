"""REST of the books (`/api/v1/financial`): accounts, entries, statements. Amounts are whole euro cents."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.service import import_files
from koprogo_app.foundation.answers import answer, flat, flat_of, widened
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems, read_body
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.books import AccountRow
from koprogo_app.ledger.queries.entries import (
    SORTS,
    EntryDetail,
    EntryRow,
    Movement,
    account_detail,
    entries_page,
    entry_detail,
)
from koprogo_app.ledger.rules.integrity import Seal
from koprogo_app.ledger.rules.posting import MAX_CENTS, Draft, DraftLine
from koprogo_app.ledger.service import entries as service
from koprogo_app.ledger.service import integrity
from koprogo_app.workspace.api.common import Body, ListAnswer, ListQuery, PageQuery, Who, caller, listed, sort_field

router = APIRouter(prefix="/api/v1/financial", tags=["financial"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
Start = Annotated[date | None, Query(alias="from", description="First day; default: of the running financial year")]
End = Annotated[date | None, Query(alias="to", description="Last day; default: of the running financial year")]


class TrialRowOut(BaseModel):
    """An account: balances are debit minus credit."""

    code: str
    label: str
    opening_cents: int
    debit_cents: int
    credit_cents: int
    closing_cents: int


class TrialBalanceOut(BaseModel):
    """Trial balance of a period."""

    building_id: UUID
    start: date
    end: date
    rows: list[TrialRowOut]
    debit_cents: int
    credit_cents: int
    earlier_result_cents: int = Field(description="Costs and income of earlier years that are not closed yet")
    balanced: bool


@router.get("/accounts/{building_id}", response_model=list[AccountRow], responses=_READ)
async def read_accounts(who: Who, building_id: UUID) -> Response:
    """The chart of a building, by code."""
    async with work(who) as w:
        await books.open_book(w, building_id)
        return json_answer(await books.accounts(w, building_id), lang=who.lang)


@router.get("/trial-balance/{building_id}", responses=_READ)
async def read_trial_balance(who: Who, building_id: UUID, start: Start = None, end: End = None) -> TrialBalanceOut:
    """The trial balance of a period; without dates of the running financial year."""
    async with work(who) as w:
        found = await reports.trial_balance(w, building_id, start, end)
        names = {row.code: row.label(who.lang) for row in await books.accounts(w, building_id)}
    return TrialBalanceOut(
        building_id=building_id,
        start=found.period.start,
        end=found.period.end,
        rows=[
            TrialRowOut(
                code=row.code,
                label=names[row.code],
                opening_cents=row.opening,
                debit_cents=row.debit,
                credit_cents=row.credit,
                closing_cents=row.closing,
            )
            for row in found.rows
        ],
        debit_cents=found.debit,
        credit_cents=found.credit,
        earlier_result_cents=found.earlier_result,
        balanced=found.balanced,
    )


@router.get("/balance-sheet/{building_id}", response_model=reports.BalanceSheet, responses=_READ)
async def read_balance_sheet(who: Who, building_id: UUID, end: End = None) -> Response:
    """The balance sheet on a day, the year before beside it."""
    async with work(who) as w:
        found = await reports.balance_sheet(w, building_id, end)
    return json_answer(found, lang=who.lang)


@router.get("/income-statement/{building_id}", response_model=reports.IncomeStatement, responses=_READ)
async def read_income_statement(who: Who, building_id: UUID, start: Start = None, end: End = None) -> Response:
    """Costs and income of a period, the same days a year before beside them."""
    async with work(who) as w:
        found = await reports.income_statement(w, building_id, start, end)
    return json_answer(found, lang=who.lang)


@router.get("/accounts/{building_id}/{code}/movements", response_model=ListAnswer[Movement], responses=_READ)
async def read_movements(
    who: Who, building_id: UUID, code: str, query: Annotated[PageQuery, Query()], request: Request
) -> Response:
    """The movements of an account (or of all below a heading), with the running balance, oldest first."""
    async with work(who) as w:
        found = (await account_detail(w, building_id, code, query.asked)).movements
    return listed(found)


class KeptOut(BaseModel):
    """A file that waits for its preview."""

    id: str


@router.put(
    "/take-over/{building_id}",
    status_code=201,
    response_model=KeptOut,
    responses=problems(401, 403, 404, 409, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The file itself: CSV or XLSX of accounts and balances, 5 MB at most",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def keep_file(
    request: Request, building_id: UUID, who: Who, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Keep a file of balances for this session's page, for an hour. Nothing is written by it."""
    if who.session_id is None:
        raise Forbidden
    async with work(who) as w:
        await books.open_book(w, building_id, "ledger.write")
    data = await read_body(request)
    import_files.check_kind(data)
    file_id = await asyncio.to_thread(import_files.keep, who.session_id, name, data)
    return json_answer({"id": file_id}, 201)


class LineIn(Body):
    """A line to post: positive in debit, negative in credit."""

    account: str = Field(max_length=10, examples=["61210"])
    cents: int = Field(ge=-MAX_CENTS, le=MAX_CENTS, examples=[12550])
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    lot_id: UUID | None = None
    label: str = Field("", max_length=500)


class EntryIn(Body):
    """An entry to post; its lines add up to zero."""

    journal: str = Field(max_length=6, examples=["OD"])
    on: date
    document_ref: str = Field(min_length=1, max_length=200, examples=["Bank statement 12"])
    document_date: date | None = None
    label: str = Field("", max_length=500)
    lines: list[LineIn] = Field(min_length=2, max_length=2000)


class ReversalIn(Body):
    """Why an entry is taken back, and on which day (default: its own)."""

    reason: str = Field(min_length=1, max_length=500)
    on: date | None = None


class EntryQuery(ListQuery):
    """Which entries."""

    sort: str = sort_field(SORTS)
    journal: str = Field("", max_length=6)
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")


@router.get("/entries/{building_id}", response_model=ListAnswer[EntryRow], responses=_READ)
async def list_entries(who: Who, building_id: UUID, query: Annotated[EntryQuery, Query()]) -> Response:
    """The entries of a building, newest first. Sort by date, number, journal or document."""
    async with work(who) as w:
        found = await entries_page(
            w, building_id, query.asked, text=query.text, journal=query.journal, start=query.start, end=query.end
        )
    return listed(found)


@router.post(
    "/entries/{building_id}",
    status_code=201,
    response_model=flat_of(EntryDetail),
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def post_entry(who: Who, building_id: UUID, body: EntryIn, request: Request) -> Response:
    """Post an entry. It is numbered in its journal and never changes; a mistake is taken back."""
    async with work(who) as w:
        draft = Draft(
            body.journal,
            body.on,
            body.document_ref,
            [DraftLine(**line.model_dump()) for line in body.lines],
            document_date=body.document_date,
            label=body.label,
        )
        posted = await service.post(w, building_id, draft)
        await w.execute("set constraints entry_seal immediate")
        answer = json_answer(await _detail(w, posted.id, who.lang), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/entry/{entry_id}", response_model=flat_of(EntryDetail), responses=problems(401, 403, 404, 422))
async def read_entry(who: Who, entry_id: UUID) -> Response:
    """One entry with its lines and its seal."""
    async with work(who) as w:
        return json_answer(await _detail(w, entry_id, who.lang))


@router.post(
    "/entry/{entry_id}/reverse",
    status_code=201,
    response_model=flat_of(EntryDetail),
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def reverse_entry(who: Who, entry_id: UUID, body: ReversalIn, request: Request) -> Response:
    """Take an entry back by its mirror, once, with a reason."""
    async with work(who) as w:
        posted = await service.reverse(w, entry_id, body.reason, body.on)
        await w.execute("set constraints entry_seal immediate")
        answer = json_answer(await _detail(w, posted.id, who.lang), 201)
        await keep_answer(w, request, answer)
    return answer


async def _detail(w: Any, entry_id: UUID, lang: str) -> Any:
    found = await entry_detail(w, entry_id)
    lines = [replace(line, label=line.label or line.account_label(lang)) for line in found.lines]
    return flat(replace(found, lines=lines))


@answer(building_id="")
@dataclass(frozen=True, slots=True)
class BuildingSeal(Seal):
    """All checks of a building's books."""

    building_id: UUID


@router.get("/seal/{building_id}", response_model=BuildingSeal, responses=_READ)
async def read_seal(who: Who, building_id: UUID) -> Response:
    """Checks the books now: debits, hashes, numbers, individual accounts, carried balances, the reserve's cover."""
    async with work(who) as w:
        seal = await integrity.check(w, building_id)
    return json_answer(widened(BuildingSeal, seal, building_id=building_id), lang=who.lang)
