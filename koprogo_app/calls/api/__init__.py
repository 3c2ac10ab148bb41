"""REST of calls for funds (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.calls.api import calls, owner_accounts

router = APIRouter()
for part in (calls, owner_accounts):
    router.include_router(part.router)

__all__ = ["router"]
