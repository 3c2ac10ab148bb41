"""The library, the document in its dialog, the panel of a record and the sending of files, without a browser."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import reflex as rx

from koprogo_app.documents.state.card import Card
from koprogo_app.documents.state.library import Library
from koprogo_app.documents.state.panel import Panel
from koprogo_app.documents.state.sending import Sending
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from koprogo_app.workspace.state.page import Dialog
from tests.documents.conftest import put
from tests.states import Opened, key, opened
from tests.world import World

CHANGED = {"title": "Contrat", "kind": "contract", "dated": "2026-03-01", "lang": "fr", "visibility": "board"}


async def filed(world: World, title: str, **more: str) -> str:
    values = {"building_id": str(world.buildings["tilia"]), "visibility": "co_owners", "kind": "minutes"} | more
    document = (await put(world.people["syndic_a"], title=title, **values)).document
    return str(document.id)


async def library(world: World, who: str = "syndic_a", query: str = "") -> Opened:
    where = f"/buildings/{world.buildings['tilia']}/documents{query}"
    return await opened(Library, world.people[who], where, "fr")


async def part(world: World, state: type[rx.State], where: str, who: str = "syndic_a") -> Opened:
    """A part of a page, at the page's address."""
    page = Opened(state, world.people[who], "fr")
    page.at(f"/buildings/{world.buildings['tilia']}/{where}")
    return page


