"""What others may read of the budget by name in SQL: its views, in the schema `budget` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "budget": "select id, organization_id, building_id, year, period, number, label from budget",
}
