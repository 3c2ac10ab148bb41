"""Receiving a file: authorised, judged, scanned, stored under its hash, and only then written to the database.

- `receive(who, incoming, name, values) -> Received` — a new document
- `receive_version(who, incoming, name, document_id) -> Received` — the next version of one

The object goes to the store before the row is written and is checked again in the row's transaction, under a lock on
its hash: a failure at any point leaves at worst an object without a row, which the sweep finds, never the reverse.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from koprogo_app.documents.acceptance import Accepted, judge
from koprogo_app.documents.acceptance.clamav import scan
from koprogo_app.documents.model import Document, DocumentVersion
from koprogo_app.documents.service.describing import audited, described, open_document
from koprogo_app.foundation.audit import snapshot
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.jobs import defer
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import Spool, key_of, store
from koprogo_app.settings import settings


@dataclass(frozen=True, slots=True)
class Received:
    """A document that was taken in, or got a version."""

    document: Document
    version: DocumentVersion


async def may_receive(who: Principal, values: Mapping[str, Any]) -> None:
    """Checks who and what before a byte is read. Raises Forbidden, NotFound, Invalid."""
    async with work(who) as w:
        await described(w, values)


async def receive(who: Principal, incoming: Spool, name: str, values: Mapping[str, Any]) -> Received:
    """A new document of a finished spool (`documents.write`). Raises what `described` and `judge` raise."""
    async with work(who) as w:
        organization_id = (await described(w, values)).building.organization_id
    accepted = await _taken(incoming, name, organization_id)
    async with work(who) as w:
        said = await described(w, values)
        await hold(w, organization_id, incoming)
        clean = {**said.values, "title": said.values["title"] or Path(accepted.name).stem}
        document = await w.add(
            Document(
                organization_id=organization_id, building_id=said.building.id, created_by=who.user_id, **clean
            )
        )  # fmt: skip
        version = await _version(w, document, incoming, accepted, 1)
        await audited(w, "document.added", document, after=snapshot(document))
    return Received(document, version)


async def receive_version(who: Principal, incoming: Spool, name: str, document_id: UUID) -> Received:
    """The next version of a document (`documents.write`). The same bytes again: Conflict."""
    async with work(who) as w:
        organization_id = (await open_document(w, document_id, "documents.write")).organization_id
    accepted = await _taken(incoming, name, organization_id)
    async with work(who) as w:
        document = await open_document(w, document_id, "documents.write")
        await w.value("select 1 from document where id = %(id)s for update", id=document_id)
        last = await w.one(
            "select number, sha256 from document_version where document_id = %(id)s order by number desc limit 1",
            _Last,
            id=document_id,
        )
        if last.sha256 == incoming.sha256:
            raise Conflict(N_("This is the same file as the newest version."), field="file")
        await hold(w, organization_id, incoming)
        version = await _version(w, document, incoming, accepted, last.number + 1)
        await audited(w, "document.version_added", document, after={"number": version.number, "size": version.size})
    return Received(document, version)


@dataclass(frozen=True, slots=True)
class _Last:
    number: int
    sha256: str


async def _taken(incoming: Spool, name: str, organization_id: UUID) -> Accepted:
    accepted = await asyncio.to_thread(judge, incoming.path, name)
    await scan(incoming.path, settings().clamav)
    await store().keep(incoming, key_of(organization_id, incoming.sha256))
    return accepted


async def hold(w: Work, organization_id: UUID, incoming: Spool) -> None:
    """Makes sure that the object is there when this transaction commits, whatever is deleted meanwhile."""
    key = key_of(organization_id, incoming.sha256)
    await lock_object(w, key)
    await store().keep(incoming, key)


async def lock_object(w: Work, key: str) -> None:
    """Until the transaction ends, nobody else stores or removes this object."""
    await w.value("select pg_advisory_xact_lock(hashtextextended(%(key)s, 7072))", key=key)


async def _version(w: Work, document: Document, incoming: Spool, accepted: Accepted, number: int) -> DocumentVersion:
    version = await w.add(
        DocumentVersion(
            organization_id=document.organization_id, document_id=document.id, number=number, sha256=incoming.sha256,
            size=incoming.size, media_type=accepted.type.media_type, file_name=accepted.name,
            created_by=w.principal.user_id,
        )
    )  # fmt: skip
    await defer(w, "documents.digest", version_id=str(version.id))
    return version
