"""Removing bytes that no row needs any more, and finding what does not fit between rows and store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from koprogo_app.documents.service.receiving import lock_object
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store, key_of, store
from koprogo_app.foundation.storage.spool import sweep_spools

USED: Final = """
select exists (select from document_version v join document d on d.id = v.document_id
                where v.organization_id = %(org)s and d.deleted_at is null
                  and (v.sha256 = %(sha)s or v.preview_sha256 = %(sha)s))
    or exists (select from foundation.background_run b where b.organization_id = %(org)s and b.sha256 = %(sha)s)"""
_GRACE: Final = timedelta(days=1)


async def remove_document_objects(document_id: UUID) -> int:
    """Removes the objects of a deleted document that no other one uses; returns how many. Safe to repeat."""
    removed = 0
    async with work(SYSTEM) as w:
        objects = await w.rows(
            """select v.organization_id, x.sha256 from document_version v join document d on d.id = v.document_id,
                 lateral (values (v.sha256), (v.preview_sha256)) x (sha256)
                where v.document_id = %(id)s and d.deleted_at is not null and x.sha256 is not null
                order by x.sha256""",
            _Object,
            id=document_id,
        )
        for one in objects:
            removed += await _remove_unused(w, one.organization_id, one.sha256)
        await w.execute(
            "update document_version v set removed_at = %(now)s from document d where d.id = v.document_id "
            "and d.id = %(id)s and d.deleted_at is not null and v.removed_at is null",
            id=document_id,
            now=w.now,
        )
    return removed


@dataclass(frozen=True, slots=True)
class _Object:
    organization_id: UUID
    sha256: str


async def _remove_unused(w: Work, organization_id: UUID, sha256: str) -> bool:
    key = key_of(organization_id, sha256)
    await lock_object(w, key)
    if await w.value(USED, org=organization_id, sha=sha256):
        return False
    await store().delete(key)
    return True


@dataclass(slots=True)
class Swept:
    """What a sweep found: objects without a row, rows without an object or with one of another size, old spools."""

    objects: int = 0
    bytes: int = 0
    orphans: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    spools: int = 0
    removed: int = 0

    @property
    def clean(self) -> bool:
        """Whether rows and store agree."""
        return not (self.orphans or self.missing or self.wrong)


@dataclass(frozen=True, slots=True)
class _Needed:
    organization_id: UUID
    sha256: str
    size: int


_NEEDED: Final = """
select v.organization_id, v.sha256, v.size from document_version v join document d on d.id = v.document_id
 where d.deleted_at is null
union select v.organization_id, v.preview_sha256, v.preview_size from document_version v
  join document d on d.id = v.document_id where d.deleted_at is null and v.preview_sha256 is not null
union select organization_id, sha256, size from foundation.background_run where sha256 is not null"""


async def sweep(target: Store, *, remove: bool = False, tell: Callable[[int], None] = lambda _: None) -> Swept:
    """Compares every row with every object. With `remove`, orphans older than a day go; rows are never touched.

    An object stored within the last day may belong to a document that is just being received, and is left out.
    """
    found = Swept(spools=sweep_spools(target.spools) if remove else 0)
    async with work(SYSTEM) as w:
        rows = await w.rows(_NEEDED, _Needed)
        now = w.now
    needed = {key_of(row.organization_id, row.sha256): row.size for row in rows}
    async for stat in target.stats():
        found.objects += 1
        found.bytes += stat.size
        tell(found.objects)
        size = needed.pop(stat.key, None)
        if size is None and now - stat.written > _GRACE:
            found.orphans.append(stat.key)
        elif size is not None and size != stat.size:
            found.wrong.append(stat.key)
    # A row may be younger than the list of objects that was read: ask the store again before accusing it.
    found.missing = [key for key in needed if await target.stat(key) is None]
    if remove:
        for key in found.orphans:
            async with work(SYSTEM) as w:
                found.removed += await _remove_unused(w, UUID(key.partition("/")[0]), key.rpartition("/")[2])
    return found
