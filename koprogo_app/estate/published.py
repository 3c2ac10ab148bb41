"""What others may read of the estate by name in SQL: its views, in the schema `estate` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "allocation_key": "select id, organization_id, building_id, name, kind from allocation_key",
    "building": (
        "select id, organization_id, name, enterprise_number, fiscal_month, fiscal_day, archived_at from building"
    ),
    "key_weight": "select id, organization_id, key_id, lot_id, weight, period from key_weight",
    "lot": (
        "select id, organization_id, building_id, number, position, kind, floor, share, status, complete_from, "
        "retired_on from lot"
    ),
    "mandatary": "select id, organization_id, lot_id, owner_id, period from mandatary",
    "organization": "select id, name from organization",
    "owner": "select id, organization_id, kind, name, first_name, enterprise_number, lang, email, user_id from owner",
    "ownership": (
        'select id, organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact, period '
        "from ownership"
    ),
}
