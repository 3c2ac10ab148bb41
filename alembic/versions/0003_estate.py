"""Organisations, buildings, lots, owners, rights, keys."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('organization', 'id');
call koprogo_tenant('building');
call koprogo_tenant('lot');
call koprogo_tenant('owner');
call koprogo_tenant('ownership');
call koprogo_tenant('mandatary');
call koprogo_tenant('allocation_key');
call koprogo_tenant('key_weight');
call koprogo_tenant('share_decision');

-- The rights on a complete lot total 1 on every day since it is complete: full + bare, and full + the rights of use.
-- Locks the lot, so that two transactions cannot each be right alone and wrong together.
create function koprogo_check_lot(lot_to_check uuid) returns void language plpgsql as $$
declare
  l lot;
  d date;
  property numeric;
  enjoyment numeric;
  tenant text := coalesce(current_setting('koprogo.organizations', true), '');
begin
  -- Judged on all rows, whatever tenant is set when the transaction ends.
  perform set_config('koprogo.organizations', '*', true);
  select * into l from lot where id = lot_to_check for update;
  if not found or l.status <> 'complete' then
    perform set_config('koprogo.organizations', tenant, true);
    return;
  end if;
  for d in
    select l.complete_from
    union select lower(period) from ownership where lot_id = l.id and lower(period) > l.complete_from
    union select upper(period) from ownership where lot_id = l.id and upper(period) > l.complete_from
  loop
    continue when d >= l.retired_on;
    select coalesce(sum(numerator::numeric / denominator) filter (where "right" in ('full', 'bare')), 0),
           coalesce(sum(numerator::numeric / denominator) filter (where "right" <> 'bare'), 0)
      into property, enjoyment from ownership where lot_id = l.id and period @> d;
    if abs(property - 1) > 0.0001 or abs(enjoyment - 1) > 0.0001 then
      raise exception using errcode = 'KG003', hint = 'share',
        message = 'The rights on this lot must total 1 on every day.';
    end if;
  end loop;
  perform set_config('koprogo.organizations', tenant, true);
end $$;

create function koprogo_ownership_total() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform koprogo_check_lot(old.lot_id); end if;
  if tg_op <> 'DELETE' then perform koprogo_check_lot(new.lot_id); end if;
  return null;
end $$;
create constraint trigger ownership_total after insert or update or delete on ownership
  deferrable initially deferred for each row execute function koprogo_ownership_total();

create function koprogo_lot_total() returns trigger language plpgsql as $$
begin
  perform koprogo_check_lot(new.id);
  return null;
end $$;
create constraint trigger lot_total after insert or update of status, complete_from, retired_on on lot
  deferrable initially deferred for each row execute function koprogo_lot_total();

create function koprogo_lot_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.status = 'complete' then
      raise exception using errcode = 'KG002', message = 'A complete lot is part of the history and cannot be deleted.';
    end if;
    return old;
  end if;
  if old.status = 'complete' and (new.status <> 'complete' or new.complete_from is distinct from old.complete_from) then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A complete lot cannot become incomplete again.';
  end if;
  if new.building_id <> old.building_id or new.organization_id <> old.organization_id then
    raise exception using errcode = 'KG002', hint = 'building', message = 'A lot cannot move to another building.';
  end if;
  return new;
end $$;
create trigger lot_guard before update or delete on lot for each row execute function koprogo_lot_guard();

alter table role_grant
  add constraint role_grant_organization_fkey foreign key (organization_id) references organization (id),
  add constraint role_grant_building_fkey foreign key (organization_id, building_id)
      references building (organization_id, id);
"""


