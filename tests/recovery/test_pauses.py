"""The history of pauses, and who typed a rate."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.recovery.queries import holding
from koprogo_app.recovery.queries.policy import civil_rates, later_rates
from koprogo_app.recovery.service import pausing, policies
from tests.recovery.arrears import DUE, Late, later


async def test_a_pause_that_is_over_stays_with_who_why_from_and_to(late: Late) -> None:
    async with late.at_work(DUE) as w:
        row = await pausing.begin_pause(w, late.building, late.owner(), "dispute", "Contests the count")
    async with late.at_work(later(10), "accountant_a") as w:
        await pausing.end_pause(w, row.id)
    async with late.at_work(later(20)) as w:
        (found,) = await holding.pauses(w, late.building, late.owner())
        name = await w.value("select name from app_user where id = %(u)s", u=late.who("syndic_a").user_id)
        assert not await holding.paused(w, late.building)
    assert (found.since, found.until, found.reason) == (DUE, later(9), "Contests the count")
    assert found.by == name != ""


async def test_ended_on_the_day_it_began_it_holds_nothing_up_and_keeps_its_day(late: Late) -> None:
    async with late.at_work(DUE) as w:
        row = await pausing.begin_pause(w, late.building, late.owner(), "other", "A mistake")
        await pausing.end_pause(w, row.id)
        assert not await holding.paused(w, late.building)
        (found,) = await holding.pauses(w, late.building)
    assert (found.since, found.until) == (DUE, later(-1))


async def test_a_rate_says_who_typed_it_and_when_it_changed_last(late: Late) -> None:
    for day, percent in ((later(1), "4.5"), (later(5), "4.75")):
        async with late.at_work(day, "admin") as w:
            await policies.set_rate(w, 2027, percent, "Moniteur belge")
    async with late.at_work(later(6), "admin") as w:
        newest, known = (await civil_rates(w))[:2]
    assert (newest.year, newest.percent, newest.known) == (2027, Decimal("4.75"), False)
    assert newest.by and newest.on and newest.on.date() == later(5)
    assert (known.known, known.by, known.on) == (True, "", None)
    async with work(SYSTEM) as w:
        assert await later_rates(w) == {2027: Decimal("4.75")}


async def test_a_pause_may_end_today_and_lasts_the_day(late: Late) -> None:
    async with late.at_work(DUE) as w:
        with pytest.raises(Invalid, match="over already"):
            await pausing.begin_pause(w, late.building, late.owner(), "other", "x", DUE - timedelta(days=1))
        await pausing.begin_pause(w, late.building, late.owner(), "other", "x", DUE)
        assert late.owner() in await holding.paused(w, late.building)
    async with late.at_work(later(1)) as w:
        assert not await holding.paused(w, late.building)


async def test_many_pauses_at_once_make_one(late: Late) -> None:
    async def begin() -> None:
        async with late.at_work(DUE) as w:
            await pausing.begin_pause(w, late.building, late.owner(), "dispute", "x", later(3))

    done = await asyncio.gather(*(begin() for _ in range(8)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 7 + ["NoneType"]
    async with late.at_work(DUE) as w:
        assert len(await holding.pauses(w, late.building)) == 1
        told = "select count(*) from audit_entry where action = 'recovery_pause.begun'"
        assert await w.value(told) == 1
    async with late.at_work(later(3)) as w:
        with pytest.raises(Conflict):  # its last day is its own
            async with late.at_work(later(3)) as again:
                await pausing.begin_pause(again, late.building, late.owner(), "dispute", "x")
        await pausing.begin_pause(w, late.building, late.owner(), "restriction", "Asked for")
    async with late.at_work(later(4)) as w:
        await pausing.begin_pause(w, late.building, late.owner(), "dispute", "x")
