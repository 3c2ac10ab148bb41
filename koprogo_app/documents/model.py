"""Documents, their versions, and the bundles made of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, moment_field
from koprogo_app.law.retention import Paper

_KINDS = ", ".join(f"'{kind}'" for kind in Paper)


class Visibility(StrEnum):
    """Who may see a document, besides superadmins."""

    CO_OWNERS = "co_owners"
    BOARD = "board"
    SYNDIC = "syndic"
    OWNER = "owner"
    NOTARY = "notary"


_LEVELS = ", ".join(f"'{level}'" for level in Visibility)


def _inside(table: str, column: str, name: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], name=name, ondelete="RESTRICT"
    )


class Document(SQLModel, table=True):
    """One paper of a building. Its bytes are in its versions; deleting it leaves this row, with who, when and why."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="document_tenant"),
        _inside("building", "building_id", "document_building_fkey"),
        _inside("lot", "lot_id", "document_lot_fkey"),
        _inside("owner", "owner_id", "document_owner_fkey"),
        CheckConstraint(f"kind in ({_KINDS})", name="kind"),
        CheckConstraint(f"visibility in ({_LEVELS})", name="visibility"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("(visibility = 'owner') <= (owner_id is not null)", name="owner"),
        CheckConstraint("(visibility = 'notary') <= (reader_id is not null and entity_id is not null)", name="notary"),
        CheckConstraint("(entity = '') = (entity_id is null)", name="entity"),
        CheckConstraint("(deleted_at is null) = (deleted_by is null)", name="deleted"),
        Index("document_library", "organization_id", "building_id", "kind", "dated"),
        Index("document_lot", "organization_id", "lot_id"),
        Index("document_entity", "organization_id", "entity", "entity_id"),
        Index("document_search", "search", postgresql_using="gin"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    lot_id: UUID | None = None
    kind: str
    title: str
    dated: date = Field(description="Day of the paper itself, not of its arrival")
    lang: str = "fr"
    visibility: str = Visibility.SYNDIC
    owner_id: UUID | None = Field(default=None, description="The one owner it concerns")
    reader_id: UUID | None = Field(default=None, foreign_key="app_user.id", description="The notary of one file")
    entity: str = Field(
        default="", description="Noun of what it belongs to: meeting, invoice, ticket, supplier, transfer"
    )
    entity_id: UUID | None = None
    destroy_on: date | None = Field(default=None, description="First day it may be destroyed; None: never")
    body: str = Field(default="", sa_type=Text, description="Its text, for searching")
    search: Any = Field(
        default=None,
        sa_column=Column(TSVECTOR, Computed("koprogo_document_search(lang, title, body)", persisted=True)),
    )
    version: int = 1
    created_by: UUID | None = None
    created_at: datetime = created_field()
    deleted_at: datetime | None = moment_field()
    deleted_by: UUID | None = None
    delete_reason: str = ""


class VersionState(StrEnum):
    """What became of a version after it came in: still to be looked at, shown, or why it cannot be shown."""

    NEW = "new"
    READY = "ready"
    PLAIN = "plain"
    LOCKED = "locked"
    UNREADABLE = "unreadable"


class DocumentVersion(SQLModel, table=True):
    """The bytes of a document at one time, by their hash. Never changed; a correction is the next version."""

    __tablename__ = "document_version"
    __table_args__ = (
        _inside("document", "document_id", "document_version_document_fkey"),
        UniqueConstraint("organization_id", "document_id", "number", name="document_version_once"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("file_name <> '' and position('/' in file_name) = 0", name="file_name"),
        CheckConstraint("state in ('new', 'ready', 'plain', 'locked', 'unreadable')", name="state"),
        CheckConstraint("(preview_sha256 is null) = (preview_size is null)", name="preview"),
        Index("document_version_object", "organization_id", "sha256"),
        Index("document_version_preview", "organization_id", "preview_sha256"),
    )
    id: UUID = id_field()
    organization_id: UUID
    document_id: UUID
    number: int
    sha256: str
    size: int = Field(sa_type=BigInteger, description="Bytes")
    media_type: str
    file_name: str
    state: str = VersionState.NEW
    pages: int | None = None
    preview_sha256: str | None = Field(default=None, description="A WebP picture of its first page")
    preview_size: int | None = Field(default=None, sa_type=BigInteger)
    created_by: UUID | None = None
    created_at: datetime = created_field()
    removed_at: datetime | None = moment_field()
