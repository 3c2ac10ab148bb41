"""The bank's movements: on whose behalf, and whether they come back. A statement that nothing stands on can be removed.
A payer that pays for one alone, because a person said so."""

import sqlalchemy as sa

from alembic import op

revision = "0032"
down_revision = "0049"
branch_labels = None
depends_on = None

_NEVER = """  if tg_op = 'DELETE' then
    raise exception using errcode = 'KG002', hint = 'file', message = 'What a bank wrote is never deleted.';
  end if;
"""
_OPEN = """  if tg_op = 'DELETE' then
    if old.entry_id is not null and not exists (select from entry where reversal_of = old.entry_id) then
      raise exception using errcode = 'KG002', hint = 'file', message = 'A movement that is posted is never deleted.';
    end if;
    perform koprogo_see(tenant);
    return old;
  end if;
"""

AFTER = """
grant delete on bank_statement, bank_movement to koprogo_app;
drop trigger bank_statement_append_only on bank_statement;
create trigger bank_statement_append_only before update on bank_statement
  for each row execute function koprogo_append_only();

-- A movement goes with its whole statement only.
create function koprogo_movement_gone() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  if exists (select from bank_statement where id = old.statement_id) then
    raise exception using errcode = 'KG002', hint = 'file', message = 'A movement goes with its statement only.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger bank_movement_gone after delete on bank_movement
  deferrable initially deferred for each row execute function koprogo_movement_gone();
"""

BEFORE = """
drop trigger bank_movement_gone on bank_movement;
drop function koprogo_movement_gone();
drop trigger bank_statement_append_only on bank_statement;
create trigger bank_statement_append_only before update or delete on bank_statement
  for each row execute function koprogo_append_only();
revoke delete on bank_statement, bank_movement from koprogo_app;
"""


def _replace(before: str, after: str) -> None:
    """What the trigger's function, which stands whole in 0010, says of a deletion."""
    found = op.get_bind().scalar(sa.text("select pg_get_functiondef('koprogo_movement_guard'::regproc)"))
    if before not in found:
        raise RuntimeError("koprogo_movement_guard is not what 0021 left.")
    op.get_bind().exec_driver_sql(found.replace(before, after))


def upgrade() -> None:
    op.add_column("bank_movement", sa.Column("ultimate", sa.String(), nullable=False, server_default=""))
    op.add_column("bank_movement", sa.Column("returned", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("match_rule", sa.Column("sole", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    _replace(_NEVER, _OPEN)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute(BEFORE)
    _replace(_OPEN, _NEVER)
    op.drop_column("match_rule", "sole")
    op.drop_column("bank_movement", "returned")
    op.drop_column("bank_movement", "ultimate")
