"""What every page's state does: loads, opens dialogs, acts once, and only where it was seen."""

import asyncio
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.identity.model import User
from koprogo_app.workspace.state.page import (
    Dialog,
    PageState,
    Sent,
    Told,
    acts,
    loads,
    opening,
    opens,
    submits,
)
from tests.states import Opened, key, opened
from tests.world import World

SAVED = N_("Saved.")


class Notebook(PageState, rx.State):
    """A page that renames people, as areas write theirs."""

    names: list[str] = []
    offered: str = ""
    load = loads("buildings.read")
    ask = opens("buildings.read", "add", "rename")

    async def _fill(self, w: Work, lang: str) -> None:
        if self.router.url.path.endswith("/hidden"):
            raise Forbidden
        found = await w.rows("select name from app_user where email like 'made%%' order by name", _Name)
        self.names = [one.name for one in found]

    @opening("buildings.read", "choose")
    async def ask_choose(self, w: Work, lang: str, record: str) -> None:
        """Reads before it opens."""
        if record == "gone":
            raise Conflict(SAVED)
        self.offered = record

    @submits("buildings.read", dialog="add", done=SAVED)
    async def add(self, w: Work, sent: Sent) -> None:
        """Adds a name."""
        if not sent.text("name"):
            raise Invalid("name", SAVED)
        if sent.text("name") == "nobody":
            raise Invalid("elsewhere", SAVED)
        await _add(w, sent.text("name") + sent.record)

    @acts("buildings.read", done=SAVED)
    async def grow(self, w: Work, name: str) -> Any:
        """Adds a name by a press; one that is refused leaves nothing."""
        await _add(w, name)
        if name == "refused":
            raise Conflict(SAVED)
        if name == "shown":
            self.names = ["as it was shown"]
            return Told(refill=False)
        return Told(SAVED, go="/elsewhere") if name == "gone" else None

    @submits("buildings.read", secret=("password",))
    async def sign(self, w: Work, sent: Sent) -> None:
        """Adds a name, with a password."""
        assert sent.text("password")
        await _add(w, sent.text("name"))

    @acts("buildings.read", apart=True)
    async def grow_apart(self, who: Principal, name: str) -> Told:
        """Adds a name in a transaction of its own."""
        async with work(who) as w:
            await _add(w, name)
        if name == "refused":
            raise Conflict(SAVED)
        return Told(SAVED, "information")


class _Name:
    def __init__(self, name: str) -> None:
        self.name = name


async def _add(w: Work, name: str) -> None:
    await w.add(User(email=f"made-{name}@example.be", name=name, status="active"))


async def names() -> list[str]:
    async with work(SYSTEM) as w:
        return [one.name for one in await w.rows("select name from app_user where email like 'made%%'", _Name)]


async def notebook(world: World, where: str = "notes") -> Opened:
    return await opened(Notebook, world.people["syndic_a"], f"/buildings/{world.buildings['tilia']}/{where}")


async def test_a_refused_load_says_why_and_another_page_begins_anew(world: World) -> None:
    page = await notebook(world, "hidden")
    assert (page.state.ready, page.state.failed.en) == (False, "Your role does not allow this.")
    base = f"/buildings/{world.buildings['tilia']}"
    await page.go(f"{base}/notes?q=1")
    assert (page.state.ready, page.state.failed.en) == (True, "")
    assert (page.state.base, page.state.place) == (base, f"{base}/notes")


async def test_a_dialog_closes_when_one_leaves_the_page(world: World) -> None:
    page = await notebook(world)
    await page.send("ask", "rename", "7")
    assert page.state.dialog == Dialog("rename", "7")
    await page.send("ask", "unknown", "7")
    assert page.state.dialog == Dialog("rename", "7")
    await page.go(page.address + "2")
    assert page.state.dialog == Dialog()
    await page.send("ask_choose", "8")
    assert (page.state.dialog, page.state.offered) == (Dialog("choose", "8"), "8")
    await page.send("close")
    await page.send("ask_choose", "gone")
    assert (page.state.dialog, page.notices()) == (Dialog(), ["refused: Saved."])


async def test_a_form_shows_its_refusal_and_closes_after_success(world: World) -> None:
    page = await notebook(world)
    await page.send("ask", "add", "")
    await page.send("add", {"name": ""})
    assert (set(page.state.errors), page.state.dialog.name) == ({"name"}, "add")
    await page.send("add", {"name": "nobody"})
    assert set(page.state.errors) == {""}, "what no field can show stands above the buttons"
    await page.send("add", {"name": "Ann"})
    assert (page.state.errors, page.state.dialog, page.state.names) == ({}, Dialog(), ["Ann"])
    assert page.notices() == ["done: Saved."]