def upgrade() -> None:
    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("enterprise_number", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('professional', 'volunteer')", name=op.f("organization_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("organization_pkey")),
    )
    op.create_table(
        "building",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enterprise_number", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("deed_total", sa.BigInteger(), nullable=False),
        sa.Column("provisional_acceptance", sa.Date(), nullable=True),
        sa.Column("fiscal_month", sa.Integer(), nullable=False),
        sa.Column("fiscal_day", sa.Integer(), nullable=False),
        sa.Column("assembly_month", sa.Integer(), nullable=True),
        sa.Column("assembly_day", sa.Integer(), nullable=True),
        sa.Column("langs", postgresql.ARRAY(sa.String()), server_default=sa.text("'{fr}'"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(assembly_month is null) = (assembly_day is null) and assembly_month between 1 and 12 and assembly_day between 1 and 31",
            name=op.f("building_assembly_period"),
        ),
        sa.CheckConstraint("deed_total > 0", name=op.f("building_deed_total")),
        sa.CheckConstraint(
            "fiscal_month between 1 and 12 and fiscal_day between 1 and 31", name=op.f("building_fiscal_start")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("building_organization_id_fkey"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("building_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="building_tenant"),
        sa.UniqueConstraint("organization_id", "name", name="building_name_once"),
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("area", sa.Numeric(precision=9, scale=2), nullable=True),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("complete_from", sa.Date(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(status = 'complete') = (complete_from is not null)", name=op.f("lot_complete_from")),
        sa.CheckConstraint(
            "kind in ('apartment', 'house', 'shop', 'office', 'cellar', 'garage', 'parking', 'other')",
            name=op.f("lot_kind"),
        ),
        sa.CheckConstraint("number <> ''", name=op.f("lot_number")),
        sa.CheckConstraint("status in ('draft', 'complete')", name=op.f("lot_status")),
        sa.CheckConstraint("area is null or area > 0", name=op.f("lot_area")),
        sa.CheckConstraint("share >= 0", name=op.f("lot_share")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="lot_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lot_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="lot_tenant"),
    )
    op.create_index("lot_building", "lot", ["organization_id", "building_id"], unique=False)
    op.create_index(
        "lot_number_once",
        "lot",
        ["building_id", sa.literal_column("lower(number)")],
        unique=True,
        postgresql_where=sa.text("retired_on is null"),
    )
    op.create_table(
        "owner",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("enterprise_number", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("email_consent_on", sa.Date(), nullable=True),
        sa.Column("email_consent_ref", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email_consent_on is null or email <> ''", name=op.f("owner_consent")),
        sa.CheckConstraint("kind in ('person', 'company')", name=op.f("owner_kind")),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("owner_lang")),
        sa.CheckConstraint("name <> ''", name=op.f("owner_name")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("owner_organization_id_fkey"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("owner_user_id_fkey"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("owner_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="owner_tenant"),
    )
    op.create_index("owner_name", "owner", ["organization_id", "name"], unique=False)
    op.create_index("owner_user", "owner", ["user_id"], unique=False)
    op.create_table(
        "ownership",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("primary_contact", sa.Boolean(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("lot_id"), "="),
            (sa.column("owner_id"), "="),
            (sa.column("right"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="ownership_no_overlap",
        ),
        sa.CheckConstraint(
            "\"right\" in ('full', 'bare', 'usufruct', 'use', 'habitation', 'superficies', 'emphyteusis')",
            name=op.f("ownership_right"),
        ),
        sa.CheckConstraint("not isempty(period) and not lower_inf(period)", name=op.f("ownership_period")),
        sa.CheckConstraint(
            "numerator > 0 and denominator > 0 and numerator <= denominator", name=op.f("ownership_fraction")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="ownership_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="ownership_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ownership_pkey")),
    )
    op.create_index("ownership_lot", "ownership", ["organization_id", "lot_id"], unique=False)
    op.create_index("ownership_owner", "ownership", ["organization_id", "owner_id"], unique=False)
    op.create_table(
        "mandatary",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("lot_id"), "="), (sa.column("period"), "&&"), using="gist", name="mandatary_no_overlap"
        ),
        sa.CheckConstraint("not isempty(period) and not lower_inf(period)", name=op.f("mandatary_period")),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="mandatary_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="mandatary_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("mandatary_pkey")),
    )
    op.create_index("mandatary_lot", "mandatary", ["organization_id", "lot_id"], unique=False)
    op.create_table(
        "allocation_key",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('value', 'utility')", name=op.f("allocation_key_kind")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="allocation_key_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("allocation_key_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="allocation_key_tenant"),
    )
    op.create_index("allocation_key_building", "allocation_key", ["organization_id", "building_id"], unique=False)
    op.create_index(
        "allocation_key_name_once", "allocation_key", ["building_id", sa.literal_column("lower(name)")], unique=True
    )
    op.create_table(
        "key_weight",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("key_id"), "="),
            (sa.column("lot_id"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="key_weight_no_overlap",
        ),
        sa.CheckConstraint("not isempty(period) and not lower_inf(period)", name=op.f("key_weight_period")),
        sa.CheckConstraint("weight >= 0", name=op.f("key_weight_weight")),
        sa.ForeignKeyConstraint(
            ["organization_id", "key_id"],
            ["allocation_key.organization_id", "allocation_key.id"],
            name="key_weight_key_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="key_weight_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("key_weight_pkey")),
    )
    op.create_index("key_weight_key", "key_weight", ["organization_id", "key_id"], unique=False)
    op.create_table(
        "share_decision",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('change', 'split', 'merge', 'correction')", name=op.f("share_decision_kind")),
        sa.CheckConstraint("reference <> ''", name=op.f("share_decision_reference")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="share_decision_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("share_decision_pkey")),
    )
    op.create_index("share_decision_building", "share_decision", ["organization_id", "building_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute(
        "alter table role_grant drop constraint role_grant_organization_fkey, drop constraint role_grant_building_fkey"
    )
    op.execute("drop function koprogo_ownership_total cascade")
    op.execute("drop function koprogo_lot_total cascade")
    op.execute("drop function koprogo_lot_guard cascade")
    op.execute("drop function koprogo_check_lot cascade")
    op.drop_table("share_decision")
    op.drop_table("key_weight")
    op.drop_table("allocation_key")
    op.drop_table("mandatary")
    op.drop_table("ownership")
    op.drop_table("owner")
    op.drop_table("lot")
    op.drop_table("building")
    op.drop_table("organization")
