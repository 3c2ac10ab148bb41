"""What others may read of the bank by name in SQL: its views, in the schema `bank` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "bank_movement": (
        "select id, organization_id, building_id, statement_id, parent_id, cents, iban, name, text, entry_id from "
        "bank_movement"
    ),
    "bank_statement": (
        "select id, organization_id, building_id, bank_account_id, year, number, new_on from bank_statement"
    ),
}
