"""One throwaway PostgreSQL per test process, one fresh database per test, copied from a template: a migrated one, one
with the small world in it, one with opened books, or one with a row of everything for the roles."""

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("KOPROGO_SECRET_KEY", "a secret for tests only, longer than thirty-two characters")
os.environ.setdefault("KOPROGO_EMBEDDED_WORKER", "false")

from koprogo_app.foundation import database as databases
from koprogo_app.foundation import limits
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.postgres import Server, ensure_server
from koprogo_app.foundation.schema import migrations
from koprogo_app.identity.service import sessions
from koprogo_app.ledger.queries import frames
from koprogo_app.statements.service import shared_costs
from tests import draws, filled, interpreter
from tests.ledger.books import Books, open_books
from tests.world import World, build_world

draws.choose_profile()
interpreter.parse_undisturbed()

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: once Playwright runs, asynchronous tests can no longer start in this process.

    Of these the gallery's come after the journeys, its longest files first: so the processes of a run end together.
    """
    tests = Counter(item.path for item in items)

    def turn(item: pytest.Item) -> tuple[bool, bool, int]:
        names = getattr(item, "fixturenames", ())
        of_gallery = "browser" in names and "gallery" in names
        return "browser" in names, of_gallery, -tests[item.path] if of_gallery else 0

    items.sort(key=turn)


def run_of(config: pytest.Config) -> int:
    """A number that all processes of one test run share."""
    return os.getppid() if hasattr(config, "workerinput") else os.getpid()


@pytest.fixture(scope="session")
def filled_demo(request: pytest.FixtureRequest) -> Path:
    """The stopped installation with the demo in it, filled once in the run; for copies only."""
    return filled.fill_once(run_of(request.config))


_ahead = ExitStack()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What browser tests wait for is made ready while the others run, if any was chosen."""
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    first = getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"] == "gw0"
    if first and not session.config.option.collectonly:
        pages = [what for fixture, what in (("running", "pages"), ("gallery", "gallery")) if fixture in asked]
        demo = ["demo"] if "filled_demo" in asked else []
        _ahead.enter_context(filled.ahead(run_of(session.config), pages, demo))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What the run's processes shared goes with the last of them."""
    _ahead.close()
    if not hasattr(session.config, "workerinput"):
        filled.forget(run_of(session.config))


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


class Templates:
    """Databases that tests start from, each made when it is first asked for, with what was written into it."""

    def __init__(self, server: Server, files: Path) -> None:
        self.server, self.files = server, files
        self.written: dict[str, Any] = {}

    def copy(self, template: str, name: str) -> None:
        """A database `name` that holds what the template holds."""
        with self.server.connect("postgres", "postgres") as c:
            c.execute(f"create database {name} template {template} owner koprogo_owner")
            c.execute(f"grant connect on database {name} to koprogo_app")

    def name(self, wanted: str) -> str:
        """The template's name, after it was made with those it stands on."""
        if wanted != "koprogo" and wanted not in self.written:
            below, write = {
                "with_world": ("koprogo", build_world),
                "with_books": ("with_world", lambda: open_books(deepcopy(self.written["with_world"]))),
                "with_roles": ("with_books", self._roles),
            }[wanted]
            self._make(wanted, self.name(below), write)
        return wanted

    async def _roles(self) -> Any:
        # Only who asks for it pays for what it imports.
        from tests.roles.ground import build

        return await build(deepcopy(self.written["with_books"]), self.files)

    def _make(self, name: str, template: str, write: Callable[[], Awaitable[Any]]) -> None:
        self.copy(template, name)

        async def written() -> Any:
            database = Database(self.server.url(name, "koprogo_app"), size=2)
            databases.use(database)
            try:
                return await write()
            finally:
                databases.use(None)
                await database.close()

        # In a thread of its own: the one of the tests may hold an event loop of theirs.
        with ThreadPoolExecutor(1) as pool:
            self.written[name] = pool.submit(asyncio.run, written()).result()


@pytest.fixture(scope="session")
def template_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files that belong to the templates."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="session")
def templates(pg: Server, template_files: Path) -> Templates:
    """What this test process's databases are copied from."""
    return Templates(pg, template_files)


_TEMPLATES = {"roles_ground": "with_roles", "opened_books": "with_books", "world": "with_world"}


@pytest.fixture
def database_name(pg: Server, templates: Templates, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database with what the test's fixtures name; dropped after the test."""
    asked = request.fixturenames
    wanted = next((template for fixture, template in _TEMPLATES.items() if fixture in asked), "koprogo")
    name = f"t{next(_numbers)}"
    templates.copy(templates.name(wanted), name)
    yield name
    with pg.connect("postgres", "postgres") as c:
        c.execute(f"drop database {name} with (force)")


@pytest.fixture
async def db(pg: Server, database_name: str) -> AsyncIterator[Database]:
    """The process's database for this test, as the role that owns nothing; nothing is remembered of another test's."""
    database = Database(pg.url(database_name, "koprogo_app"), size=10)
    databases.use(database)
    for forget in (frames.forget, shared_costs.forget, limits.forget_all, sessions.forget):
        forget()
    yield database
    databases.use(None)
    await database.close()


@pytest.fixture
def world(db: Database, templates: Templates) -> World:
    """Two organisations with buildings, lots, owners and one person per role."""
    return deepcopy(templates.written["with_world"])


@pytest.fixture
def opened_books(world: World, templates: Templates) -> Books:
    """The accounts of `tilia`, open since 1 January 2026, with a supplier."""
    return Books(world, templates.written["with_books"].building, templates.written["with_books"].supplier)
