"""REST of matching (`/api/v1/financial/matching`): a person's open lines, which seem to settle each other, and doing
it. Amounts are whole euro cents."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.ledger.service import matching as service
from koprogo_app.workspace.api.common import Body, Who, caller

router = APIRouter(prefix="/api/v1/financial", tags=["financial"], route_class=idempotent(caller))


class MatchIn(Body):
    """Lines of one person on one account that add up to zero."""

    line_ids: list[UUID] = Field(min_length=2, max_length=500)


class MatchingOut(BaseModel):
    """A matching that was made."""

    id: UUID


@router.get(
    "/matching/{building_id}/{owner_id}", response_model=service.Matchable, responses=problems(401, 403, 404, 409, 422)
)
async def read_matchable(who: Who, building_id: UUID, owner_id: UUID) -> Response:
    """A co-owner's (or, by its id, a supplier's) open lines, what is proposed, and the last 50 matchings."""
    async with work(who) as w:
        found = await service.matchable(w, building_id, owner_id)
    return json_answer(found, lang=who.lang)


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
