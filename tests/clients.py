"""Clients of the REST API in tests: `api`, which a conftest defines, and who calls it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.foundation import limits
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from tests.world import World

ClientOf = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing counted and nothing remembered from another test."""
    limits.forget_all()
    sessions.forget()
    yield
    limits.forget_all()
    sessions.forget()


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


async def headers_of(world: World, name: str) -> dict[str, str]:
    """The headers with which one of the world's people calls; nobody has none."""
    return {} if name == "nobody" else {"authorization": f"Bearer {await token_of(world, name)}"}