async def test_a_dialog_belongs_to_its_record_and_to_its_page(world: World) -> None:
    page = await notebook(world)
    await page.send("ask", "add", "1")
    await page.send("add", {"name": "A"}, record="2")
    assert "another page" in page.state.errors[""].en and page.state.dialog == Dialog("add", "1")
    await page.send("close")
    await page.send("add", {"name": "A"}, page=page.address + "2")
    assert "another page" in page.notices()[-1] and page.state.dialog == Dialog()
    await page.send("grow", "B", page="/buildings")
    assert await names() == []
    await page.send("close")
    await page.send("add", {"name": "A"}, record="1")
    assert await names() == ["A1"], "its record comes with what is sent, whatever the server forgot"


async def test_a_refused_act_says_so_in_the_dialog_that_covers_the_page(world: World) -> None:
    page = await notebook(world)
    await page.send("grow", "refused")
    assert page.notices() == ["refused: Saved."] and page.state.errors == {}
    await page.send("ask", "rename", "7")
    await page.send("grow", "refused")
    assert page.state.errors[""].en == "Saved." and page.state.dialog == Dialog("rename", "7")
    assert len(page.notices()) == 1
    await page.send("grow", "refused", page="/buildings")
    assert page.state.errors[""].en == "Saved.", "what was pressed elsewhere is nothing to this dialog"
    assert "another page" in page.notices()[-1]


async def test_an_act_that_shows_itself_what_changed_leaves_the_page_as_it_is(world: World) -> None:
    page = await notebook(world)
    await page.send("grow", "shown")
    assert page.state.names == ["as it was shown"] and await names() == ["shown"]


async def test_what_is_secret_in_a_form_is_no_part_of_what_is_remembered(world: World) -> None:
    page, used = await notebook(world), key()
    await page.send("sign", {"name": "Ann", "password": "one"}, key=used)
    await page.send("sign", {"name": "Ann", "password": "other"}, key=used)
    assert await names() == ["Ann"] and page.state.errors == {}
    await page.send("sign", {"name": "Bob", "password": "one"}, key=used)
    assert "with other values" in page.state.errors[""].en and await names() == ["Ann"]


async def test_the_same_key_acts_once_and_tells_the_first_outcome(world: World) -> None:
    page, one = await notebook(world), key()
    await page.send("grow", "Ann", key=one)
    await page.send("grow", "Ann", key=one)
    assert (await names(), page.notices(), page.answered()) == (["Ann"], ["done: Saved."], [one, one])
    other = await notebook(world)
    await other.send("grow", "Ann", key=one)
    assert (other.state.names, other.notices()) == (["Ann"], ["done: Saved."])
    await other.send("grow", "Eve", key=one)
    assert await names() == ["Ann"]
    assert "other values" in other.notices()[-1]
    gone = key()
    assert await page.send("grow", "gone", key=gone) is not None
    assert await page.send("grow", "gone", key=gone) is not None
    assert sorted(await names()) == ["Ann", "gone"]


async def test_two_at_once_act_once(world: World) -> None:
    tabs, one = [await notebook(world), await notebook(world)], key()
    await asyncio.gather(*(tab.send("add", {"name": "Ann"}, key=one) for tab in tabs))
    assert await names() == ["Ann"]
    assert [tab.notices() for tab in tabs] == [["done: Saved."]] * 2


async def test_another_persons_key_and_a_refused_ones_are_free(world: World) -> None:
    page, one = await notebook(world), key()
    await page.send("grow", "refused", key=one)
    assert (await names(), page.answered()) == ([], [one])
    await page.send("grow", "Ann", key=one)
    other = await opened(Notebook, world.people["accountant_a"], page.address)
    await other.send("grow", "Eve", key=one)
    assert sorted(await names()) == ["Ann", "Eve"]
    await page.send("grow", "Zoe", key="no key")
    assert "Zoe" not in await names()


async def test_a_command_with_transactions_of_its_own_acts_once_too(world: World) -> None:
    page, one = await notebook(world), key()
    await page.send("grow_apart", "Ann", key=one)
    await page.send("grow_apart", "Ann", key=one)
    assert (await names(), page.notices()) == (["Ann"], ["information: Saved."])
    two = key()
    await page.send("grow_apart", "refused", key=two)
    async with work(SYSTEM) as w:
        left = await w.value("select count(*) from idempotency_key where key = %(key)s", key=two)
    assert left == 0, "a command that failed may be tried again with its key"
    mine = {"user": page.who.user_id, "key": key()}
    await _taken(page, **mine)
    await page.send("grow_apart", "Zoe", key=mine["key"])
    assert page.notices()[-1] == "refused: This is being done already."


async def _taken(page: Opened, user: UUID | None, key: str) -> None:
    """The key of a press that still runs elsewhere."""
    from koprogo_app.identity.page_state import _Call

    call = _Call("grow_apart", key, page.address, "", {"name": "Zoe"}).fingerprint(page.state)
    async with work(SYSTEM) as w:
        await w.execute(
            "insert into idempotency_key (user_id, key, fingerprint, content_type) "
            "values (%(user)s, %(key)s, %(call)s, '')",
            user=user, key=key, call=call,
        )  # fmt: skip