def sent_to(page: Opened) -> dict[str, str]:
    """What the address to which the files go says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.state.endpoint).query).items()}


async def bundles() -> int:
    async with work(SYSTEM) as w:
        found: int = await w.value("select count(*) from background_run")
    return found


async def test_the_library_shows_what_an_address_asks_for(world: World, kept: Store) -> None:
    minutes, photo = await filed(world, "PV", dated="2025-05-05"), await filed(world, "Photo", kind="photo")
    page = await library(world)
    assert {row.id for row in page.state.rows} == {minutes, photo} and page.state.write
    assert page.state.building_id == str(world.buildings["tilia"]) and page.state.everything == "2"
    await page.go(f"{page.state.home}?kind=minutes&year=2025")
    assert [row.id for row in page.state.rows] == [minutes] and page.state.shown.endswith("2025")
    await page.go(f"{page.state.home}?kind=x&year=²²²²&who=x&page=x")
    assert page.state.ready and len(page.state.rows) == 2 and page.state.shown == ""


async def test_a_neighbours_library_says_why_and_shows_nothing(world: World, kept: Store) -> None:
    await filed(world, "PV")
    page = await library(world, "syndic_b")
    assert page.state.failed.en and not page.state.ready and page.state.rows == []
    await page.go("/documents")
    assert page.state.ready and page.state.rows == [] and not page.state.failed.en


async def test_what_is_chosen_is_put_together_once_and_belongs_to_its_library(world: World, kept: Store) -> None:
    first, second = await filed(world, "PV"), await filed(world, "PV 2")
    page = await library(world)
    await page.send("toggle", first)
    await page.send("toggle_all")
    assert set(page.state.chosen) == {first, second}
    one = key()
    for _ in range(2):
        await page.send("zip", key=one)
    assert await bundles() == 1 and page.state.bundle.total == 2
    await page.send("toggle", first)
    assert page.state.chosen == [second] and page.state.bundle.total == 0
    await page.send("zip", page="/documents")
    assert page.notices()[-1].startswith("refused: This belongs to another page")
    await page.go("/documents")
    assert page.state.chosen == [] and await bundles() == 1


async def test_an_empty_choice_is_refused(world: World, kept: Store) -> None:
    page = await library(world)
    await page.send("zip")
    assert page.notices() == ["refused: Choose 1 to 500 documents."] and await bundles() == 0


async def test_a_document_is_changed_then_deleted_with_a_reason(world: World, kept: Store) -> None:
    document = await filed(world, "PV", dated="2026-03-01")
    page = await part(world, Card, "documents")
    await page.send("show", document)
    assert page.state.doc.title == "PV" and page.state.write and page.state.delete
    await page.send("ask", "edit", document)
    await page.send("save", CHANGED | {"title": ""})
    assert set(page.state.errors) == {"title"} and page.state.dialog == Dialog("edit", document)
    await page.send("save", CHANGED)
    assert page.state.dialog == Dialog("look", document)
    assert (page.state.doc.title, page.state.doc.kind_code, page.state.doc.level) == ("Contrat", "contract", "board")
    await page.send("ask", "delete", document)
    await page.send("do_delete", {"reason": "non"})
    assert set(page.state.errors) == {"reason"} and page.state.dialog == Dialog("delete", document)
    one = key()
    for _ in range(2):
        await page.send("do_delete", {"reason": "Déposé par erreur pour un essai."}, key=one, record=document)
    assert page.state.dialog == Dialog()
    assert page.notices()[-1] == "done: “Contrat” is deleted. Its trace stays in the journal."


async def test_a_form_of_one_document_never_changes_another(world: World, kept: Store) -> None:
    first, second = await filed(world, "PV"), await filed(world, "PV 2")
    page = await part(world, Card, "documents")
    await page.send("show", second)
    await page.send("ask", "edit", second)
    await page.send("save", CHANGED, record=first)
    assert page.state.errors[""].en.startswith("This belongs to another page")
    await page.send("show", first)
    assert page.state.doc.title == "PV"


async def test_a_document_one_may_not_see_is_not_opened(world: World, kept: Store) -> None:
    document = await filed(world, "Avis", visibility="syndic")
    page = await part(world, Card, "documents", "owner_tilia")
    await page.send("show", document)
    assert page.state.dialog == Dialog() and page.state.doc.title == "" and page.notices()[0].startswith("refused:")


async def test_the_panel_of_a_lot_shows_its_papers_and_forgets_them_on_another(world: World, kept: Store) -> None:
    first, second = world.lots["T1"], world.lots["T2"]
    document = await filed(world, "Dégâts", lot_id=str(first))
    building = f"/buildings/{world.buildings['tilia']}"
    page = await opened(Panel, world.people["syndic_a"], f"{building}/lots/{first}")
    assert [row.id for row in page.state.rows] == [document] and page.state.record == str(first) and page.state.write
    await page.go(f"{building}/lots/{second}")
    assert page.state.rows == [] and page.state.record == str(second)
    page.at(f"{building}/lots/{first}")
    await page.send("refresh")
    assert page.state.record == str(second)
    await page.go(f"{building}/lots/{UUID(int=1)}")
    assert page.state.failed.en and not page.state.ready


async def test_files_go_to_the_lot_that_the_page_is_about(world: World, kept: Store) -> None:
    first, second = str(world.lots["T1"]), str(world.lots["T2"])
    page = await part(world, Sending, f"lots/{first}")
    await page.send("start_lot", second)
    assert page.state.dialog == Dialog() and page.notices()[0].startswith("refused: This belongs to another page")
    await page.send("start_lot", first)
    assert page.state.dialog == Dialog("lot", first)
    assert (sent_to(page)["lot_id"], sent_to(page)["building_id"]) == (first, str(world.buildings["tilia"]))
    await page.send("say", "kind", "photo")
    await page.send("say", "kind", "nonsense")
    await page.send("say", "owner_id", str(world.owners["T1"]))
    assert sent_to(page)["kind"] == "photo" and "owner_id" not in sent_to(page)
    await page.send("say", "visibility", "owner")
    assert sent_to(page)["owner_id"] == str(world.owners["T1"])


async def test_files_of_a_building_an_invoice_and_a_version_are_aimed_each_at_its_own(
    world: World, kept: Store
) -> None:
    building, invoice = str(world.buildings["tilia"]), str(UUID(int=5))
    document = await filed(world, "PV")
    page = await part(world, Sending, f"invoices/{invoice}")
    await page.send("start_invoice", invoice)
    said = sent_to(page)
    assert (said["entity"], said["entity_id"], said["kind"], said["visibility"]) == (
        "invoice", invoice, "invoice", "board",
    )  # fmt: skip
    await page.send("start_version", document)
    assert sent_to(page) == {"document_id": document} and page.state.title == "PV"
    await page.send("close")
    await page.send("start", building)
    assert page.state.dialog == Dialog("building", building)
    assert set(sent_to(page)) == {"building_id", "kind", "visibility", "dated", "lang"}


async def test_a_neighbour_files_nothing_here(world: World, kept: Store) -> None:
    page = await part(world, Sending, "documents", "syndic_b")
    await page.send("start", str(world.buildings["tilia"]))
    assert page.state.dialog == Dialog() and page.state.endpoint == "" and page.notices()[0].startswith("refused:")
