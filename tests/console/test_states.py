"""The pages over the whole installation without a browser."""

import asyncio
from uuid import UUID

import pytest

from koprogo_app.console.state.audit import Audit
from koprogo_app.console.state.health import Health
from koprogo_app.console.state.organizations import Organizations
from koprogo_app.console.state.outbox import Outbox
from koprogo_app.console.state.people import People
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.workspace.state.page import Dialog
from tests.states import Opened, key, opened
from tests.world import World

INVITED = {"email": "new@example.be", "name": "New Person", "lang": "nl", "role": "owner", "where": ""}


async def count(table: str) -> int:
    async with work(SYSTEM) as w:
        found: int = await w.value(f"select count(*) from {table}")
    return found


async def office_of_a(world: World, lang: str = "en") -> Opened:
    return await opened(People, world.people["syndic_a"], "/admin/users", lang)


async def test_an_organisation_sent_twice_is_one_and_is_then_changed(world: World) -> None:
    page = await opened(Organizations, world.people["admin"], "/admin/organizations")
    assert [row.cells["name"] for row in page.state.rows] == ["Syndic A", "Syndic B"] and page.state.rows[0].cells[
        "kind"
    ]
    await page.send("edit", "")
    typed = {"name": "Syndic C", "kind": "professional", "enterprise_number": "1", "lang": "fr"}
    await page.send("save", typed)
    assert set(page.state.errors) == {"enterprise_number"} and page.state.dialog == Dialog("edit")
    one = key()
    for _ in range(2):
        await page.send("save", typed | {"enterprise_number": ""}, key=one, record="")
    assert page.notices() == ["done: Syndic C is saved."] and page.state.dialog == Dialog()
    assert [row.cells["name"] for row in page.state.rows] == ["Syndic A", "Syndic B", "Syndic C"]
    await page.send("edit", page.state.rows[2].id)
    assert page.state.values["name"] == "Syndic C"
    await page.send("save", typed | {"enterprise_number": "", "city": "Namur"})
    assert "Namur" in page.state.rows[2].more["address"]


async def test_a_form_of_one_organisation_never_changes_another(world: World) -> None:
    page = await opened(Organizations, world.people["admin"], "/admin/organizations")
    a, b = (row.id for row in page.state.rows)
    await page.send("edit", b)
    await page.send("save", {"name": "Mine", "kind": "volunteer", "lang": "fr"}, record=a)
    assert page.state.errors[""].en.startswith("This belongs to another page")
    await page.send("close")
    await page.go("/admin/organizations?sort=-name")
    assert [row.cells["name"] for row in page.state.rows] == ["Syndic B", "Syndic A"]
    await page.send("edit", str(UUID(int=1)))
    assert page.state.dialog == Dialog() and page.notices()[0].startswith("refused:")


async def test_an_invitation_keeps_its_errors_under_the_fields_and_goes_out_once(world: World) -> None:
    page = await office_of_a(world)
    await page.send("add", "")
    assert page.state.values.where == str(world.organizations["a"]) and not page.state.admin
    await page.send("invite", INVITED)
    assert set(page.state.errors) == {"where"} and page.state.dialog == Dialog("invite")
    here, one = INVITED | {"where": page.state.values.where}, key()
    await asyncio.gather(*(page.send("invite", here, key=one, record="") for _ in range(2)))
    assert await count("mail") == 1
    assert page.notices() == ["done: A mail to new@example.be is on its way."]
    (row,) = [row for row in page.state.rows if row.email == "new@example.be"]
    assert (row.status, row.state, [mark.place for mark in row.roles]) == ("invited", "invited", ["Syndic A"])
    await page.send("show", row.id)
    await page.send("again", page.state.grants[0].id)
    assert await count("mail") == 2
    await page.send("show", row.id)
    await page.send("end", page.state.grants[0].id)
    assert page.state.dialog == Dialog() and row.id not in [one.id for one in page.state.rows]


async def test_another_role_begins_with_the_person_and_the_neighbours_office_is_no_place(world: World) -> None:
    page = await office_of_a(world)
    owner = next(row for row in page.state.rows if row.email == "owner_tilia@example.be")
    await page.send("add", owner.id)
    assert (page.state.values.email, page.state.values.name) == (owner.email, owner.name)
    await page.send("invite", INVITED | {"email": owner.email, "where": str(world.organizations["b"])})
    assert set(page.state.errors) == {"where"} and await count("mail") == 0


