"""REST: organisations."""

from typing import Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.queries.buildings import OrganizationRow, organization_detail, organizations_page
from koprogo_app.estate.service import buildings as service
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
)


class OrganizationFields(AddressIn):
    """The fields of an organisation that can be written."""

    kind: Literal["professional", "volunteer"] = Field("professional", description="Professional or volunteer syndic")
    enterprise_number: str | None = Field(None, max_length=30, examples=["0403.170.701"])
    email: str | None = Field(None, max_length=254, examples=["bureau@example.be"])
    phone: str | None = Field(None, max_length=30, examples=["+32 4 222 33 44"])
    lang: Lang = "fr"


class OrganizationIn(OrganizationFields):
    """A new organisation."""

    name: str = Field(max_length=200, examples=["Syndic Lambert"])


class OrganizationChange(OrganizationFields):
    """Fields to change; those left out stay."""

    name: str | None = Field(None, max_length=200)


@router.get(
    "/organizations",
    tags=["organizations"],
    response_model=ListAnswer[OrganizationRow],
    responses=problems(401, 403, 422),
    openapi_extra=documented(ListQuery),
)
async def list_organizations(request: Request) -> Response:
    """The organisations the caller may read. Sort by name, kind or city."""
    who, query = await caller(request), asked_of(request, ListQuery)
    async with work(who) as w:
        page = await organizations_page(w, query.asked, text=query.text)
    return listed(page)


@router.post(
    "/organizations",
    tags=["organizations"],
    status_code=201,
    response_model=OrganizationRow,
    responses=problems(400, 401, 403, 422),
)
async def create_organization(who: Who, body: OrganizationIn, request: Request) -> Response:
    """Open a new organisation (superadmins)."""
    async with work(who) as w:
        row = await service.create_organization(w, body.given())
        answer = json_answer(await organization_detail(w, row.id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/organizations/{organization_id}", tags=["organizations"], responses=problems(401, 403, 404, 422))
async def read_organization(who: Who, organization_id: UUID) -> OrganizationRow:
    """One organisation."""
    async with work(who) as w:
        return await organization_detail(w, organization_id)


@router.patch(
    "/organizations/{organization_id}", tags=["organizations"], responses=problems(400, 401, 403, 404, 409, 422)
)
async def change_organization(who: Who, organization_id: UUID, body: OrganizationChange) -> OrganizationRow:
    """Change fields of an organisation."""
    async with work(who) as w:
        await service.update_organization(w, organization_id, body.given())
        return await organization_detail(w, organization_id)


@router.delete(
    "/organizations/{organization_id}",
    tags=["organizations"],
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_organization(who: Who, organization_id: UUID) -> None:
    """Delete an organisation that has no building and no owner (superadmins)."""
    async with work(who) as w:
        await service.delete_organization(w, organization_id)
