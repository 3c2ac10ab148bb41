"""REST of charges (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.charges.api import bank_accounts, invoices, payment_orders, reports, suppliers

router = APIRouter()
for part in (bank_accounts, suppliers, invoices, payment_orders, reports):
    router.include_router(part.router)

__all__ = ["router"]
