"""REST: buildings, with what their size entails in law, and changes in the division of the shares."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.queries.buildings import SORTS, BuildingRow, Flag, Overview, building_overview, portfolio
from koprogo_app.estate.service import buildings as service
from koprogo_app.estate.service.division import Decision, change_shares
from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import tr
from koprogo_app.workspace.api.common import (
    AddressIn,
    AddressOut,
    Body,
    Lang,
    ListQuery,
    PageOut,
    Who,
    asked_of,
    caller,
    documented,
    page_of,
    sort_field,
)


class BuildingFields(AddressIn):
    """The fields of a building that can be written."""

    enterprise_number: str | None = Field(None, max_length=30, description="Of the association itself")
    provisional_acceptance: date | None = Field(None, description="Of the common parts (art. 3.86 §3)")
    fiscal_month: int = Field(1, ge=1, le=12, description="Month in which the fiscal year begins")
    fiscal_day: int = Field(1, ge=1, le=31)
    assembly_month: int | None = Field(None, ge=1, le=12, description="First day of the 15-day period (art. 3.87 §2)")
    assembly_day: int | None = Field(None, ge=1, le=31)
    langs: list[Lang] = Field(["fr"], min_length=1, max_length=8, description="Languages of the building")


class BuildingIn(BuildingFields):
    """A new building."""

    organization_id: UUID
    name: str = Field(max_length=200, description="Of the association of co-owners", examples=["ACP Les Tilleuls"])
    deed_total: int = Field(ge=1, le=10**12, description="Total of the shares in the base deed", examples=[10000])


class BuildingChange(BuildingFields):
    """Fields to change; those left out stay."""

    name: str | None = Field(None, max_length=200)
    deed_total: int | None = Field(None, ge=1, le=10**12)


class BuildingRowOut(AddressOut):
    """A building in the portfolio with its red flags."""

    id: UUID
    organization_id: UUID
    organization_name: str
    name: str
    enterprise_number: str | None
    deed_total: int
    provisional_acceptance: date | None
    fiscal_month: int
    fiscal_day: int
    assembly_month: int | None
    assembly_day: int | None
    langs: list[str]
    archived: bool
    lot_count: int
    main_lots: int = Field(description="Without cellars, garages, parkings (art. 3.90)")
    lots_total: int = Field(description="Sum of the lots' shares")
    deed_difference: int = Field(description="Shares of the lots minus the deed total")
    draft_lots: int
    suspended_lots: int = Field(description="Lots whose vote waits for a mandatary (art. 3.87 §1 al. 2)")
    owner_count: int
    flags: list[Flag]


class ConsequenceOut(BaseModel):
    """What the number of main lots entails."""

    code: str = Field(examples=["council"])
    required: bool
    message: str
    article: str = Field(examples=["3.90"])


class BuildingOut(BuildingRowOut):
    """A building with what follows for it in law."""

    consequences: list[ConsequenceOut]
    reserve_fund: Literal["unknown", "not_yet", "mandatory"]
    reserve_fund_due: date | None
    next_assembly_from: date | None
    next_assembly_to: date | None
    warnings: list[str] = Field(description="Standing warnings, in the caller's language")


class BuildingPage(PageOut):
    """A page of buildings."""

    items: list[BuildingRowOut]


class BuildingQuery(ListQuery):
    """Which buildings."""

    sort: str = sort_field(SORTS)
    organization_id: UUID | None = None
    archived: bool = Field(False, description="The archived ones instead")
    problem: Flag | None = Field(None, description="Only those with this red flag")


def _row(row: BuildingRow) -> dict[str, object]:
    return {**asdict(row), "deed_difference": row.deed_difference, "flags": row.flags}


def _out(overview: Overview, lang: str) -> BuildingOut:
    gap, period = overview.gap, overview.next_assembly
    return BuildingOut.model_validate(
        {
            **_row(overview.building),
            "consequences": [
                {"code": c.code, "required": c.required, "message": tr(lang, c.message), "article": c.article.code}
                for c in overview.consequences
            ],
            "reserve_fund": overview.reserve.status.value,
            "reserve_fund_due": overview.reserve.due,
            "next_assembly_from": period[0] if period else None,
            "next_assembly_to": period[1] if period else None,
            "warnings": [tr(lang, gap.warning.message, **gap.warning.params)] if gap else [],
        }
    )


@router.get(
    "/buildings",
    tags=["buildings"],
    response_model=BuildingPage,
    responses=problems(401, 403, 422),
    openapi_extra=documented(BuildingQuery),
)
async def list_buildings(request: Request) -> Response:
    """The buildings the caller may read, with red flags.

    Sort by name, city, organization, lots, deed_total, draft or suspended.
    """
    who, query = await caller(request), asked_of(request, BuildingQuery)
    async with work(who) as w:
        page = await portfolio(
            w,
            query.asked,
            text=query.text,
            organization_id=query.organization_id,
            archived=query.archived,
            problem=query.problem,
        )
    return json_answer({"items": [_row(row) for row in page.rows], **page_of(page)})


@router.post(
    "/buildings",
    tags=["buildings"],
    status_code=201,
    response_model=BuildingOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def create_building(who: Who, body: BuildingIn, request: Request) -> Response:
    """Enter a new building."""
    async with work(who) as w:
        row = await service.create_building(w, body.organization_id, body.given("organization_id"))
        answer = json_answer(_out(await building_overview(w, row.id), who.lang), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/buildings/{building_id}", tags=["buildings"], responses=problems(401, 403, 404, 422))
async def read_building(who: Who, building_id: UUID) -> BuildingOut:
    """One building, with what its size and age entail."""
    async with work(who) as w:
        return _out(await building_overview(w, building_id), who.lang)


@router.patch("/buildings/{building_id}", tags=["buildings"], responses=problems(400, 401, 403, 404, 409, 422))
async def change_building(who: Who, building_id: UUID, body: BuildingChange) -> BuildingOut:
    """Change fields of a building. The deed total is settled once the lots add up to it (art. 3.88 §3)."""
    async with work(who) as w:
        await service.update_building(w, building_id, body.given())
        return _out(await building_overview(w, building_id), who.lang)


@router.delete("/buildings/{building_id}", tags=["buildings"], status_code=204, responses=problems(401, 403, 404, 422))
async def archive_building(who: Who, building_id: UUID) -> None:
    """Archive a building: it leaves the lists, everything about it is kept."""
    async with work(who) as w:
        await service.archive_building(w, building_id)


@router.post(
    "/buildings/{building_id}/restore", tags=["buildings"], status_code=204, responses=problems(401, 403, 404, 422)
)
async def restore_building(who: Who, building_id: UUID, request: Request) -> Response:
    """Bring an archived building back."""
    async with work(who) as w:
        await service.restore_building(w, building_id)
        answer = Response(status_code=204)
        await keep_answer(w, request, answer)
    return answer


class SharesIn(Body):
    """A new division of the shares, and the decision that allows it."""

    shares: dict[UUID, Annotated[int, Field(ge=0, le=10**12)]] = Field(
        min_length=1, max_length=2000, description="Unit id → its new share"
    )
    decided_on: date
    reference: str = Field(max_length=500, examples=["AG 12/05/2026, point 7"])
    kind: Literal["change", "correction"] = Field(
        "change", description="`correction` mends what was copied wrongly from the deed"
    )
    deed_total: int | None = Field(None, ge=1, le=10**12, description="The deed's new total, when it changed as well")


@router.post(
    "/buildings/{building_id}/shares",
    tags=["buildings"],
    status_code=201,
    response_model=BuildingOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def change_division(who: Who, building_id: UUID, body: SharesIn, request: Request) -> Response:
    """Change the division of the shares by a referenced decision (art. 3.88 §3)."""
    async with work(who) as w:
        decision = Decision(body.decided_on, body.reference)
        await change_shares(w, building_id, body.shares, decision, kind=body.kind, deed_total=body.deed_total)
        answer = json_answer(_out(await building_overview(w, building_id), who.lang), 201)
        await keep_answer(w, request, answer)
    return answer
