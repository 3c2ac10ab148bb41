"""What others may read of purchases by name in SQL: its views, in the schema `purchases` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "invoice": (
        "select id, organization_id, building_id, supplier_id, kind, number, dated, due_on, iban, net_cents, "
        "vat_cents, status, entry_id, document_id, prepaid_line_id from invoice"
    ),
    "invoice_line": (
        "select id, organization_id, building_id, invoice_id, position, account_id, label, net_cents, vat_rate, "
        "vat_cents, key_id, lot_id, period from invoice_line"
    ),
    "payment_order": "select id, organization_id, building_id, reference, status, created_at from payment_order",
    "payment_order_line": (
        "select id, organization_id, building_id, order_id, invoice_id, position, iban, cents, live, credit_line_id "
        "from payment_order_line"
    ),
}
