"""Recovery of arrears: rates to come, policies, reminders, pauses."""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('recovery_policy');
call koprogo_tenant('recovery_level');
call koprogo_tenant('reminder');
call koprogo_tenant('reminder_debt');
call koprogo_tenant('recovery_pause');

-- What was sent stays as it went out; only the proof of the registered letter comes later.
create function koprogo_reminder_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.status = 'sent' then
      raise exception using errcode = 'KG002', hint = 'status', message = 'A reminder that was sent stays as it is.';
    end if;
    return old;
  end if;
  if old.status <> 'prepared' and
     (to_jsonb(new) - array['tracking', 'proof_document_id', 'entry_id']) <> (to_jsonb(old) - array['tracking', 'proof_document_id', 'entry_id']) then
    raise exception using errcode = 'KG002', hint = 'status', message = 'A reminder that was sent stays as it is.';
  end if;
  return new;
end $$;
create trigger reminder_guard before update or delete on reminder
  for each row execute function koprogo_reminder_guard();

create function koprogo_reminder_debt_guard() returns trigger language plpgsql as $$
declare
  wanted uuid := case when tg_op = 'INSERT' then new.reminder_id else old.reminder_id end;
begin
  if exists (select from reminder where id = wanted and status = 'sent') then
    raise exception using errcode = 'KG002', hint = 'status', message = 'A reminder that was sent stays as it is.';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger reminder_debt_guard before insert or update or delete on reminder_debt
  for each row execute function koprogo_reminder_debt_guard();
"""

BEFORE_DOWN = """
drop trigger reminder_debt_guard on reminder_debt;
drop trigger reminder_guard on reminder;
drop function koprogo_reminder_debt_guard();
drop function koprogo_reminder_guard();
"""


def upgrade() -> None:
    op.create_table(
        "civil_rate",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("civil_rate_source")),
        sa.CheckConstraint("percent >= 0 and percent <= 25", name=op.f("civil_rate_percent")),
        sa.CheckConstraint("year between 2027 and 2200", name=op.f("civil_rate_year")),
        sa.PrimaryKeyConstraint("year", name=op.f("civil_rate_pkey")),
    )
    op.create_table(
        "recovery_pause",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('dispute', 'restriction', 'other')", name=op.f("recovery_pause_kind")),
        sa.CheckConstraint("reason <> ''", name=op.f("recovery_pause_reason")),
        sa.CheckConstraint("until is null or until >= since", name=op.f("recovery_pause_period")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="recovery_pause_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="recovery_pause_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("recovery_pause_pkey")),
    )
    op.create_index(
        "recovery_pause_owner", "recovery_pause", ["organization_id", "building_id", "owner_id"], unique=False
    )
    op.create_table(
        "recovery_policy",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(), server_default="statutory", nullable=False),
        sa.Column("clause_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("clause_start", sa.String(), server_default="notice", nullable=False),
        sa.Column("clause_reference", sa.String(), server_default="", nullable=False),
        sa.Column("day_count", sa.String(), server_default="365", nullable=False),
        sa.Column("guard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("bank_days", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "basis <> 'clause' or (clause_percent is not null and clause_reference <> '')",
            name=op.f("recovery_policy_clause"),
        ),
        sa.CheckConstraint("basis in ('none', 'statutory', 'clause')", name=op.f("recovery_policy_basis")),
        sa.CheckConstraint("clause_start in ('due', 'notice')", name=op.f("recovery_policy_clause_start")),
        sa.CheckConstraint("day_count in ('365', 'actual')", name=op.f("recovery_policy_day_count")),
        sa.CheckConstraint("bank_days between 0 and 30", name=op.f("recovery_policy_bank_days")),
        sa.CheckConstraint(
            "clause_percent >= 0 and clause_percent <= 100", name=op.f("recovery_policy_clause_percent")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="recovery_policy_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("recovery_policy_pkey")),
    )
    op.create_table(
        "recovery_level",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("costs_cents", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("react_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel in ('email', 'post', 'registered')", name=op.f("recovery_level_channel")),
        sa.CheckConstraint("costs_cents between 0 and 100000", name=op.f("recovery_level_costs")),
        sa.CheckConstraint("days between 1 and 365", name=op.f("recovery_level_days")),
        sa.CheckConstraint("level > 1 or costs_cents = 0", name=op.f("recovery_level_first_free")),
        sa.CheckConstraint("level between 1 and 3", name=op.f("recovery_level_level")),
        sa.CheckConstraint("react_days between 14 and 90", name=op.f("recovery_level_react")),
        sa.ForeignKeyConstraint(
            ["building_id"], ["recovery_policy.building_id"], name="recovery_level_policy_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("building_id", "level", name=op.f("recovery_level_pkey")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), server_default="prepared", nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("principal_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_cents", sa.BigInteger(), nullable=False),
        sa.Column("costs_cents", sa.BigInteger(), nullable=False),
        sa.Column("react_days", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("react_by", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("tracking", sa.String(), server_default="", nullable=False),
        sa.Column("proof_document_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(status = 'cancelled') = (reason <> '')", name=op.f("reminder_cancelled")),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_on is not null) and (status = 'sent') <= (document_id is not null)",
            name=op.f("reminder_sent"),
        ),
        sa.CheckConstraint("channel in ('email', 'post', 'registered')", name=op.f("reminder_channel")),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("reminder_lang")),
        sa.CheckConstraint("status in ('prepared', 'sent', 'cancelled')", name=op.f("reminder_status")),
        sa.CheckConstraint("level > 1 or costs_cents = 0", name=op.f("reminder_first_free")),
        sa.CheckConstraint("level between 1 and 3", name=op.f("reminder_level")),
        sa.CheckConstraint(
            "principal_cents > 0 and interest_cents >= 0 and costs_cents >= 0", name=op.f("reminder_amounts")
        ),
        sa.CheckConstraint("react_by is null or react_by >= sent_on + 14", name=op.f("reminder_react")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="reminder_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="reminder_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="reminder_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="reminder_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "proof_document_id"],
            ["document.organization_id", "document.id"],
            name="reminder_proof_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reminder_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="reminder_tenant"),
    )
    op.create_index("reminder_building", "reminder", ["organization_id", "building_id", "status"], unique=False)
    op.create_index("reminder_owner", "reminder", ["organization_id", "owner_id"], unique=False)
    op.create_table(
        "reminder_debt",
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("open_cents > 0", name=op.f("reminder_debt_open")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="reminder_debt_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "reminder_id"],
            ["reminder.organization_id", "reminder.building_id", "reminder.id"],
            name="reminder_debt_reminder_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reminder_id", "line_id", name=op.f("reminder_debt_pkey")),
        sa.UniqueConstraint("line_id", "level", name="reminder_debt_level_once"),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.execute(BEFORE_DOWN)
    op.drop_table("reminder_debt")
    op.drop_index("reminder_owner", table_name="reminder")
    op.drop_index("reminder_building", table_name="reminder")
    op.drop_table("reminder")
    op.drop_table("recovery_level")
    op.drop_table("recovery_policy")
    op.drop_index("recovery_pause_owner", table_name="recovery_pause")
    op.drop_table("recovery_pause")
    op.drop_table("civil_rate")
