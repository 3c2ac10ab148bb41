"""REST of the estate: organisations, buildings, units (lots), owners and who holds what (`/api/v1`)."""

from fastapi import APIRouter

from koprogo_app.estate.api import buildings, files, holders, organizations, owners, units

router = APIRouter(prefix="/api/v1")
for part in (organizations, buildings, units, holders, owners, files):
    router.include_router(part.router)

__all__ = ["router"]
