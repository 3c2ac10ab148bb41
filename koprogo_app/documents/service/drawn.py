"""A paper that takes a job to draw: asked for by a person, its steps counted, kept for a day (`bundling` hands it out).

The area whose paper it is authorises, defers its own job, and tells here how far that is.

- `ask_paper(w, organization_id, asked, file_name, steps) -> (Bundle, new)`, `paper_asked(w, asked) -> Bundle | None`
- `paper_begun(bundle_id) -> bool`, `paper_step(bundle_id)`, `paper_drawn(bundle_id, data)`, `paper_failed(bundle_id)`
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from koprogo_app.documents.model import Bundle
from koprogo_app.documents.service.filing import made
from koprogo_app.documents.service.receiving import hold
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import person

_LIFE: Final = timedelta(days=1)
_OWN: Final = """
select id from document_bundle
 where user_id = %(me)s and asked = %(asked)s and expires_at > %(now)s and status <> 'failed'
 order by created_at desc limit 1"""


async def ask_paper(w: Work, organization_id: UUID, asked: str, file_name: str, steps: int) -> tuple[Bundle, bool]:
    """The person's paper of that name, and whether it is new, so that its job must be deferred. The caller authorised.

    Asked twice, the same paper is given: two windows do not draw it twice.
    """
    user_id = person(w).user_id or UUID(int=0)
    await w.value("select pg_advisory_xact_lock(hashtextextended(%(key)s, 7073))", key=f"{user_id} {asked}")
    found = await paper_asked(w, asked)
    if found is not None:
        return found, False
    row = await w.add(
        Bundle(
            organization_id=organization_id, user_id=user_id, document_ids=[], asked=asked, file_name=file_name,
            total=steps, expires_at=w.now + _LIFE,
        )
    )  # fmt: skip
    return row, True


async def paper_asked(w: Work, asked: str) -> Bundle | None:
    """One's own paper of that name, being drawn or ready; None when it was never asked, or could not be drawn."""
    found = await w.value(_OWN, me=person(w).user_id, asked=asked, now=w.now)
    return await w.get(Bundle, found) if found else None


async def paper_begun(bundle_id: UUID) -> bool:
    """Begins to draw, or begins anew when the worker died; False when it is ready, or its day is over."""
    async with work(SYSTEM) as w:
        return bool(await w.execute(
            "update document_bundle set status = 'working', done = 0 where id = %(id)s and status <> 'ready'",
            id=bundle_id,
        ))  # fmt: skip


async def paper_step(bundle_id: UUID) -> None:
    """One more step is done."""
    async with work(SYSTEM) as w:
        await w.execute("update document_bundle set done = least(done + 1, total) where id = %(id)s", id=bundle_id)


async def paper_drawn(bundle_id: UUID, data: bytes) -> None:
    """Keeps the finished paper (a PDF): whoever asked may save it until its day is over."""
    async with made(data) as paper, work(SYSTEM) as w:
        row = await w.session.get(Bundle, bundle_id)
        if row is None:
            return
        await hold(w, row.organization_id, paper)
        row.status, row.done, row.sha256, row.size = "ready", row.total, paper.sha256, paper.size
        await w.add(row)


async def paper_failed(bundle_id: UUID) -> None:
    """Says that it could not be drawn; it may be asked again."""
    async with work(SYSTEM) as w:
        await w.execute("update document_bundle set status = 'failed' where id = %(id)s", id=bundle_id)
