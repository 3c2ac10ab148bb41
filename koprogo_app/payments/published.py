"""What others may read of payments by name in SQL: its views, in the schema `payments` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "bank_account": "select id, organization_id, building_id, journal_id, iban, fund from bank_account",
    "line_term": "select line_id, organization_id, building_id, due_on, set_aside from line_term",
    "settlement": (
        "select id, organization_id, building_id, debit_line_id, credit_line_id, cents, order_id, user_id, "
        "created_at from settlement"
    ),
}
