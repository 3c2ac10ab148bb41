"""Calls for funds, what settles what, instalment plans."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('payment_reference');
call koprogo_tenant('fund_call');
call koprogo_tenant('instalment_plan');
call koprogo_tenant('call_part');
call koprogo_tenant('plan_term');
call koprogo_tenant('call_instalment');
call koprogo_tenant('call_line');
call koprogo_tenant('call_notice');
call koprogo_tenant('notice_run');
call koprogo_tenant('plan_debt');
call koprogo_tenant('settlement');

-- What settles what: never beyond a line, never across persons, accounts or buildings.
create function koprogo_line_settled(wanted uuid) returns bigint language sql stable as $$
  select coalesce(sum(cents), 0)::bigint from settlement where debit_line_id = wanted or credit_line_id = wanted
$$;

create function koprogo_settlement_check() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  d entry_line;
  c entry_line;
begin
  perform koprogo_ledger_lock(new.building_id);
  select * into d from entry_line where id = new.debit_line_id and building_id = new.building_id;
  select * into c from entry_line where id = new.credit_line_id and building_id = new.building_id;
  if d.id is null or c.id is null then
    perform koprogo_see(tenant);
    return new;  -- the foreign keys refuse it
  end if;
  if d.debit_cents = 0 or c.credit_cents = 0 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'A credit settles a debit.';
  end if;
  if coalesce(d.owner_id, d.supplier_id) is null or d.account_id <> c.account_id
     or (d.party_kind, d.owner_id, d.supplier_id) is distinct from (c.party_kind, c.owner_id, c.supplier_id) then
    raise exception using errcode = 'KG003', hint = 'lines',
      message = 'A payment settles the debts of the same person on the same account.';
  end if;
  if exists (select from entry e where e.id in (d.entry_id, c.entry_id) and (e.nature <> 'entry'
               or e.reversal_of is not null or exists (select from entry r where r.reversal_of = e.id))) then
    raise exception using errcode = 'KG002', hint = 'lines',
      message = 'An entry that is taken back settles nothing.';
  end if;
  if exists (select from matching_line where line_id in (d.id, c.id)) then
    raise exception using errcode = 'KG002', hint = 'lines', message = 'One of these lines is matched already.';
  end if;
  if koprogo_line_settled(d.id) + new.cents > d.debit_cents
     or koprogo_line_settled(c.id) + new.cents > c.credit_cents then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'This settles more than is open.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger settlement_check before insert on settlement
  for each row execute function koprogo_settlement_check();

create function koprogo_matching_open() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  perform koprogo_ledger_lock(new.building_id);
  if koprogo_line_settled(new.line_id) > 0 then
    raise exception using errcode = 'KG002', hint = 'lines', message = 'One of these lines is settled already.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger matching_line_open before insert on matching_line
  for each row execute function koprogo_matching_open();

-- An entry that is taken back settles nothing any more.
create function koprogo_entry_unsettles() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  delete from settlement s using entry_line l
   where l.entry_id = new.reversal_of and l.id in (s.debit_line_id, s.credit_line_id);
  perform koprogo_see(tenant);
  return null;
end $$;
create trigger entry_unsettles after insert on entry
  for each row when (new.reversal_of is not null) execute function koprogo_entry_unsettles();

-- A posted call stays as it is; it is taken back whole.
create function koprogo_call_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'draft' then
      raise exception using errcode = 'KG003', hint = 'status', message = 'A call begins as a draft.';
    end if;
    return new;
  end if;
  if old.status = 'draft' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'UPDATE' and old.status = 'posted' and new.status = 'cancelled'
     and (new.organization_id, new.building_id, new.label, new.decided_on, new.decision_ref, new.posted_at)
         is not distinct from
         (old.organization_id, old.building_id, old.label, old.decided_on, old.decision_ref, old.posted_at) then
    return new;
  end if;
  raise exception using errcode = 'KG002', hint = 'status',
    message = 'A posted call never changes: take it back and call again.';
end $$;
create trigger fund_call_guard before insert or update or delete on fund_call
  for each row execute function koprogo_call_guard();

create function koprogo_call_kept() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  wanted uuid;
begin
  if tg_table_name = 'call_line' then
    select call_id into wanted from call_instalment
     where id = case tg_op when 'DELETE' then old.instalment_id else new.instalment_id end;
  else
    wanted := case tg_op when 'DELETE' then old.call_id else new.call_id end;
  end if;
  if exists (select from fund_call where id = wanted and status <> 'draft') then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A posted call never changes: take it back and call again.';
  end if;
  perform koprogo_see(tenant);
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger call_part_kept before insert or update or delete on call_part
  for each row execute function koprogo_call_kept();
create trigger call_instalment_kept before insert or update or delete on call_instalment
  for each row execute function koprogo_call_kept();
create trigger call_line_kept before insert or update or delete on call_line
  for each row execute function koprogo_call_kept();

revoke update on settlement, call_line, plan_term, plan_debt from koprogo_app;
revoke update, delete on payment_reference from koprogo_app;
"""


