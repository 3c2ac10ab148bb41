"""A version of each bank account: two people who change one never overwrite each other unseen."""

import sqlalchemy as sa

from alembic import op

revision = "0049"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_account", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))


def downgrade() -> None:
    op.drop_column("bank_account", "version")
