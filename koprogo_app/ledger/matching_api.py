"""REST of matching (`/api/v1/financial/matching`): a person's open lines, which seem to settle each other, and doing
it. Amounts are whole euro cents."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import tr
from koprogo_app.ledger.facts import OpenLine
from koprogo_app.ledger.service import matching as service
from koprogo_app.workspace.api.common import Body, Who, caller

router = APIRouter(prefix="/api/v1/financial", tags=["financial"], route_class=idempotent(caller))


class ProposalOut(BaseModel):
    """Lines that settle each other, and why they are put together."""

    line_ids: list[UUID]
    cents: int
    reason: str


class MatchedOut(BaseModel):
    """Lines that were matched."""

    id: UUID
    on: date
    line_ids: list[UUID]
    cents: int


class MatchableOut(BaseModel):
    """What can be matched on a person's accounts."""

    lines: list[OpenLine]
    proposals: list[ProposalOut]
    matched: list[MatchedOut]


class MatchIn(Body):
    """Lines of one person on one account that add up to zero."""

    line_ids: list[UUID] = Field(min_length=2, max_length=500)


class MatchingOut(BaseModel):
    """A matching that was made."""

    id: UUID


def _ids(lines: tuple[OpenLine, ...]) -> list[UUID]:
    return [line.id for line in lines]


@router.get("/matching/{building_id}/{owner_id}", responses=problems(401, 403, 404, 409, 422))
async def read_matchable(who: Who, building_id: UUID, owner_id: UUID) -> MatchableOut:
    """A co-owner's (or, by its id, a supplier's) open lines, what is proposed, and the last 50 matchings."""
    async with work(who) as w:
        found = await service.matchable(w, building_id, owner_id)
    return MatchableOut(
        lines=list(found.lines),
        proposals=[
            ProposalOut(line_ids=_ids(p.lines), cents=p.cents, reason=tr(who.lang, p.reason)) for p in found.proposals
        ],
        matched=[MatchedOut(id=m.id, on=m.on, line_ids=_ids(m.lines), cents=m.cents) for m in found.matched],
    )


@router.post(
    "/matching/{building_id}",
    status_code=201,
    response_model=MatchingOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def match_lines(who: Who, building_id: UUID, body: MatchIn, request: Request) -> Response:
    """Match lines that settle each other."""
    async with work(who) as w:
        made = await service.match(w, building_id, body.line_ids)
        answer = json_answer({"id": str(made)}, 201)
        await keep_answer(w, request, answer)
    return answer


@router.delete("/matchings/{matching_id}", status_code=204, responses=problems(401, 403, 404, 409, 422))
async def unmatch_lines(who: Who, matching_id: UUID) -> None:
    """Undo a matching: its lines are open again."""
    async with work(who) as w:
        await service.unmatch(w, matching_id)
