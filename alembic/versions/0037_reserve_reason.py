"""Why a budget was voted with less for the reserve fund than the law asks; a waiver decided after the vote.

Revision ID: 0037
Revises: 0023
"""

import sqlalchemy as sa

from alembic import op

revision = "0037"
down_revision = "0023"
branch_labels = None
depends_on = None

_GUARD = """
create or replace function koprogo_budget_guard() returns trigger language plpgsql as $$
declare
  decided constant text[] := array['voted', 'active', 'closed'];
  later text[] := array['status', 'activated_at', 'closed_at'];
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then
      raise exception using errcode = 'KG002', hint = 'status', message = 'Only a draft can be deleted.';
    end if;
    return old;
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'draft' then
      raise exception using errcode = 'KG002', hint = 'status', message = 'A budget begins as a draft.';
    end if;
    return new;
  end if;
  if (new.organization_id, new.building_id, new.year, new.period, new.number) is distinct from
     (old.organization_id, old.building_id, old.year, old.period, old.number) then
    raise exception using errcode = 'KG002', hint = 'year', message = 'The year of a budget does not change.';
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
       ('draft', 'submitted'), ('submitted', 'draft'), ('submitted', 'voted'), ('voted', 'active'), ('active', 'closed')) then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A budget is put to the vote, voted, in force and closed, in this order.';
  end if;{waiver}
  if old.status = any (decided) and to_jsonb(new) - later is distinct from to_jsonb(old) - later then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'What the assembly has voted never changes: have a supplementary budget voted.';
  end if;
  if old.status = 'draft' and new.status = 'submitted'
     and not exists (select from budget_line where budget_id = new.id and cents <> 0) then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'A budget without an amount cannot be voted.';
  end if;
  if old.status = 'submitted' and new.status = 'draft' and new.rejection = '' then
    raise exception using errcode = 'KG003', hint = 'reason', message = 'Say why the budget comes back.';
  end if;
  return new;
end $$;
"""
_WAIVER = """
  -- A waiver that the assembly decides later is added once, and stays.
  if old.status = any (decided) and old.waiver = '' then
    later := later || array['waiver', 'waived_on'];
  end if;"""


def upgrade() -> None:
    op.add_column("budget", sa.Column("reserve_reason", sa.String(), server_default="", nullable=False))
    op.execute(_GUARD.replace("{waiver}", _WAIVER))


def downgrade() -> None:
    op.execute(_GUARD.replace("{waiver}", ""))
    op.drop_column("budget", "reserve_reason")
