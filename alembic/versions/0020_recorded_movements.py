"""A bank movement whose payment was written in the books by hand before: it points at that entry, and lets it go."""

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NAMES = ("", "ogm", "account", "order", "name", "rule", "costs", "transfer", "person")
_POSTED = "  if new.entry_id is distinct from old.entry_id and old.entry_id is not null\n"
_OWN = "  if new.entry_id is distinct from old.entry_id and old.entry_id is not null and old.matched_by <> 'entry'\n"


def _names(*names: str) -> None:
    op.drop_constraint(op.f("bank_movement_matched_by"), "bank_movement", type_="check")
    told = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f("bank_movement_matched_by"), "bank_movement", f"matched_by in ({told})")


def _replace(before: str, after: str) -> None:
    """One condition of the trigger's function, which stands whole in 0010."""
    found = op.get_bind().scalar(sa.text("select pg_get_functiondef('koprogo_movement_guard'::regproc)"))
    if before not in found:
        raise RuntimeError("koprogo_movement_guard is not what 0010 made.")
    op.get_bind().exec_driver_sql(found.replace(before, after))


def upgrade() -> None:
    _names(*_NAMES, "entry")
    _replace(_POSTED, _OWN)


def downgrade() -> None:
    op.execute("update bank_movement set entry_id = null, matched_by = '' where matched_by = 'entry'")
    _replace(_OWN, _POSTED)
    _names(*_NAMES)
