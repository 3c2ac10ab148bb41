"""REST of budget (`/api/v1`)."""

from koprogo_app.budget.api.budgets import router
from koprogo_app.budget.api.report import router as report_router

__all__ = ["report_router", "router"]