async def test_a_person_of_another_office_is_not_opened(world: World) -> None:
    page = await office_of_a(world)
    assert all("Syndic A" in mark.place for row in page.state.rows for mark in row.roles)
    await page.send("show", str(world.people["syndic_b"].user_id))
    assert page.state.dialog == Dialog() and page.notices()[0].startswith("refused:")
    await page.go(f"/admin/users?office={world.organizations['b']}")
    assert all("Syndic A" in mark.place for row in page.state.rows for mark in row.roles)


async def test_an_account_is_closed_and_opened_again_and_ones_own_says_why_not(world: World) -> None:
    admin = world.people["admin"]
    page = await opened(People, admin, "/admin/users?q=Syndic_B", "fr")
    (row,) = page.state.rows
    await page.send("show", row.id)
    await page.send("disable", row.id)
    assert page.state.rows[0].status == "disabled" and page.state.rows[0].state == "désactivé"
    await page.send("enable", row.id)
    await page.send("enable", row.id)
    assert page.state.rows[0].status != "disabled"
    assert page.notices()[-1] == "refused: This account is not disabled."
    await page.go("/admin/users?q=admin@")
    await page.send("show", str(admin.user_id))
    await page.send("disable", str(admin.user_id))
    assert page.state.errors[""].en == "You cannot disable your own account."
    assert page.state.dialog == Dialog("person", str(admin.user_id))


async def test_a_mail_is_read_and_tried_again_once(world: World) -> None:
    people = await office_of_a(world)
    await people.send("add", "")
    await people.send("invite", INVITED | {"where": people.state.values.where})
    page = await opened(Outbox, world.people["admin"], "/admin/outbox?show=queued&q=new@")
    (row,) = page.state.rows
    assert row.recipient == "new@example.be" and page.state.at["total"] == 1
    await page.send("read", row.id)
    assert page.state.mail.paragraphs and page.state.dialog == Dialog("mail", row.id)
    one = key()
    for _ in range(2):
        await page.send("try_again", row.id, key=one)
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from foundation.audit_entry where action = 'mail.retried'") == 1
        await w.execute("update mail set status = 'sent', sent_at = now()")
    await page.send("read", row.id)
    await page.send("try_again", row.id)
    assert page.state.errors[""].en == "This mail has been sent."
    await page.go("/admin/outbox?show=failed")
    assert page.state.rows == [] and page.state.dialog == Dialog() and page.state.at["total"] == 0


async def test_the_trail_of_an_office_is_its_own_and_its_chain_is_verified(world: World) -> None:
    people = await office_of_a(world)
    await people.send("add", "")
    await people.send("invite", INVITED | {"where": people.state.values.where})
    page = await opened(Audit, world.people["syndic_a"], "/audit")
    assert page.state.scope == str(world.organizations["a"]) and page.state.rows and not page.state.everywhere
    assert {row.place for row in page.state.rows} == {"Syndic A"}
    await page.send("verify")
    assert page.state.whole and page.state.verdict["en"].startswith("2 entries recomputed")
    await page.go("/audit?q=role.given")
    assert page.state.verdict and {row.action for row in page.state.rows} == {"role.given"}
    await page.go("/audit?q=role.given")
    assert page.state.verdict == {}
    await page.go(f"/audit?of={world.organizations['b']}")
    assert page.state.scope == str(world.organizations["a"])


async def test_a_page_beyond_the_last_and_a_page_that_is_no_number_are_calm(world: World) -> None:
    page = await opened(Audit, world.people["admin"], "/admin/audit?page=99")
    assert page.state.ready and page.state.rows == [] and page.state.everywhere
    await page.go("/admin/audit?page=x")
    assert page.state.ready and page.state.at["page"] == 1


async def test_health_names_each_part_in_the_readers_words(world: World) -> None:
    page = await opened(Health, world.people["admin"], "/admin/health", "fr")
    assert [part.name for part in page.state.parts][:3] == ["Base de données", "Schéma", "Fichiers"]
    assert page.state.figures.organizations == "2" and page.state.figures.version


async def test_who_is_no_superadmin_is_kept_out(world: World) -> None:
    for state, where in ((Organizations, "/admin/organizations"), (Outbox, "/admin/outbox"), (Health, "/admin/health")):
        with pytest.raises(PermissionError):
            await opened(state, world.people["syndic_a"], where)