def upgrade() -> None:
    op.execute("create sequence payment_reference_base start 1000001 maxvalue 9999999999")
    op.create_table(
        "payment_reference",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.BigInteger(), server_default=sa.text("nextval('payment_reference_base')"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("base between 1 and 9999999999", name=op.f("payment_reference_base")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="payment_reference_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="payment_reference_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_reference_pkey")),
        sa.UniqueConstraint("base", name="payment_reference_base_once"),
        sa.UniqueConstraint("building_id", "owner_id", name="payment_reference_once"),
    )
    op.create_table(
        "fund_call",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_ref", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("label <> ''", name=op.f("fund_call_label")),
        sa.CheckConstraint("status <> 'cancelled' or reason <> ''", name=op.f("fund_call_reason")),
        sa.CheckConstraint("status in ('draft', 'posted', 'cancelled')", name=op.f("fund_call_status")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="fund_call_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fund_call_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="fund_call_tenant"),
    )
    op.create_index("fund_call_building", "fund_call", ["organization_id", "building_id", "created_at"], unique=False)
    op.create_table(
        "instalment_plan",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(ended_at is null) = (ended_reason = '')", name=op.f("instalment_plan_ended")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="instalment_plan_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="instalment_plan_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("instalment_plan_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="instalment_plan_tenant"),
    )
    op.create_index(
        "instalment_plan_owner", "instalment_plan", ["organization_id", "building_id", "owner_id"], unique=False
    )
    op.create_table(
        "call_part",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('working', 'reserve', 'extraordinary')", name=op.f("call_part_kind")),
        sa.CheckConstraint("cents > 0", name=op.f("call_part_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "call_id"],
            ["fund_call.organization_id", "fund_call.building_id", "fund_call.id"],
            name="call_part_call_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "key_id"],
            ["allocation_key.organization_id", "allocation_key.id"],
            name="call_part_key_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("call_part_pkey")),
        sa.UniqueConstraint("call_id", "position", name="call_part_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="call_part_tenant"),
    )
    op.create_table(
        "plan_term",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("plan_term_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "plan_id"],
            ["instalment_plan.organization_id", "instalment_plan.building_id", "instalment_plan.id"],
            name="plan_term_plan_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_term_pkey")),
        sa.UniqueConstraint("plan_id", "due_on", name="plan_term_once"),
    )
    op.create_table(
        "call_instalment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("due_on >= called_on", name=op.f("call_instalment_due")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "call_id"],
            ["fund_call.organization_id", "fund_call.building_id", "fund_call.id"],
            name="call_instalment_call_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="call_instalment_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("call_instalment_pkey")),
        sa.UniqueConstraint("call_id", "position", name="call_instalment_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="call_instalment_tenant"),
    )
    op.create_index(
        "call_instalment_due", "call_instalment", ["organization_id", "building_id", "due_on"], unique=False
    )
    op.create_table(
        "call_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("weight_total", sa.BigInteger(), nullable=False),
        sa.Column("lot_cents", sa.BigInteger(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("entry_line_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("call_line_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="call_line_entry_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "instalment_id"],
            ["call_instalment.organization_id", "call_instalment.building_id", "call_instalment.id"],
            name="call_line_instalment_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "part_id"],
            ["call_part.organization_id", "call_part.building_id", "call_part.id"],
            name="call_line_part_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="call_line_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="call_line_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("call_line_pkey")),
        sa.UniqueConstraint("entry_line_id", name="call_line_entry_line_once"),
    )
    op.create_index("call_line_instalment", "call_line", ["organization_id", "instalment_id"], unique=False)
    op.create_index("call_line_owner", "call_line", ["organization_id", "building_id", "owner_id"], unique=False)
    op.create_table(
        "call_notice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("sent_how", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("call_notice_lang")),
        sa.CheckConstraint("sent_how in ('', 'mail', 'print')", name=op.f("call_notice_sent_how")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "instalment_id"],
            ["call_instalment.organization_id", "call_instalment.building_id", "call_instalment.id"],
            name="call_notice_instalment_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="call_notice_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="call_notice_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("call_notice_pkey")),
        sa.UniqueConstraint("instalment_id", "owner_id", name="call_notice_once"),
    )
    op.create_index("call_notice_owner", "call_notice", ["organization_id", "building_id", "owner_id"], unique=False)
    op.create_table(
        "notice_run",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("refusal", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name=op.f("notice_run_status")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "instalment_id"],
            ["call_instalment.organization_id", "call_instalment.building_id", "call_instalment.id"],
            name="notice_run_instalment_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="notice_run_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_run_pkey")),
    )
    op.create_index(
        "notice_run_instalment", "notice_run", ["organization_id", "instalment_id", "created_at"], unique=False
    )
    op.create_index(
        "notice_run_once",
        "notice_run",
        ["instalment_id"],
        unique=True,
        postgresql_where=sa.text("status in ('waiting', 'running')"),
    )
    op.create_table(
        "plan_debt",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("plan_debt_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="plan_debt_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "plan_id"],
            ["instalment_plan.organization_id", "instalment_plan.building_id", "instalment_plan.id"],
            name="plan_debt_plan_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_debt_pkey")),
        sa.UniqueConstraint("plan_id", "line_id", name="plan_debt_once"),
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("debit_line_id", sa.Uuid(), nullable=False),
        sa.Column("credit_line_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("settlement_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "credit_line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="settlement_credit_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "debit_line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="settlement_debit_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="settlement_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("settlement_pkey")),
    )
    op.create_index("settlement_building", "settlement", ["organization_id", "building_id"], unique=False)
    op.create_index("settlement_credit", "settlement", ["credit_line_id"], unique=False)
    op.create_index("settlement_debit", "settlement", ["debit_line_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute("drop function koprogo_call_kept cascade")
    op.execute("drop function koprogo_call_guard cascade")
    op.execute("drop function koprogo_entry_unsettles cascade")
    op.execute("drop function koprogo_matching_open cascade")
    op.execute("drop function koprogo_settlement_check cascade")
    op.execute("drop function koprogo_line_settled cascade")
    op.drop_table("settlement")
    op.drop_table("plan_debt")
    op.drop_table("notice_run")
    op.drop_table("call_notice")
    op.drop_table("call_line")
    op.drop_table("call_instalment")
    op.drop_table("plan_term")
    op.drop_table("call_part")
    op.drop_table("instalment_plan")
    op.drop_table("fund_call")
    op.drop_table("payment_reference")
    op.execute("drop sequence payment_reference_base")
