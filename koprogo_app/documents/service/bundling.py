"""A zip of chosen documents, made by a job, its progress shown, kept for a day for the person who asked.

- `ask_bundle(w, document_ids) -> Run`
- `bundle_of(w, bundle_id) -> Run`, `bundle_content(w, bundle_id) -> Content`
- `make_bundle(run, progress)`, `forget_bundles()` — what the jobs do
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from koprogo_app.documents.queries.visible import VISIBLE, sight
from koprogo_app.documents.service.receiving import hold, lock_object
from koprogo_app.documents.service.removing import USED
from koprogo_app.documents.service.showing import Content
from koprogo_app.foundation import runs
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.runs import Progress
from koprogo_app.foundation.storage import Spool, key_of, spool, store
from koprogo_app.identity.access import person

MOST: Final = 500
MOST_BYTES: Final = 2_000_000_000
_LIFE: Final = timedelta(days=1)
BUNDLE: Final = "documents.bundle"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    id: UUID
    organization_id: UUID
    building_id: UUID
    kind: str
    title: str
    dated: date
    sha256: str
    size: int
    file_name: str


_PARTS: Final = """
select d.id, d.organization_id, d.building_id, d.kind, d.title, d.dated, v.sha256, v.size, v.file_name
  from document d join lateral (select * from document_version v where v.organization_id = d.organization_id
         and v.document_id = d.id order by v.number desc limit 1) v on true
 where d.id = any(%(ids)s) and {condition} order by d.kind, d.dated, d.id"""


async def ask_bundle(w: Work, document_ids: Sequence[UUID]) -> Run:
    """Asks for a zip of documents of one organisation, all of which the person may see; each reading is recorded."""
    wanted = list(dict.fromkeys(document_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid("ids", N_("Choose 1 to {max} documents."), max=MOST)
    parts = await w.rows(_PARTS.format(condition=VISIBLE), _Part, ids=wanted, **sight(w))
    if len(parts) != len(wanted):
        raise NotFound
    if len({part.organization_id for part in parts}) > 1:
        raise Invalid("ids", N_("Choose documents of one organisation."))
    if sum(part.size for part in parts) > MOST_BYTES:
        raise Invalid("ids", N_("Together these have more than {megabytes} MB. Choose fewer."), megabytes=2000)
    for part in parts:
        await audit(
            w, "document.bundled", "document", part.id, organization_id=part.organization_id,
            building_id=part.building_id,
        )  # fmt: skip
    return await runs.ask(
        w, BUNDLE, organization_id=parts[0].organization_id, total=len(parts), life=_LIFE,
        asked={"document_ids": [str(one) for one in wanted]},
    )  # fmt: skip


async def bundle_of(w: Work, bundle_id: UUID) -> Run:
    """One's own bundle, with its progress. Raises NotFound."""
    row = await w.get(Run, bundle_id)
    if row.user_id != person(w).user_id or row.expires_at is None or row.expires_at <= w.now:
        raise NotFound
    return row


async def bundle_content(w: Work, bundle_id: UUID) -> Content:
    """The zip, when it is ready. Raises NotFound, or Conflict while it is being made."""
    row = await bundle_of(w, bundle_id)
    if row.sha256 is None or row.size is None:
        raise Conflict(N_("These documents are still being put together."))
    name = row.file_name or f"documents-{row.created_at:%Y-%m-%d}.zip"
    media_type = "application/pdf" if row.file_name else "application/zip"
    return Content(key_of(row.organization_id, row.sha256), row.size, media_type, name, row.sha256, False)


async def make_bundle(run: Run, progress: Progress) -> None:
    """Puts the zip together; counts each document as it is done."""
    ids = [UUID(one) for one in run.asked["document_ids"]]
    async with work(SYSTEM) as w:
        parts = await w.rows(_PARTS.format(condition="d.deleted_at is null"), _Part, ids=ids)
    await progress.tell(0)
    kept = store()
    async with spool(kept.spools, MOST_BYTES + 10_000_000) as incoming:
        await _fill(incoming, parts, progress)
        await incoming.finish()
        await kept.keep(incoming, key_of(run.organization_id, incoming.sha256))
        async with work(SYSTEM) as w:
            await hold(w, run.organization_id, incoming)
            await runs.finish(w, run, sha256=incoming.sha256, size=incoming.size)


class _Pipe:
    """A file that only takes bytes, for `zipfile`, which writes a little at a time."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        pass

    async def drain(self, target: Spool) -> None:
        """Hands on what was written."""
        data, self.waiting = bytes(self.waiting), bytearray()
        await target.write(data)


async def _fill(target: Spool, parts: Sequence[_Part], progress: Progress) -> None:
    pipe, names, kept = _Pipe(), set[str](), store()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for done, part in enumerate(parts, 1):
            entry = zipfile.ZipInfo(
                _name(part, names), (max(1980, part.dated.year), part.dated.month, part.dated.day, 0, 0, 0)
            )
            with archive.open(entry, "w", force_zip64=part.size > 1 << 31) as file:
                async for block in kept.read(key_of(part.organization_id, part.sha256), part.size):
                    file.write(block)
                    await pipe.drain(target)
            await progress.tell(done)
    await pipe.drain(target)


def _name(part: _Part, names: set[str]) -> str:
    """`2026/invoice/2026-03-14 Title.pdf`, told apart by a number when two are the same."""
    ending = part.file_name[part.file_name.rfind(".") :]
    plain = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", part.title).split())  # no-break spaces are for papers
    title = plain[:80].strip(". ") or "document"
    base = f"{part.dated.year}/{part.kind}/{part.dated.isoformat()} {title}"
    name, number = base + ending, 2
    while name.lower() in names:
        name, number = f"{base} ({number}){ending}", number + 1
    names.add(name.lower())
    return name


async def forget_bundles() -> int:
    """Removes bundles whose day is over, with their bytes; returns how many."""
    async with work(SYSTEM) as w:
        old = await runs.forget_expired(w)
    for row in old:
        if row.sha256 is not None:
            async with work(SYSTEM) as w:
                key = key_of(row.organization_id, row.sha256)
                await lock_object(w, key)
                if not await w.value(USED, org=row.organization_id, sha=row.sha256):
                    await store().delete(key)
    return len(old)
