"""The shapes of documents in the API."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from koprogo_app.documents.queries.library import SORTS, Kind, Visible
from koprogo_app.foundation.model import Run
from koprogo_app.workspace.api.common import Body, Lang, ListQuery, sort_field

Entity = Literal["meeting", "invoice", "ticket", "supplier", "transfer"]


class DocumentQuery(ListQuery):
    """Which documents; sort by title, dated, kind, size, created_at or destroy_on. `text` searches title and words."""

    sort: str = sort_field(SORTS)
    building_id: UUID | None = None
    lot_id: UUID | None = None
    kind: Kind | None = None
    year: int | None = Field(None, ge=1800, le=2200)
    visibility: Visible | None = None
    entity: Entity | None = None
    entity_id: UUID | None = None
    due: bool = Field(False, description="Only those that may be destroyed today")


class DocumentChange(Body):
    """Fields to change; those left out stay. With `version`, 409 when it changed in the meantime."""

    kind: Kind | None = None
    title: str | None = Field(None, max_length=200)
    dated: date | None = None
    lang: Lang | None = None
    visibility: Visible | None = None
    lot_id: UUID | None = None
    owner_id: UUID | None = None
    reader_id: UUID | None = None
    destroy_on: date | None = Field(None, description="Later than the law's day only")
    version: int | None = Field(None, ge=1, le=2**31)


class ReceivedOut(BaseModel):
    """A document that was received; its preview and words follow within seconds (`state` "new" until then)."""

    id: UUID
    number: int
    title: str
    kind: Kind
    media_type: str
    size: int
    sha256: str
    file_name: str
    destroy_on: date | None


class LinkOut(BaseModel):
    """An address that opens the document without signing in, for some minutes, while the session lasts."""

    url: str
    seconds: int


class BundleIn(Body):
    """The documents to put together."""

    ids: list[UUID] = Field(min_length=1, max_length=500)


class BundleOut(BaseModel):
    """A bundle and how far it is: `done` of `total` documents."""

    id: UUID
    status: Literal["waiting", "working", "ready", "failed"]
    done: int
    total: int
    size: int | None
    expires_at: datetime

    @classmethod
    def of(cls, run: Run) -> "BundleOut":
        """A run of the worker as the API shows it."""
        status: Any = {"running": "working", "done": "ready"}.get(run.status, run.status)
        return cls(id=run.id, status=status, done=run.done, total=run.total, size=run.size, expires_at=run.expires_at)
