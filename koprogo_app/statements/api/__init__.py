"""REST of statements and reports (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.statements.api import reports, settlements

router = APIRouter()
for part in (reports, settlements):
    router.include_router(part.router)

__all__ = ["router"]
