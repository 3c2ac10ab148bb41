"""Costs of a letter that the syndic waives: when, by whom, why; the letter itself stays as it was sent.

A pause of recovery may end on the day it began.
"""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_GUARD = """
create or replace function koprogo_reminder_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.status = 'sent' then
      raise exception using errcode = 'KG002', hint = 'status', message = 'A reminder that was sent stays as it is.';
    end if;
    return old;
  end if;
  if old.status <> 'prepared' and (to_jsonb(new) - {later}) <> (to_jsonb(old) - {later}) then
    raise exception using errcode = 'KG002', hint = 'status', message = 'A reminder that was sent stays as it is.';
  end if;{waived}
  return new;
end $$;
"""
_WAIVED = """
  if old.waived_on is not null and (old.waived_on, old.waived_reason, old.waived_by)
       is distinct from (new.waived_on, new.waived_reason, new.waived_by) then
    raise exception using errcode = 'KG002', hint = 'waived_on', message = 'Costs that were waived stay waived.';
  end if;"""
_BEFORE = "array['tracking', 'proof_document_id', 'entry_id']"
_AFTER = "array['tracking', 'proof_document_id', 'entry_id', 'waived_on', 'waived_reason', 'waived_by']"


def upgrade() -> None:
    op.add_column("reminder", sa.Column("waived_on", sa.Date(), nullable=True))
    op.add_column("reminder", sa.Column("waived_reason", sa.String(), server_default="", nullable=False))
    op.add_column("reminder", sa.Column("waived_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("reminder_waived"),
        "reminder",
        "(waived_on is not null) = (waived_reason <> '') "
        "and (waived_on is null or (status = 'sent' and costs_cents > 0))",
    )
    op.execute(_GUARD.format(later=_AFTER, waived=_WAIVED))
    # A pause that ends on the day it began has no day of its own left, but stays in the history with that day.
    op.drop_constraint(op.f("recovery_pause_period"), "recovery_pause", type_="check")
    op.create_check_constraint(op.f("recovery_pause_period"), "recovery_pause", "until is null or until >= since - 1")


def downgrade() -> None:
    op.execute("alter table recovery_pause no force row level security")
    op.execute("update recovery_pause set since = until where until < since")
    op.execute("alter table recovery_pause force row level security")
    op.drop_constraint(op.f("recovery_pause_period"), "recovery_pause", type_="check")
    op.create_check_constraint(op.f("recovery_pause_period"), "recovery_pause", "until is null or until >= since")
    op.execute(_GUARD.format(later=_BEFORE, waived=""))
    op.drop_constraint(op.f("reminder_waived"), "reminder", type_="check")
    for column in ("waived_by", "waived_reason", "waived_on"):
        op.drop_column("reminder", column)
