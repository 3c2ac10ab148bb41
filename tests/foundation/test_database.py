"""The one door to the database: transactions, connections that come back clean, connections that die."""

import asyncio

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text

from koprogo_app.estate.model import Organization
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, Line, work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import NOBODY, SYSTEM, Principal


async def _names() -> list[str]:
    async with work(SYSTEM) as w:
        return list(await w.value("select array(select name from organization order by name)"))


async def test_rows_and_statements_are_committed_together(db: Database) -> None:
    async with work(SYSTEM) as w:
        await w.add(Organization(name="by session"))
        await w.execute("update organization set city = 'Liège'")
        assert await w.value("select city from organization") == "Liège"
    assert await _names() == ["by session"]


async def test_any_exception_takes_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with work(SYSTEM) as w:
            await w.add(Organization(name="gone"))
            raise ZeroDivisionError
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with work(SYSTEM) as w:
            await w.add(Organization(name="gone too"))
            await w.value("select 1 / 0")
    assert await _names() == []
    assert db.busy == 0


async def test_what_a_statement_refuses_when_it_ends_is_refused_whole(db: Database) -> None:
    with pytest.raises(Conflict):
        async with work(SYSTEM) as w:
            await w.execute("create temporary table t (id int unique deferrable initially deferred) on commit drop")
            await w.add(Organization(name="gone"))
            await w.execute("insert into t values (1), (1)")
    assert await _names() == []


async def test_a_connection_keeps_nothing_of_the_one_before(db: Database) -> None:
    async with work(SYSTEM) as w:
        await w.add(Organization(name="x"))
    for _ in range(12):  # every connection of the pool, more than once
        async with work(NOBODY) as w:
            assert await w.value("select count(*) from organization") == 0
            assert await w.value("select current_setting('koprogo.user')") == ""
        with pytest.raises(psycopg.errors.UndefinedTable):
            async with work(SYSTEM) as w:
                await w.value("select 1 from nowhere")


async def test_a_connection_that_died_is_replaced(db: Database, pg: Server, database_name: str) -> None:
    async with work(SYSTEM) as w:
        await w.value("select 1")
    with pg.connect("postgres", "postgres") as c:
        c.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database_name])
    assert await _names() == []


async def test_a_task_that_is_cancelled_gives_its_connection_back(db: Database, pg: Server) -> None:
    async def slow() -> None:
        async with work(SYSTEM) as w:
            await w.add(Organization(name="late"))
            await w.value("select pg_sleep(30)")

    for asleep in (False, True):  # while it connects, and while it waits for an answer
        task = asyncio.create_task(slow())
        while not db.busy or (asleep and not _sleeping(pg)):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as told:
            await task
        assert db.busy == 0
        await db.close()
        async with asyncio.timeout(20):  # the server lets go too; one left half connected it would keep for a minute
            while _others(pg):
                await asyncio.sleep(0.05)
        assert told.tb  # what was being done is still held, as whoever logs the fault holds it
    assert await _names() == []


async def test_a_session_cancelled_in_a_statement_leaves_a_whole_connection_behind(
    db: Database, pg: Server, database_name: str
) -> None:
    only = Database(pg.url(database_name, "koprogo_app"), size=1)

    async def slow() -> None:
        async with work(SYSTEM, on=only) as w:
            await (await w.session.connection()).execute(text("select pg_sleep(30)"))

    for _ in range(2):
        task = asyncio.create_task(slow())
        while not (task.done() or _sleeping(pg)):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with work(SYSTEM, on=only) as w:
            await w.add(Organization(name="after"))
            assert await w.value("select count(*) from pg_stat_activity where usename = 'koprogo_app'") == 1
    await only.close()
    assert await _names() == ["after", "after"]


async def test_who_waits_for_a_lost_server_goes_on_when_it_is_back(
    db: Database, pg: Server, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_RETRY_SECONDS", 0)  # between two rounds of trying, however short they are
    again = asyncio.Event()
    tried = AsyncConnectionPool.check

    async def check(pool: AsyncConnectionPool[Line]) -> None:
        again.set()
        await tried(pool)

    monkeypatch.setattr(AsyncConnectionPool, "check", check)
    _allow(pg, database_name, "false")
    waiting = asyncio.create_task(_names())
    await again.wait()
    assert not waiting.done()
    _allow(pg, database_name, "true")
    assert await waiting == []


def _allow(pg: Server, database_name: str, allowed: str) -> None:
    with pg.connect("postgres", "postgres") as c:
        c.execute(f"alter database {database_name} allow_connections {allowed}")


def _sleeping(pg: Server) -> bool:
    return bool(_one(pg, "select count(*) from pg_stat_activity where query like 'select pg_sleep(30)%'"))


def _others(pg: Server) -> int:
    return _one(pg, "select count(*) from pg_stat_activity where backend_type = 'client backend' "
                    "and pid <> pg_backend_pid()")  # fmt: skip


def _one(pg: Server, sql: str) -> int:
    with pg.connect("postgres", "postgres") as c:
        row = c.execute(sql).fetchone()
    return int(row[0]) if row else 0


async def test_more_works_than_connections_wait_their_turn(db: Database) -> None:
    async def one() -> int:
        async with work(SYSTEM) as w:
            return int(await w.value("select 1 from pg_sleep(0.01)"))

    assert sum(await asyncio.gather(*[one() for _ in range(40)])) == 40
    assert db.busy == 0


async def test_nothing_but_identifiers_reaches_the_opening_message(db: Database) -> None:
    class Forged(Principal):
        @property
        def tenant_setting(self) -> str:
            return "'; drop table organization; --"

    with pytest.raises(ValueError, match="plain identifiers"):
        async with work(Forged()):
            pass
    assert await _names() == []
