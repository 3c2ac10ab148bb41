"""REST: who is late, reminders, the policy, and the rates of interest. Amounts are whole euro cents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.documents.api.sending import send_content
from koprogo_app.documents.api.shapes import BundleOut
from koprogo_app.documents.service.bundling import bundle_of
from koprogo_app.documents.service.showing import content
from koprogo_app.foundation.answers import answer, widened
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper import pdf
from koprogo_app.identity.access import person
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import Policy
from koprogo_app.recovery.queries.holding import PauseRow
from koprogo_app.recovery.queries.policy import RateRow, civil_rates, policy_of
from koprogo_app.recovery.queries.reminders import DebtRow, ReminderRow, debts_of, reminder_row, reminders
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service import dossier, overview, pausing, policies, preparing, proving, sending
from koprogo_app.workspace.api.common import Body, Who, caller

router = APIRouter(prefix="/api/v1", tags=["recovery"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409)
_WRITE = problems(401, 403, 404, 409, 422)
ChannelName = Literal["email", "post", "registered"]


class ArrearsOut(BaseModel):
    """The arrears of a building."""

    building_id: UUID
    total: Ageing
    bank_behind: bool = Field(description="The bank's newest statement is too old: payments may be on their way")
    items: list[overview.OwnerArrears]


@router.get("/buildings/{building_id}/arrears", response_model=ArrearsOut, responses=_READ)
async def arrears_list(building_id: UUID, who: Who) -> Response:
    """Who is late in a building, with ages, interest to date and what comes next."""
    async with work(who) as w:
        found = await overview.arrears(w, building_id)
    told = {"building_id": building_id, "total": found.total, "bank_behind": found.bank_behind, "items": found.rows}
    return json_answer(told)


@answer()
@dataclass(frozen=True, slots=True)
class Reminder(ReminderRow):
    """A reminder; a list leaves its debts out."""

    debts: list[DebtRow]


class RemindersOut(BaseModel):
    """The reminders of a building, newest first."""

    items: list[Reminder]


@router.get("/buildings/{building_id}/reminders", response_model=RemindersOut, responses=problems(401, 403, 404, 422))
async def reminder_list(
    building_id: UUID, who: Who, owner_id: UUID | None = None,
    status: Literal["", "prepared", "sent", "cancelled"] = "",
) -> Response:  # fmt: skip
    """The reminders of a building, of one owner when named."""
    async with work(who) as w:
        await books.book(w, building_id, "recovery.read")
        rows = await reminders(w, building_id, owner_id=owner_id, status=status)
    return json_answer({"items": [widened(Reminder, row, debts=[]) for row in rows]})


class PreparedOut(BaseModel):
    """What preparing did: new reminders, and how many were dropped because all was paid."""

    reminders: list[UUID]
    dropped: int


@router.post("/buildings/{building_id}/reminders", status_code=201, response_model=PreparedOut, responses=_WRITE)
async def reminder_prepare(request: Request, building_id: UUID, who: Who) -> Response:
    """Prepare what is due for its next level today. Again the same day it finds nothing more."""
    async with work(who) as w:
        done = await preparing.prepare(w, building_id)
        answer = json_answer(PreparedOut(reminders=list(done.new), dropped=done.dropped).model_dump(mode="json"), 201)
        await keep_answer(w, request, answer)
    return answer


async def _one(reminder_id: UUID, who: Who) -> Response:
    async with work(who) as w:
        row = await reminder_row(w, reminder_id)
        return json_answer(widened(Reminder, row, debts=await debts_of(w, reminder_id)))


@router.post("/reminders/{reminder_id}/send", response_model=Reminder, responses=_WRITE)
async def reminder_send(reminder_id: UUID, who: Who) -> Response:
    """Send a prepared reminder: its letter is filed and, with an address, mailed. Answers 409 when it was sent before.

    A reminder whose debts were paid meanwhile comes back cancelled.
    """
    await sending.send(who, reminder_id)
    return await _one(reminder_id, who)


class CancelIn(Body):
    """Why a reminder is not sent, or its interest and costs are taken back."""

    reason: str = Field(min_length=1, max_length=500)


@router.post("/reminders/{reminder_id}/cancel", response_model=Reminder, responses=_WRITE)
async def reminder_cancel(reminder_id: UUID, who: Who, body: CancelIn) -> Response:
    """Give up a prepared reminder; its debts reach the next level in their time."""
    async with work(who) as w:
        await sending.cancel(w, reminder_id, body.reason)
    return await _one(reminder_id, who)


class ProofIn(Body):
    """The registered letter: its number, and the document that proves it."""

    tracking: str = Field("", max_length=60)
    document_id: UUID | None = None


@router.post("/reminders/{reminder_id}/proof", response_model=Reminder, responses=_WRITE)
async def reminder_proof(reminder_id: UUID, who: Who, body: ProofIn) -> Response:
    """Note the number of the registered letter and its proof."""
    async with work(who) as w:
        await proving.prove(w, reminder_id, tracking=body.tracking, document_id=body.document_id)
    return await _one(reminder_id, who)


@router.post("/reminders/{reminder_id}/charge", response_model=Reminder, responses=_WRITE)
async def reminder_charge(reminder_id: UUID, who: Who) -> Response:
    """Put the interest and costs of a sent reminder on the owner's account, once: what is not there already."""
    async with work(who) as w:
        await proving.charge(w, reminder_id)
    return await _one(reminder_id, who)


@router.post("/reminders/{reminder_id}/take-back", response_model=Reminder, responses=_WRITE)
async def reminder_take_back(reminder_id: UUID, who: Who, body: CancelIn) -> Response:
    """Take the interest and costs of a reminder off the account again, by a reversal."""
    async with work(who) as w:
        await proving.take_back(w, reminder_id, body.reason)
    return await _one(reminder_id, who)


