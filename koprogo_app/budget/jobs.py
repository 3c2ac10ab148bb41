"""Each morning: voted budgets come into force with their year, lines that run over are told of, quarters reported."""

from datetime import datetime

import structlog

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service.alerts import raise_alerts
from koprogo_app.budget.service.budgets import activate
from koprogo_app.budget.service.reporting import file_quarter, quarters_due
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.jobs import tasks
from koprogo_app.foundation.principal import SYSTEM

log = structlog.get_logger(__name__)


async def begin_years(now: datetime | None = None) -> int:
    """Puts voted budgets in force whose year has begun; returns how many."""
    async with work(SYSTEM, now=now) as w:
        found = await queries.voted_to_begin(w)
    begun = 0
    for budget_id in found:
        try:
            async with work(SYSTEM, now=now) as w:
                await activate(w, budget_id)
                begun += 1
        except KoproError as error:  # somebody did it meanwhile; the others still begin
            log.warning("a budget did not come into force", budget=str(budget_id), why=error.message)
    return begun


async def alert_all(now: datetime | None = None) -> int:
    """Tells of the lines over their budget in every building, each in its own transaction; returns how many."""
    async with work(SYSTEM, now=now) as w:
        buildings = await queries.budgeted_buildings(w)
    told = 0
    for building_id in buildings:
        try:
            async with work(SYSTEM, now=now) as w:
                told += len(await raise_alerts(w, building_id))
        except KoproError as error:
            log.warning("a budget could not be compared", building=str(building_id), why=error.message)
    return told


async def report_all(now: datetime | None = None) -> int:
    """Files the reports of quarters that are over; returns how many."""
    async with work(SYSTEM, now=now) as w:
        buildings = await queries.budgeted_buildings(w)
        due = [quarter for building_id in buildings for quarter in await quarters_due(w, building_id)]
    return sum([await file_quarter(SYSTEM, quarter) is not None for quarter in due])


@tasks.periodic(cron="20 5 * * *")
@tasks.task(name="budget.daily", queueing_lock="budget.daily")
async def daily(timestamp: int = 0) -> None:
    """Each day: what the budgets need."""
    begun, told = await begin_years(), await alert_all()
    log.info("budgets looked at", begun=begun, told=told, filed=await report_all())
