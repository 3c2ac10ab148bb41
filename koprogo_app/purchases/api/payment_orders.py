"""REST: payment orders and their SEPA files; a building's rules for invoices and calls."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.payment_orders import OrderDetail, OrderRow, order_detail, order_file, orders_page
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.service import payment_orders as service
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.workspace.api.common import Body, ListQuery, PageOut, Who, caller, page_of

router = APIRouter(prefix="/api/v1", tags=["payment orders"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)


class OrderOut(BaseModel):
    """A payment order."""

    id: UUID
    building_id: UUID
    reference: str
    iban: str = Field(description="The association's account it is paid from")
    execute_on: date
    count: int
    total_cents: int
    status: str = Field(description="`made` or `cancelled`")
    created_at: datetime
    cancelled_at: datetime | None


class OrderPage(PageOut):
    """A page of payment orders."""

    items: list[OrderOut]


class TransferOut(BaseModel):
    """A transfer of an order."""

    invoice_id: UUID
    number: str
    supplier: str
    name: str
    iban: str
    cents: int
    message: str


class NettedOut(BaseModel):
    """So many cents of a credit note that the order deducts from an invoice of the same supplier."""

    note_id: UUID
    note: str
    invoice_id: UUID
    number: str
    supplier: str
    cents: int


class OrderDetailOut(OrderOut):
    """An order with its transfers and the credit notes it deducts."""

    lines: list[TransferOut]
    netted: list[NettedOut]


class OrderIn(Body):
    """Which invoices to pay, less which credit notes, from which account, when (default: today)."""

    bank_account_id: UUID
    invoice_ids: list[UUID] = Field(min_length=1, max_length=500)
    execute_on: date | None = None


class RulesOut(BaseModel):
    """How a building handles invoices and calls."""

    four_eyes: bool = Field(description="Whoever wrote an invoice may not approve it")
    call_days: int = Field(description="Days to pay a call for funds")


class RulesIn(Body):
    """What changes of the rules."""

    four_eyes: bool | None = None
    call_days: int | None = Field(None, ge=1, le=365)


@router.get("/buildings/{building_id}/payment-orders", response_model=OrderPage, responses=_READ)
async def list_orders(who: Who, building_id: UUID, query: Annotated[ListQuery, Query()]) -> Response:
    """The payment orders of a building, newest first."""
    async with work(who) as w:
        found = await orders_page(w, building_id, query.asked)
    return json_answer({"items": [_out(row) for row in found.rows], **page_of(found)})


@router.post(
    "/buildings/{building_id}/payment-orders",
    status_code=201,
    response_model=OrderDetailOut,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def add_order(who: Who, building_id: UUID, body: OrderIn, request: Request) -> Response:
    """Make a payment order of approved invoices."""
    async with work(who) as w:
        made = await service.make_order(w, building_id, body.bank_account_id, body.invoice_ids, body.execute_on)
        await w.execute("set constraints all immediate")
        answer = json_answer(_detail(made), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/payment-orders/{order_id}", response_model=OrderDetailOut, responses=_READ)
async def read_order(who: Who, order_id: UUID) -> Response:
    """One order with its transfers."""
    async with work(who) as w:
        return json_answer(_detail(await order_detail(w, order_id)))


@router.get(
    "/payment-orders/{order_id}/file",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}}, **_READ},
)
async def read_file(who: Who, order_id: UUID) -> Response:
    """The SEPA file for the bank (pain.001.001.09)."""
    async with work(who) as w:
        reference, text = await order_file(w, order_id)
    headers = {"content-disposition": f'attachment; filename="{reference}.xml"', "cache-control": "no-store"}
    return Response(text, media_type="application/xml", headers=headers)


@router.post(
    "/payment-orders/{order_id}/cancel", response_model=OrderDetailOut, responses=problems(400, 401, 403, 404, 409, 422)
)
async def cancel_order(who: Who, order_id: UUID) -> Response:
    """Cancel an order that the bank has not carried out."""
    async with work(who) as w:
        return json_answer(_detail(await service.cancel_order(w, order_id)))


@router.get("/buildings/{building_id}/charge-rules", responses=_READ)
async def read_rules(who: Who, building_id: UUID) -> RulesOut:
    """The building's rules for invoices and calls."""
    async with work(who) as w:
        await books.book(w, building_id, "invoices.read")
        return RulesOut(**asdict(await charge_rules(w, building_id)))


@router.patch("/buildings/{building_id}/charge-rules", responses=_READ)
async def write_rules(who: Who, building_id: UUID, body: RulesIn) -> RulesOut:
    """Change them (the syndic)."""
    changes = {name: value for name, value in body.given().items() if value is not None}
    async with work(who) as w:
        return RulesOut(**asdict(await change_rules(w, building_id, changes)))


def _out(row: OrderRow) -> dict[str, Any]:
    values = asdict(row)
    return {name: values[name] for name in OrderOut.model_fields}


def _detail(found: OrderDetail) -> dict[str, Any]:
    return {**_out(found.row), "lines": [asdict(line) for line in found.lines],
            "netted": [asdict(one) for one in found.netted]}  # fmt: skip
