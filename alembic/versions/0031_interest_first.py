"""Interest that a payment met: put on the account on the payment's day; and buildings where payments meet charges first."""

import sqlalchemy as sa

from alembic import op

revision = "0031"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "recovery_policy",
        sa.Column("charges_first", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "interest_accrual",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("interest_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("interest_cents > 0", name=op.f("interest_accrual_interest")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="interest_accrual_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="interest_accrual_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="interest_accrual_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("entry_id", "line_id", name=op.f("interest_accrual_pkey")),
    )
    op.create_index(
        "interest_accrual_owner", "interest_accrual", ["organization_id", "building_id", "owner_id"], unique=False
    )
    op.execute("call koprogo_tenant('interest_accrual')")


def downgrade() -> None:
    op.drop_table("interest_accrual")
    op.drop_column("recovery_policy", "charges_first")
