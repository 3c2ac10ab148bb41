"""The state of every part, as a superadmin sees it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import aiosmtplib

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.mail import check_server
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.foundation.watch import health
from koprogo_app.foundation.watch.health import Check
from koprogo_app.identity.access import require

_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is, and how much waits."""

    organizations: int
    buildings: int
    lots: int
    people: int
    sessions: int
    mails_waiting: int
    mails_failed: int
    jobs_waiting: int
    jobs_failed: int
    database_bytes: int
    version: str


async def _worker() -> tuple[bool, str]:
    async with work(SYSTEM) as w:
        seen = await w.value("select max(last_heartbeat) from procrastinate_workers")
    if seen is None:
        return False, N_("No worker is running: mails and other background work wait. Start one with koprogo worker.")
    if w.now - seen > _LATE:
        return False, N_("The worker has not been heard of for more than five minutes.")
    return True, N_("The worker is running.")


async def _mail() -> tuple[bool, str]:
    try:
        return True, await check_server()
    except (OSError, aiosmtplib.SMTPException):
        return False, N_("The mail server does not answer; mails wait and are tried again.")


async def _timed(name: str, check: Callable[[], Awaitable[tuple[bool, str]]]) -> Check:
    start = time.perf_counter()
    ok, detail = await check()
    return Check(name, ok, detail, round((time.perf_counter() - start) * 1000))


async def checks(who: Principal) -> list[Check]:
    """Every part: what readiness asks, the worker, the mail server (`platform.read`); each asked on its own."""
    async with work(who) as w:
        require(w, "platform.read")
    return [*await health.checks(), await _timed("worker", _worker), await _timed("mail", _mail)]


async def figures(w: Work) -> Figures:
    """Counts over the whole installation (`platform.read`)."""
    require(w, "platform.read")
    return await w.one(_FIGURES, Figures, now=w.now)


_FIGURES = """
select (select count(*) from estate.organization) as organizations,
       (select count(*) from estate.building where archived_at is null) as buildings,
       (select count(*) from estate.lot where retired_on is null) as lots,
       (select count(*) from identity.app_user where status = 'active') as people,
       (select count(*) from identity.user_session where revoked_at is null and expires_at > %(now)s) as sessions,
       (select count(*) from foundation.mail where status = 'queued') as mails_waiting,
       (select count(*) from foundation.mail where status = 'failed') as mails_failed,
       (select count(*) from procrastinate_jobs where status = 'todo') as jobs_waiting,
       (select count(*) from procrastinate_jobs where status = 'failed') as jobs_failed,
       pg_database_size(current_database()) as database_bytes,
       current_setting('server_version') as version
"""
