"""A page's state without a browser: opened at an address by a person of the world, its events run to their end.

    page = await opened(ChargeRules, world.people["syndic_a"], f"/buildings/{building}/charge-rules")
    await page.send("save", {"call_days": "20"})
    assert page.state.call_days == "20" and page.notices() == ["done: Saved."]

What is sent passes the guard's own check of arguments and of the permission, as from a socket.
"""

import inspect
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import reflex as rx
from reflex.event import EventSpec
from reflex.istate.data import RouterData
from reflex.state import State

from koprogo_app.foundation.database import work
from koprogo_app.identity import guard
from koprogo_app.identity import page_state as kit
from koprogo_app.identity.access import Person
from koprogo_app.interface.notice import Notices
from koprogo_app.interface.once import Acts

STAMP = {"key", "page", "record"}


def key() -> str:
    """A key as a page makes one."""
    return str(uuid4())


class Opened:
    """A tab with one page's state in it."""

    def __init__(self, state: type[rx.State], who: Person, lang: str = "en", now: datetime | None = None) -> None:
        self.kind, self.who, self.lang, self.now = state, who, lang, now
        self.root = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.state: Any = self.of(state)
        self.address = ""
        self.went: list[str] = []

    def of(self, state: type[rx.State]) -> Any:
        """Another state of the same tab."""
        return self.root.get_substate(state.get_full_name().split("."))

    async def go(self, address: str) -> None:
        """Moves to an address, whose page loads."""
        self.at(address)
        await self.run("load")

    def at(self, address: str) -> None:
        """Stands at an address without loading, as a part of another state's page does."""
        self.address = address
        self.root.router = RouterData.from_router_data(
            {"pathname": address, "asPath": address, "headers": {"accept-language": self.lang, "origin": "http://x"}}
        )

    async def send(self, name: str, /, *own: Any, **stamp: str) -> Any:
        """An event of the page as its components send it, with a key of its own unless one is given."""
        fn = self.kind.event_handlers[name].fn
        names = list(inspect.signature(fn).parameters)[1:]
        given = dict(zip(names, own, strict=False))
        if set(names) >= STAMP:
            given |= {"key": key(), "page": self.address.partition("?")[0], "record": self._record(), **stamp}
        assert guard.arguments_fit(fn, given), f"the guard would drop {name}({given})"
        return await self.run(name, **given)

    def _record(self) -> str:
        return str(self.state.dialog.record) if hasattr(self.state, "dialog") else ""

    async def run(self, name: str, /, **given: Any) -> Any:
        """A handler to its end, in the person's name. Raises PermissionError where the guard would send them away."""
        fn = self.kind.event_handlers[name].fn
        if fn.__perm__ not in ("public", "self") and not self.who.may_somewhere(fn.__perm__):
            raise PermissionError(name)
        before = guard._CURRENT.set(self.who)
        try:
            with patch.object(kit, "work", partial(work, now=self.now)):
                made = fn(self.state, **given)
                if inspect.isasyncgen(made):
                    async for _ in made:
                        pass
                    return None
                answer = await made
        finally:
            guard._CURRENT.reset(before)
        if isinstance(answer, EventSpec):  # no handler that goes on from here
            self.went.append(str(answer.args[0][1]).strip('"'))
        return answer

    def notices(self) -> list[str]:
        """What stands above the page, in English, each after its kind."""
        return [f"{one.kind}: {one.texts['en']}" for one in self.of(Notices).items]

    def answered(self) -> list[str]:
        """The keys the page knows to be answered."""
        return list(self.of(Acts).answered)


async def opened(
    state: type[rx.State], who: Person, address: str, lang: str = "en", now: datetime | None = None
) -> Opened:
    """The page at an address, loaded; `now` is the time of everything it does."""
    page = Opened(state, who, lang, now)
    await page.go(address)
    return page
