"""REST of purchases (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.purchases.api import invoices, payment_orders, suppliers

router = APIRouter()
for part in (suppliers, invoices, payment_orders):
    router.include_router(part.router)

__all__ = ["router"]
