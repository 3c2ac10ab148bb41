"""REST of charges (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.charges.api import (
    bank_accounts,
    bank_statements,
    calls,
    invoices,
    owner_accounts,
    payment_orders,
    reports,
    suppliers,
)

router = APIRouter()
for part in (bank_accounts, bank_statements, suppliers, invoices, payment_orders, calls, owner_accounts, reports):
    router.include_router(part.router)

__all__ = ["router"]
