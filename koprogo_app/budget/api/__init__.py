"""REST of budget (`/api/v1`)."""

from koprogo_app.budget.api.budgets import router

__all__ = ["router"]
