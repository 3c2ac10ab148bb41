"""What every table shares, and the tables that belong to no area: audit, outbox, idempotency, installation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlmodel import Field, SQLModel

NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
SQLModel.metadata.naming_convention = NAMES

Period = Range[date]
"""A span of days, the first included, the last not; None as an end means without end."""


def span(start: date, end: date | None = None) -> Period:
    """The days from `start` up to but without `end` (None: without end)."""
    return Range(start, end)


def id_field() -> Any:
    """Primary key: a UUIDv7 made by PostgreSQL, so ids sort by age."""
    return Field(default=None, primary_key=True, sa_column_kwargs={"server_default": text("uuidv7()")})


def created_field() -> Any:
    """Moment the row was written, by the database's clock."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("now()")},
        nullable=False,
    )


def moment_field(*, nullable: bool = True) -> Any:
    """A point in time with its zone."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=nullable)


def period_field() -> Any:
    """A span of days (`daterange`), never empty."""
    return Field(sa_type=DATERANGE, nullable=False)


def json_field(*, nullable: bool = True) -> Any:
    """A small document of display or comparison values."""
    return Field(default=None, sa_type=JSONB, nullable=nullable)


class Installation(SQLModel, table=True):
    """Facts about this installation; one row."""

    __tablename__ = "installation"
    id: int = Field(default=1, primary_key=True)
    demo: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    created_at: datetime = created_field()


def same_building(table: str, column: str, name: str, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference that can leave neither the organisation nor the building."""
    return ForeignKeyConstraint(
        ["organization_id", "building_id", column],
        [f"{table}.organization_id", f"{table}.building_id", f"{table}.id"],
        name=name,
        ondelete=ondelete,
    )


def same_organization(table: str, column: str, name: str, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], name=name, ondelete=ondelete
    )


class Run(SQLModel, table=True):
    """A long act asked for: done by the worker, followed step by step by whoever may (`foundation.runs`).

    `task` is the job's name, `subject` what it is done to, `asked` its arguments. A file it makes is kept until
    `expires_at`; what else it made is named in `result`, why it was refused in `refusal`, in each language.
    """

    __tablename__ = "background_run"
    __table_args__ = (
        CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name="status"),
        CheckConstraint("0 <= done and done <= total", name="done"),
        CheckConstraint("file_name !~ '[[:cntrl:]/]' and (sha256 is null) = (size is null)", name="file"),
        Index(
            "background_run_once", "organization_id", "task", "subject", unique=True,
            postgresql_where=text("status in ('waiting', 'running') and subject <> ''"),
        ),
        Index("background_run_subject", "organization_id", "task", "subject", "created_at"),
        Index("background_run_object", "organization_id", "sha256"),
        Index("background_run_user", "organization_id", "user_id"),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID | None = None
    user_id: UUID | None = None
    task: str
    subject: str = ""
    asked: dict[str, Any] = json_field(nullable=False)
    status: str = "waiting"
    done: int = 0
    total: int = 1
    result: dict[str, Any] | None = json_field()
    refusal: dict[str, Any] | None = json_field()
    file_name: str = ""
    sha256: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = created_field()
    ended_at: datetime | None = moment_field()
    expires_at: datetime | None = moment_field()


class AuditEntry(SQLModel, table=True):
    """One audited act. Written once, chained per organisation by the database, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_chain", "organization_id", "seq", unique=True, postgresql_nulls_not_distinct=True),
        Index("audit_entry_entity", "organization_id", "entity", "entity_id"),
        Index("audit_entry_at", "organization_id", "at"),
    )
    id: UUID = id_field()
    organization_id: UUID | None = Field(default=None, description="None: an act of the installation itself")
    seq: int = Field(default=None, sa_type=BigInteger, nullable=False)
    at: datetime = moment_field(nullable=False)
    user_id: UUID | None = None
    session_id: UUID | None = None
    ip: str = ""
    action: str
    entity: str
    entity_id: UUID | None = None
    building_id: UUID | None = None
    before: dict[str, Any] | None = json_field()
    after: dict[str, Any] | None = json_field()
    prev_hash: bytes = Field(default=None, sa_type=LargeBinary, nullable=False)
    hash: bytes = Field(default=None, sa_type=LargeBinary, nullable=False)


class Mail(SQLModel, table=True):
    """A mail to send or sent: the outbox. Written in the command's transaction, sent by the worker."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="mail_tenant"),
        Index("mail_due", "next_try_at", postgresql_where=text("status = 'queued'")),
        Index("mail_organization", "organization_id", "created_at"),
    )
    id: UUID = id_field()
    organization_id: UUID | None = None
    recipient: str
    subject: str
    body_text: str = Field(sa_type=Text)
    body_html: str = Field(default="", sa_type=Text)
    lang: str
    purpose: str
    status: str = "queued"
    attempts: int = 0
    last_error: str = ""
    next_try_at: datetime = created_field()
    sent_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class MailAttachment(SQLModel, table=True):
    """A stored file that goes out with a mail: named by its hash, read when the mail is sent, never copied here."""

    __tablename__ = "mail_attachment"
    __table_args__ = (
        same_organization("mail", "mail_id", "mail_attachment_mail_fkey", "CASCADE"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("file_name <> '' and file_name !~ '[[:cntrl:]/]'", name="file_name"),
        CheckConstraint("media_type ~ '^[a-z]+/[a-z0-9.+-]+$'", name="media_type"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size between 1 and 10000000", name="size"),
    )
    mail_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    organization_id: UUID
    file_name: str
    media_type: str
    sha256: str
    size: int = Field(sa_type=BigInteger, description="Bytes")


class IdempotencyKey(SQLModel, table=True):
    """The answer already given to a POST with this key, so that a repeated call changes nothing."""

    __tablename__ = "idempotency_key"
    user_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    content_type: str = "application/json"
    created_at: datetime = created_field()
