"""Budgets and their lines, alerts, orders, filed reports of variance."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('budget');
call koprogo_tenant('budget_line');
call koprogo_tenant('budget_settings');
call koprogo_tenant('budget_alert');
call koprogo_tenant('commitment');
call koprogo_tenant('variance_report');
call koprogo_tenant('budget_call');

revoke update on budget_alert, variance_report, budget_call from koprogo_app;

-- A budget goes from draft to the vote, into force and to its end, or back to draft when it is refused. What the
-- assembly voted stays as it is: only how far it is changes.
create function koprogo_budget_guard() returns trigger language plpgsql as $$
declare
  decided constant text[] := array['voted', 'active', 'closed'];
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
  end if;
  if old.status = any (decided) and
     to_jsonb(new) - array['status', 'activated_at', 'closed_at']
       is distinct from to_jsonb(old) - array['status', 'activated_at', 'closed_at'] then
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
create trigger budget_guard before insert or update or delete on budget
  for each row execute function koprogo_budget_guard();

-- Lines change in a draft only; the lock keeps it one until the transaction ends.
create function koprogo_budget_line_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  wanted uuid[] := case tg_op when 'INSERT' then array[new.budget_id] when 'DELETE' then array[old.budget_id]
                              else array[old.budget_id, new.budget_id] end;
  found_number int;
  found_status text;
begin
  for found_number, found_status in
    select number, status from budget where id = any (wanted) for share
  loop
    if found_status <> 'draft' then
      raise exception using errcode = 'KG002', hint = 'status',
        message = 'The lines of a budget change in a draft only.';
    end if;
    if tg_op <> 'DELETE' and found_number = 0 and new.cents < 0 then
      raise exception using errcode = 'KG003', hint = 'cents', message = 'An amount in the budget cannot be negative.';
    end if;
  end loop;
  perform koprogo_see(tenant);
  return coalesce(new, old);
end $$;
create trigger budget_line_guard before insert or update or delete on budget_line
  for each row execute function koprogo_budget_line_guard();
create trigger budget_not_emptied before truncate on budget
  for each statement execute function koprogo_append_only();
create trigger budget_line_not_emptied before truncate on budget_line
  for each statement execute function koprogo_append_only();
"""


def upgrade() -> None:
    op.create_table(
        "budget_settings",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("alert_percent", sa.Integer(), server_default=sa.text("10"), nullable=False),
        sa.CheckConstraint("alert_percent between 1 and 100", name=op.f("budget_settings_alert_percent")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="budget_settings_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("budget_settings_pkey")),
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.Column("status", sa.String(), server_default="draft", nullable=False),
        sa.Column("frequency", sa.String(), server_default="quarterly", nullable=False),
        sa.Column("called_on", sa.ARRAY(sa.Date()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rejection", sa.String(), server_default="", nullable=False),
        sa.Column("rejected_on", sa.Date(), nullable=True),
        sa.Column("voted_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(), server_default="", nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("waiver", sa.String(), server_default="", nullable=False),
        sa.Column("waived_on", sa.Date(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("building_id"), "="),
            (sa.column("period"), "&&"),
            where=sa.text("number = 0"),
            using="gist",
            name="budget_no_overlap",
        ),
        sa.CheckConstraint(
            "(status in ('voted', 'active', 'closed')) = (voted_on is not null and (decision <> '' or document_id is not null))",
            name=op.f("budget_vote"),
        ),
        sa.CheckConstraint("(waiver <> '') = (waived_on is not null)", name=op.f("budget_waiver")),
        sa.CheckConstraint("frequency in ('monthly', 'quarterly', 'free')", name=op.f("budget_frequency")),
        sa.CheckConstraint("status in ('draft', 'submitted', 'voted', 'active', 'closed')", name=op.f("budget_status")),
        sa.CheckConstraint(
            "not isempty(period) and not lower_inf(period) and not upper_inf(period)", name=op.f("budget_period")
        ),
        sa.CheckConstraint("number >= 0", name=op.f("budget_number")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="budget_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="budget_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budget_pkey")),
        sa.UniqueConstraint("building_id", "year", "number", name="budget_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="budget_tenant"),
    )
    op.create_table(
        "budget_alert",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("account_code", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("actual_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("budget_alert_month")),
        sa.ForeignKeyConstraint(
            ["building_id", "account_code"],
            ["account.building_id", "account.code"],
            name="budget_alert_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="budget_alert_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budget_alert_pkey")),
        sa.UniqueConstraint("building_id", "account_code", "month", name="budget_alert_once"),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("account_code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("account_code ~ '^6'", name=op.f("commitment_account")),
        sa.CheckConstraint("label <> ''", name=op.f("commitment_label")),
        sa.CheckConstraint("cents > 0", name=op.f("commitment_cents")),
        sa.CheckConstraint("ended_on >= ordered_on", name=op.f("commitment_ended")),
        sa.ForeignKeyConstraint(
            ["building_id", "account_code"],
            ["account.building_id", "account.code"],
            name="commitment_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="commitment_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("commitment_pkey")),
    )
    op.create_index(
        "commitment_open",
        "commitment",
        ["organization_id", "building_id"],
        unique=False,
        postgresql_where=sa.text("ended_on is null"),
    )
    op.create_table(
        "variance_report",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("quarter between 1 and 4", name=op.f("variance_report_quarter")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="variance_report_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="variance_report_document_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variance_report_pkey")),
        sa.UniqueConstraint("building_id", "year", "quarter", name="variance_report_once"),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_code", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.String(), server_default="", nullable=False),
        sa.Column("profile", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "0 <= all (profile) and (profile = '{}' or 0 < any (profile))", name=op.f("budget_line_profile")
        ),
        sa.CheckConstraint(
            "account_code ~ '^(6|70)' and (nature = 'reserve') = (account_code ~ '^70')",
            name=op.f("budget_line_account"),
        ),
        sa.CheckConstraint("nature in ('ordinary', 'extraordinary', 'reserve')", name=op.f("budget_line_nature")),
        sa.CheckConstraint("cents between -100000000000000 and 100000000000000", name=op.f("budget_line_cents")),
        sa.ForeignKeyConstraint(
            ["building_id", "account_code"],
            ["account.building_id", "account.code"],
            name="budget_line_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "budget_id"],
            ["budget.organization_id", "budget.building_id", "budget.id"],
            name="budget_line_budget_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "key_id"],
            ["allocation_key.organization_id", "allocation_key.id"],
            name="budget_line_key_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budget_line_pkey")),
        sa.UniqueConstraint("budget_id", "account_code", name="budget_line_account_once"),
    )
    op.create_table(
        "budget_call",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "budget_id"],
            ["budget.organization_id", "budget.building_id", "budget.id"],
            name="budget_call_budget_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "call_id"],
            ["fund_call.organization_id", "fund_call.building_id", "fund_call.id"],
            name="budget_call_call_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("budget_call_pkey")),
    )
    op.create_index("budget_call_budget", "budget_call", ["organization_id", "budget_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute("drop function koprogo_budget_guard cascade")
    op.execute("drop function koprogo_budget_line_guard cascade")
    op.drop_table("budget_call")
    op.drop_table("variance_report")
    op.drop_table("commitment")
    op.drop_table("budget_alert")
    op.drop_table("budget_line")
    op.drop_table("budget")
    op.drop_table("budget_settings")
