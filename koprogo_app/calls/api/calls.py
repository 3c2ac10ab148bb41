"""REST: calls for funds, their preview, posting and notices. Amounts are whole euro cents."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.queries.calls import (
    SORTS,
    CallLineRow,
    CallRow,
    InstalmentRow,
    PartRow,
    call_detail,
    call_lines,
    calls_page,
)
from koprogo_app.calls.queries.notices import NoticeRow, NoticeRunRow, notice_run, notices
from koprogo_app.calls.service import call_posting
from koprogo_app.calls.service import calls as service
from koprogo_app.calls.service import notices as notice_service
from koprogo_app.calls.service.calls import PartWanted, Preview, Wanted
from koprogo_app.foundation.answers import answer, values
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
from koprogo_app.workspace.api.common import Body, ListAnswer, SortQuery, Who, caller, listed, sort_field

router = APIRouter(prefix="/api/v1", tags=["calls"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
Kind = Literal["working", "reserve", "extraordinary"]
_WRITE = problems(400, 401, 403, 404, 409, 422)


@answer()
@dataclass(frozen=True, slots=True)
class CallDetail(CallRow):
    """A call with its parts, instalments, lines (once posted) and notices."""

    parts: list[PartRow]
    dates: list[InstalmentRow]
    lines: list[CallLineRow]
    notices: list[NoticeRow]


class PartIn(Body):
    """What is to be called for a fund, over all instalments."""

    kind: Kind
    cents: int = Field(gt=0, le=service.MAX_CENTS)
    key_id: UUID | None = Field(None, description="Empty: by the shares")


class DatesIn(Body):
    """An instalment."""

    called_on: date
    due_on: date


class CallIn(Body):
    """A call as it is written."""

    label: str = Field(min_length=1, max_length=200)
    parts: list[PartIn] = Field(min_length=1, max_length=10)
    instalments: list[DatesIn] = Field(min_length=1, max_length=24)
    decided_on: date | None = None
    decision_ref: str = Field("", max_length=200)

    @property
    def wanted(self) -> Wanted:
        """As the service takes it."""
        parts = [PartWanted(CallKind(part.kind), part.cents, part.key_id) for part in self.parts]
        days = [(one.called_on, one.due_on) for one in self.instalments]
        return Wanted(self.label, parts, days, self.decided_on, self.decision_ref)


class CallChange(CallIn):
    """The draft written anew; `version` is the one that was read."""

    version: int


class PreviewLineOut(BaseModel):
    """What an owner would be asked."""

    instalment: int = Field(description="From 1")
    kind: Kind
    lot_id: UUID
    lot: str
    owner_id: UUID
    owner: str
    weight: int
    weight_total: int
    lot_cents: int
    cents: int


class PreviewOut(BaseModel):
    """What a call would ask; the lines add up to `cents`. `left_out`: draft lots, which are not asked."""

    cents: int
    lines: list[PreviewLineOut]
    left_out: list[str]


class ReasonIn(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class NoticesIn(Body):
    """Whose notices: one instalment's (default: the first), mailed to who has an address unless `mail` is false."""

    instalment_id: UUID | None = None
    mail: bool = True


class CallQuery(SortQuery):
    """Which calls."""

    sort: str = sort_field(SORTS)
    status: Literal["", "draft", "posted", "cancelled"] = ""


@router.get("/buildings/{building_id}/calls", response_model=ListAnswer[CallRow], responses=_READ)
async def list_calls(who: Who, building_id: UUID, query: Annotated[CallQuery, Query()]) -> Response:
    """Calls, the latest due first. Sort by label, cents, due or status."""
    async with work(who) as w:
        found = await calls_page(w, building_id, query.asked, status=query.status)
    return listed(found)


