"""REST of budget (`/api/v1`)."""

from fastapi import APIRouter

router = APIRouter()

__all__ = ["router"]
