"""Closing by the worker: done once, its refusal kept for whoever follows it."""

from datetime import date

import pytest

from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.jobs import run_worker
from koprogo_app.ledger.jobs import ask_to_close, close
from koprogo_app.ledger.model import ClosingRun
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.queries import runs
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books as commands
from koprogo_app.ledger.service import entries
from tests.world import World


async def _asked(world: World, *lines: DraftLine) -> ClosingRun:
    building = world.buildings["fagus"]
    async with work_of(world) as w:
        await commands.open_ledger(w, building, first_day=date(2025, 1, 1))
        await entries.post(w, building, Draft("OD", date(2025, 5, 1), "X", lines))
        (year,) = await reads.years(w, building)
    async with work_of(world) as w:
        run = await ask_to_close(w, year.id)
        assert await runs.under_way(w, building) == run.id
    with pytest.raises(Conflict):
        async with work_of(world) as w:
            await ask_to_close(w, year.id)
    return run


def work_of(world: World):
    from koprogo_app.foundation.database import work

    return work(world.people["syndic_a"])


async def test_the_worker_closes_the_year_once(world: World) -> None:
    run = await _asked(world, DraftLine("61210", 100), DraftLine("551", -100))
    await run_worker(wait=False, signals=False)
    await close(str(run.id))
    async with work_of(world) as w:
        found = await runs.run(w, run.id)
        assert (found.status, found.step, found.refusal) == ("done", 3, None)
        first, _ = await reads.years(w, world.buildings["fagus"])
        assert first.status == "closed"
        who = await w.value("select user_id from entry where nature = 'close'")
        assert who == world.people["syndic_a"].user_id


async def test_a_refusal_is_told_in_every_language(world: World) -> None:
    run = await _asked(world, DraftLine("58", 100), DraftLine("551", -100))
    await run_worker(wait=False, signals=False)
    async with work_of(world) as w:
        found = await runs.run(w, run.id)
        assert found.status == "failed" and found.refusal
        assert found.refusal["article"] == "RD 2012-07-12" and "1,00" in found.refusal["fr"]
        assert await runs.under_way(w, world.buildings["fagus"]) is None
        assert [y.status for y in await reads.years(w, world.buildings["fagus"])] == ["open"]
