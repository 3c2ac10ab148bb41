"""People, roles, sessions."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


AFTER = """
alter table role_grant enable row level security;
alter table role_grant force row level security;
create policy tenant on role_grant
  using ((select koprogo_everything()) or organization_id = any ((select koprogo_organizations())::uuid[])
         or user_id = (select koprogo_user()))
  with check ((select koprogo_everything()) or organization_id = any ((select koprogo_organizations())::uuid[]));
"""


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name=op.f("app_user_lang")),
        sa.CheckConstraint("status in ('invited', 'active', 'disabled')", name=op.f("app_user_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("app_user_pkey")),
    )
    op.create_index("app_user_email_once", "app_user", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("recovery_code_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("recovery_code_pkey")),
    )
    op.create_index(op.f("recovery_code_user_id_idx"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("user_id"), "="),
            (sa.column("role"), "="),
            (sa.text("coalesce(organization_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (sa.text("coalesce(building_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="role_grant_no_overlap",
        ),
        sa.CheckConstraint("(role = 'superadmin') = (organization_id is null)", name=op.f("role_grant_scope")),
        sa.CheckConstraint(
            "role in ('superadmin', 'syndic', 'accountant', 'board', 'auditor', 'owner', 'notary')",
            name=op.f("role_grant_role"),
        ),
        sa.CheckConstraint("building_id is null or organization_id is not null", name=op.f("role_grant_building")),
        sa.CheckConstraint("not isempty(period)", name=op.f("role_grant_period")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("role_grant_user_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("role_grant_pkey")),
    )
    op.create_index("role_grant_organization", "role_grant", ["organization_id", "user_id"], unique=False)
    op.create_index(op.f("role_grant_user_id_idx"), "role_grant", ["user_id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("active_role", sa.String(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('web', 'api')", name=op.f("user_session_kind")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("user_session_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("user_session_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("user_session_token_hash_key")),
    )
    op.create_index(
        "user_session_open", "user_session", ["user_id"], unique=False, postgresql_where=sa.text("revoked_at is null")
    )
    op.create_table(
        "refresh_token",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["user_session.id"], name=op.f("refresh_token_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("refresh_token_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("refresh_token_token_hash_key")),
    )
    op.create_index(op.f("refresh_token_session_id_idx"), "refresh_token", ["session_id"], unique=False)
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose in ('invite', 'reset', 'totp', 'oidc')", name=op.f("one_time_token_purpose")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("one_time_token_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("one_time_token_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("one_time_token_token_hash_key")),
    )
    op.create_index(op.f("one_time_token_user_id_idx"), "one_time_token", ["user_id"], unique=False)
    op.create_table(
        "oidc_identity",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("oidc_identity_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("oidc_identity_pkey")),
        sa.UniqueConstraint("issuer", "subject", name="oidc_identity_once"),
    )
    op.create_index(op.f("oidc_identity_user_id_idx"), "oidc_identity", ["user_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("oidc_identity")
    op.drop_table("one_time_token")
    op.drop_table("refresh_token")
    op.drop_table("user_session")
    op.drop_table("role_grant")
    op.drop_table("recovery_code")
    op.drop_table("app_user")
