"""REST: the balances of a closed year's statements, previewed, booked, taken back. Amounts are whole euro cents."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.rest.answers import answer, values
from koprogo_app.foundation.rest.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.statements.model import Credit
from koprogo_app.statements.queries import settlement as queries
from koprogo_app.statements.queries.settlement import SettlementLineRow, SettlementRow
from koprogo_app.statements.service import settlement as service
from koprogo_app.statements.service.settlement import Choices, Preview
from koprogo_app.workspace.api.common import Body, Who, caller

router = APIRouter(prefix="/api/v1", tags=["year settlements"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)
CreditChoice = Literal["carry", "refund"]


class BalanceOut(BaseModel):
    """What one co-owner was asked and bore of a fund: `cents` positive, she owes it; negative, it is in her favour."""

    owner_id: UUID
    owner: str
    fund: Literal["working", "works"]
    called_cents: int
    cost_cents: int
    cents: int
    refund_iban: str = Field(description="Where a credit can go back to; empty when no account is known")


class SettlementPreviewOut(BaseModel):
    """What booking the year would do; the balances of a fund add up to its result in the books."""

    year: str
    due_on: date = Field(description="The day proposed for paying")
    working_result_cents: int
    works_result_cents: int
    owed_cents: int
    credit_cents: int
    balances: list[BalanceOut]


@answer()
@dataclass(frozen=True, slots=True)
class SettlementDetail(SettlementRow):
    """A booking of a year's balances, with each co-owner's and what is still open of it."""

    lines: list[SettlementLineRow]


class SettlementsOut(BaseModel):
    """Bookings."""

    items: list[SettlementRow]


class SettlementIn(Body):
    """How the balances are booked."""

    due_on: date | None = Field(None, description="By when they are to be paid; default: as calls are")
    credit: CreditChoice = Field("carry", description="What becomes of running costs in a co-owner's favour")
    works_credit: CreditChoice = Field("carry", description="What becomes of works in a co-owner's favour")
    send: bool = Field(True, description="Whether the statements go out")
    mail: bool = Field(True, description="By mail to who has an address; else all are to be printed")


class SettlementBack(Body):
    """Why a booking is taken back."""

    reason: str = Field(min_length=1, max_length=500)


def _preview(found: Preview) -> SettlementPreviewOut:
    working, works = found.results.values()
    balances = [
        BalanceOut(
            owner_id=one.owner_id, owner=found.statement.people[one.owner_id].name, fund=one.fund.value,
            called_cents=one.called, cost_cents=one.cost, cents=one.cents,
            refund_iban=found.accounts.get(one.owner_id, "") if one.cents < 0 else "",
        )
        for one in found.balances
    ]  # fmt: skip
    return SettlementPreviewOut(
        year=found.year.name, due_on=found.due_on, working_result_cents=working, works_result_cents=works,
        owed_cents=found.owed, credit_cents=found.credits, balances=balances,
    )  # fmt: skip


async def _detail(w: Work, row: SettlementRow) -> SettlementDetail:
    return SettlementDetail(**{name: getattr(row, name) for name in row.__dataclass_fields__},
                            lines=await queries.settlement_lines(w, row.id))  # fmt: skip


@router.get("/buildings/{building_id}/year-settlements/{year}/preview", responses=_READ)
async def preview_settlement(who: Who, building_id: UUID, year: str) -> SettlementPreviewOut:
    """What booking the balances of a closed year would do. 409 says what stands in the way."""
    async with work(who) as w:
        return _preview(await service.preview(w, building_id, year))


@router.get("/buildings/{building_id}/year-settlements", responses=_READ)
async def list_settlements(who: Who, building_id: UUID) -> SettlementsOut:
    """The bookings of years' balances in a building, standing and taken back, latest first."""
    async with work(who) as w:
        await books.open_book(w, building_id, "reports.read")
        return SettlementsOut(items=await queries.settlements(w, building_id))


@router.get("/year-settlements/{year_settlement_id}", responses=_READ)
async def read_settlement(who: Who, year_settlement_id: UUID) -> SettlementDetail:
    """A booking, with each co-owner's balance and what is still open of it."""
    async with work(who) as w:
        row = await queries.settlement(w, year_settlement_id)
        require(w, "reports.read", row.organization_id, row.building_id)
        return await _detail(w, row)


@router.post(
    "/buildings/{building_id}/year-settlements/{year}",
    status_code=201,
    response_model=SettlementDetail,
    responses=_WRITE,
)
async def book_settlement(
    who: Who, building_id: UUID, year: str, body: SettlementIn, request: Request
) -> Response:  # fmt: skip
    """Book the balances of a closed year on the co-owners' accounts, and send the statements."""
    choices = Choices(body.due_on, Credit(body.credit), Credit(body.works_credit))
    async with work(who) as w:
        row = await service.book(w, building_id, year, choices, send=body.send, mail=body.mail)
        found = json_answer(values(await _detail(w, row)), 201)
        await keep_answer(w, request, found)
    return found


@router.post("/year-settlements/{year_settlement_id}/take-back", response_model=SettlementDetail, responses=_WRITE)
async def take_settlement_back(who: Who, year_settlement_id: UUID, body: SettlementBack, request: Request) -> Response:
    """Take a booking back by the reversal of its entry; what was paid on it becomes a credit."""
    async with work(who) as w:
        row = await service.take_back(w, year_settlement_id, body.reason)
        found = json_answer(values(await _detail(w, row)))
        await keep_answer(w, request, found)
    return found
