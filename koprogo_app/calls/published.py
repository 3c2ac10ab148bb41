"""What others may read of calls by name in SQL: its views, in the schema `calls` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "call_instalment": (
        "select id, organization_id, building_id, call_id, position, due_on, entry_id from call_instalment"
    ),
    "call_line": (
        "select id, organization_id, building_id, instalment_id, part_id, lot_id, owner_id, position, cents, "
        "entry_line_id from call_line"
    ),
    "call_notice": "select id, organization_id, building_id, instalment_id, owner_id, document_id from call_notice",
    "call_part": "select id, organization_id, building_id, kind, key_id, cents from call_part",
    "fund_call": "select id, organization_id, building_id, label, decided_on, status, user_id from fund_call",
}
