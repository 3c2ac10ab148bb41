"""REST: owners, with their contact data: for those who keep the books, and each person for herself."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.api.units import percent
from koprogo_app.estate.queries.owners import SORTS, OwnerRow, owner_card, owners_page
from koprogo_app.estate.service import owners as service
from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.workspace.api.common import (
    AddressIn,
    Lang,
    ListAnswer,
    ListQuery,
    Who,
    asked_of,
    caller,
    documented,
    listed,
    sort_field,
)


class OwnerFields(AddressIn):
    """The fields of an owner that can be written."""

    kind: Literal["person", "company"] = "person"
    first_name: str | None = Field(None, max_length=100, examples=["Anne"])
    enterprise_number: str | None = Field(None, max_length=30)
    lang: Lang = "fr"
    email: str | None = Field(None, max_length=254, examples=["anne.dubois@example.be"])
    phone: str | None = Field(None, max_length=30)
    email_consent_on: date | None = Field(
        None, description="Day of the written consent to convocation by e-mail (art. 3.87 §3); null withdraws it"
    )
    email_consent_ref: str | None = Field(None, max_length=200)


class OwnerIn(OwnerFields):
    """A new owner."""

    organization_id: UUID
    name: str = Field(max_length=200, description="Family name, or the company's name", examples=["DUBOIS"])


class OwnerChange(OwnerFields):
    """Fields to change; those left out stay. With `version`, 409 when the owner changed in the meantime."""

    name: str | None = Field(None, max_length=200)
    version: int | None = Field(None, ge=1, le=2**31)


class OwnerQuery(ListQuery):
    """Which owners."""

    sort: str = sort_field(SORTS)
    organization_id: UUID | None = None
    building_id: UUID | None = Field(None, description="Only those who hold a unit of this building today")
    lang: Lang | None = None
    problem: Literal["no_email", "no_consent", "no_address", "no_lot"] | None = None


class OwnedUnitOut(BaseModel):
    """A unit an owner holds today, and his right on it."""

    unit_id: UUID
    building_id: UUID
    building_name: str
    number: str
    kind: str
    share: int
    deed_total: int
    status: str
    right: str
    fraction: str
    percentage: float
    primary: bool
    valid_from: date


class OwnedUnits(BaseModel):
    """The units of an owner."""

    items: list[OwnedUnitOut]
    total: int


@router.get(
    "/owners",
    tags=["owners"],
    response_model=ListAnswer[OwnerRow],
    responses=problems(401, 403, 422),
    openapi_extra=documented(OwnerQuery),
)
async def list_owners(request: Request) -> Response:
    """Owners with their contact data.

    Sort by name, email, lang, city, lots, consent or kind. `text` looks in names, e-mail and unit numbers.
    """
    who, query = await caller(request), asked_of(request, OwnerQuery)
    async with work(who) as w:
        page = await owners_page(
            w,
            query.organization_id,
            query.asked,
            building_id=query.building_id,
            text=query.text,
            lang=query.lang or "",
            problem=query.problem or "",
        )
    return listed(page)


@router.post(
    "/owners", tags=["owners"], status_code=201, response_model=OwnerRow, responses=problems(400, 401, 403, 404, 422)
)
async def create_owner(who: Who, body: OwnerIn, request: Request) -> Response:
    """Enter a new owner."""
    async with work(who) as w:
        row = await service.create_owner(w, body.organization_id, body.given("organization_id"))
        answer = json_answer((await owner_card(w, row.id)).owner, 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/owners/{owner_id}", tags=["owners"], responses=problems(401, 403, 404, 422))
async def read_owner(who: Who, owner_id: UUID) -> OwnerRow:
    """An owner's card: for those who keep the books, and for the person herself."""
    async with work(who) as w:
        return (await owner_card(w, owner_id)).owner


@router.patch("/owners/{owner_id}", tags=["owners"], responses=problems(400, 401, 403, 404, 409, 422))
async def change_owner(who: Who, owner_id: UUID, body: OwnerChange) -> OwnerRow:
    """Change fields of an owner."""
    async with work(who) as w:
        await service.update_owner(w, owner_id, body.given("version"), version=body.version)
        return (await owner_card(w, owner_id)).owner


@router.delete("/owners/{owner_id}", tags=["owners"], status_code=204, responses=problems(401, 403, 404, 409, 422))
async def delete_owner(who: Who, owner_id: UUID) -> None:
    """Delete an owner who never held anything; otherwise he is part of the history: 409."""
    async with work(who) as w:
        await service.delete_owner(w, owner_id)


@router.get("/owners/{owner_id}/units", tags=["owners"], responses=problems(401, 403, 404, 422))
async def list_owner_units(who: Who, owner_id: UUID) -> OwnedUnits:
    """The units an owner holds today: for those who keep the books, and for the person herself."""
    async with work(who) as w:
        lots = (await owner_card(w, owner_id)).lots
    items = [
        OwnedUnitOut(
            unit_id=lot.lot_id,
            building_id=lot.building_id,
            building_name=lot.building_name,
            number=lot.number,
            kind=lot.kind,
            share=lot.lot_share,
            deed_total=lot.deed_total,
            status=lot.status,
            right=lot.right,
            fraction=f"{lot.numerator}/{lot.denominator}",
            percentage=percent(lot.numerator, lot.denominator),
            primary=lot.primary,
            valid_from=lot.valid_from,
        )
        for lot in lots
    ]
    return OwnedUnits(items=items, total=len(items))
