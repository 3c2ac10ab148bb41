"""A budget has a line for each account and key; alerts and orders name the key too."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NULLS = {"postgresql_nulls_not_distinct": True}
_KEY = (["organization_id", "key_id"], ["organization_id", "id"])


def upgrade() -> None:
    op.drop_constraint("budget_line_account_once", "budget_line", type_="unique")
    op.create_unique_constraint("budget_line_once", "budget_line", ["budget_id", "account_code", "key_id"], **_NULLS)
    for table in ("budget_alert", "commitment"):
        op.add_column(table, sa.Column("key_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(f"{table}_key_fkey", table, "allocation_key", *_KEY, ondelete="RESTRICT")
    op.drop_constraint("budget_alert_once", "budget_alert", type_="unique")
    op.create_unique_constraint(
        "budget_alert_once", "budget_alert", ["building_id", "account_code", "key_id", "month"], **_NULLS
    )


def downgrade() -> None:
    op.drop_constraint("budget_alert_once", "budget_alert", type_="unique")
    op.create_unique_constraint("budget_alert_once", "budget_alert", ["building_id", "account_code", "month"])
    for table in ("commitment", "budget_alert"):
        op.drop_constraint(f"{table}_key_fkey", table, type_="foreignkey")
        op.drop_column(table, "key_id")
    op.drop_constraint("budget_line_once", "budget_line", type_="unique")
    op.create_unique_constraint("budget_line_account_once", "budget_line", ["budget_id", "account_code"])
