"""REST: suppliers."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.purchases.queries.suppliers import SupplierRow, supplier_row, suppliers_page
from koprogo_app.purchases.service import suppliers as service
from koprogo_app.workspace.api.common import Body, ListQuery, PageOut, Who, caller, page_of

router = APIRouter(prefix="/api/v1", tags=["suppliers"], route_class=idempotent(caller))
_WRITE = problems(400, 401, 403, 404, 409, 422)


class SupplierOut(BaseModel):
    """A supplier; `invoices` and `open_cents` are those of the building asked about."""

    id: UUID
    name: str
    enterprise_number: str | None = Field(description="Ten digits", examples=["0403101217"])
    iban: str = Field(examples=["BE68539007547034"])
    email: str
    street: str
    postal_code: str
    city: str
    country: str
    default_account: str = Field(description="Code of the account usually charged", examples=["61011"])
    archived: bool
    version: int
    invoices: int
    open_cents: int = Field(description="What is owed to him")


class SupplierPage(PageOut):
    """A page of suppliers."""

    items: list[SupplierOut]


class SupplierQuery(ListQuery):
    """Which suppliers."""

    archived: bool = Field(False, description="Those no longer used too")


class _Said(Body):
    enterprise_number: str | None = Field(None, max_length=20, examples=["0403.101.217"])
    iban: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=254)
    street: str | None = Field(None, max_length=200)
    postal_code: str | None = Field(None, max_length=20)
    city: str | None = Field(None, max_length=100)
    country: str | None = Field(None, max_length=2)
    default_account: str | None = Field(None, max_length=10)


class SupplierIn(_Said):
    """A new supplier."""

    name: str = Field(min_length=1, max_length=200)


class SupplierChange(_Said):
    """What changes of a supplier; `version` is the one that was read."""

    name: str | None = Field(None, min_length=1, max_length=200)
    archived: bool | None = None
    version: int


@router.get("/buildings/{building_id}/suppliers", response_model=SupplierPage, responses=problems(401, 403, 404, 422))
async def list_suppliers(who: Who, building_id: UUID, query: Annotated[SupplierQuery, Query()]) -> Response:
    """The suppliers a building may use. Sort by name, enterprise_number, city, invoices or open."""
    async with work(who) as w:
        found = await suppliers_page(w, building_id, query.asked, text=query.text, archived=query.archived)
    return json_answer({"items": [_out(row) for row in found.rows], **page_of(found)})


@router.post("/buildings/{building_id}/suppliers", status_code=201, response_model=SupplierOut, responses=_WRITE)
async def add_supplier(who: Who, building_id: UUID, body: SupplierIn, request: Request) -> Response:
    """Add a supplier; enterprise number and account number are checked."""
    async with work(who) as w:
        row = await service.add_supplier(w, building_id, body.given())
        answer = json_answer(_out(await supplier_row(w, building_id, row.id)), 201)
        await keep_answer(w, request, answer)
    return answer


@router.patch("/buildings/{building_id}/suppliers/{supplier_id}", response_model=SupplierOut, responses=_WRITE)
async def change_supplier(who: Who, building_id: UUID, supplier_id: UUID, body: SupplierChange) -> Response:
    """Change a supplier, for every building of the organisation, or take him out of use."""
    async with work(who) as w:
        row = await service.change_supplier(w, supplier_id, body.version, body.given("version", "archived"))
        if body.archived is not None:
            await service.use_supplier(w, supplier_id, used=not body.archived)
        return json_answer(_out(await supplier_row(w, building_id, row.id)))


def _out(row: SupplierRow) -> dict[str, Any]:
    values = asdict(row)
    return {name: values[name] for name in SupplierOut.model_fields}
