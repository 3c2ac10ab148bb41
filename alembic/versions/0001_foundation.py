"""Tenancy, audit, outbox, idempotency."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


BEFORE = """
create extension if not exists btree_gist;

do $$ begin
  if not exists (select from pg_roles where rolname = 'koprogo_app') then
    create role koprogo_app nologin nobypassrls;
    grant koprogo_app to current_user;
  end if;
end $$;
grant usage on schema public to koprogo_app;
alter default privileges in schema public grant select, insert, update, delete on tables to koprogo_app;
alter default privileges in schema public grant usage on sequences to koprogo_app;
grant select on alembic_version to koprogo_app;

-- Whose transaction it is. Each is evaluated once per query when a policy wraps it in a sub-select.
create function koprogo_everything() returns boolean language sql stable parallel safe as
$$ select coalesce(current_setting('koprogo.organizations', true) = '*', false) $$;

create function koprogo_organizations() returns uuid[] language sql stable parallel safe as
$$ select case when koprogo_everything() then '{}'::uuid[]
   else string_to_array(coalesce(current_setting('koprogo.organizations', true), ''), ',')::uuid[] end $$;

create function koprogo_user() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('koprogo.user', true), '')::uuid $$;

-- Puts a table behind forced row-level security on one column.
create procedure koprogo_tenant(target regclass, tenant text default 'organization_id') language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using ((select koprogo_everything()) or %I = any ((select koprogo_organizations())::uuid[]))',
                 target, tenant);
end $$;
"""

AFTER = """
call koprogo_tenant('mail');

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy tenant on audit_entry using (
  (select koprogo_everything()) or organization_id = any ((select koprogo_organizations())::uuid[])
  or (organization_id is null and user_id = (select koprogo_user())));
revoke update, delete, truncate on audit_entry from koprogo_app;

create function koprogo_audit_hash(e audit_entry) returns bytea language sql immutable as $$
  select sha256(e.prev_hash || convert_to(jsonb_build_array(
    e.organization_id, e.seq, extract(epoch from e.at)::text, e.user_id, e.session_id, e.ip, e.action, e.entity,
    e.entity_id, e.building_id, e.before, e.after)::text, 'UTF8'))
$$;

create function koprogo_audit_chain() returns trigger language plpgsql as $$
declare
  last record;
  tenant text := coalesce(current_setting('koprogo.organizations', true), '');
begin
  -- The chain is read whole, whatever part of it the writer may see.
  perform set_config('koprogo.organizations', '*', true);
  perform pg_advisory_xact_lock(hashtextextended('audit ' || coalesce(new.organization_id::text, ''), 0));
  select seq, hash into last from audit_entry
   where organization_id is not distinct from new.organization_id order by seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.prev_hash := coalesce(last.hash, decode('00', 'hex'));
  new.hash := koprogo_audit_hash(new);
  perform set_config('koprogo.organizations', tenant, true);
  return new;
end $$;
create trigger audit_chain before insert on audit_entry for each row execute function koprogo_audit_chain();

create function koprogo_append_only() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'KG002', message = 'This record is kept for ever and cannot be changed.';
end $$;
create trigger audit_append_only before update or delete on audit_entry
  for each row execute function koprogo_append_only();
create trigger audit_not_emptied before truncate on audit_entry
  for each statement execute function koprogo_append_only();

insert into installation (id) values (1);
"""


def upgrade() -> None:
    op.execute(BEFORE)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("installation_pkey")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_entry_pkey")),
    )
    op.create_index("audit_entry_at", "audit_entry", ["organization_id", "at"], unique=False)
    op.create_index(
        "audit_entry_chain", "audit_entry", ["organization_id", "seq"], unique=True, postgresql_nulls_not_distinct=True
    )
    op.create_index("audit_entry_entity", "audit_entry", ["organization_id", "entity", "entity_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("mail_pkey")),
    )
    op.create_index("mail_due", "mail", ["next_try_at"], unique=False, postgresql_where=sa.text("status = 'queued'"))
    op.create_index("mail_organization", "mail", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("idempotency_key_pkey")),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.execute("drop function koprogo_audit_hash cascade")
    op.execute("drop function koprogo_audit_chain cascade")
    op.execute("drop function koprogo_append_only cascade")
    op.execute("drop procedure koprogo_tenant")
    op.execute("drop function koprogo_organizations cascade")
    op.execute("drop function koprogo_everything cascade")
    op.execute("drop function koprogo_user cascade")
    op.drop_table("idempotency_key")
    op.drop_table("mail")
    op.drop_table("audit_entry")
    op.drop_table("installation")
