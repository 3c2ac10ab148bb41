"""Every page event, sent over a bare socket by those who must not: nobody, an ended session, an owner of another
building of the same organisation, the syndic of another organisation. A handler without a permission fails the test."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import socketio
from reflex_base.registry import RegistrationContext

from koprogo_app.foundation.database import work
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.identity.permissions import PERMISSIONS, PUBLIC
from koprogo_app.identity.service import sessions
from koprogo_app.interface.build import build
from koprogo_app.koprogo_app import PAGES
from koprogo_app.settings import settings
from tests.browser import served
from tests.test_strangers_api import _everything
from tests.world import World

SECRETS = ("TILIA", "Tilia", "tilia1@", "T1", "T2")


def handlers() -> dict[str, Any]:
    """Our own page events by the name they have on the wire."""
    return {
        name: registered.handler.fn
        for name, registered in RegistrationContext.get().event_handlers.items()
        if registered.handler.fn.__module__.startswith("koprogo_app.")
    }


def test_every_page_event_names_its_permission() -> None:
    assert len(handlers()) > 30
    without = [n for n, fn in handlers().items() if getattr(fn, "__perm__", None) not in {PUBLIC, *PERMISSIONS}]
    assert without == []


def test_public_page_events_are_few_and_known() -> None:
    public = {fn.__qualname__ for fn in handlers().values() if fn.__perm__ == PUBLIC}
    assert public <= KNOWN_PUBLIC


KNOWN_PUBLIC = {
    "Locale.choose", "Notices.turn", "Notices.show", "Notices.close",
    # What a page before sign-in loads: its own form, from what the address carries.
    "Account.start", "SignIn.load", "SignInCode.load", "Reset.load", "NewPassword.load", "Invitation.load",
}  # fmt: skip


def _argument(name: str, hint: Any, world: World) -> Any:
    lot, owner = str(world.lots["T1"]), str(world.owners["T1"])
    if hint is int:
        return 1
    if hint is bool:
        return True
    if hint is list or getattr(hint, "__origin__", None) is list:
        return [{"asked": 1, "n": 1, "row": lot, "field": "floor", "value": "9", "version": 1, "line": owner}]
    if hint is dict or getattr(hint, "__origin__", None) is dict:
        return {
            "name": "Mine", "number": "X9", "kind": "garage", "share": "1", "email": "thief@example.be", "lang": "nl",
            "owner": owner, "owner_id": owner, "lot": lot, "on": "2026-01-01", "since": "2026-01-01", "right": "full",
            "reference": "x", "decided_on": "2026-01-01", "value": "1/2", "role": "owner", "password": "long enough 12",
        }  # fmt: skip
    owners = ("owner", "holder", "seller", "person")
    return owner if name.startswith(owners) else lot if name in ("row", "lot", "lot_id", "id") else str(owner)


def _payload(fn: Any, world: World) -> dict[str, Any]:
    hints = get_type_hints(fn)
    names = list(inspect.signature(fn).parameters)[1:]
    return {name: _argument(name, hints.get(name, str), world) for name in names}


@pytest.fixture
async def address(world: World, pg: Server, database_name: str, tmp_path: Path) -> AsyncIterator[str]:
    """The real server on this test's database."""
    await asyncio.to_thread(build)
    environment = {
        "KOPROGO_DATABASE_URL": pg.dsn(database_name, "koprogo_owner"),
        "KOPROGO_APP_DATABASE_URL": pg.dsn(database_name, "koprogo_app"),
        "KOPROGO_DATA_DIR": str(tmp_path / "data"),
        "KOPROGO_EVENTS_PER_SECOND": "100000",
    }
    with served("koprogo_app.koprogo_app:app", tmp_path / "server.log", environment) as url:
        yield url


async def _cookie(world: World, stranger: str) -> str:
    if stranger == "nobody":
        return ""
    async with work(SYSTEM) as w:
        user = await w.get(User, world.people["syndic_a" if stranger == "ended session" else stranger].user_id)
        session, secret = await sessions.open_session(w, user, "web", ip="", user_agent="test")
        if stranger == "ended session":
            await sessions.end(w, session.id, "test")
    return f"{settings().cookie_name}={secret}"


class Socket:
    """A page's socket without a page."""

    def __init__(self, url: str, cookie: str, token: str) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.url, self.cookie, self.token = url, cookie, token
        self.heard: list[str] = []
        self.client.on("event", lambda data: self.heard.append(json.dumps(data)), namespace="/_event")

    async def open(self) -> None:
        headers = {"Origin": self.url} | ({"Cookie": self.cookie} if self.cookie else {})
        await self.client.connect(
            f"{self.url}/?token={self.token}", socketio_path="_event", namespaces=["/_event"],
            transports=["websocket"], headers=headers,
        )  # fmt: skip

    async def send(self, name: str, payload: dict[str, Any], route: str, path: str) -> None:
        router = {"pathname": route, "asPath": path, "query": {}}
        await self.client.emit("event", {"name": name, "payload": payload, "router_data": router}, namespace="/_event")

    async def settle(self) -> None:
        """Waits until the server has answered what was sent: an event behind all others is answered last."""
        before = -1
        while before != len(self.heard):
            before = len(self.heard)
            await self.client.sleep(0.4)


def _pages(world: World) -> list[tuple[str, str]]:
    """Each page's route and its address for the building that is not theirs."""
    values = {"building_id": world.buildings["tilia"], "lot_id": world.lots["T1"], "owner_id": world.owners["T1"],
              "building": world.buildings["tilia"], "lot": world.lots["T1"], "owner": world.owners["T1"]}  # fmt: skip
    addresses = []
    for page in PAGES:
        path = page.route
        for name, value in values.items():
            path = path.replace(f"[{name}]", str(value))
        addresses.append((page.route, path))
    return addresses


async def _heard(world: World, address: str, who: str, *, events: bool) -> list[str]:
    """What the server answers to every page's load and, with `events`, to every handler."""
    socket = Socket(address, await _cookie(world, who), f"tab of {who}")
    await socket.open()
    loads = [name for name in handlers() if name.endswith(".load")]
    for route, path in _pages(world):
        for name in loads:
            await socket.send(name, {}, route, path)
    for name, fn in handlers().items() if events else ():
        for route, path in _pages(world)[:4]:
            await socket.send(name, _payload(fn, world), route, path)
    await socket.settle()
    await socket.client.disconnect()
    return socket.heard


def _secrets(heard: list[str]) -> list[str]:
    return [text[:300] for text in heard if any(f'"{s}' in text for s in SECRETS)]


async def test_strangers_hear_nothing_and_change_nothing(world: World, address: str) -> None:
    before = await _everything()
    for stranger in ("nobody", "ended session", "owner_fagus", "syndic_b"):
        heard = await _heard(world, address, stranger, events=True)
        assert heard, "the server answered nothing: the test did not reach it"
        assert (stranger, _secrets(heard)) == (stranger, [])
    assert await _everything() == before
    # The same calls from somebody who may do show what was looked for.
    assert _secrets(await _heard(world, address, "syndic_a", events=False))
