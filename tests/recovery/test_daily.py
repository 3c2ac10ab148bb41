"""The day's turn of recovery: at seven in Brussels, or later that day when no worker ran then; once."""

from datetime import UTC, date, datetime

import pytest
from procrastinate.periodic import PeriodicDeferrer

from koprogo_app.foundation import jobs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.recovery.jobs import is_turn, prepare_daily
from tests.recovery.arrears import Late

WINTER, SUMMER = datetime(2026, 1, 26, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


async def runs(*ticks: datetime, now: datetime) -> int:
    """The worker at the times of the schedule that it takes up at `now`; how many reminders there are then."""
    for tick in ticks:
        await prepare_daily.func(int(tick.timestamp()), now)
    async with work(SYSTEM) as w:
        return await w.value("select count(*) from reminder")


def missed(at: datetime) -> list[datetime]:
    """The times of recovery's schedule that a worker takes up when it starts at a moment."""
    deferrer = PeriodicDeferrer(registry=jobs.tasks.periodic_registry, **jobs.tasks.periodic_defaults)
    found = deferrer.get_previous_tasks(at=at.timestamp())
    return [datetime.fromtimestamp(tick, UTC) for one, tick in found if one.task.name == "recovery.prepare"]


@pytest.mark.parametrize(("day", "seven"), [(WINTER, 6), (SUMMER, 5)])
def test_it_begins_at_seven_in_brussels_in_winter_and_in_summer(day: datetime, seven: int) -> None:
    turns = [hour for hour in (5, 6) if is_turn(day.replace(hour=hour), day.replace(hour=hour))]
    assert turns == [seven]


@pytest.mark.parametrize("day", [WINTER, SUMMER])
async def test_a_morning_without_a_worker_is_caught_up_that_day_and_once(late: Late, day: datetime) -> None:
    await late.called(100_00, on=date(2026, 1, 11) if day is WINTER else date(2026, 6, 16))
    start = day.replace(hour=14, minute=20)
    ticks = missed(start)
    assert len(ticks) == 2 and sum(is_turn(tick, start) for tick in ticks) == 1
    assert await runs(*ticks, now=start) == 1
    assert await runs(*ticks, now=start.replace(hour=17)) == 1


async def test_before_seven_yesterday_is_over_and_today_has_its_own_turn(late: Late) -> None:
    await late.called(100_00, on=date(2026, 1, 11))
    early = WINTER.replace(hour=3)
    assert await runs(*missed(early), now=early) == 0
    seven = WINTER.replace(hour=6)
    assert await runs(seven, now=seven) == 1
