"""Closing by the worker: done once, its refusal kept for whoever follows it."""

from datetime import date

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden
from koprogo_app.foundation.jobs import PROMPT, run_worker
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.jobs import close
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.queries import runs
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books as commands
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.service.closing_run import ask_to_close
from tests.world import World


async def _asked(world: World, *lines: DraftLine) -> Run:
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


@pytest.mark.parametrize("closed", [False, True])
async def test_a_closing_whose_worker_died_goes_on(world: World, closed: bool) -> None:
    """Before the closing was kept, or after it and before the run could say so: the run ends as done, closed once."""
    run = await _asked(world, DraftLine("61210", 100), DraftLine("551", -100))
    if closed:
        await close(str(run.id))
    async with work(SYSTEM) as w:
        await w.execute(
            "update background_run set status = 'running', done = 1, ended_at = null where id = %(r)s", r=run.id
        )
    await close(str(run.id))
    async with work_of(world) as w:
        assert (await runs.run(w, run.id)).status == "done"
        first, _ = await reads.years(w, world.buildings["fagus"])
        assert first.status == "closed"
        assert await w.value("select count(*) from entry where nature = 'close'") == 1


async def test_years_of_several_buildings_wait_and_are_closed(world: World) -> None:
    """What waits is the first open year that is over, where the person may close it; one refusal stops no other."""
    async with work_of(world) as w:
        for name, first in (("tilia", date(2024, 1, 1)), ("fagus", date(2025, 1, 1))):
            await commands.open_ledger(w, world.buildings[name], first_day=first)
        await commands.add_year(w, world.buildings["tilia"])
        lines = [DraftLine("58", 100), DraftLine("551", -100)]
        await entries.post(w, world.buildings["fagus"], Draft("OD", date(2025, 5, 1), "X", lines))
    async with work_of(world) as w:
        rows = await runs.closable(w)
        assert [(r.building_id, r.name, r.status) for r in rows] == [
            (world.buildings["tilia"], "2024", None), (world.buildings["fagus"], "2025", None)
        ]  # fmt: skip
        asked = [await ask_to_close(w, row.year_id) for row in rows]
    await run_worker(wait=False, signals=False)
    async with work_of(world) as w:
        found = await runs.several(w, [run.id for run in asked])
        assert [found[run.id].status for run in asked] == ["done", "failed"]
        left = {r.building_id: (r.name, r.status, bool(r.refusal)) for r in await runs.closable(w)}
        assert left == {
            world.buildings["tilia"]: ("2025", None, False),
            world.buildings["fagus"]: ("2025", "failed", True),
        }
    async with work(world.people["syndic_b"]) as w:
        assert await runs.closable(w) == []
        assert await runs.several(w, [run.id for run in asked]) == {}
    async with work(world.people["board_tilia"]) as w:
        with pytest.raises(Forbidden):
            await runs.closable(w)


async def test_a_closing_goes_before_what_nobody_waits_for(world: World) -> None:
    await _asked(world, DraftLine("61210", 100), DraftLine("551", -100))
    async with work(SYSTEM) as w:
        found = await w.value("select priority from procrastinate_jobs where task_name = 'ledger.close_year'")
    assert found == PROMPT > 0


async def test_a_refusal_is_told_in_every_language(world: World) -> None:
    run = await _asked(world, DraftLine("58", 100), DraftLine("551", -100))
    await run_worker(wait=False, signals=False)
    async with work_of(world) as w:
        found = await runs.run(w, run.id)
        assert found.status == "failed" and found.refusal
        assert found.refusal["article"] == "RD 2012-07-12" and "1,00" in found.refusal["fr"]
        assert await runs.under_way(w, world.buildings["fagus"]) is None
        assert [y.status for y in await reads.years(w, world.buildings["fagus"])] == ["open"]
