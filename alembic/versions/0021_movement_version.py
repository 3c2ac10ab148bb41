"""A version of each bank movement: two people who say what it is for never overwrite each other unseen."""

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = "array['entry_id', 'matched_by', 'alone']"
_AFTER = "array['entry_id', 'matched_by', 'alone', 'version']"


def _replace(before: str, after: str) -> None:
    """What may change of a movement, in the trigger's function that stands whole in 0010."""
    found = op.get_bind().scalar(sa.text("select pg_get_functiondef('koprogo_movement_guard'::regproc)"))
    if before not in found:
        raise RuntimeError("koprogo_movement_guard is not what 0020 left.")
    op.get_bind().exec_driver_sql(found.replace(before, after))


def upgrade() -> None:
    op.add_column("bank_movement", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.execute("grant update (version) on bank_movement to koprogo_app")
    _replace(_BEFORE, _AFTER)


def downgrade() -> None:
    _replace(_AFTER, _BEFORE)
    op.drop_column("bank_movement", "version")
