"""Documents for the tests: a store of one's own, and short ways to put something in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.documents.api import router
from koprogo_app.documents.service.receiving import Received, receive
from koprogo_app.foundation import limits, storage
from koprogo_app.foundation.api import make_api
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.foundation.storage import Store, spool
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from tests.documents import files
from tests.world import World

ClientOf = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A local store of this test."""
    store = local_store(tmp_path / "files")
    storage.use(store)
    yield store
    storage.use(None)


async def put(who: Principal, data: bytes | None = None, name: str = "pv.pdf", **values: Any) -> Received:
    """Receives a file as that person."""
    data = files.pdf() if data is None else data
    async with spool(storage.store().spools, 50_000_000) as incoming:
        await incoming.write(data)
        await incoming.finish()
        return await receive(who, incoming, name, values)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing counted and nothing remembered from another test."""
    limits.forget_all()
    sessions.forget()
    yield
    limits.forget_all()
    sessions.forget()


@pytest.fixture
def api() -> FastAPI:
    """The application with the routes of documents."""
    return make_api([router])


@pytest.fixture
async def stranger(api: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that nobody signed in."""
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
        yield client


@pytest.fixture
async def client_of(api: FastAPI, world: World) -> AsyncIterator[ClientOf]:
    """Signed-in clients of the world's people, by name."""
    opened: list[httpx.AsyncClient] = []

    async def client(name: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {await token_of(world, name)}"}
        made = httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers=headers)
        opened.append(made)
        return made

    yield client
    for made in opened:
        await made.aclose()


async def token_of(world: World, name: str) -> str:
    """An access token of one of the world's people."""
    async with work(SYSTEM) as w:
        user = await w.get(User, world.people[name].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="")
    return tokens.access_token(user.id, session.id, datetime.now(UTC))
