"""The yearly statements of charges that went out to co-owners."""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_statement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("sent_how", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("sent_statement_lang")),
        sa.CheckConstraint("sent_how in ('mail', 'print')", name=op.f("sent_statement_sent_how")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "fiscal_year_id"],
            ["fiscal_year.organization_id", "fiscal_year.building_id", "fiscal_year.id"],
            name="sent_statement_year_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="sent_statement_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="sent_statement_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sent_statement_pkey")),
        sa.UniqueConstraint("fiscal_year_id", "owner_id", "closed_at", name="sent_statement_once"),
    )
    op.create_index("sent_statement_year", "sent_statement", ["organization_id", "fiscal_year_id"], unique=False)
    op.execute("call koprogo_tenant('sent_statement')")


def downgrade() -> None:
    op.drop_table("sent_statement")
