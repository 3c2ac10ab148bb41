"""Background work: a queue in the same database (procrastinate), and the worker that empties it.

A job is put in the queue by the transaction that needs it, so it exists exactly when that is committed. Areas declare
their tasks on `tasks` in the module that their manifest names (mails: `foundation.mail`), which the worker imports.
"""

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from psycopg.types.json import Jsonb

from koprogo_app.foundation.database import Database, Work, database, work
from koprogo_app.foundation.manifests import manifests
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.settings import settings

_DAY = 86_400

tasks = procrastinate.App(connector=procrastinate.PsycopgConnector(), periodic_defaults={"max_delay": _DAY})
"""Declare a task: `@tasks.task(name="…")`, with `@tasks.periodic(cron="…")` above it for one that recurs.

A worker that starts runs what recurs and was missed while none ran: the latest time of each schedule within a day.
"""

PROMPT = 10
"""The priority of a task that a person waits for: it goes before previews and mails, which are 0."""

log = structlog.get_logger(__name__)

_DEFER = """
select procrastinate_defer_jobs_v1(array[row(%(queue)s, %(task)s, %(priority)s, null, null, %(args)s, null)
       ]::procrastinate_job_to_defer_v1[])
"""


async def defer(w: Work, task: str, *, priority: int = 0, **args: Any) -> None:
    """Puts a job in the queue of this transaction, before those of lower priority that wait there (`PROMPT`).

    The task goes by its name, so that who asks for it need not know the module that does it. Without the task's
    queueing lock: two transactions that hold other locks would wait for each other on it.
    """
    await w.value(_DEFER, queue="default", task=task, priority=priority, args=Jsonb(args))


def _import_tasks() -> None:
    """Imports the mails and every area's tasks, so that the worker knows them."""
    importlib.import_module("koprogo_app.foundation.mail")
    for m in manifests():
        if m.jobs:
            m.load(m.jobs)


@contextlib.asynccontextmanager
async def job_app(on: Database | None = None) -> AsyncIterator[procrastinate.App]:
    """The queue of a database, open, with every task, as the role that owns nothing. One at a time in a process."""
    target = on or database()
    role: Mapping[str, Any] = {} if target.role == "none" else {"options": f"-c role={target.role}"}
    _import_tasks()
    connector = procrastinate.PsycopgConnector(
        conninfo=target.url, min_size=1, max_size=4, kwargs={"application_name": "koprogo-worker", **role}
    )
    # The tasks themselves, not a copy of the app, must know the connector: recurring ones are put in the queue by them.
    with tasks.replace_connector(connector) as app:
        async with app.open_async():
            yield app


async def run_worker(*, wait: bool = True, concurrency: int = 2, signals: bool = True) -> None:
    """Works through the queue: for ever, or with `wait=False` until it is empty. `signals`: stop on SIGTERM."""
    async with job_app() as app:
        await app.run_worker_async(
            wait=wait, concurrency=concurrency, install_signal_handlers=signals, delete_jobs="successful",
            shutdown_graceful_timeout=20 if signals else 3,
        )  # fmt: skip


async def embedded_worker() -> None:
    """The worker inside the web process, when the settings want it; restarts after a fault of the database."""
    while settings().embedded_worker:
        try:
            await run_worker(signals=False)
        except Exception as error:
            log.error("the worker stopped and starts again", error=type(error).__name__)
        await asyncio.sleep(2)


async def resume_abandoned() -> int:
    """Puts jobs whose worker died in the middle back in the queue; returns how many. Every task bears being repeated.

    One that waits there already, by its queueing lock, is not put there twice.
    """
    resumed = 0
    for job in await tasks.job_manager.get_stalled_jobs():
        try:
            await tasks.job_manager.retry_job(job)
        except UniqueViolation:
            await tasks.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        else:
            resumed += 1
            log.warning("job resumed", job=job.id, task=job.task_name)
    return resumed


@tasks.periodic(cron="*/2 * * * *")
@tasks.task(name="resume_abandoned", queueing_lock="resume_abandoned", priority=PROMPT)
async def resume_abandoned_jobs(timestamp: int = 0) -> None:
    """Every two minutes: what a killed worker left half done goes on."""
    await resume_abandoned()


_EXPIRED = (
    "delete from mail where status = 'sent' and purpose in ('reset', 'invitation') "
    "and sent_at < %(now)s - interval '30 days'",
    "delete from idempotency_key where created_at < %(now)s - interval '24 hours'",
    "delete from procrastinate_jobs where status in ('failed', 'cancelled', 'aborted') "
    "and not exists (select from procrastinate_events e where e.job_id = procrastinate_jobs.id "
    "and e.at > %(now)s - interval '30 days')",
)


async def clean_up() -> int:
    """Removes what has expired: what manifests say, answers kept for repeated calls, jobs. Returns how many rows."""
    async with work(SYSTEM) as w:
        statements = [*(statement for m in manifests() for statement in m.expires), *_EXPIRED]
        return sum([await w.execute(statement, now=w.now) for statement in statements])


@tasks.periodic(cron="17 * * * *")
@tasks.task(name="clean_up", queueing_lock="clean_up")
async def clean_up_expired(timestamp: int = 0) -> None:
    """Each hour: removes what has expired."""
    log.info("expired rows removed", rows=await clean_up())
