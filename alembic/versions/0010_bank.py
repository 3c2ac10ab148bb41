"""Bank statements and their movements."""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('bank_statement');
call koprogo_tenant('bank_movement');
call koprogo_tenant('movement_part');
call koprogo_tenant('match_rule');

-- A statement and its movements stay as the bank gave them; only what a movement was posted as is written later.
revoke update, delete on bank_statement, bank_movement from koprogo_app;
grant update (entry_id, matched_by, alone) on bank_movement to koprogo_app;
create trigger bank_statement_append_only before update or delete on bank_statement
  for each row execute function koprogo_append_only();
create trigger bank_statement_not_emptied before truncate on bank_statement
  for each statement execute function koprogo_append_only();
create trigger bank_movement_not_emptied before truncate on bank_movement
  for each statement execute function koprogo_append_only();

-- Statements of an account follow each other: none covers days of another, and neighbours share their balance.
create function koprogo_statement_place() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  perform from bank_account where id = new.bank_account_id for update;
  if exists (select from bank_statement s where s.bank_account_id = new.bank_account_id and new.number > 0
                and s.year = new.year and s.number = new.number) then
    raise exception using errcode = 'KG002', hint = 'file',
      message = 'A statement with this number, but with another content, is here already.';
  end if;
  if exists (select from bank_statement s where s.bank_account_id = new.bank_account_id and new.number > 0
                and s.year = new.year and s.number > 0
                and ((s.number = new.number - 1 and s.new_cents <> new.old_cents)
                  or (s.number = new.number + 1 and s.old_cents <> new.new_cents))) then
    raise exception using errcode = 'KG002', hint = 'file',
      message = 'A statement begins with the balance at which the one before it ended.';
  end if;
  if exists (select from bank_statement s where s.bank_account_id = new.bank_account_id
                and ((s.old_on < new.new_on and new.old_on < s.new_on
                      and not (s.year = new.year and new.number > 0 and s.number > 0 and abs(s.number - new.number) = 1))
                  or (s.year = new.year and s.number > 0 and new.number > 0
                      and sign(s.number - new.number) * sign(s.new_on - new.new_on) < 0))) then
    raise exception using errcode = 'KG002', hint = 'file',
      message = 'This statement covers days that another one covers already.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger bank_statement_place before insert on bank_statement
  for each row execute function koprogo_statement_place();

-- When the transaction ends, the movements lead from the old balance to the new one; details are not counted.
create function koprogo_statement_whole() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  s bank_statement;
begin
  if tg_table_name = 'bank_statement' then
    s := new;
  else
    select * into s from bank_statement where id = new.statement_id;
  end if;
  if s.old_cents + coalesce((select sum(cents) from bank_movement
                              where statement_id = s.id and parent_id is null), 0) <> s.new_cents then
    raise exception using errcode = 'KG003', hint = 'file',
      message = 'The movements of a statement lead from its old balance to its new one.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger bank_statement_whole after insert on bank_statement
  deferrable initially deferred for each row execute function koprogo_statement_whole();
create constraint trigger bank_movement_whole after insert on bank_movement
  deferrable initially deferred for each row execute function koprogo_statement_whole();

-- A movement is posted by an entry that moves its amount on its account, and by another only when that is taken back.
create function koprogo_movement_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  account uuid;
begin
  if tg_op = 'DELETE' then
    raise exception using errcode = 'KG002', hint = 'file', message = 'What a bank wrote is never deleted.';
  end if;
  if tg_op = 'INSERT' then
    if new.entry_id is not null then
      raise exception using errcode = 'KG003', hint = 'entry', message = 'A movement begins open.';
    end if;
    perform koprogo_see(tenant);
    return new;
  end if;
  if to_jsonb(new) - array['entry_id', 'matched_by', 'alone'] <> to_jsonb(old) - array['entry_id', 'matched_by', 'alone'] then
    raise exception using errcode = 'KG002', hint = 'file', message = 'What a bank wrote never changes.';
  end if;
  if new.entry_id is distinct from old.entry_id and old.entry_id is not null
     and not exists (select from entry where reversal_of = old.entry_id) then
    raise exception using errcode = 'KG002', hint = 'entry', message = 'This movement is posted already.';
  end if;
  if new.entry_id is not null and new.entry_id is distinct from old.entry_id then
    select j.account_id into account from bank_statement s join bank_account b on b.id = s.bank_account_id
      join journal j on j.id = b.journal_id where s.id = new.statement_id;
    if exists (select from entry where id = new.entry_id and (date <> new.booked_on or reversal_of is not null))
       or coalesce((select sum(debit_cents - credit_cents) from entry_line
                     where entry_id = new.entry_id and account_id = account), 0) <> new.cents then
      raise exception using errcode = 'KG003', hint = 'entry',
        message = 'The entry of a movement moves its amount on its bank account, on its day.';
    end if;
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger bank_movement_guard before insert or update or delete on bank_movement
  for each row execute function koprogo_movement_guard();

