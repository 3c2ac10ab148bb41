"""REST of recovery (`/api/v1`)."""

from koprogo_app.recovery.api.arrears import router

__all__ = ["router"]
