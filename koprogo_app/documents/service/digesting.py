"""After a file came in: its preview, its number of pages and its words, made apart from the web process."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from koprogo_app.documents.rendering import Rendered, render
from koprogo_app.documents.service.receiving import hold
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Spool, key_of, spool, store

_MOST_PREVIEW = 20_000_000


@dataclass(frozen=True, slots=True)
class _Todo:
    organization_id: UUID
    document_id: UUID
    number: int
    sha256: str
    size: int
    media_type: str


async def digest_version(version_id: UUID) -> None:
    """Looks at a version once: keeps its preview, and for the newest version its words for the search."""
    async with work(SYSTEM) as w:
        found = await w.rows(
            "select organization_id, document_id, number, sha256, size, media_type from document_version "
            "where id = %(id)s and state = 'new' and removed_at is null",
            _Todo,
            id=version_id,
        )
    if not found:
        return
    todo, kept = found[0], store()
    with tempfile.TemporaryDirectory(prefix="koprogo-") as folder:
        original, preview = Path(folder) / "original", Path(folder) / "preview"
        await kept.copy_to(key_of(todo.organization_id, todo.sha256), original, todo.size)
        rendered = await render(original, todo.media_type, preview)
        async with spool(kept.spools, _MOST_PREVIEW) as incoming:
            shown = rendered.state == "ready" and preview.exists()
            if shown:
                await incoming.write(preview.read_bytes())
                await incoming.finish()
                await kept.keep(incoming, key_of(todo.organization_id, incoming.sha256))
            async with work(SYSTEM) as w:
                await _write(w, version_id, todo, rendered, incoming if shown else None)


async def _write(w: Work, version_id: UUID, todo: _Todo, rendered: Rendered, preview: Spool | None) -> None:
    if preview is not None:
        await hold(w, todo.organization_id, preview)
    await w.execute(
        "update document_version set state = %(state)s, pages = %(pages)s, preview_sha256 = %(sha)s, "
        "preview_size = %(size)s where id = %(id)s",
        id=version_id, state=rendered.state, pages=rendered.pages,
        sha=preview.sha256 if preview else None, size=preview.size if preview else None,
    )  # fmt: skip
    await w.execute(
        "update document d set body = %(text)s where id = %(id)s and deleted_at is null and not exists "
        "(select from document_version v where v.document_id = d.id and v.number > %(number)s)",
        id=todo.document_id, text=rendered.text, number=todo.number,
    )  # fmt: skip
