"""People who can really sign in, and a browser or client in front of the identity router."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import UUID

import httpx
import pyotp
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from koprogo_app.foundation import limits
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.api import router
from koprogo_app.identity.model import User
from koprogo_app.identity.service import passwords, sessions, totp
from tests.world import World

PASSWORD = "tilleul rivage carnet"
OWN = {"origin": "http://localhost:8000"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing counted and nothing remembered from another test."""
    limits.forget_all()
    sessions.forget()
    yield
    limits.forget_all()
    sessions.forget()


@pytest.fixture
def app() -> FastAPI:
    """The identity router with the house's errors as JSON."""
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(KoproError)
    async def problem(request: Request, error: KoproError) -> JSONResponse:
        headers = {"retry-after": str(error.retry_after)} if hasattr(error, "retry_after") else {}
        body = {"kind": error.kind, "detail": error.message, "field": error.field}
        return JSONResponse(body, error.status, headers)

    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that keeps cookies and follows nothing."""
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


_hash: list[str] = []


async def give_password(user_id: UUID | None, password: str = PASSWORD) -> None:
    """Lets somebody of the world sign in."""
    if not _hash:
        _hash.append(await passwords.make_hash(PASSWORD))
    async with work(SYSTEM) as w:
        user = await w.get(User, user_id)
        user.password_hash = _hash[0] if password == PASSWORD else await passwords.make_hash(password)
        w.session.add(user)


async def open_for(who: Person) -> tuple[Person, str]:
    """A web session for somebody: the person as its events see him, and the cookie."""
    async with work(SYSTEM) as w:
        row, secret = await sessions.open_session(w, await w.get(User, who.user_id), "web", ip="", user_agent="")
    found = await sessions.by_hash(sessions.digest(secret))
    assert found is not None and found.session_id == row.id
    return found, secret


async def give_totp(who: Person) -> tuple[pyotp.TOTP, list[str]]:
    """Turns two-step sign-in on; returns the app and the recovery codes. The code of this moment is used."""
    inside, _ = await open_for(who)
    async with work(inside) as w:
        app = pyotp.TOTP((await totp.begin(w)).secret)
    async with work(inside) as w:
        codes = await totp.confirm(w, app.at(w.now))
    async with work(SYSTEM) as w:
        await sessions.end(w, inside.session_id or UUID(int=0), "test")
    return app, codes


async def later(who: UUID | None) -> None:
    """As if the last code had been used a minute ago."""
    async with work(SYSTEM) as w:
        await w.execute("update app_user set totp_last_step = totp_last_step - 2 where id = %(u)s", u=who)


@pytest.fixture
async def people(world: World, db: Database) -> dict[str, Person]:
    """The world's people; everybody has PASSWORD."""
    for who in world.people.values():
        await give_password(who.user_id)
    return {name: replace(who) for name, who in world.people.items()}
