"""The association's accounts at banks, and how it handles invoices and calls."""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('bank_account');
call koprogo_tenant('charge_settings');
"""


def upgrade() -> None:
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), server_default="", nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("fund in ('working', 'reserve', 'other')", name=op.f("bank_account_fund_check")),
        sa.CheckConstraint("iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'", name=op.f("bank_account_iban_check")),
        sa.CheckConstraint("holder <> ''", name=op.f("bank_account_holder_check")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="bank_account_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "journal_id"],
            ["journal.organization_id", "journal.building_id", "journal.id"],
            name="bank_account_journal_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_account_pkey")),
        sa.UniqueConstraint("building_id", "iban", name="bank_account_once"),
        sa.UniqueConstraint("journal_id", name="bank_account_journal_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="bank_account_tenant"),
    )
    op.create_table(
        "charge_settings",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("call_days", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.CheckConstraint("call_days between 1 and 365", name=op.f("charge_settings_call_days_check")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="charge_settings_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("charge_settings_pkey")),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("charge_settings")
    op.drop_table("bank_account")
