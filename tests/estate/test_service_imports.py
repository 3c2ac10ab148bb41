"""Importing a syndic's file and exporting it again, through the services and the API."""

import time
from datetime import date
from uuid import UUID

import pytest

from koprogo_app.estate.queries.buildings import building_overview
from koprogo_app.estate.queries.lots import lots_page
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.exports import export_table
from koprogo_app.estate.service.imports import apply_import, preview_import
from koprogo_app.estate.service.owners import OWNER
from koprogo_app.estate.service.ownership import Part, transfer_lot
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.workspace.queries.paging import Asked
from tests.estate.conftest import ClientOf
from tests.world import World

HEAD = "Lot;Type;Étage;Surface m²;Quotités;Propriétaire;E-mail;Langue;Droit;Part\r\n"
SMALL = (
    HEAD
    + "1;Appartement;0;72,5;400;DUBOIS Anne;anne@example.be;FR;Pleine propriété;1/1\r\n"
    + "2;Appartement;1;80;350;MAES Els;els@example.be;NL;Usufruit;100 %\r\n"
    + "2;Appartement;1;80;350;MAES Jan;jan@example.be;NL;Nue-propriété;100 %\r\n"
    + "3;Cave;-1;;250;DUBOIS Anne;anne@example.be;FR;Pleine propriété;50 %\r\n"
).encode("cp1252")
SINCE = date(2026, 1, 1)


async def _building(world: World, deed_total: int = 1000) -> UUID:
    async with work(world.people["syndic_a"]) as w:
        values = {"name": f"Import {deed_total}", "deed_total": deed_total}
        return (await BUILDING.add(w, world.organizations["a"], values)).id


async def _import(world: World, building: UUID, data: bytes) -> tuple[int, int, bool]:
    async with work(world.people["syndic_a"]) as w:
        plan = await apply_import(w, building, data, filename="x.csv", since=SINCE)
        return plan.count("lots", "new"), plan.count("owners", "new"), plan.changes_nothing


async def test_a_file_becomes_a_building_and_twice_changes_nothing(world: World) -> None:
    building = await _building(world)
    async with work(world.people["syndic_a"]) as w:
        plan = await preview_import(w, building, SMALL, since=SINCE)
        assert (len(plan.lots), len(plan.owners), plan.importable) == (3, 3, True)
        assert [one.complete for one in plan.lots] == [True, True, False]
        assert (await lots_page(w, building)).total == 0
    assert await _import(world, building, SMALL) == (3, 3, False)
    async with work(world.people["syndic_a"]) as w:
        rows = (await lots_page(w, building)).rows
        assert [(r.number, r.status, r.voting, r.complete_from) for r in rows] == [
            ("1", "complete", "votes", SINCE),
            ("2", "complete", "suspended", SINCE),
            ("3", "draft", "draft", None),
        ]
        overview = await building_overview(w, building)
        assert (overview.gap, overview.building.main_lots, overview.building.owner_count) == (None, 2, 3)
    async with work(SYSTEM) as w:
        before = await w.value("select array[count(*), sum(version)] from lot")
        entries = await w.value("select count(*) from audit_entry")
    assert await _import(world, building, SMALL) == (0, 0, True)
    async with work(SYSTEM) as w:
        assert await w.value("select array[count(*), sum(version)] from lot") == before
        assert await w.value("select count(*) from audit_entry") == entries


async def test_a_completed_file_completes_the_draft(world: World) -> None:
    building = await _building(world)
    await _import(world, building, SMALL)
    more = SMALL + "3;Cave;-1;;250;MAES Jan;jan@example.be;NL;Pleine propriété;50 %\r\n".encode("cp1252")
    assert await _import(world, building, more) == (0, 0, False)
    async with work(world.people["syndic_a"]) as w:
        assert [r.status for r in (await lots_page(w, building)).rows] == ["complete"] * 3
    assert await _import(world, building, more) == (0, 0, True)


async def test_nothing_is_written_when_a_line_is_wrong(world: World) -> None:
    building = await _building(world)
    wrong = SMALL.replace(b";250;", b";many;")
    with pytest.raises(Invalid) as refusal:
        await _import(world, building, wrong)
    assert refusal.value.field == "file"
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from lot where building_id = %(b)s", b=building) == 0
        assert await w.value("select count(*) from owner where email = 'anne@example.be'") == 0


async def test_settled_shares_and_complete_lots_are_not_rewritten_by_a_file(world: World) -> None:
    building = await _building(world)
    await _import(world, building, SMALL)
    async with work(world.people["syndic_a"]) as w:
        shares = await preview_import(w, building, SMALL.replace(b";400;", b";401;"))
        assert [p.code for p in shares.problems if p.severity == "error"] == ["shares-settled"]
        assert "3.88 §3" in shares.problems[-1].text("fr")
        others = await preview_import(w, building, SMALL.replace(b"DUBOIS Anne;anne@", b"CLAES Wim;wim@", 1))
        assert [(p.code, p.line) for p in others.problems if p.severity == "error"] == [("other-owners", 2)]
        moved = await preview_import(w, building, SMALL.replace(b";72,5;", b";73;"))
        first = moved.lots[0]
        assert (first.action, first.changes.get("area")) == ("changed", 73)
        assert moved.importable


