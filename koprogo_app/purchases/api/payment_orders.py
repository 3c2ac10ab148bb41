"""REST: payment orders and their SEPA files; a building's rules for invoices and calls."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from koprogo_app.foundation.answers import flat, flat_of
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.payment_orders import (
    OrderDetail,
    OrderRow,
    order_detail,
    order_file,
    orders_page,
)
from koprogo_app.purchases.queries.settings import Rules, charge_rules
from koprogo_app.purchases.service import payment_orders as service
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.workspace.api.common import Body, ListAnswer, PageQuery, Who, caller, listed

router = APIRouter(prefix="/api/v1", tags=["payment orders"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)


class OrderIn(Body):
    """Which invoices to pay, less which credit notes, from which account, when (default: today)."""

    bank_account_id: UUID
    invoice_ids: list[UUID] = Field(min_length=1, max_length=500)
    execute_on: date | None = None


class RulesIn(Body):
    """What changes of the rules."""

    four_eyes: bool | None = None
    call_days: int | None = Field(None, ge=1, le=365)


@router.get("/buildings/{building_id}/payment-orders", response_model=ListAnswer[OrderRow], responses=_READ)
async def list_orders(who: Who, building_id: UUID, query: Annotated[PageQuery, Query()]) -> Response:
    """The payment orders of a building, newest first."""
    async with work(who) as w:
        found = await orders_page(w, building_id, query.asked)
    return listed(found)


@router.post(
    "/buildings/{building_id}/payment-orders",
    status_code=201,
    response_model=flat_of(OrderDetail),
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def add_order(who: Who, building_id: UUID, body: OrderIn, request: Request) -> Response:
    """Make a payment order of approved invoices."""
    async with work(who) as w:
        made = await service.make_order(w, building_id, body.bank_account_id, body.invoice_ids, body.execute_on)
        await w.execute("set constraints all immediate")
        answer = json_answer(flat(made), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get("/payment-orders/{order_id}", response_model=flat_of(OrderDetail), responses=_READ)
async def read_order(who: Who, order_id: UUID) -> Response:
    """One order with its transfers."""
    async with work(who) as w:
        return json_answer(flat(await order_detail(w, order_id)))


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
    "/payment-orders/{order_id}/cancel",
    response_model=flat_of(OrderDetail),
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def cancel_order(who: Who, order_id: UUID) -> Response:
    """Cancel an order that the bank has not carried out."""
    async with work(who) as w:
        return json_answer(flat(await service.cancel_order(w, order_id)))


@router.get("/buildings/{building_id}/charge-rules", responses=_READ)
async def read_rules(who: Who, building_id: UUID) -> Rules:
    """The building's rules for invoices and calls."""
    async with work(who) as w:
        await books.book(w, building_id, "invoices.read")
        return await charge_rules(w, building_id)


@router.patch("/buildings/{building_id}/charge-rules", responses=_READ)
async def write_rules(who: Who, building_id: UUID, body: RulesIn) -> Rules:
    """Change them (the syndic)."""
    changes = {name: value for name, value in body.given().items() if value is not None}
    async with work(who) as w:
        return await change_rules(w, building_id, changes)
