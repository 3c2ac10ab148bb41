"""Closing a financial year in the background, with its progress to follow."""

from typing import Any
from uuid import UUID

import structlog

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.jobs import PROMPT, defer, tasks
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.ledger.model import ClosingRun, YearStatus
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.closing import close_year

log = structlog.get_logger(__name__)


async def ask_to_close(w: Work, year_id: UUID, accepted: str = "") -> ClosingRun:
    """Asks the worker to close a year (`ledger.close`); the run tells how far it is.

    Raises Conflict when the year is being closed already.
    """
    year = await books.year(w, year_id)
    book = await books.open_book(w, year.building_id, "ledger.close")
    run = await w.add(
        ClosingRun(
            organization_id=book.organization_id,
            building_id=book.building_id,
            fiscal_year_id=year_id,
            accepted=accepted.strip()[:500],
            user_id=w.principal.user_id,
        )
    )
    await defer(w, "ledger.close_year", priority=PROMPT, run_id=str(run.id))
    await audit(
        w,
        "fiscal_year.closing",
        "fiscal_year",
        year_id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        after={"accepted": run.accepted},
    )
    return run


@tasks.task(name="ledger.close_year", priority=PROMPT)
async def close(run_id: str) -> None:
    """Closes the year of a run, once, or goes on with one whose worker died; a refusal is kept on the run, a fault
    ends it and is raised."""
    run = await _begin(UUID(run_id))
    if run is None:
        return
    if await _is_closed(run):  # the worker died between the closing and its report
        await _end(run.id, "done", None)
        return
    who = Principal(kind="system", user_id=run.user_id, organizations=frozenset({run.organization_id}))

    async def tell(step: int) -> None:
        async with work(SYSTEM) as w:
            await w.execute("update closing_run set step = %(s)s where id = %(r)s", s=step, r=run.id)

    try:
        async with work(who) as w:
            await close_year(w, run.fiscal_year_id, accepted=run.accepted, tell=tell)
    except KoproError as error:
        await _end(run.id, "failed", {"message": error.message, "article": error.article, **_texts(error)})
        return
    except Exception:
        await _end(run.id, "failed", {"message": "", "article": ""})
        raise
    await _end(run.id, "done", None)


def _texts(error: KoproError) -> dict[str, str]:
    """The refusal in every language, so that whoever follows the run reads it."""
    return {lang: error.text(lang) for lang in ("fr", "nl", "de", "en")}


async def _begin(run_id: UUID) -> ClosingRun | None:
    async with work(SYSTEM) as w:
        changed = await w.execute(
            "update closing_run set status = 'running' where id = %(r)s and status in ('waiting', 'running')", r=run_id
        )
        return await w.get(ClosingRun, run_id) if changed else None


async def _is_closed(run: ClosingRun) -> bool:
    async with work(SYSTEM) as w:
        return (await books.year(w, run.fiscal_year_id)).status == YearStatus.CLOSED


async def _end(run_id: UUID, status: str, refusal: dict[str, Any] | None) -> None:
    async with work(SYSTEM) as w:
        run = await w.get(ClosingRun, run_id)
        run.status, run.refusal, run.ended_at = status, refusal, w.now
        await w.add(run)
    log.info("closing ended", run=str(run_id), status=status)
