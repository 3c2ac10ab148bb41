"""REST: units, which are the lots: their list, one of them, splitting and merging, the mandatary."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.queries.lots import SORTS, HolderRow, LotDetail, LotFilter, lot_detail, lots_json
from koprogo_app.estate.service import division, ownership
from koprogo_app.estate.service import lots as service
from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.workspace.api.common import (
    Body,
    ListQuery,
    PageOut,
    Who,
    asked_of,
    caller,
    documented,
    sort_field,
)

Kind = Literal["apartment", "house", "shop", "office", "cellar", "garage", "parking", "other"]
Status = Literal["draft", "complete"]
Area = Annotated[float | None, Field(gt=0, lt=10_000_000, description="Net floor area, m²", examples=[72.5])]
Share = Annotated[int, Field(ge=0, le=10**12, description="Shares over the building's deed total", examples=[349])]
Floor = Annotated[int | None, Field(ge=-20, le=200)]


class UnitIn(Body):
    """A new unit: a draft until its ownership is complete."""

    building_id: UUID
    number: str = Field(max_length=40, examples=["A1.1"])
    kind: Kind
    floor: Floor = None
    area: Area = None
    share: Share = 0
    position: int | None = Field(None, ge=0, le=100_000, description="Place in the deed; the last unless given")


class UnitChange(Body):
    """Fields to change; those left out stay. With `version`, 409 when the unit changed in the meantime."""

    number: str | None = Field(None, max_length=40)
    kind: Kind | None = None
    floor: Floor = None
    area: Area = None
    share: Share | None = None
    position: int | None = Field(None, ge=0, le=100_000)
    version: int | None = Field(None, ge=1, le=2**31)


class MandataryOut(BaseModel):
    """Who votes for a unit held by several."""

    owner_id: UUID
    name: str


class UnitOwnerOut(BaseModel):
    """Who holds which right on a unit, and how much of it: the exact fraction, and in percent."""

    owner_id: UUID
    name: str
    right: str
    fraction: str = Field(examples=["1/3"])
    numerator: int = Field(examples=[1])
    denominator: int = Field(examples=[3])
    percentage: float = Field(examples=[33.3333])
    primary: bool


class UnitRowOut(BaseModel):
    """A unit in a list."""

    id: UUID
    building_id: UUID
    number: str
    position: int
    kind: Kind
    floor: int | None
    area: float | None
    share: int
    status: Status
    complete_from: date | None
    voting: Literal["votes", "suspended", "draft"]
    mandatary: MandataryOut | None
    owners: list[UnitOwnerOut]
    version: int


class UnitPage(PageOut):
    """A page of units."""

    items: list[UnitRowOut]


class UnitOut(UnitRowOut):
    """A unit with its holders of today, their postal addresses every co-owner may ask for (art. 3.89 §5 14°)."""

    building_name: str
    organization_id: UUID
    deed_total: int
    retired_on: date | None
    owners: list[HolderRow]  # type: ignore[assignment]


class UnitQuery(ListQuery):
    """Which units."""

    sort: str = sort_field(SORTS)
    building_id: UUID
    kind: Kind | None = None
    status: Status | None = None
    problem: Literal["draft", "no_owner", "suspended", "no_share"] | None = None


def unit_out(detail: LotDetail) -> UnitOut:
    """A unit as the API shows it."""
    named = detail.mandatary
    return UnitOut.model_validate(
        {
            **{name: getattr(detail.lot, name) for name in UnitOut.model_fields if hasattr(detail.lot, name)},
            "building_name": detail.building_name,
            "organization_id": detail.organization_id,
            "deed_total": detail.deed_total,
            "mandatary": {"owner_id": named.owner_id, "name": named.name} if named else None,
            "owners": detail.holders,
        }
    )


@router.get(
    "/units",
    tags=["units"],
    response_model=UnitPage,
    responses=problems(401, 403, 404, 422),
    openapi_extra=documented(UnitQuery),
)
async def list_units(request: Request) -> Response:
    """The units of a building, in the order of the deed.

    Sort by number, position, kind, floor, area, share, status or holders. `text` looks in numbers and owners' names.
    """
    who, query = await caller(request), asked_of(request, UnitQuery)
    chosen = LotFilter(query.text, query.kind or "", query.status or "", query.problem or "")
    async with work(who) as w:
        page = await lots_json(w, query.building_id, query.asked, chosen)
    items = ",".join(row.item for row in page.rows)
    return json_answer(
        f'{{"items":[{items}],"total":{page.total},"page":{page.number},"per_page":{page.per_page},'
        f'"pages":{page.pages}}}'.encode()
    )


@router.post(
    "/units", tags=["units"], status_code=201, response_model=UnitOut, responses=problems(400, 401, 403, 404, 409, 422)
)
async def create_unit(who: Who, body: UnitIn, request: Request) -> Response:
    """Enter a new unit, a draft."""
    values = {field: value for field, value in body.given("building_id").items() if value is not None}
    async with work(who) as w:
        lot = await service.create_lot(w, body.building_id, values)
        answer = json_answer(unit_out(await lot_detail(w, lot.id)), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/units/{unit_id}", tags=["units"], responses=problems(401, 403, 404, 422))
async def read_unit(who: Who, unit_id: UUID) -> UnitOut:
    """One unit, with its holders' names and postal addresses."""
    async with work(who) as w:
        return unit_out(await lot_detail(w, unit_id))


