"""A paper that takes a job to draw: asked for by a person, kept for a day (`bundling` hands it out).

The area whose paper it is authorises and names its task.

- `ask_paper(w, task, organization_id, …) -> (Run, new)`, `paper_asked(w, task, name) -> Run | None`
- `keep_paper(run, data)` — what its job ends with
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.service.filing import made
from koprogo_app.documents.service.receiving import hold
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import person

_LIFE: Final = timedelta(days=1)


async def ask_paper(
    w: Work,
    task: str,
    *,
    organization_id: UUID,
    building_id: UUID,
    name: str,
    file_name: str,
    steps: int,
    asked: Mapping[str, Any],
) -> tuple[Run, bool]:
    """The person's paper of that name, and whether it is new. The caller authorised.

    Asked twice, the same paper is given: two windows do not draw it twice.
    """
    subject = _subject(w, name)
    await w.value("select pg_advisory_xact_lock(hashtextextended(%(key)s, 7073))", key=f"{task} {subject}")
    found = await paper_asked(w, task, name)
    if found is not None:
        return found, False
    run = await runs.ask(
        w, task, organization_id=organization_id, building_id=building_id, subject=subject, total=steps, asked=asked,
        file_name=file_name, life=_LIFE,
    )  # fmt: skip
    return run, True


def _subject(w: Work, name: str) -> str:
    return f"{person(w).user_id} {name}"


async def paper_asked(w: Work, task: str, name: str) -> Run | None:
    """One's own paper of that name, being drawn or ready; None when it was never asked, or could not be drawn."""
    found = await runs.latest(w, task, _subject(w, name))
    if found is None or found.status == "failed" or (found.expires_at and found.expires_at <= w.now):
        return None
    return found


async def keep_paper(run: Run, data: bytes) -> None:
    """Keeps the finished paper (a PDF): whoever asked may save it until its day is over."""
    async with made(data) as paper, work(SYSTEM) as w:
        await hold(w, run.organization_id, paper)
        await runs.finish(w, run, sha256=paper.sha256, size=paper.size)
