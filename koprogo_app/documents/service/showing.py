"""Showing a document's bytes: authorised, audited, and links that open them for some minutes.

- `content(w, document_id, number=None) -> Content` — what to send, and the download on record
- `preview(w, document_id, number=None) -> Content`
- `make_link(w, document_id) -> str`, `read_link(token) -> Link | None`
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.documents.acceptance.types import BY_MEDIA_TYPE
from koprogo_app.documents.queries.library import DocumentDetail, VersionRow, document_detail
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.storage import key_of
from koprogo_app.identity.access import person
from koprogo_app.settings import settings

_ONCE: Final = """
select exists (select from foundation.audit_entry where organization_id = %(org)s and entity = 'document'
   and entity_id = %(id)s
   and action = 'document.read' and user_id = %(me)s and session_id is not distinct from %(session)s
   and at > %(now)s - interval '10 minutes' and after ->> 'number' = %(number)s)"""


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes to send: where they are, how many, what they are, and the name to save them under."""

    key: str
    size: int
    media_type: str
    name: str
    sha256: str
    shown: bool


def _chosen(detail: DocumentDetail, number: int | None) -> VersionRow:
    for version in detail.versions:
        if number is None or version.number == number:
            return version
    raise NotFound


async def content(w: Work, document_id: UUID, number: int | None = None) -> Content:
    """The bytes of a version, the newest unless said otherwise. Raises NotFound for what is not one's to see.

    A reader who did not put it there himself is recorded, once for a session and ten minutes: a viewer asks for a file
    in many pieces.
    """
    detail = await document_detail(w, document_id)
    version, row = _chosen(detail, number), detail.row
    await _record(w, detail, version)
    return Content(
        key_of(row.organization_id, version.sha256), version.size, version.media_type, version.file_name,
        version.sha256, BY_MEDIA_TYPE[version.media_type].shown,
    )  # fmt: skip


async def _record(w: Work, detail: DocumentDetail, version: VersionRow) -> None:
    row, who = detail.row, w.principal
    if row.created_by is not None and who.user_id == row.created_by:
        return
    known = await w.value(
        _ONCE, org=row.organization_id, id=row.id, me=who.user_id, session=who.session_id, now=w.now,
        number=str(version.number),
    )  # fmt: skip
    if not known:
        await audit(
            w, "document.read", "document", row.id, organization_id=row.organization_id, building_id=row.building_id,
            after={"number": version.number},
        )  # fmt: skip


async def preview(w: Work, document_id: UUID, number: int | None = None) -> Content:
    """The picture of a version's first page, recorded like the whole. Raises NotFound without one."""
    detail = await document_detail(w, document_id)
    version = _chosen(detail, number)
    if version.preview_sha256 is None or version.preview_size is None:
        raise NotFound(N_("There is no preview of this document."))
    await _record(w, detail, version)
    key = key_of(detail.row.organization_id, version.preview_sha256)
    return Content(key, version.preview_size, "image/webp", "preview.webp", version.preview_sha256, True)


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says: which document, for whose session."""

    document_id: UUID
    session_id: UUID


async def make_link(w: Work, document_id: UUID) -> str:
    """A token that opens this document without signing in, for some minutes and while the session lasts."""
    await document_detail(w, document_id)
    session_id = person(w).session_id
    if session_id is None:
        raise NotFound
    until = int(time.time()) + settings().link_minutes * 60
    payload = document_id.bytes + session_id.bytes + until.to_bytes(8, "big")
    return base64.urlsafe_b64encode(payload + _seal(payload)).decode().rstrip("=")


def read_link(token: str) -> Link | None:
    """What a token says, or None when it is not ours or its time is over."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    payload, seal = raw[:40], raw[40:]
    if len(payload) != 40 or not hmac.compare_digest(seal, _seal(payload)):
        return None
    if int.from_bytes(payload[32:], "big") < time.time():
        return None
    return Link(UUID(bytes=payload[:16]), UUID(bytes=payload[16:32]))


def _seal(payload: bytes) -> bytes:
    return hmac.new(settings().secret().encode(), b"document link " + payload, hashlib.sha256).digest()