async def test_people_are_recognised(world: World) -> None:
    """By our own reference, their enterprise number, name and e-mail, name and lot; never by a contradicting name."""
    building = await _building(world)
    await _import(world, building, SMALL)
    async with work(world.people["syndic_a"]) as w:
        anne = (await OWNER.page(w, text="anne@")).rows[0]
        await OWNER.change(w, anne.id, None, {"email": "anne.new@example.be"})
    # the old file: the same name on the same lot is the same person, whose e-mail the file says otherwise
    async with work(world.people["syndic_a"]) as w:
        plan = await preview_import(w, building, SMALL)
        assert [(o.action, o.changes) for o in plan.owners if o.known and o.known.id == anne.id] == [
            ("changed", {"email": "anne@example.be"})
        ]
    other = await _building(world, 400)
    line = (HEAD + "1;Studio;0;30;400;DUBOIS Anne;someone.else@example.be;FR;PP;1/1\r\n").encode()
    async with work(world.people["syndic_a"]) as w:
        assert [o.action for o in (await preview_import(w, other, line)).owners] == ["new"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
async def test_what_is_exported_imports_as_unchanged(world: World, form: str, lang: str) -> None:
    building = await _building(world)
    await _import(world, building, SMALL)
    async with work(world.people["syndic_a"]) as w:
        file = await export_table(w, building, form, lang)  # type: ignore[arg-type]
        assert file.name == f"import-1000.{form}"
        plan = await preview_import(w, building, file.data)
        assert [p.text(lang) for p in plan.problems if p.severity == "error"] == []
        assert plan.changes_nothing
        assert len(plan.lots) == 3


async def test_access_follows_an_import(world: World) -> None:
    """Who has an account and is named in the file sees the building."""
    building = await _building(world)
    async with work(world.people["syndic_a"]) as w:
        await OWNER.change(
            w, world.owners["T1"], None, {"name": "DUBOIS", "first_name": "Anne", "email": "anne@example.be"}
        )
    await _import(world, building, SMALL)
    async with work(SYSTEM) as w:
        user = world.people["owner_tilia"].user_id
        held = "select count(*) from role_grant where user_id = %(u)s and building_id = %(b)s and role = 'owner'"
        assert await w.value(held, u=user, b=building) == 1


async def test_only_who_may_write_imports_and_only_who_may_read_owners_exports(world: World) -> None:
    tilia = world.buildings["tilia"]
    for name, refusal in (("accountant_a", Forbidden), ("owner_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(refusal):
            async with work(world.people[name]) as w:
                await preview_import(w, tilia, SMALL)
    for name, denied in (("board_tilia", Forbidden), ("owner_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(denied):
            async with work(world.people[name]) as w:
                await export_table(w, tilia, "csv", "fr")


async def test_five_hundred_lots_take_less_than_five_seconds(world: World) -> None:
    building = await _building(world, 500 * 20)
    lines = [
        f"B{n};Appartement;{n % 9};75,5;20;FAMILLE{n} {given};{given.lower()}{n}@example.be;FR;Pleine propriété;1/2"
        for n in range(500)
        for given in ("Anne", "Luc")
    ]
    data = (HEAD + "\r\n".join(lines)).encode()
    start = time.perf_counter()
    assert await _import(world, building, data) == (500, 1000, False)
    took = time.perf_counter() - start
    async with work(world.people["syndic_a"]) as w:
        page = await lots_page(w, building, Asked(per_page=500))
        assert (page.total, {r.status for r in page.rows}) == (500, {"complete"})
    assert took < 5, took


async def test_import_and_export_over_the_api(world: World, client_of: ClientOf) -> None:
    building = await _building(world)
    syndic = await client_of("syndic_a")
    path = f"/buildings/{building}/import"
    preview = await syndic.post(f"{path}/preview?since=2026-01-01", content=SMALL)
    assert (preview.status_code, preview.json()["new_lots"]) == (200, 3)
    done = await syndic.post(f"{path}?since=2026-01-01&name=x.csv", content=SMALL, headers={"idempotency-key": "i"})
    assert (done.status_code, done.json()["new_owners"]) == (201, 3)
    again = await syndic.post(path, content=SMALL)
    assert (again.status_code, again.json()["changes_nothing"]) == (200, True)
    bad = await syndic.post(path, content=SMALL.replace(b";250;", b";many;"))
    assert (bad.status_code, bad.json()["field"]) == (422, "file")
    assert (await syndic.post(path, content=b"")).status_code == 422
    assert (await syndic.post(path, content=b"x" * 10_000_001)).status_code == 422
    file = await syndic.get(f"/buildings/{building}/export?format=xlsx&lang=nl")
    assert file.headers["content-disposition"] == 'attachment; filename="import-1000.xlsx"'
    assert file.content.startswith(b"PK")
    assert file.status_code == 200


async def test_what_was_transferred_since_is_told_not_undone(world: World) -> None:
    building = await _building(world)
    await _import(world, building, SMALL)
    async with work(world.people["syndic_a"]) as w:
        one = (await lots_page(w, building)).rows[0]
        await transfer_lot(w, one.id, one.holders[0].owner_id, [Part(world.owners["T1"])], date(2026, 6, 1))
    async with work(world.people["syndic_a"]) as w:
        plan = await preview_import(w, building, SMALL)
        assert [p.code for p in plan.problems if p.severity == "error"] == ["other-owners"]
