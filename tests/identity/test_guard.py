"""The gate before page events: the private names it rests on, and what it lets through."""

import inspect
from typing import Any

import pytest
import reflex as rx
from reflex.app import EventNamespace
from reflex.middleware.middleware import Middleware
from reflex_base.registry import RegistrationContext

from koprogo_app.foundation import limits
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity import guard
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import arguments_fit, handler
from koprogo_app.identity.permissions import PUBLIC, SELF
from koprogo_app.identity.service import sessions
from tests.identity.conftest import open_for
from tests.world import World


class Guarded(rx.State):
    """Handlers as areas write them, and as they must not."""

    seen: str = ""

    @handler(SELF)
    async def rename(self, lot: int, name: str, tags: list[str] | None = None, loud: bool = False) -> None:
        """Everything declared."""

    @handler(PUBLIC)
    async def look(self) -> None:
        """Open to all."""

    @handler(SELF)
    async def save(self, data: dict[str, Any]) -> None:
        """A form."""

    @handler(SELF)
    async def set_seen(self, seen: str) -> None:
        """Named like a setter."""

    async def undeclared(self, amount: int) -> None:
        """No rule: nobody may call it."""


RENAME = inspect.unwrap(Guarded.event_handlers["rename"].fn)


def test_reflex_still_has_the_private_hooks() -> None:
    expected = {
        "link_token_to_sid": ["self", "sid", "token", "update_state"],
        "on_connect": ["self", "sid", "environ", "auth"],
        "on_event": ["self", "sid", "data"],
        "on_disconnect": ["self", "sid"],
        "_build_static_router_data": ["self", "sid", "environ"],
    }
    for name, parameters in expected.items():
        assert list(inspect.signature(getattr(EventNamespace, name)).parameters) == parameters, name
    assert inspect.iscoroutinefunction(Middleware.preprocess)
    assert hasattr(RegistrationContext.get(), "event_handlers")


def test_a_handler_needs_a_known_permission() -> None:
    with pytest.raises(ValueError, match="unknown permission"):
        handler("lots.fly")


@pytest.mark.parametrize(
    "payload",
    [
        {"lot": 1, "name": "x"},
        {"lot": 1, "name": ""},
        {"lot": 1, "name": "x", "tags": ["a"], "loud": True},
        {"lot": 1, "name": "x", "tags": None},
        {"lot": 1, "name": "x" * 20_000},
    ],
    ids=lambda p: str(p)[:40],
)
def test_arguments_that_fit(payload: dict[str, Any]) -> None:
    assert arguments_fit(RENAME, payload)


@pytest.mark.parametrize(
    "payload",
    [
        {}, {"lot": 1}, {"lot": 1, "name": "x", "more": 1}, {"lot": "1", "name": "x"}, {"lot": True, "name": "x"},
        {"lot": 1.0, "name": "x"}, {"lot": 1, "name": ["x"]}, {"lot": 1, "name": None}, {"lot": [1, 2], "name": "x"},
        {"lot": 1, "name": "x", "tags": [1]}, {"lot": 1, "name": "x", "loud": 1}, {"lot": 1, "name": "x" * 20_001},
        {"self": 1, "lot": 1, "name": "x"}, [], "x", None,
        {"lot": 1, "name": "x", "tags": ["y" * 20_001]},
    ],
    ids=lambda p: str(p)[:40],
)  # fmt: skip
def test_arguments_that_do_not_fit(payload: Any) -> None:
    assert not arguments_fit(RENAME, payload)


def event(name: str, /, **payload: Any) -> dict[str, Any]:
    """An event as a socket brings it."""
    return {"name": f"{Guarded.get_full_name()}.{name}", "payload": payload}


def test_only_declared_handlers_are_let_through() -> None:
    assert guard._allowed(event("rename", lot=1, name="x"))
    assert guard._allowed(event("look"))
    assert guard._allowed(event("save", data={"a": "b", "c": {"d": [1]}}))
    refused: list[Any] = [
        event("undeclared", amount=1), event("rename", lot="1", name="x"), event("missing"),
        event("setvar", var_name="seen"), event("reset"), event("get_state"), event("_private"), event("__init__"),
        {"name": None}, {"name": ["x"]}, {},
        None, [], "x", {"name": "x"}, event("look") | {"payload": [1]}, event("save", data={"a": "x" * 20_001}),
        event("save", data={"a": [{"b": "x" * 20_001}]}), event("save", data=[1]),
    ]  # fmt: skip
    assert [e for e in refused if guard._allowed(e)] == []


