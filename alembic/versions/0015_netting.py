"""Credit notes that a payment order deducts: what it settled is known by the order."""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("settlement", sa.Column("order_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "settlement_order_fkey",
        "settlement",
        "payment_order",
        ["organization_id", "building_id", "order_id"],
        ["organization_id", "building_id", "id"],
        ondelete="RESTRICT",
    )
    op.create_index(
        "settlement_order", "settlement", ["order_id"], unique=False, postgresql_where=sa.text("order_id is not null")
    )


def downgrade() -> None:
    op.drop_index("settlement_order", table_name="settlement")
    op.drop_constraint("settlement_order_fkey", "settlement", type_="foreignkey")
    op.drop_column("settlement", "order_id")
