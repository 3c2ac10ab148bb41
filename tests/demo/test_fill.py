"""The demo is written through the services, once, and only into an empty installation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from koprogo_app.demo import fill
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.service import sign_in
from koprogo_app.identity.service.sign_in import Caller
from tests.demo.test_books import check_books
from tests.filled import started
from tests.world import World


def _silent(_what: str, _share: float) -> None:
    return None


@pytest.fixture
async def demo(filled_demo: Path) -> AsyncIterator[None]:
    """A copy of the filled demo as this process's database."""
    with started(filled_demo, "demo-copy") as server:
        database = Database(server.app_url, size=5)
        databases.use(database)
        try:
            yield
        finally:
            databases.use(None)
            await database.close()


@pytest.mark.usefixtures("demo")
async def test_the_demo_holds_the_tilleuls_and_everybody_can_sign_in() -> None:
    async with work(SYSTEM) as w:
        lots, shares, drafts = await w.value(
            "select array[count(*), sum(share), count(*) filter (where status = 'draft')]::int[] from lot l "
            "join building b on b.id = l.building_id where b.name = 'Résidence Les Tilleuls'"
        )
        assert (lots, shares, drafts) == (60, 10_000, 0)
        assert (
            await w.value("select count(*) from audit_entry where user_id is null and starts_with(action, 'lot.')") == 0
        )
        alone, moved = await w.value(
            "select array[count(*) filter (where alone and entry_id is not null), count(*)]::int[] from bank_movement"
        )
        assert moved > 200 and alone >= 0.95 * moved, "the bank's movements are recognised by the program itself"
        sent = await w.value("select array_agg(distinct level order by level) from reminder where status = 'sent'")
        assert sent == [1, 2, 3]  # of the owners who pay late one is at each level
        planned = await w.value(
            """select array_agg((select max(r.level) from reminder r where r.owner_id = p.owner_id and status = 'sent'))
                 from instalment_plan p where p.ended_at is null"""
        )
        assert planned == [2]  # the one in the middle pays by a plan
        before = await w.value("select count(*) from audit_entry")
    logins = await fill(_silent)
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from audit_entry") == before
    for login in logins:
        outcome = await sign_in.with_password(
            login.email, login.password, Caller(ip=f"10.0.0.{len(login.email)}", user_agent="test"), kind="web"
        )
        assert outcome.cookie, login
    await check_books()


async def test_an_installation_with_data_is_left_alone(world: World) -> None:
    with pytest.raises(Conflict):
        await fill(_silent)
