"""REST of charges (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.charges.api import bank_accounts

router = APIRouter()
for part in (bank_accounts,):
    router.include_router(part.router)

__all__ = ["router"]
