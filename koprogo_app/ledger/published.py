"""What others may read of the ledger by name in SQL: its views, in the schema `ledger` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "account": (
        "select id, organization_id, building_id, code, label_fr, label_nl, label_de, label_en, kind, origin, "
        "party, postable, archived_at from account"
    ),
    "entry": (
        "select id, organization_id, building_id, journal_id, number, date, label, document_ref, document_id, "
        "nature, reversal_of, reason, user_id from entry"
    ),
    "entry_line": (
        "select id, organization_id, building_id, entry_id, position, account_id, debit_cents, credit_cents, "
        "owner_id, supplier_id, lot_id, label from entry_line"
    ),
    "entry_seal": "select entry_id, organization_id, building_id, seq from entry_seal",
    "fiscal_year": "select id, organization_id, building_id, period, status, closed_at from fiscal_year",
    "journal": "select id, organization_id, building_id, code, kind, name, account_id from journal",
    "ledger": "select building_id, organization_id from ledger",
    "matching_line": "select line_id, organization_id, building_id, matching_id from matching_line",
    "supplier": (
        "select id, organization_id, name, enterprise_number, iban, email, street, postal_code, city, country, "
        "default_account, version, archived_at from supplier"
    ),
}
