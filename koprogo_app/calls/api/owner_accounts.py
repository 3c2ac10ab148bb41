"""REST: owners' accounts, payments by hand, instalment plans. Amounts are whole euro cents."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.calls.facts import Claim
from koprogo_app.calls.queries.owner_account import AccountLine, SettledRow, account_page, settled_rows
from koprogo_app.calls.queries.plans import PlanRow, plans_of
from koprogo_app.calls.rules.plans import Term, followed, state
from koprogo_app.calls.service import plans
from koprogo_app.calls.service.claims import claim
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.ledger.rules.posting import MAX_CENTS
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import may_read_account, open_items, standing
from koprogo_app.payments.service import payments, settling
from koprogo_app.payments.service.payments import Money
from koprogo_app.workspace.api.common import Body, PageOut, PageQuery, Who, caller, page_of

router = APIRouter(prefix="/api/v1", tags=["owners' accounts"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)


class AccountOut(PageOut):
    """An owner's account in a building, its lines latest first; positive: the owner owes."""

    building_id: UUID
    owner_id: UUID
    communication: str = Field(description="Structured message of the owner here", examples=["+++000/1000/00128+++"])
    balance_cents: int
    due_cents: int
    credit_cents: int
    open: list[OpenItem]
    items: list[AccountLine]
    settled: list[SettledRow]


class AccountQuery(PageQuery):
    """Which account: an owner's in one building."""

    building_id: UUID


class PaymentIn(Body):
    """A payment by an owner, or money back to him. `aims`: the lines that the payer names, settled first."""

    owner_id: UUID
    kind: Literal["payment", "refund"] = "payment"
    cents: int = Field(gt=0, le=MAX_CENTS)
    on: date
    journal: str = Field(max_length=6, description="A bank or cash journal", examples=["BQE"])
    reference: str = Field(min_length=1, max_length=200, examples=["Statement 12"])
    label: str = Field("", max_length=200)
    aims: list[UUID] = Field(default_factory=list, max_length=200)


class PaymentOut(BaseModel):
    """The entry that was posted."""

    entry_id: UUID
    journal: str
    number: int


class TermIn(Body):
    """A payment of a plan."""

    due_on: date
    cents: int = Field(gt=0, le=MAX_CENTS)


class PlanIn(Body):
    """A plan: what is open of the owner (or of the named lines), paid over these terms, which add up to it."""

    owner_id: UUID
    terms: list[TermIn] = Field(min_length=1, max_length=60)
    lines: list[UUID] = Field(default_factory=list, max_length=500)
    agreed_on: date | None = None
    note: str = Field("", max_length=500)


class PlanOut(BaseModel):
    """A plan; its state is read from what is paid."""

    id: UUID
    owner_id: UUID
    agreed_on: date
    note: str
    cents: int
    paid_cents: int
    state: str = Field(description="`kept`, `late`, `done`, `ended` or `void` (its debts were taken back)")
    terms: list[Term]


class ReasonIn(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


@router.get("/owners/{owner_id}/account", response_model=AccountOut, responses=_READ)
async def read_account(who: Who, owner_id: UUID, query: Annotated[AccountQuery, Query()]) -> Response:
    """An owner's account: for those who read the books, and for herself."""
    async with work(who) as w:
        return json_answer(await _account(w, query.building_id, owner_id, query))


async def _account(w: Work, building_id: UUID, owner_id: UUID, query: AccountQuery) -> dict[str, Any]:
    await may_read_account(w, building_id, owner_id)
    items = await open_items(w, building_id, owner_id=owner_id)
    page = await account_page(w, building_id, owner_id, query.asked)
    sums = standing([item for item in items if item.on <= w.today], w.today)
    found = await claim(w, building_id, owner_id)
    rows = await settled_rows(w, building_id, owner_id)
    return {
        "building_id": building_id, "owner_id": owner_id,
        "communication": show_communication(found.communication) if found.communication else "",
        "balance_cents": sums.balance, "due_cents": found.late_cents, "credit_cents": sums.credit_cents,
        "open": items,
        "items": page.rows,
        "settled": rows,
        **page_of(page),
    }  # fmt: skip


@router.get("/buildings/{building_id}/owners/{owner_id}/claim", response_model=Claim, responses=_READ)
async def read_claim(who: Who, building_id: UUID, owner_id: UUID) -> Response:
    """What an owner owes today and how it is paid, by fund and bank account; what comes, plans, interest, pauses.

    For those who read the books, and for herself.
    """
    async with work(who) as w:
        return json_answer(await claim(w, building_id, owner_id))


@router.post("/buildings/{building_id}/payments", status_code=201, response_model=PaymentOut, responses=_WRITE)
async def add_payment(who: Who, building_id: UUID, body: PaymentIn, request: Request) -> Response:
    """Record a payment (oldest debt first; too much stays as credit) or a refund (out of the credit)."""
    money = Money(body.cents, body.on, body.journal, body.reference, body.label)
    async with work(who) as w:
        if body.kind == "refund":
            posted = await payments.refund(w, building_id, body.owner_id, money)
        else:
            posted = await payments.receive(w, building_id, body.owner_id, money, body.aims)
        answer = json_answer({"entry_id": posted.id, "journal": posted.journal, "number": posted.number}, 201)
        await keep_answer(w, request, answer)
    return answer


@router.delete("/settlements/{settlement_id}", status_code=204, responses=_WRITE)
async def undo_settlement(who: Who, settlement_id: UUID) -> None:
    """Open again what a payment settled; the payment becomes a credit."""
    async with work(who) as w:
        await settling.unsettle(w, settlement_id)


@router.get("/buildings/{building_id}/plans", responses=_READ)
async def list_plans(who: Who, building_id: UUID) -> list[PlanOut]:
    """The instalment plans of a building, running ones first."""
    async with work(who) as w:
        return [_plan(row, w.today) for row in await plans_of(w, building_id)]


@router.post("/buildings/{building_id}/plans", status_code=201, response_model=PlanOut, responses=_WRITE)
async def add_plan(who: Who, building_id: UUID, body: PlanIn, request: Request) -> Response:
    """Agree on a plan with an owner."""
    terms = [Term(one.due_on, one.cents) for one in body.terms]
    async with work(who) as w:
        made = await plans.agree(w, building_id, body.owner_id, terms, lines=body.lines, agreed_on=body.agreed_on,
                                 note=body.note)  # fmt: skip
        (row,) = await plans_of(w, building_id, plan_id=made.id)
        answer = json_answer(_plan(row, w.today).model_dump(mode="json"), 201)
        await keep_answer(w, request, answer)
    return answer


@router.post("/plans/{plan_id}/end", response_model=PlanOut, responses=_WRITE)
async def end_plan(who: Who, plan_id: UUID, body: ReasonIn) -> PlanOut:
    """End a plan: the debts stand as before."""
    async with work(who) as w:
        plan = await plans.end(w, plan_id, body.reason)
        (row,) = await plans_of(w, plan.building_id, plan_id=plan_id)
        return _plan(row, w.today)


def _plan(row: PlanRow, today: date) -> PlanOut:
    terms = followed([Term(day, cents) for day, cents in row.terms], row.paid_cents)
    return PlanOut(
        id=row.id, owner_id=row.owner_id, agreed_on=row.agreed_on, note=row.note, cents=row.cents,
        paid_cents=row.paid_cents, state=state(terms, ended=row.ended_at is not None, today=today),
        terms=list(terms),
    )  # fmt: skip