@router.post("/buildings/{building_id}/calls", status_code=201, response_model=CallDetail, responses=_WRITE)
async def add_call(who: Who, building_id: UUID, body: CallIn, request: Request) -> Response:
    """Write a call as a draft."""
    async with work(who) as w:
        call = await service.save(w, building_id, body.wanted)
        answer = json_answer(await _detail(w, call.id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.post("/buildings/{building_id}/calls/preview", response_model=PreviewOut, responses=_WRITE)
async def preview_call(who: Who, building_id: UUID, body: CallIn) -> Response:
    """What a call would ask of whom; nothing is written."""
    async with work(who) as w:
        found = await service.preview(w, building_id, body.wanted)
    return json_answer(_previewed(found))


@router.get("/calls/{call_id}", response_model=CallDetail, responses=_READ)
async def read_call(who: Who, call_id: UUID) -> Response:
    """One call with its lines and notices."""
    async with work(who) as w:
        return json_answer(await _detail(w, call_id))


@router.put("/calls/{call_id}", response_model=CallDetail, responses=_WRITE)
async def change_call(who: Who, call_id: UUID, body: CallChange) -> Response:
    """Write a draft anew."""
    async with work(who) as w:
        found = await call_detail(w, call_id, "calls.write")
        await service.save(w, found.call.building_id, body.wanted, call_id=call_id, version=body.version)
        return json_answer(await _detail(w, call_id))


@router.delete("/calls/{call_id}", status_code=204, responses=_WRITE)
async def delete_call(who: Who, call_id: UUID) -> None:
    """Throw a draft away."""
    async with work(who) as w:
        await service.delete(w, call_id)


@router.post("/calls/{call_id}/post", response_model=CallDetail, responses=_WRITE)
async def post_call(who: Who, call_id: UUID, request: Request) -> Response:
    """Post a draft: each owner then owes his part."""
    async with work(who) as w:
        await call_posting.post(w, call_id)
        answer = json_answer(await _detail(w, call_id))
        await keep_answer(w, request, answer)
    return answer


@router.post("/calls/{call_id}/cancel", response_model=CallDetail, responses=_WRITE)
async def cancel_call(who: Who, call_id: UUID, body: ReasonIn, request: Request) -> Response:
    """Take a posted call back by reversing its entries."""
    async with work(who) as w:
        await call_posting.cancel(w, call_id, body.reason)
        answer = json_answer(await _detail(w, call_id))
        await keep_answer(w, request, answer)
    return answer


@router.post("/calls/{call_id}/notices", status_code=202, response_model=NoticeRunRow, responses=_WRITE)
async def make_notices(who: Who, call_id: UUID, body: NoticesIn, request: Request) -> Response:
    """Ask for the notices of an instalment; they are made and sent in the background."""
    async with work(who) as w:
        instalment = body.instalment_id or (await call_detail(w, call_id, "calls.write")).instalments[0].id
        run = await notice_service.ask(w, call_id, instalment, mail=body.mail)
        answer = json_answer(await notice_run(w, run.id), 202)
        await keep_answer(w, request, answer)
    return answer


@router.get("/notice-runs/{run_id}", response_model=NoticeRunRow, responses=_READ)
async def read_run(who: Who, run_id: UUID) -> Response:
    """How far the notices are."""
    async with work(who) as w:
        return json_answer(await notice_run(w, run_id))


async def _detail(w: Work, call_id: UUID) -> dict[str, Any]:
    detail = await call_detail(w, call_id)
    return {
        **values(detail.call), "parts": detail.parts, "dates": detail.instalments,
        "lines": await call_lines(w, call_id), "notices": await notices(w, call_id),
    }  # fmt: skip


def _previewed(found: Preview) -> dict[str, Any]:
    return {
        "cents": found.cents,
        "left_out": found.left_out,
        "lines": [
            {
                "instalment": line.instalment + 1, "kind": line.kind.value, "lot_id": line.asked.lot_id,
                "lot": found.lots[line.asked.lot_id].number, "owner_id": line.asked.owner_id,
                "owner": found.people[line.asked.owner_id].name, "weight": line.asked.weight,
                "weight_total": line.asked.weight_total, "lot_cents": line.asked.lot_cents, "cents": line.asked.cents,
            }
            for line in found.lines
        ],
    }  # fmt: skip