def test_frameworks_own_events_are_a_short_list() -> None:
    """Every handler of Reflex itself that a stranger may call, by name: a new one fails here first."""
    import koprogo_app.koprogo_app  # noqa: F401  (registers every state)

    open_to_all = {
        name.rpartition(".")[2]
        for name, registered in RegistrationContext.get().event_handlers.items()
        if guard._is_framework(registered.handler.fn) and guard._allowed({"name": name, "payload": {}})
    }
    assert open_to_all <= guard._OPEN_FRAMEWORK_HANDLERS


def test_every_handler_of_the_house_names_its_permission() -> None:
    import koprogo_app.koprogo_app  # noqa: F401  (registers every state)

    ours = {
        name: registered.handler.fn
        for name, registered in RegistrationContext.get().event_handlers.items()
        if registered.handler.fn.__module__.startswith("koprogo_app") and not name.endswith(".setvar")
    }
    assert ours
    assert [name for name, fn in ours.items() if getattr(fn, "__perm__", None) is None] == []


def test_more_tabs_gain_little(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: now)
    rates = guard.Rates(20)
    taken = sum(rates.take(f"tab {n % 50}", "one session") for n in range(5000))
    assert taken == 300  # five tabs' worth, though each of the fifty had its own sixty
    assert rates.take("a tab", "another session")


def test_what_came_too_fast_is_answered_once_with_when_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: now)
    rates = guard.Rates(20)
    assert [rates.may_say("tab") for _ in range(3)] == [True, False, False]
    assert rates.may_say("another tab")
    now += 4.9
    assert not rates.may_say("tab")
    now += 0.2
    assert rates.may_say("tab")
    assert rates.wait == 1


def test_a_tab_that_is_gone_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "monotonic", lambda: 100.0)
    rates = guard.Rates(20)
    assert sum(rates.take("tab", "a session") for _ in range(100)) == 60
    rates.forget("tab")
    assert sum(rates.take("tab", "a session") for _ in range(100)) == 60


def test_the_answer_to_what_came_too_fast_is_an_event_that_shows_it() -> None:
    import koprogo_app.koprogo_app  # noqa: F401  (registers every state)

    shown = guard.too_fast({"name": "x", "router_data": {"pathname": "/portfolio"}}, 1)
    assert guard._allowed(shown)
    assert shown["router_data"] == {"pathname": "/portfolio"}
    assert "Réessayez dans 1 s" in shown["payload"]["texts"]["fr"]
    assert guard.too_fast("not an event", 1)["router_data"] == {}


def test_a_frameworks_own_event_carries_no_endless_text() -> None:
    import koprogo_app.koprogo_app  # noqa: F401  (registers every state)

    name = next(n for n in RegistrationContext.get().event_handlers if n.endswith(".handle_frontend_exception"))
    assert guard._allowed({"name": name, "payload": {"info": "x", "component_stack": "y"}})
    assert not guard._allowed({"name": name, "payload": {"info": "x" * 20_001, "component_stack": "y"}})


class Closing:
    """Stands where the app's socket server is, and keeps what it is told to close."""

    def __init__(self) -> None:
        self.closed: list[str] = []
        self.sio = self

    async def disconnect(self, sid: str, namespace: str) -> None:
        assert namespace == "/_event"
        self.closed.append(sid)


async def test_only_the_sockets_of_the_session_that_ended_are_closed(world: World, people: dict[str, Person]) -> None:
    (mine, cookie), (other, elsewhere) = [await open_for(people["syndic_a"]) for _ in range(2)]
    app = Closing()
    sockets = guard.Sockets(app)  # type: ignore[arg-type]
    for sid, secret in (("tab 1", cookie), ("tab 2", cookie), ("telephone", elsewhere)):
        sockets.opened(sid, sessions.digest(secret))
    assert mine.session_id and other.session_id
    async with work(SYSTEM) as w:
        await sessions.announce(w, mine.session_id)  # it changed, and is still in force
    await sockets.close_ended(mine.session_id)
    assert app.closed == []
    async with work(SYSTEM) as w:
        await sessions.end(w, mine.session_id, "test")
    await sockets.close_ended(mine.session_id)
    assert sorted(app.closed) == ["tab 1", "tab 2"]


def test_the_oldest_tab_of_too_many_is_named_to_be_closed() -> None:
    sockets = guard.Sockets(None)  # type: ignore[arg-type]
    assert [sockets.opened(f"tab {n}", "mine", "mine") for n in range(30)] == [""] * 30
    assert sockets.opened("theirs", "theirs", "theirs") == ""
    assert sockets.opened("tab 30", "mine", "mine") == "tab 0"
    sockets.closed("tab 0")
    assert sockets.opened("tab 31", "mine", "mine") == "tab 1"
    for n in range(1, 32):
        sockets.closed(f"tab {n}")
    sockets.closed("theirs")
    assert not sockets.of_caller and not sockets.of_session and not sockets.caller_of
