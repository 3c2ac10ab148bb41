"""Recovery in the background: each day from seven on what is due is prepared, and what goes out by itself is sent."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog
from procrastinate import RetryStrategy

from koprogo_app.foundation.database import BRUSSELS, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.jobs import defer, tasks
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.recovery.service.preparing import prepare
from koprogo_app.recovery.service.sending import send_automatic

HOUR: Final = 7
log = structlog.get_logger(__name__)


async def prepare_all(now: datetime | None = None) -> int:
    """Prepares what is due in every building, each in its own transaction; returns how many reminders are new.

    A fault in one building keeps no other back: the first is raised when all have been tried.
    """
    async with work(SYSTEM, now=now) as w:
        found: list[UUID] | None = await w.value(
            """select array_agg(l.building_id order by l.building_id) from ledger.ledger l
                 join estate.building b on b.id = l.building_id where b.archived_at is null"""
        )
    new, faults = 0, list[Exception]()
    for building_id in found or ():
        try:
            async with work(SYSTEM, now=now) as w:
                prepared = await prepare(w, building_id)
                new += len(prepared.new)
                if prepared.new:
                    await defer(w, "recovery.send")
        except KoproError as error:
            log.error("reminders not prepared", building=str(building_id), kind=error.kind)
        except Exception as error:
            log.error("reminders not prepared", building=str(building_id), error=type(error).__name__)
            faults.append(error)
    if faults:
        raise faults[0]
    return new


def is_turn(tick: datetime, now: datetime) -> bool:
    """Whether a time of the schedule is the day's turn: seven in Brussels, of the day it is there now.

    What a worker catches up later in the day still is; once the day is over, the next one's turn sees to it.
    """
    due = tick.astimezone(BRUSSELS)
    return due.hour == HOUR and due.date() == now.astimezone(BRUSSELS).date()


# The clock of the queue is UTC; seven in Brussels is five or six there. Two schedules, not one of two hours: of each
# the latest time is caught up, and each waits by its own name, so the hour that is not seven never stands in for it.
# (The library's types know of one schedule only.)
@tasks.periodic(cron="0 5 * * *", periodic_id="summer", queueing_lock="recovery.prepare.summer")  # type: ignore[arg-type]
@tasks.periodic(cron="0 6 * * *", periodic_id="winter", queueing_lock="recovery.prepare.winter")
@tasks.task(name="recovery.prepare", retry=RetryStrategy(max_attempts=8, wait=900))
async def prepare_daily(timestamp: int, now: datetime | None = None) -> None:
    """Each day at seven in Brussels, or later that day when no worker ran then or a building could not be prepared."""
    if is_turn(datetime.fromtimestamp(timestamp, UTC), now or datetime.now(UTC)):
        log.info("reminders prepared", new=await prepare_all(now))


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="recovery.send", queueing_lock="recovery.send")
async def send_due(timestamp: int = 0) -> None:
    """Sends what goes out by itself: when it was prepared, and again for what a fault or a hold-up left behind."""
    if sent := await send_automatic():
        log.info("reminders sent", sent=sent)
