"""REST: buildings, with what their size entails in law, and changes in the division of the shares."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.queries.buildings import BuildingRow, building_overview
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.division import Decision, change_shares
from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import tr
from koprogo_app.workspace.api.common import Body, Who
from koprogo_app.workspace.records.rest import Told, serve


class ConsequenceOut(BaseModel):
    """What the number of main lots entails."""

    code: str = Field(examples=["council"])
    required: bool
    message: str
    article: str = Field(examples=["3.90"])


@answer()
@dataclass(frozen=True, slots=True)
class BuildingOut(BuildingRow):
    """A building with what follows for it in law."""

    consequences: list[ConsequenceOut]
    reserve_fund: Literal["unknown", "not_yet", "mandatory"]
    reserve_fund_due: date | None
    next_assembly_from: date | None
    next_assembly_to: date | None
    warnings: Annotated[list[str], Field(description="Standing warnings, in the caller's language")]


async def _out(w: Work, building_id: UUID) -> BuildingOut:
    overview, lang = await building_overview(w, building_id), w.principal.lang
    gap, period, row = overview.gap, overview.next_assembly, overview.building
    return BuildingOut(
        **{field.name: getattr(row, field.name) for field in fields(row)},
        consequences=[
            ConsequenceOut(code=c.code, required=c.required, message=tr(lang, c.message), article=c.article.code)
            for c in overview.consequences
        ],
        reserve_fund=overview.reserve.status.value,
        reserve_fund_due=overview.reserve.due,
        next_assembly_from=period[0] if period else None,
        next_assembly_to=period[1] if period else None,
        warnings=[tr(lang, gap.warning.message, **gap.warning.params)] if gap else [],
    )


serve(
    router, "/buildings", BUILDING,
    Told(
        list="The buildings the caller may read, with red flags.",
        add="Enter a new building.",
        read="One building, with what its size and age entail.",
        change="Change fields of a building. The deed total is settled once the lots add up to it (art. 3.88 §3).",
    ),
    tags=["buildings"], detail=(BuildingOut, _out),
)  # fmt: skip


@router.delete("/buildings/{building_id}", tags=["buildings"], status_code=204, responses=problems(401, 403, 404, 422))
async def archive_building(who: Who, building_id: UUID) -> None:
    """Archive a building: it leaves the lists, everything about it is kept."""
    async with work(who) as w:
        await BUILDING.use(w, building_id, used=False)


@router.post(
    "/buildings/{building_id}/restore", tags=["buildings"], status_code=204, responses=problems(401, 403, 404, 422)
)
async def restore_building(who: Who, building_id: UUID, request: Request) -> Response:
    """Bring an archived building back."""
    async with work(who) as w:
        await BUILDING.use(w, building_id, used=True)
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
        answer = json_answer(await _out(w, building_id), 201)
        await keep_answer(w, request, answer)
    return answer