@router.patch("/units/{unit_id}", tags=["units"], responses=problems(400, 401, 403, 404, 409, 422))
async def change_unit(who: Who, unit_id: UUID, body: UnitChange) -> UnitOut:
    """Change fields of a unit. Its share is settled once the units add up to the deed (art. 3.88 §3)."""
    async with work(who) as w:
        await service.update_lot(w, unit_id, body.given("version"), version=body.version)
        return unit_out(await lot_detail(w, unit_id))


@router.delete("/units/{unit_id}", tags=["units"], status_code=204, responses=problems(401, 403, 404, 409, 422))
async def delete_unit(who: Who, unit_id: UUID) -> None:
    """Delete a draft. A complete unit is part of the history: 409."""
    async with work(who) as w:
        await service.delete_lot(w, unit_id)


class PartIn(Body):
    """A unit that comes out of a split."""

    number: str = Field(max_length=40, examples=["A1.1a"])
    share: Annotated[int, Field(ge=1, le=10**12)]
    kind: Kind | None = None
    floor: Floor = None
    area: Area = None


class SplitIn(Body):
    """The parts of a split, and the decision that allows it."""

    parts: list[PartIn] = Field(min_length=2, max_length=50)
    decided_on: date | None = None
    reference: str = Field("", max_length=500, examples=["Acte modificatif du 12/05/2026"])


class MergeIn(Body):
    """The units to merge, and the decision that allows it."""

    unit_ids: list[UUID] = Field(min_length=2, max_length=50)
    number: str = Field(max_length=40)
    kind: Kind | None = None
    decided_on: date | None = None
    reference: str = Field("", max_length=500)


class UnitsOut(BaseModel):
    """Units that were made."""

    items: list[UnitOut]


def _decision(body: SplitIn | MergeIn) -> division.Decision | None:
    return division.Decision(body.decided_on, body.reference) if body.decided_on and body.reference.strip() else None


@router.post(
    "/units/{unit_id}/split",
    tags=["units"],
    status_code=201,
    response_model=UnitsOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def split_unit(who: Who, unit_id: UUID, body: SplitIn, request: Request) -> Response:
    """Split a unit; refused with its reason (art. 3.88 §3) without a decision."""
    parts = [division.LotPart(p.number, p.share, p.kind, p.floor, p.area) for p in body.parts]
    async with work(who) as w:
        made = await division.split_lot(w, unit_id, parts, _decision(body))
        answer = json_answer({"items": [unit_out(await lot_detail(w, lot.id)) for lot in made]}, 201)
        await keep_answer(w, request, answer)
    return answer


@router.post(
    "/units/merge",
    tags=["units"],
    status_code=201,
    response_model=UnitOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def merge_units(who: Who, body: MergeIn, request: Request) -> Response:
    """Merge units that the same owners hold; refused with its reason (art. 3.88 §3) without a decision."""
    async with work(who) as w:
        lot = await division.merge_lots(w, body.unit_ids, body.number, _decision(body), kind=body.kind)
        answer = json_answer(unit_out(await lot_detail(w, lot.id)), 201)
        await keep_answer(w, request, answer)
    return answer


class MandataryIn(Body):
    """Who votes for a unit held by several, named in writing (art. 3.87 §1 al. 2)."""

    owner_id: UUID
    since: date
    until: date | None = None
    reference: str = Field(max_length=500, examples=["Lettre du 31/01/2026"])


@router.put("/units/{unit_id}/mandatary", tags=["units"], responses=problems(400, 401, 403, 404, 409, 422))
async def name_mandatary(who: Who, unit_id: UUID, body: MandataryIn) -> UnitOut:
    """Record the mandatary whom the holders named; the one in force ends on that day."""
    async with work(who) as w:
        await ownership.name_mandatary(w, unit_id, body.owner_id, body.since, body.reference, until=body.until)
        return unit_out(await lot_detail(w, unit_id))


@router.delete(
    "/units/{unit_id}/mandatary", tags=["units"], status_code=204, responses=problems(401, 403, 404, 409, 422)
)
async def end_mandate(who: Who, unit_id: UUID, on: Annotated[date, Query(description="First day without him")]) -> None:
    """End the mandate: the vote of a unit held by several is then suspended."""
    async with work(who) as w:
        await ownership.end_mandate(w, unit_id, on)