-- The parts of a movement are the whole of it.
create function koprogo_parts_whole() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  wanted uuid := case tg_op when 'DELETE' then old.movement_id else new.movement_id end;
  total bigint;
begin
  select sum(cents) into total from movement_part where movement_id = wanted;
  if total is not null and total <> (select cents from bank_movement where id = wanted) then
    raise exception using errcode = 'KG003', hint = 'parts', message = 'The parts of a movement add up to it.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger movement_part_whole after insert or update or delete on movement_part
  deferrable initially deferred for each row execute function koprogo_parts_whole();
"""


def upgrade() -> None:
    op.create_table(
        "match_rule",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.String(), server_default="", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(owner_id is not null)::int + (supplier_id is not null)::int + (account <> '')::int = 1",
            name=op.f("match_rule_target"),
        ),
        sa.CheckConstraint("payer <> ''", name=op.f("match_rule_payer")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="match_rule_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="match_rule_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "supplier_id"],
            ["supplier.organization_id", "supplier.id"],
            name="match_rule_supplier_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("match_rule_pkey")),
        sa.UniqueConstraint("building_id", "payer", "incoming", name="match_rule_once"),
    )
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("old_cents", sa.BigInteger(), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=False),
        sa.Column("new_cents", sa.BigInteger(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("bank_statement_digest")),
        sa.CheckConstraint("format in ('coda', 'camt')", name=op.f("bank_statement_format")),
        sa.CheckConstraint("number >= 0", name=op.f("bank_statement_number")),
        sa.CheckConstraint("old_on <= new_on", name=op.f("bank_statement_days")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "bank_account_id"],
            ["bank_account.organization_id", "bank_account.building_id", "bank_account.id"],
            name="bank_statement_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="bank_statement_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_statement_pkey")),
        sa.UniqueConstraint("bank_account_id", "digest", name="bank_statement_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="bank_statement_tenant"),
    )
    op.create_index("bank_statement_list", "bank_statement", ["organization_id", "building_id", "new_on"], unique=False)
    op.create_index(
        "bank_statement_number_once",
        "bank_statement",
        ["bank_account_id", "year", "number"],
        unique=True,
        postgresql_where=sa.text("number > 0"),
    )
    op.create_table(
        "bank_movement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ogm", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("matched_by", sa.String(), server_default="", nullable=False),
        sa.Column("alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "matched_by in ('', 'ogm', 'account', 'order', 'name', 'rule', 'costs', 'transfer', 'person')",
            name=op.f("bank_movement_matched_by"),
        ),
        sa.CheckConstraint("ogm ~ '^([0-9]{12})?$'", name=op.f("bank_movement_ogm")),
        sa.CheckConstraint("cents <> 0 or parent_id is not null", name=op.f("bank_movement_cents")),
        sa.CheckConstraint("parent_id is null or entry_id is null", name=op.f("bank_movement_detail")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="bank_movement_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "parent_id"],
            ["bank_movement.organization_id", "bank_movement.building_id", "bank_movement.id"],
            name="bank_movement_parent_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "statement_id"],
            ["bank_statement.organization_id", "bank_statement.building_id", "bank_statement.id"],
            name="bank_movement_statement_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_movement_pkey")),
        sa.UniqueConstraint("entry_id", name="bank_movement_entry_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="bank_movement_tenant"),
        sa.UniqueConstraint("statement_id", "position", name="bank_movement_position"),
    )
    op.create_index("bank_movement_payer", "bank_movement", ["organization_id", "building_id", "iban"], unique=False)
    op.create_table(
        "movement_part",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.String(), server_default="", nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(owner_id is not null)::int + (supplier_id is not null)::int + (account <> '')::int = 1",
            name=op.f("movement_part_target"),
        ),
        sa.CheckConstraint("cents <> 0", name=op.f("movement_part_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="movement_part_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "movement_id"],
            ["bank_movement.organization_id", "bank_movement.building_id", "bank_movement.id"],
            name="movement_part_movement_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="movement_part_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "supplier_id"],
            ["supplier.organization_id", "supplier.id"],
            name="movement_part_supplier_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("movement_part_pkey")),
        sa.UniqueConstraint("movement_id", "position", name="movement_part_position"),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("movement_part")
    op.drop_table("bank_movement")
    op.drop_table("bank_statement")
    op.drop_table("match_rule")
    for name in ("statement_place", "statement_whole", "movement_guard", "parts_whole"):
        op.execute(f"drop function koprogo_{name} cascade")
