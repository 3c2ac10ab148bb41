"""One throwaway PostgreSQL per test process, one fresh database per test, copied from a migrated template."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("KOPROGO_SECRET_KEY", "a secret for tests only, longer than thirty-two characters")
os.environ.setdefault("KOPROGO_EMBEDDED_WORKER", "false")

from koprogo_app.foundation import database as databases
from koprogo_app.foundation import migrations
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.postgres import Server, ensure_server
from tests.world import World, build_world

# How fast this machine is at the moment is nothing a test judges.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: once Playwright runs, asynchronous tests can no longer start in this process."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def pg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this test process alone; its database `koprogo` is the migrated template."""
    base = Path(os.environ.get("KOPROGO_TEST_DIR", "/tmp")) / f"koprogo-test-{os.getpid()}"
    server = ensure_server(base, throwaway=True)
    migrations.upgrade(server.owner_url)
    yield server
    server.stop()
    import shutil

    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def database_name(pg: Server) -> Iterator[str]:
    """A fresh migrated database; dropped after the test."""
    name = f"t{next(_numbers)}"
    with pg.connect("postgres", "postgres") as c:
        c.execute(f"create database {name} template koprogo owner koprogo_owner")
        c.execute(f"grant connect on database {name} to koprogo_app")
    yield name
    with pg.connect("postgres", "postgres") as c:
        c.execute(f"drop database {name} with (force)")


@pytest.fixture
async def db(pg: Server, database_name: str) -> AsyncIterator[Database]:
    """The process's database for this test, as the role that owns nothing."""
    database = Database(pg.url(database_name, "koprogo_app"), size=10)
    databases.use(database)
    yield database
    databases.use(None)
    await database.close()


@pytest.fixture
async def world(db: Database) -> World:
    """Two organisations with buildings, lots, owners and one person per role."""
    return await build_world()
