"""The gate before page events as every role: it opens for each handler exactly as the permission table says."""

from types import SimpleNamespace
from typing import Any

import pytest
from reflex.event import Event

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.guard import Guard
from koprogo_app.identity.model import Role, User
from koprogo_app.identity.permissions import PERMISSIONS, PUBLIC, SELF
from koprogo_app.identity.service import sessions
from tests.handlers import handlers
from tests.roles.ground import ENDED, Ground

OPEN = "goes on"


async def cookie_of(ground: Ground, name: str, *, ended: bool = False) -> str:
    """The hash of a session's cookie."""
    secret = "unknown"
    async with work(SYSTEM) as w:
        if name != "nobody":
            user = await w.get(User, ground.caller(name).user_id)
            session, secret = await sessions.open_session(w, user, "web", ip="", user_agent="")
            if ended:
                await sessions.end(w, session.id, "test")
    return sessions.digest(secret)


def page_of(cookie: str) -> Any:
    """As much of a page's state as the gate looks at."""
    url = SimpleNamespace(path="/portfolio", query="")
    headers = SimpleNamespace(cookie=cookie)
    return SimpleNamespace(
        router=SimpleNamespace(headers=headers, session=SimpleNamespace(client_ip="192.0.2.7"), url=url)
    )


async def answer(cookie: str, name: str) -> str:
    """Where the gate leads an event: on to its handler, to another page, or nowhere."""
    update = await Guard().preprocess(None, page_of(cookie), Event(name=name, payload={}))  # type: ignore[arg-type]
    if update is None:
        return OPEN
    paths = [str(event.payload["path"]).strip('"').partition("?")[0] for event in update.events]
    return paths[0] if paths else "nowhere"


def expected(role: Role | None, permission: str) -> str:
    """What the permission table says; None: signed in without a role."""
    if permission in (PUBLIC, SELF) or role in PERMISSIONS[permission]:
        return OPEN
    return "/forbidden"


@pytest.mark.parametrize("role", [*Role, None], ids=str)
async def test_the_gate_opens_for_a_role_as_the_permission_table_says(roles_ground: Ground, role: Role | None) -> None:
    cookie = await cookie_of(roles_ground, str(role) if role else ENDED)
    wrong = {
        name: told
        for name, fn in handlers().items()
        if (told := await answer(cookie, name)) != expected(role, fn.__perm__)
    }
    assert wrong == {}


@pytest.mark.parametrize(("who", "ended"), [("nobody", False), ("syndic", True)])
async def test_without_a_session_the_gate_leads_to_sign_in(roles_ground: Ground, who: str, ended: bool) -> None:
    cookie = await cookie_of(roles_ground, who, ended=ended)
    wrong = {
        name: told
        for name, fn in handlers().items()
        if (told := await answer(cookie, name)) != (OPEN if fn.__perm__ == PUBLIC else "/sign-in")
    }
    assert wrong == {}


async def test_a_superadmin_without_a_second_step_reaches_their_profile_alone(roles_ground: Ground) -> None:
    async with work(SYSTEM) as w:
        await w.execute("update app_user set totp_confirmed_at = null")
    cookie = await cookie_of(roles_ground, "superadmin")
    wrong = {
        name: told
        for name, fn in handlers().items()
        if (told := await answer(cookie, name)) != (OPEN if fn.__perm__ in (PUBLIC, SELF) else "/profile")
    }
    assert wrong == {}