@router.post("/reminders/{reminder_id}/waive", response_model=Reminder, responses=_WRITE)
async def reminder_waive(reminder_id: UUID, who: Who, body: CancelIn) -> Response:
    """Waive the costs of a sent reminder for good, with the reason: no claim or later letter asks for them again."""
    async with work(who) as w:
        await proving.waive(w, reminder_id, body.reason)
    return await _one(reminder_id, who)


@router.get("/reminders/{reminder_id}/pdf", response_class=Response, responses=_READ)
async def reminder_pdf(request: Request, reminder_id: UUID, who: Who) -> Response:
    """The letter: as it was sent, or as it would go out now."""
    async with work(who) as w:
        row = await w.one("select document_id, status from reminder where id = %(r)s", _Paper, r=reminder_id)
        if row.document_id is not None:
            return await send_content(request, await content(w, row.document_id))
        if row.status == "cancelled":
            raise Conflict(N_("This reminder was cancelled."))
        html = await sending.preview(w, reminder_id)
    return Response(await pdf.render(html), media_type="application/pdf", headers={"cache-control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Paper:
    document_id: UUID | None
    status: str


@router.get("/buildings/{building_id}/recovery-policy", response_model=Policy, responses=_READ)
async def policy_get(building_id: UUID, who: Who) -> Policy:
    """How a building recovers."""
    async with work(who) as w:
        await books.book(w, building_id, "recovery.read")
        return await policy_of(w, building_id)


class LevelIn(Body):
    """What changes of a step."""

    days: int | None = Field(None, ge=1, le=365)
    channel: ChannelName | None = None
    costs_cents: int | None = Field(None, ge=0, le=100_000)
    automatic: bool | None = None
    react_days: int | None = Field(None, ge=1, le=90)


class PolicyIn(Body):
    """What changes of a policy; `levels` by number: "1", "2", "3"."""

    basis: Literal["none", "statutory", "clause"] | None = None
    clause_percent: Decimal | None = Field(None, ge=0, le=100)
    clause_start: Literal["due", "notice"] | None = None
    clause_reference: str | None = Field(None, max_length=300)
    day_count: Literal["365", "actual"] | None = None
    guard: bool | None = None
    bank_days: int | None = Field(None, ge=0, le=30)
    charges_first: bool | None = None
    version: int | None = None
    levels: dict[Literal["1", "2", "3"], LevelIn] = Field(default_factory=dict)


@router.patch("/buildings/{building_id}/recovery-policy", response_model=Policy, responses=_WRITE)
async def policy_set(building_id: UUID, who: Who, body: PolicyIn) -> Policy:
    """Change how a building recovers."""
    values: dict[str, Any] = {k: v for k, v in body.given("levels", "version").items() if v is not None}
    for number, step in body.levels.items():
        given = {k.removesuffix("_cents"): v for k, v in step.given().items() if v is not None}
        values |= {f"{name}_{number}": value for name, value in given.items()}
    async with work(who) as w:
        return await policies.set_policy(w, building_id, values, version=body.version)


class PauseIn(Body):
    """Why and until when nothing is sent to an owner."""

    owner_id: UUID
    kind: Literal["dispute", "restriction", "other"]
    reason: str = Field(min_length=1, max_length=500)
    until: date | None = Field(None, description="Last day; without it until the pause is ended")


@router.post("/buildings/{building_id}/recovery-pauses", status_code=201, response_model=PauseRow, responses=_WRITE)
async def pause_begin(request: Request, building_id: UUID, who: Who, body: PauseIn) -> Response:
    """Send nothing more to an owner for a while."""
    async with work(who) as w:
        row = await pausing.begin_pause(w, building_id, body.owner_id, body.kind, body.reason, body.until)
        told = PauseRow(row.id, row.building_id, row.owner_id, row.kind, row.reason, row.since, row.until)
        answer = json_answer(told, 201)
        await keep_answer(w, request, answer)
    return answer


@router.delete("/recovery-pauses/{pause_id}", status_code=204, responses=problems(401, 403, 404))
async def pause_end(pause_id: UUID, who: Who) -> Response:
    """End a pause."""
    async with work(who) as w:
        await pausing.end_pause(w, pause_id)
    return Response(status_code=204)


@router.post(
    "/buildings/{building_id}/owners/{owner_id}/recovery-file", status_code=202, response_model=BundleOut,
    responses=_WRITE,
)  # fmt: skip
async def recovery_file(building_id: UUID, owner_id: UUID, who: Who) -> BundleOut:
    """Ask for the zip for the lawyer: statement, calls, minutes, letters, proofs; follow it as a bundle."""
    bundle_id = await dossier.make_file(who, building_id, owner_id)
    async with work(who) as w:
        return BundleOut.of(await bundle_of(w, bundle_id))


class RatesOut(BaseModel):
    """Every civil rate, newest first."""

    items: list[RateRow]


@router.get("/interest-rates", response_model=RatesOut, responses=problems(401))
async def rates_get(who: Who) -> RatesOut:
    """The civil legal rate of each year."""
    async with work(who) as w:
        person(w)
        return RatesOut(items=[*await civil_rates(w)])


class RateIn(Body):
    """The rate of a year to come."""

    percent: Decimal = Field(ge=0, le=25)
    source: str = Field(min_length=1, max_length=300)


@router.put("/interest-rates/{year}", response_model=RatesOut, responses=problems(401, 403, 409, 422))
async def rate_set(year: int, who: Who, body: RateIn) -> RatesOut:
    """Type the civil rate of a year the program does not know yet (superadmins)."""
    async with work(who) as w:
        await policies.set_rate(w, year, body.percent, body.source)
    return await rates_get(who)
