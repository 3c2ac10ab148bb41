"""Documents, versions, bundles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = """
-- Letters without their accents, so that a phone's keyboard finds "assemblée" with "assemblee".
create function koprogo_fold(words text) returns text language sql immutable parallel safe as $$
  select translate(lower(words), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy')
$$;

create function koprogo_search_language(lang text) returns regconfig language sql immutable parallel safe as $$
  select case lang when 'fr' then 'pg_catalog.french'::regconfig when 'nl' then 'pg_catalog.dutch'::regconfig
    when 'de' then 'pg_catalog.german'::regconfig else 'pg_catalog.english'::regconfig end
$$;

create function koprogo_document_search(lang text, title text, body text) returns tsvector
  language sql immutable parallel safe as $$
  select setweight(to_tsvector(koprogo_search_language(lang), title), 'A')
      || setweight(to_tsvector('pg_catalog.simple', koprogo_fold(title)), 'A')
      || setweight(to_tsvector(koprogo_search_language(lang), body), 'C')
      || setweight(to_tsvector('pg_catalog.simple', koprogo_fold(body)), 'D')
$$;
"""

AFTER = """
call koprogo_tenant('document');
call koprogo_tenant('document_version');
call koprogo_tenant('document_bundle');
revoke delete, truncate on document, document_version from koprogo_app;

create function koprogo_document_guard() returns trigger language plpgsql as $$
declare
  tenant text := coalesce(current_setting('koprogo.organizations', true), '');
begin
  if tg_op = 'DELETE' then
    raise exception using errcode = 'KG002', message = 'A document leaves its trace: mark it deleted, with the reason.';
  end if;
  if tg_op = 'UPDATE' then
    if old.deleted_at is not null then
      raise exception using errcode = 'KG002', message = 'This document was deleted and cannot be changed.';
    end if;
    if (new.organization_id, new.building_id, new.created_by, new.created_at)
       is distinct from (old.organization_id, old.building_id, old.created_by, old.created_at) then
      raise exception using errcode = 'KG002', message = 'A document cannot move to another building.';
    end if;
    if (new.kind, new.dated) is not distinct from (old.kind, old.dated)
       and coalesce(new.destroy_on, 'infinity'::date) < coalesce(old.destroy_on, 'infinity'::date) then
      raise exception using errcode = 'KG003', hint = 'destroy_on',
        message = 'The day of destruction cannot come earlier.';
    end if;
    if new.deleted_at is not null and length(trim(new.delete_reason)) < 10
       and (old.destroy_on is null or old.destroy_on > new.deleted_at::date) then
      raise exception using errcode = 'KG001', hint = 'reason',
        message = 'A document is not deleted before its time without a written reason.';
    end if;
  end if;
  if new.lot_id is not null then
    perform set_config('koprogo.organizations', '*', true);
    if not exists (select from lot where id = new.lot_id and building_id = new.building_id) then
      raise exception using errcode = 'KG003', hint = 'lot', message = 'This lot is not in this building.';
    end if;
    perform set_config('koprogo.organizations', tenant, true);
  end if;
  return new;
end $$;
create trigger document_guard before insert or update or delete on document
  for each row execute function koprogo_document_guard();

create function koprogo_version_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (old.removed_at is not null and new.removed_at is distinct from old.removed_at)
     or (new.organization_id, new.document_id, new.number, new.sha256, new.size, new.media_type, new.file_name,
         new.created_by, new.created_at)
        is distinct from (old.organization_id, old.document_id, old.number, old.sha256, old.size, old.media_type,
         old.file_name, old.created_by, old.created_at) then
    raise exception using errcode = 'KG002', message = 'A stored version is never changed. Add a new version.';
  end if;
  return new;
end $$;
create trigger version_guard before update or delete on document_version
  for each row execute function koprogo_version_guard();
"""


def upgrade() -> None:
    op.execute(BEFORE)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("reader_id", sa.Uuid(), nullable=True),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("destroy_on", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("koprogo_document_search(lang, title, body)", persisted=True),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.Column("delete_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(entity = '') = (entity_id is null)", name=op.f("document_entity")),
        sa.CheckConstraint(
            "(visibility = 'notary') <= (reader_id is not null and entity_id is not null)", name=op.f("document_notary")
        ),
        sa.CheckConstraint("(visibility = 'owner') <= (owner_id is not null)", name=op.f("document_owner")),
        sa.CheckConstraint(
            "kind in ('minutes', 'convocation', 'invoice', 'contract', 'regulation', 'insurance', 'works_report', 'quote', 'statement', 'post_intervention', 'photo', 'other')",
            name=op.f("document_kind"),
        ),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("document_lang")),
        sa.CheckConstraint("title <> ''", name=op.f("document_title")),
        sa.CheckConstraint(
            "visibility in ('co_owners', 'board', 'syndic', 'owner', 'notary')", name=op.f("document_visibility")
        ),
        sa.CheckConstraint("(deleted_at is null) = (deleted_by is null)", name=op.f("document_deleted")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="document_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="document_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="document_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["reader_id"], ["app_user.id"], name=op.f("document_reader_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("document_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="document_tenant"),
    )
    op.create_index("document_entity", "document", ["organization_id", "entity", "entity_id"], unique=False)
    op.create_index("document_library", "document", ["organization_id", "building_id", "kind", "dated"], unique=False)
    op.create_index("document_lot", "document", ["organization_id", "lot_id"], unique=False)
    op.create_index("document_search", "document", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "document_version",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("preview_sha256", sa.String(), nullable=True),
        sa.Column("preview_size", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "file_name <> '' and position('/' in file_name) = 0", name=op.f("document_version_file_name")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("document_version_sha256")),
        sa.CheckConstraint(
            "state in ('new', 'ready', 'plain', 'locked', 'unreadable')", name=op.f("document_version_state")
        ),
        sa.CheckConstraint("(preview_sha256 is null) = (preview_size is null)", name=op.f("document_version_preview")),
        sa.CheckConstraint("number > 0", name=op.f("document_version_number")),
        sa.CheckConstraint("size > 0", name=op.f("document_version_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="document_version_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_version_pkey")),
        sa.UniqueConstraint("organization_id", "document_id", "number", name="document_version_once"),
    )
    op.create_index("document_version_object", "document_version", ["organization_id", "sha256"], unique=False)
    op.create_index("document_version_preview", "document_version", ["organization_id", "preview_sha256"], unique=False)
    op.create_table(
        "document_bundle",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('waiting', 'working', 'ready', 'failed')", name=op.f("document_bundle_status")),
        sa.CheckConstraint("done <= total and total > 0", name=op.f("document_bundle_total")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("document_bundle_organization_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("document_bundle_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_bundle_pkey")),
    )
    op.create_index("document_bundle_object", "document_bundle", ["organization_id", "sha256"], unique=False)
    op.create_index("document_bundle_user", "document_bundle", ["organization_id", "user_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute("drop function koprogo_document_guard cascade")
    op.execute("drop function koprogo_version_guard cascade")
    op.drop_table("document_bundle")
    op.drop_table("document_version")
    op.drop_table("document")
    op.execute("drop function koprogo_document_search")
    op.execute("drop function koprogo_search_language")
    op.execute("drop function koprogo_fold")
