"""What each area lets those above it read: views in a schema of its name, under the reader's own row-level security."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

VIEWS = {
    "foundation": {
        "audit_entry": (
            "select id, organization_id, seq, at, user_id, session_id, ip, action, entity, entity_id, building_id, "
            "before, after from audit_entry"
        ),
        "background_run": (
            "select id, organization_id, building_id, user_id, task, subject, status, done, total, result, refusal, "
            "sha256, size, created_at from background_run"
        ),
        "mail": (
            "select id, organization_id, recipient, subject, body_text, lang, purpose, status, attempts, "
            "last_error, next_try_at, sent_at, created_at from mail"
        ),
    },
    "identity": {
        "app_user": "select id, email, name, lang, status from app_user",
        "role_grant": "select id, user_id, role, organization_id, building_id, period from role_grant",
        "user_session": "select id, expires_at, revoked_at from user_session",
    },
    "estate": {
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
        "owner": (
            "select id, organization_id, kind, name, first_name, enterprise_number, lang, email, user_id from owner"
        ),
        "ownership": (
            'select id, organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact, period '
            "from ownership"
        ),
    },
    "documents": {
        "document": (
            "select id, organization_id, building_id, lot_id, kind, title, dated, lang, visibility, owner_id, "
            "reader_id, entity, entity_id, deleted_at from document"
        ),
        "document_version": "select id, organization_id, document_id, number, sha256, size from document_version",
    },
    "ledger": {
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
        "fiscal_year": "select id, organization_id, building_id, period from fiscal_year",
        "journal": "select id, organization_id, building_id, code, kind, name, account_id from journal",
        "ledger": "select building_id, organization_id from ledger",
        "matching_line": "select line_id, organization_id, building_id, matching_id from matching_line",
        "supplier": (
            "select id, organization_id, name, enterprise_number, iban, email, street, postal_code, city, country, "
            "default_account, version, archived_at from supplier"
        ),
    },
    "payments": {
        "bank_account": "select id, organization_id, building_id, journal_id, iban, fund from bank_account",
        "settlement": (
            "select id, organization_id, building_id, debit_line_id, credit_line_id, cents, order_id, user_id, "
            "created_at from settlement"
        ),
    },
    "purchases": {
        "invoice": (
            "select id, organization_id, building_id, supplier_id, kind, number, dated, due_on, iban, net_cents, "
            "vat_cents, status, entry_id, document_id from invoice"
        ),
        "invoice_line": (
            "select id, organization_id, building_id, invoice_id, position, account_id, label, net_cents, vat_rate, "
            "vat_cents, key_id, lot_id, period from invoice_line"
        ),
        "payment_order": "select id, organization_id, building_id, reference, status, created_at from payment_order",
        "payment_order_line": (
            "select id, organization_id, building_id, order_id, invoice_id, position, iban, cents, live from "
            "payment_order_line"
        ),
    },
    "calls": {
        "call_instalment": (
            "select id, organization_id, building_id, call_id, position, due_on, entry_id from call_instalment"
        ),
        "call_line": (
            "select id, organization_id, building_id, instalment_id, part_id, lot_id, owner_id, position, cents, "
            "entry_line_id from call_line"
        ),
        "call_notice": (
            "select id, organization_id, building_id, instalment_id, owner_id, document_id from call_notice"
        ),
        "call_part": "select id, organization_id, building_id, kind, key_id, cents from call_part",
        "fund_call": "select id, organization_id, building_id, label, decided_on, status, user_id from fund_call",
    },
    "bank": {
        "bank_movement": (
            "select id, organization_id, building_id, statement_id, parent_id, cents, iban, name, text, entry_id "
            "from bank_movement"
        ),
        "bank_statement": (
            "select id, organization_id, building_id, bank_account_id, year, number, new_on from bank_statement"
        ),
    },
    "budget": {
        "budget": "select id, organization_id, building_id, year, period, number, label from budget",
    },
}


def upgrade() -> None:
    for schema, views in VIEWS.items():
        op.execute(f"create schema {schema}")
        op.execute(f"grant usage on schema {schema} to koprogo_app")
        for name, query in views.items():
            op.execute(f"create view {schema}.{name} with (security_invoker = true) as {query}")
            op.execute(f"grant select on {schema}.{name} to koprogo_app")


def downgrade() -> None:
    for schema in reversed(VIEWS):
        op.execute(f"drop schema {schema} cascade")
