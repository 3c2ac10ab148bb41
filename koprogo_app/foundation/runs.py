"""Long acts: asked for by a person, done by the worker, followed by whoever may. One row tells how far each is.

- `ask(w, task, …) -> Run` — puts it in the queue; asked twice for the same subject, a Conflict
- `latest(w, task, subject) -> Run | None`, `under_way(w, task, subject) -> Run | None`
- `perform(run_id, act)` — what the job calls: begins once or goes on, keeps a refusal, raises a fault
- `finish(w, run, …)` — ends it in the transaction that makes what was asked for
- `following(read)` — the row as it goes on, for the page that shows it

The area whose act it is authorises; it names its task, and tells how far it is through `Progress`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import structlog

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, KoproError, NotFound
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.foundation.jobs import PROMPT, defer
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.principal import SYSTEM, Principal

BUSY: Final = N_("This is being done already.")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_FOLLOWED: Final = timedelta(minutes=30)
log = structlog.get_logger(__name__)


async def ask(
    w: Work,
    task: str,
    *,
    organization_id: UUID,
    building_id: UUID | None = None,
    subject: str = "",
    total: int = 1,
    asked: Mapping[str, Any] | None = None,
    busy: str = BUSY,
    file_name: str = "",
    life: timedelta | None = None,
) -> Run:
    """Asks the worker for a long act; its job is put in the queue by this transaction.

    `subject` names what it is done to: while one is under way another is refused with `busy` (Conflict); empty: any
    number side by side. `asked` are the task's arguments, `total` its steps, `life` how long its file is kept.
    """
    if subject:
        await w.value("select pg_advisory_xact_lock(hashtextextended(%(key)s, 7073))", key=f"{task} {subject}")
        if await under_way(w, task, subject):
            raise Conflict(busy)
    run = await w.add(
        Run(
            organization_id=organization_id, building_id=building_id, user_id=w.principal.user_id, task=task,
            subject=subject, asked=dict(asked or {}), total=total, file_name=file_name,
            expires_at=w.now + life if life else None,
        )
    )  # fmt: skip
    await defer(w, task, priority=PROMPT, run_id=str(run.id))
    return run


async def latest(w: Work, task: str, subject: str) -> Run | None:
    """The newest run of a task on a subject, however it ended; the caller has authorised the subject."""
    return await _newest(w, task, subject, "true")


async def under_way(w: Work, task: str, subject: str) -> Run | None:
    """The run of a task on a subject that waits or goes on; the caller has authorised the subject."""
    return await _newest(w, task, subject, "status in ('waiting', 'running')")


async def _newest(w: Work, task: str, subject: str, condition: str) -> Run | None:
    found = await w.value(
        f"""select id from background_run where task = %(t)s and subject = %(s)s and {condition}
             order by created_at desc, id desc limit 1""",
        t=task, s=subject,
    )  # fmt: skip
    return await w.get(Run, found) if found else None


async def of(w: Work, run_id: UUID, *tasks: str) -> Run:
    """One run of these tasks, as it is now; the caller authorises on it. Raises NotFound, also when its day is over."""
    run = await w.get(Run, run_id)
    if run.task not in tasks or (run.expires_at and run.expires_at <= w.now):
        raise NotFound
    return run


def behalf(run: Run) -> Principal:
    """The program, acting for who asked, within the organisation."""
    return Principal(kind="system", user_id=run.user_id, organizations=frozenset({run.organization_id}))


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells how far a run is, in a transaction of its own, so that others see it at once."""

    run_id: UUID

    async def tell(self, done: int, total: int | None = None) -> None:
        """`done` steps of `total`."""
        async with work(SYSTEM) as w:
            await w.execute(
                """update background_run set total = greatest(coalesce(%(t)s, total), %(d)s), done = %(d)s
                    where id = %(r)s""",
                d=done, t=total, r=self.run_id,
            )  # fmt: skip

    async def step(self) -> None:
        """One step more."""
        async with work(SYSTEM) as w:
            await w.execute("update background_run set done = least(done + 1, total) where id = %(r)s", r=self.run_id)


Act = Callable[[Run, Progress], Awaitable[Mapping[str, Any] | None]]
"""Does what was asked; returns what it made, by name, or None."""


async def perform(run_id: UUID, act: Act) -> None:
    """Does a run once, or goes on with one whose worker died. A refusal is kept on it in every language; a fault ends
    it and is raised."""
    run = await _begin(run_id)
    if run is None:
        return
    try:
        made = await act(run, Progress(run.id))
    except KoproError as error:
        told = {lang: error.text(lang) for lang in LANGS}
        await _end(run, "failed", refusal={**told, "article": error.article})
    except Exception:
        await _end(run, "failed", refusal={})
        raise
    else:
        await _end(run, "done", result=made)


async def _begin(run_id: UUID) -> Run | None:
    async with work(SYSTEM) as w:
        changed = await w.execute(
            "update background_run set status = 'running' where id = %(r)s and status in ('waiting', 'running')",
            r=run_id,
        )
        return await w.get(Run, run_id) if changed else None


async def _end(
    run: Run, status: str, *, refusal: dict[str, str] | None = None, result: Mapping[str, Any] | None = None
) -> None:
    async with work(SYSTEM) as w:
        row = await w.get(Run, run.id, alone=True)
        if row.status == "running":
            row.status, row.refusal, row.ended_at = status, refusal, w.now
            row.result = dict(result) if result is not None else None
            await w.add(row)
    log.info("run ended", run=str(run.id), task=run.task, status=status)


async def finish(w: Work, run: Run, *, sha256: str, size: int) -> None:
    """Ends a run with the file it made, in the transaction that keeps the file."""
    row = await w.get(Run, run.id, alone=True)
    row.status, row.done, row.sha256, row.size, row.ended_at = "done", row.total, sha256, size, w.now
    await w.add(row)


@dataclass(frozen=True, slots=True)
class Kept:
    """The file of a run that was forgotten; `sha256` is None when it made none."""

    organization_id: UUID
    sha256: str | None


async def forget_expired(w: Work) -> list[Kept]:
    """Removes the runs whose day is over; the caller removes the files that nothing else needs."""
    return await w.rows(
        "delete from background_run where expires_at <= %(now)s returning organization_id, sha256", Kept, now=w.now
    )


class Going(Protocol):
    """A run, or a row that tells of one."""

    @property
    def status(self) -> str: ...


G = TypeVar("G", bound=Going)


async def following(read: Callable[[], Awaitable[G]]) -> AsyncIterator[G]:
    """The row that `read` gives, soon again at first, then every two seconds, until it has ended; at most for half an
    hour, after which the page shows it again when it is loaded."""
    until, pause = time.monotonic() + _FOLLOWED.total_seconds(), _FIRST_PAUSE
    while time.monotonic() < until:
        row = await read()
        yield row
        if row.status not in ("waiting", "running"):
            return
        await asyncio.sleep(pause)
        pause = min(pause * 1.2, _LONGEST_PAUSE)
