"""The pages of the estate without a browser."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import reflex as rx

from koprogo_app.estate.queries.keys import key_weights
from koprogo_app.estate.queries.lots import lot_detail, lots_page
from koprogo_app.estate.queries.owners import lot_history
from koprogo_app.estate.service import import_files
from koprogo_app.estate.service.lots import create_lot
from koprogo_app.estate.service.owners import owner_card
from koprogo_app.estate.state.home import Home
from koprogo_app.estate.state.imports import ImportPage
from koprogo_app.estate.state.keys import Keys
from koprogo_app.estate.state.lot import LotPage
from koprogo_app.estate.state.lots import Lots
from koprogo_app.estate.state.overview import BuildingPage
from koprogo_app.estate.state.owner import OwnerPage
from koprogo_app.estate.state.owners import Owners
from koprogo_app.estate.state.portfolio import Portfolio
from koprogo_app.foundation.database import work
from koprogo_app.settings import settings
from koprogo_app.workspace.state.page import NO_DIALOG, Dialog
from tests.states import Opened, key, opened
from tests.world import World

NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
ELSEWHERE = "This belongs to another page than the one that is open now: nothing was done."
NEW_BUILDING = {
    "name": "Salix", "enterprise_number": "", "street": "Rue du Saule 1", "postal_code": "1000", "city": "Bruxelles",
    "deed_total": "1000", "provisional_acceptance": "",
}  # fmt: skip


def where(world: World, rest: str = "", building: str = "tilia") -> str:
    return f"/buildings/{world.buildings[building]}{rest}"


async def at(world: World, state: type[rx.State], address: str, who: str = "syndic_a") -> Opened:
    return await opened(state, world.people[who], address, now=NOW)


async def at_lot(world: World, lot: str = "T1", who: str = "syndic_a", query: str = "") -> Opened:
    return await at(world, LotPage, where(world, f"/lots/{world.lots[lot]}{query}"), who)


async def holders(world: World, lot: str | UUID) -> dict[str, str]:
    async with work(world.people["syndic_a"], now=NOW) as w:
        rows = (await lot_detail(w, lot if isinstance(lot, UUID) else world.lots[lot])).holders
    return {row.name: str(row.share) for row in rows}


async def numbers(world: World) -> list[str]:
    async with work(world.people["syndic_a"], now=NOW) as w:
        return [row.number for row in (await lots_page(w, world.buildings["tilia"])).rows]


async def draft(world: World) -> UUID:
    async with work(world.people["syndic_a"], now=NOW) as w:
        return (await create_lot(w, world.buildings["tilia"], {"number": "T9", "kind": "cellar", "share": "10"})).id


def transfer_of(world: World, lot: str) -> dict[str, str]:
    return {"seller": f"{world.owners[lot]}:full", "on": "2026-03-01", "right": ""}


# A lot


async def test_a_transfer_pressed_twice_happens_once(world: World) -> None:
    page = await at_lot(world)
    await page.send("ask_transfer", page.state.lot.id)
    assert page.state.dialog == Dialog("transfer", str(world.lots["T1"]))
    await page.send("transfer", transfer_of(world, "T1"))
    assert "" in page.state.errors and page.state.dialog.name == "transfer"
    await page.send("look", "TILIA2")
    await page.send("pick", str(world.owners["T2"]))
    one, lot = key(), page.state.lot.id
    for _ in range(2):
        await page.send("transfer", transfer_of(world, "T1"), key=one, record=lot)
    assert await holders(world, "T1") == {"TILIA2": "1"}
    async with work(world.people["syndic_a"], now=NOW) as w:
        assert len(await lot_history(w, world.lots["T1"])) == 2
    assert page.state.dialog == NO_DIALOG and [one.name for one in page.state.lines] == ["TILIA2"]


async def test_a_dialog_of_one_lot_never_changes_another(world: World) -> None:
    page = await at_lot(world, "T1")
    before = page.address
    await page.send("ask_transfer", page.state.lot.id)
    await page.send("pick", str(world.owners["T3"]))
    # Back in the browser, and on to another lot.
    await page.go(where(world, f"/lots/{world.lots['T2']}"))
    assert page.state.dialog == NO_DIALOG and page.state.lot.number == "T2"
    # What the first dialog still sends is refused, wherever it says it comes from.
    first, second = (str(world.lots[lot]) for lot in ("T1", "T2"))
    await page.send("transfer", transfer_of(world, "T1"), page=before, record=first)
    assert page.notices() == [f"refused: {ELSEWHERE}"] and not page.state.errors
    await page.send("transfer", transfer_of(world, "T1"), record=first)
    assert page.state.errors
    await page.send("ask_transfer", second)
    assert page.state.buyers == []
    await page.send("pick", str(world.owners["T3"]))
    await page.send("transfer", transfer_of(world, "T1"), record=first)
    assert page.state.errors[""].en == ELSEWHERE
    assert await holders(world, "T1") == {"TILIA1": "1"} and await holders(world, "T2") == {"TILIA2": "1"}
    await page.send("transfer", transfer_of(world, "T2"))
    assert await holders(world, "T1") == {"TILIA1": "1"} and await holders(world, "T2") == {"TILIA3": "1"}


async def test_a_dialog_opens_on_the_lot_of_its_page_alone(world: World) -> None:
    page = await at_lot(world, "T1")
    await page.send("ask_split", str(world.lots["T2"]))
    assert page.state.dialog == NO_DIALOG and len(page.notices()) == 1


async def test_a_neighbour_sees_why_and_changes_nothing(world: World) -> None:
    page = await at_lot(world, "Q1")
    assert not page.state.ready and page.state.failed.en and not page.state.lines
    mine = await at_lot(world, "T1", "owner_tilia")
    assert mine.state.ready and not mine.state.lot.write and mine.state.history
    beside = await at_lot(world, "T2", "owner_tilia")
    assert beside.state.history == []
    with pytest.raises(PermissionError):
        await mine.send("ask_transfer", mine.state.lot.id)


async def test_owners_are_typed_mended_and_saved(world: World) -> None:
    lot = await draft(world)
    page = await at(world, LotPage, where(world, f"/lots/{lot}?do=holders"))
    assert page.state.dialog == Dialog("holder", str(lot)) and page.state.found
    await page.send("pick", str(world.owners["T1"]))
    assert page.state.dialog == NO_DIALOG and page.state.touched
    (line,) = page.state.lines
    await page.send("type_share", line.id, "half of it")
    await page.send("save", {})
    assert "" in page.state.errors and page.state.lines[0].share == "half of it"
    await page.send("type_share", line.id, "60 %")
    # The card of somebody new becomes a line beside what is being typed, once.
    await page.send("ask_holder", str(lot))
    await page.send("make")
    card = {"kind": "person", "name": "", "first_name": "Jo", "email": "", "lang": "fr"}
    await page.send("create_holder", card)
    assert set(page.state.errors) == {"name"} and page.state.dialog.name == "holder" and page.state.making
    one = key()
    for _ in range(2):
        await page.send("create_holder", card | {"name": "NOVAK"}, key=one, record=str(lot))
    assert [(x.name, x.share) for x in page.state.lines] == [("TILIA1", "60 %"), ("NOVAK Jo", "40%")]
    await page.send("save", {})
    assert page.state.lot.complete and not page.state.touched and not page.state.errors
    assert await holders(world, lot) == {"TILIA1": "3/5", "NOVAK Jo": "2/5"}
    await page.send("type_share", page.state.lines[0].id, "50 %")
    await page.send("mend", 0)
    assert page.state.check.complete and page.state.touched
    await page.send("undo")
    assert not page.state.touched and page.state.lines[0].share == "60%"


async def test_a_mandatary_is_named_and_the_mandate_ends(world: World) -> None:
    lot = await draft(world)
    page = await at(world, LotPage, where(world, f"/lots/{lot}"))
    for owner in ("T1", "T2"):
        await page.send("ask_holder", str(lot))
        await page.send("pick", str(world.owners[owner]))
        await page.send("type_share", page.state.lines[-1].id, "50 %")
    await page.send("save", {})
    await page.go(where(world, f"/lots/{lot}?do=mandatary"))
    assert page.state.dialog == Dialog("mandatary", str(lot)) and len(page.state.persons) == 2
    named = {"person": str(world.owners["T2"]), "reference": "", "since": "2026-03-01", "until": ""}
    await page.send("name", named)
    assert set(page.state.errors) == {"reference"}
    await page.send("name", named | {"reference": "Letter of 1 March"})
    assert page.state.lot.voter == "TILIA2" and page.state.lot.mandate
    await page.send("ask_end", str(lot))
    await page.send("end", {"on": "2026-03-10"})
    assert page.state.lot.voting == "suspended"
    # A transfer by which a mandate ends says both.
    await page.send("ask_mandatary", str(lot))
    await page.send("name", named | {"since": "2026-03-11", "reference": "Letter of 11 March"})
    await page.send("ask_transfer", str(lot))
    await page.send("pick", str(world.owners["T3"]))
    moved = transfer_of(world, "T1") | {"on": "2026-03-12"}
    await page.send("transfer", moved)
    assert [told.partition(":")[0] for told in page.notices()[-2:]] == ["done", "attention"]


async def test_a_split_and_a_merge_want_their_decision(world: World) -> None:
    page = await at_lot(world, "T1")
    await page.send("ask_split", page.state.lot.id)
    parts = {"number_0": "T1a", "share_0": "100", "number_1": "T1b", "share_1": "300"}
    await page.send("split", parts | {"reference": "", "decided_on": ""})
    assert set(page.state.errors) == {"reference"}
    await page.send("split", parts | {"share_1": "many", "reference": "AG 1", "decided_on": "2026-03-01"})
    assert set(page.state.errors) == {"share_1"}
    await page.send("split", parts | {"reference": "AG 1", "decided_on": "2026-03-01"})
    assert page.went == [where(world, "/lots")]
    async with work(world.people["syndic_a"], now=NOW) as w:
        rows = {row.number: str(row.id) for row in (await lots_page(w, world.buildings["tilia"])).rows}
    page = await at(world, LotPage, where(world, f"/lots/{rows['T1a']}"))
    await page.send("ask_merge", rows["T1a"])
    assert [(one.number, one.id) for one in page.state.others] == [("T1b", rows["T1b"])]
    merged = {f"lot_{rows['T1b']}": True, "number": "T1", "kind": "apartment", "decided_on": "2026-03-02"}
    await page.send("merge", merged | {"reference": "AG 2"})
    assert page.went[-1].startswith(where(world, "/lots/")) and "T1a" not in await numbers(world)


async def test_a_draft_is_deleted_from_its_dialog(world: World) -> None:
    lot = await draft(world)
    page = await at(world, LotPage, where(world, f"/lots/{lot}"))
    await page.send("ask", "delete", str(lot))
    await page.send("delete", {})
    assert page.went == [where(world, "/lots")] and "T9" not in await numbers(world)


# The table of lots


def cell(row: str, field: str, value: str, version: int = 1) -> dict[str, Any]:
    return {"row": row, "field": field, "value": value, "version": version}


async def test_a_lot_added_twice_is_there_once(world: World) -> None:
    page = await at(world, Lots, where(world, "/lots"))
    await page.send("ask", "add", "")
    new = {"number": "T8", "kind": "cellar", "floor": "", "area": "", "share": "many"}
    await page.send("create", new)
    assert set(page.state.errors) == {"share"} and page.state.dialog.name == "add"
    one = key()
    await asyncio.gather(*(page.send("create", new | {"share": "10"}, key=one) for _ in range(2)))
    assert (await numbers(world)).count("T8") == 1 and page.went[0].startswith(where(world, "/lots/"))


async def test_shares_change_by_the_decision_stated_beside_them(world: World) -> None:
    page = await at(world, Lots, where(world, "/lots"))
    row = next(one for one in page.state.rows if one["label"] == "T1")
    await page.send("save_cells", [cell(row["id"], "share", "410", row["version"])])
    (outcome,) = page.state.outcomes
    (fix,) = outcome["error"]["fixes"]
    await page.send("act", row["id"], fix["action"])
    assert page.state.dialog.name == "decide" and page.state.pending[0].after == "410" and page.state.outcomes
    stated = {"decided_on": "2026-03-01", "reference": "", "kind": "change"}
    await page.send("decide", stated)
    assert set(page.state.errors) == {"reference"} and page.state.pending
    await page.send("decide", stated | {"reference": "AG, point 7"})
    assert page.state.dialog == NO_DIALOG and page.state.pending == [] and page.state.outcomes == []
    assert page.state.sum.kind == "attention"


async def test_parts_are_typed_and_mended_in_the_table(world: World) -> None:
    lot = await draft(world)
    page = await at(world, LotPage, where(world, f"/lots/{lot}"))
    await page.send("ask_holder", str(lot))
    await page.send("pick", str(world.owners["T1"]))
    await page.send("type_share", page.state.lines[0].id, "50 %")
    await page.send("save", {})
    table = await at(world, Lots, where(world, "/lots?show=draft"))
    (row,) = [one for one in table.state.rows if one["label"] == "T9"]
    await table.send("save_cells", [cell(row["lines"][0]["id"], "part", "60 %", 0)])
    (row,) = [one for one in table.state.rows if one["label"] == "T9"]
    assert row["lines"][0]["cells"]["part"]["value"] == "60%"
    mends = [fix["action"] for fix in row["note"]["fixes"] if fix["action"].startswith("mend:")]
    await table.send("act", row["id"], mends[-1])
    assert await holders(world, lot) == {"TILIA1": "1"}
    await table.send("act", row["id"], mends[-1])
    assert table.notices()[-1].startswith("refused")


# Keys


async def test_weights_belong_to_the_key_they_were_typed_for(world: World) -> None:
    page = await at(world, Keys, where(world, "/keys"))
    made = []
    for name in ("Lift", "Stairs"):
        await page.send("ask", "new", "")
        await page.send("create", {"name": "", "kind": "utility", "basis": ""})
        assert set(page.state.errors) == {"name"}
        await page.send("create", {"name": name, "kind": "utility", "basis": "Deed"})
        made.append(UUID(page.went[-1].rpartition("=")[2]))
    lift, stairs = made
    await page.go(where(world, f"/keys?key={lift}"))
    row = page.state.rows[0]["id"]
    # Another key is on show when the cell arrives.
    await page.go(where(world, f"/keys?key={stairs}"))
    await page.send("save_cells", [cell(row, "weight", "10", 0)])
    async with work(world.people["syndic_a"], now=NOW) as w:
        weights = {k: [r.weight for r in await key_weights(w, world.buildings["tilia"], k) if r.weight] for k in made}
    assert weights == {lift: [10], stairs: []}
    await page.send("ask", "edit", str(stairs))
    await page.send("save", {"name": "Staircase", "basis": ""}, record=str(lift))
    assert page.state.errors[""].en == ELSEWHERE
    await page.send("save", {"name": "Staircase", "basis": ""})
    assert page.state.key.name == "Staircase" and page.state.dialog == NO_DIALOG
    await page.send("archive", str(stairs))
    await page.go(page.went[-1])
    assert page.state.key.archived
    await page.send("restore", str(stairs))
    assert not page.state.key.archived


# Owners


async def test_a_card_is_made_once_and_kept_against_another_hand(world: World) -> None:
    page = await at(world, Owners, where(world, "/owners"))
    await page.send("ask", "add", "")
    new = {"kind": "person", "name": "", "first_name": "", "email": "", "phone": "", "lang": "fr"}
    await page.send("create", new)
    assert set(page.state.errors) == {"name"}
    one = key()
    for _ in range(2):
        await page.send("create", new | {"name": "NOVAK"}, key=one)
    assert len(set(page.went)) == 1
    card, other = [await at(world, OwnerPage, page.went[0]) for _ in range(2)]
    values = dict(card.state.values)
    await card.send("save", values | {"phone": "all"})
    assert set(card.state.errors) == {"phone"}
    await card.send("save", values | {"phone": "+32 2 555 01 99"})
    assert card.state.values["phone"] and not card.state.errors
    await other.send("save", values | {"phone": ""})
    assert "" in other.state.errors
    await card.send("ask", "delete", card.state.at)
    await card.send("delete", {}, record=str(world.owners["T1"]))
    assert card.state.errors[""].en == ELSEWHERE
    await card.send("delete", {})
    assert card.went == ["/portfolio"]


async def test_an_owner_is_invited_once_and_unlinked(world: World) -> None:
    page = await at(world, OwnerPage, f"/owners/{world.owners['T2']}")
    await page.send("ask_account", "invite", page.state.at)
    one = key()
    for _ in range(2):
        await page.send("invite", {}, key=one, record=str(world.owners["T2"]))
    assert page.state.account == "tilia2@example.be" and page.state.account_state == "invited"
    await page.send("ask_account", "unlink", page.state.at)
    await page.send("unlink", {})
    assert page.state.account == ""
    assert not (await at(world, OwnerPage, f"/owners/{world.owners['Q1']}")).state.ready


# Buildings


async def test_a_building_added_twice_is_there_once(world: World) -> None:
    page = await at(world, Portfolio, "/portfolio")
    before = len(page.state.rows)
    await page.send("ask", "add", "")
    await page.send("create", NEW_BUILDING | {"deed_total": ""})
    assert set(page.state.errors) == {"deed_total"}
    one = key()
    for _ in range(2):
        await page.send("create", NEW_BUILDING, key=one)
    assert len(set(page.went)) == 1 and page.went[0].endswith("/import")
    assert len((await at(world, Portfolio, "/portfolio")).state.rows) == before + 1
    assert (await at(world, Portfolio, "/portfolio", "accountant_a")).state.offices == []


async def test_a_building_is_changed_archived_and_brought_back(world: World) -> None:
    page = await at(world, BuildingPage, where(world))
    values, langs = dict(page.state.values), {"lang_fr": False, "lang_nl": False, "lang_de": False, "lang_en": False}
    await page.send("save", values | langs | {"langs": ""})
    assert set(page.state.errors) == {"langs"}
    version = page.state.version
    await page.send("save", values | langs | {"langs": "", "lang_fr": True, "name": "Tilia II"})
    assert page.state.facts.name == "Tilia II" and page.state.version > version
    await page.send("ask", "archive", page.state.facts.id)
    await page.send("archive", {}, record=str(world.buildings["fagus"]))
    assert page.state.errors[""].en == ELSEWHERE and not page.state.facts.archived
    await page.send("archive", {})
    assert page.state.facts.archived
    await page.send("restore")
    assert not page.state.facts.archived


# Home


async def test_an_owner_changes_her_own_card_alone(world: World) -> None:
    page = await at(world, Home, "/home", "owner_tilia")
    (mine,) = page.state.cards
    await page.send("ask", "edit", mine.id)
    await page.send("save", {"phone": "all", "lang": "nl"})
    assert set(page.state.errors) == {"phone"} and page.state.dialog == Dialog("edit", mine.id)
    await page.send("save", {"phone": "+32 2 555 01 99", "lang": "nl"})
    assert page.state.cards[0].lang == "nl" and page.state.dialog == NO_DIALOG
    await page.send("ask", "edit", str(world.owners["T2"]))
    await page.send("save", {"phone": "+32 2 555 01 00", "lang": "nl"})
    assert page.state.errors
    async with work(world.people["syndic_a"], now=NOW) as w:
        assert (await owner_card(w, world.owners["T2"])).owner.phone == ""


# Imports

TABLE = b"Lot;Type;Quotit\xc3\xa9s;Propri\xc3\xa9taire;Part\nT7;cave;10;NOVAK Jo;100 %\n"


async def test_a_file_is_looked_at_and_imported_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPROGO_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    session = uuid4()
    who = replace(world.people["syndic_a"], session_id=session)
    page = await opened(ImportPage, who, where(world, "/import"), now=NOW)
    await page.send("look", "0" * 32)
    assert page.state.stage == "file" and "" in page.state.errors
    await page.send("look", import_files.keep(session, "lots.csv", TABLE))
    assert page.state.stage == "preview" and page.state.importable, page.state.remarks
    await page.send("apply", {"since": "someday"})
    assert set(page.state.errors) == {"since"} and page.state.stage == "preview"
    one = key()
    for _ in range(2):
        await page.send("apply", {"since": "2026-01-01"}, key=one)
    assert page.state.stage == "done" and not page.state.errors and (await numbers(world)).count("T7") == 1
    # A file that is being looked at does not follow to another building.
    await page.send("another")
    await page.send("look", import_files.keep(session, "lots.csv", TABLE))
    await page.go(where(world, "/import", "fagus"))
    assert page.state.stage == "file" and page.state.building == "Fagus"
    assert not (await opened(ImportPage, who, where(world, "/import", "quercus"), now=NOW)).state.ready
    settings.cache_clear()
