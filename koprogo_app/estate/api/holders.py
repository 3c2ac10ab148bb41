"""REST: who holds a unit: its owners, their percentages, the contact, transfers, the history."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import RightName, router
from koprogo_app.estate.queries.lots import HolderRow, lot_detail
from koprogo_app.estate.queries.owners import LotHistoryRow, lot_history
from koprogo_app.estate.service import ownership as service
from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.lawful import lawful
from koprogo_app.law.shares import Right
from koprogo_app.law.written import parse_share
from koprogo_app.workspace.api.common import Body, Who

Percentage = Annotated[
    float | Annotated[str, Field(max_length=40)],
    Field(description='In percent (33.3333), or an exact fraction ("1/3")', examples=["1/3", 33.3333]),
]


class UnitOwnersOut(BaseModel):
    """Who holds a unit today. The two totals are in percent, 100 when whole; `complete` once they are."""

    unit_id: UUID
    status: str = Field(examples=["complete"])
    complete: bool
    ownership_total: float = Field(description="Full and bare ownership", examples=[100])
    enjoyment_total: float = Field(description="Full ownership, usufruct and other rights of use", examples=[100])
    voting: str = Field(examples=["suspended"])
    owners: list[HolderRow]


class HolderIn(Body):
    """A person who comes to hold a right on a unit."""

    owner_id: UUID
    percentage: Percentage
    right: RightName = "full"
    primary: bool = Field(False, description="The contact for this unit")
    valid_from: date | None = Field(None, description="First day; of a draft the day its ownership began unless given")


class HoldersIn(Body):
    """All who hold a unit, at once."""

    owners: list[HolderIn] = Field(max_length=200)
    valid_from: date | None = None


class PercentageIn(Body):
    """A new percentage of a holder."""

    percentage: Percentage
    right: RightName | None = Field(None, description="Needed when the person holds several rights")
    valid_from: date | None = None


class PartIn(Body):
    """What one acquirer gets: a part of the whole unit (all there is, unless given), as a right (the seller's)."""

    owner_id: UUID
    percentage: Percentage | None = None
    right: RightName | None = None


class TransferIn(Body):
    """A transfer of ownership on a day."""

    seller_id: UUID
    valid_from: date = Field(description="First day on which the acquirers hold it")
    to: list[PartIn] = Field(min_length=1, max_length=50)
    right: RightName | None = Field(None, description="Which right is sold, when the seller holds several")


class HistoryPage(BaseModel):
    """Who held what on a unit, latest first."""

    items: list[LotHistoryRow]
    total: int


async def _owners(w: Work, unit_id: UUID) -> UnitOwnersOut:
    detail = await lot_detail(w, unit_id)
    lot = detail.lot
    return UnitOwnersOut(
        unit_id=lot.id,
        status=lot.status,
        complete=lot.status == "complete",
        ownership_total=float(round(lot.ownership * 100, 4)),
        enjoyment_total=float(round(lot.enjoyment * 100, 4)),
        voting=lot.voting,
        owners=detail.holders,
    )


@router.get("/units/{unit_id}/owners", tags=["owners of a unit"], responses=problems(401, 403, 404, 422))
async def list_unit_owners(who: Who, unit_id: UUID) -> UnitOwnersOut:
    """Who holds a unit today, with names and postal addresses (art. 3.89 §5 14°)."""
    async with work(who) as w:
        return await _owners(w, unit_id)


@router.post(
    "/units/{unit_id}/owners",
    tags=["owners of a unit"],
    status_code=201,
    response_model=UnitOwnersOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def add_unit_owner(who: Who, unit_id: UUID, body: HolderIn, request: Request) -> Response:
    """Let one more person hold a draft unit; it becomes complete when its rights total 100 %."""
    async with work(who) as w:
        await service.add_holder(
            w, unit_id, body.owner_id, body.percentage, right=body.right, on=body.valid_from, primary=body.primary
        )
        answer = json_answer(await _owners(w, unit_id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.put("/units/{unit_id}/owners", tags=["owners of a unit"], responses=problems(400, 401, 403, 404, 409, 422))
async def set_unit_owners(who: Who, unit_id: UUID, body: HoldersIn) -> UnitOwnersOut:
    """Say who holds a unit, all at once. A complete unit must stay whole; who held before stays in the history."""
    holders = [service.HolderInput(h.owner_id, h.percentage, h.right, h.primary) for h in body.owners]
    async with work(who) as w:
        await service.set_holders(w, unit_id, holders, on=body.valid_from)
        return await _owners(w, unit_id)


@router.delete(
    "/units/{unit_id}/owners/{owner_id}",
    tags=["owners of a unit"],
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def remove_unit_owner(
    who: Who,
    unit_id: UUID,
    owner_id: UUID,
    right: Annotated[RightName | None, Query(description="This right only")] = None,
) -> None:
    """Take a person out of a draft unit. On a complete unit only a transfer does that: 422."""
    async with work(who) as w:
        await service.remove_holder(w, unit_id, owner_id, right=right)


@router.put(
    "/units/{unit_id}/owners/{owner_id}/percentage",
    tags=["owners of a unit"],
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def change_unit_owner_percentage(who: Who, unit_id: UUID, owner_id: UUID, body: PercentageIn) -> UnitOwnersOut:
    """Change the percentage of a holder. A complete unit must stay whole."""
    async with work(who) as w:
        await service.change_percentage(w, unit_id, owner_id, body.percentage, right=body.right, on=body.valid_from)
        return await _owners(w, unit_id)


@router.put(
    "/units/{unit_id}/owners/{owner_id}/primary", tags=["owners of a unit"], responses=problems(401, 403, 404, 409, 422)
)
async def make_unit_owner_primary(who: Who, unit_id: UUID, owner_id: UUID) -> UnitOwnersOut:
    """Make a holder the one contact for the unit."""
    async with work(who) as w:
        await service.change_primary(w, unit_id, owner_id)
        return await _owners(w, unit_id)


@router.post(
    "/units/{unit_id}/owners/transfer",
    tags=["owners of a unit"],
    status_code=201,
    response_model=UnitOwnersOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def transfer_unit(who: Who, unit_id: UUID, body: TransferIn, request: Request) -> Response:
    """Transfer a right, or a part of it, on a day; the history is kept. A sum above what the seller holds: 422."""
    with lawful():
        parts = [
            service.Part(
                part.owner_id,
                None if part.percentage is None else parse_share(part.percentage, "percentage"),
                Right(part.right) if part.right else None,
            )
            for part in body.to
        ]
    async with work(who) as w:
        await service.transfer_lot(w, unit_id, body.seller_id, parts, body.valid_from, right=body.right)
        answer = json_answer(await _owners(w, unit_id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/units/{unit_id}/ownership-history", tags=["owners of a unit"], responses=problems(401, 403, 404, 422))
async def read_ownership_history(who: Who, unit_id: UUID) -> HistoryPage:
    """Who held what, latest first: for those who keep the books, and for an owner of that unit."""
    async with work(who) as w:
        rows = await lot_history(w, unit_id)
    return HistoryPage(items=rows, total=len(rows))
