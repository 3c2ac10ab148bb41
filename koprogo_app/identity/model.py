"""People who sign in, their roles and their sessions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import BigInteger, Field, SQLModel

from koprogo_app.foundation.model import (
    Period,
    created_field,
    id_field,
    moment_field,
    period_field,
)


class Role(StrEnum):
    """What a person is for an organisation or a building."""

    SUPERADMIN = "superadmin"
    SYNDIC = "syndic"
    ACCOUNTANT = "accountant"
    BOARD = "board"
    AUDITOR = "auditor"
    OWNER = "owner"
    NOTARY = "notary"


class User(SQLModel, table=True):
    """Somebody who can sign in. One person, several roles, in one or several organisations."""

    __tablename__ = "app_user"
    __table_args__ = (
        Index("app_user_email_once", text("lower(email)"), unique=True),
        CheckConstraint("status in ('invited', 'active', 'disabled')", name="status"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
    )
    id: UUID = id_field()
    email: str
    name: str
    lang: str = "fr"
    theme: str = "system"
    status: str = "invited"
    password_hash: str | None = None
    password_changed_at: datetime | None = moment_field()
    totp_secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary), description="Encrypted at rest")
    totp_confirmed_at: datetime | None = moment_field()
    totp_last_step: int | None = Field(default=None, sa_type=BigInteger, description="Last time step accepted")
    created_at: datetime = created_field()


class RecoveryCode(SQLModel, table=True):
    """A code that replaces one TOTP, once."""

    __tablename__ = "recovery_code"
    id: UUID = id_field()
    user_id: UUID = Field(foreign_key="app_user.id", ondelete="CASCADE", index=True)
    code_hash: str
    used_at: datetime | None = moment_field()


class RoleGrant(SQLModel, table=True):
    """A role held on an organisation, or on one of its buildings, for a period."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(role = 'superadmin') = (organization_id is null)", name="scope"),
        CheckConstraint("building_id is null or organization_id is not null", name="building"),
        CheckConstraint("not isempty(period)", name="period"),
        CheckConstraint(
            "role in ('superadmin', 'syndic', 'accountant', 'board', 'auditor', 'owner', 'notary')", name="role"
        ),
        ExcludeConstraint(
            ("user_id", "="),
            ("role", "="),
            (text("coalesce(organization_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (text("coalesce(building_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            ("period", "&&"),
            name="role_grant_no_overlap",
            using="gist",
        ),
        Index("role_grant_organization", "organization_id", "user_id"),
    )
    id: UUID = id_field()
    user_id: UUID = Field(foreign_key="app_user.id", ondelete="CASCADE", index=True)
    role: str
    organization_id: UUID | None = None
    building_id: UUID | None = None
    period: Period = period_field()
    created_at: datetime = created_field()


class UserSession(SQLModel, table=True):
    """A sign-in that can be listed and revoked: a browser (`web`) or an API client (`api`)."""

    __tablename__ = "user_session"
    __table_args__ = (
        CheckConstraint("kind in ('web', 'api')", name="kind"),
        Index("user_session_open", "user_id", postgresql_where=text("revoked_at is null")),
    )
    id: UUID = id_field()
    user_id: UUID = Field(foreign_key="app_user.id", ondelete="CASCADE")
    kind: str
    token_hash: str = Field(unique=True, description="SHA-256 of the cookie; of a random value for API clients")
    active_role: str = Field(default="", description="Role chosen in the menu; empty: all of them")
    ip: str = ""
    user_agent: str = ""
    created_at: datetime = created_field()
    last_seen_at: datetime = created_field()
    expires_at: datetime = moment_field(nullable=False)
    revoked_at: datetime | None = moment_field()
    revoked_reason: str = ""


class RefreshToken(SQLModel, table=True):
    """A 7-day token that buys one new pair; shown twice, its whole session is revoked."""

    __tablename__ = "refresh_token"
    id: UUID = id_field()
    session_id: UUID = Field(foreign_key="user_session.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    created_at: datetime = created_field()
    expires_at: datetime = moment_field(nullable=False)
    used_at: datetime | None = moment_field()


class OneTimeToken(SQLModel, table=True):
    """A link in a mail, or the step between password and TOTP: works once, for a short time."""

    __tablename__ = "one_time_token"
    __table_args__ = (CheckConstraint("purpose in ('invite', 'reset', 'totp', 'oidc')", name="purpose"),)
    id: UUID = id_field()
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id", ondelete="CASCADE", index=True)
    purpose: str
    token_hash: str = Field(unique=True)
    payload: str = Field(default="", sa_type=Text)
    created_at: datetime = created_field()
    expires_at: datetime = moment_field(nullable=False)
    used_at: datetime | None = moment_field()


class OidcIdentity(SQLModel, table=True):
    """The same person at an OpenID Connect issuer."""

    __tablename__ = "oidc_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="oidc_identity_once"),)
    id: UUID = id_field()
    user_id: UUID = Field(foreign_key="app_user.id", ondelete="CASCADE", index=True)
    issuer: str
    subject: str
    created_at: datetime = created_field()
