"""Invitations, roles, their ends, accounts opened and closed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.queries import people as queries
from koprogo_app.identity.queries.paging import Asked
from koprogo_app.identity.service import members, profile, sessions, sign_in
from koprogo_app.identity.service.members import Place
from koprogo_app.identity.service.sign_in import Caller
from tests.identity.conftest import PASSWORD, open_for
from tests.identity.test_recovery import link_in_mail, mails
from tests.identity.test_sign_in import submit
from tests.world import World


async def invite(who: Person, place: Place, role: str = "owner", email: str = "New@example.be") -> UUID:
    async with work(who) as w:
        return (await members.invite(w, email=email, name="New Person", role=role, place=place, lang="nl")).id


async def test_an_invitation_is_accepted_with_name_language_and_password(
    client: httpx.AsyncClient, world: World, people: dict[str, Person]
) -> None:
    place = Place(world.organizations["a"], world.buildings["tilia"], "Tilia")
    user_id = await invite(people["syndic_a"], place)
    async with work(SYSTEM) as w:
        text = await w.value("select body_text from mail")
        assert "Syndic_A" in text and "Tilia" in text and await w.value("select lang from mail") == "nl"
    secret = await link_in_mail("invitation")
    path, query = await submit(
        client, "/invitation", token=secret, name=" ", lang="de", password=PASSWORD, again=PASSWORD
    )
    assert (path, query["error"]) == ("/invitation", "name")
    form = {"token": secret, "name": "Anna  Maes", "lang": "de", "password": PASSWORD, "again": PASSWORD}
    assert (await submit(client, "/invitation", **form))[0] == "/"
    me = (await client.get("/api/v1/auth/me")).json()
    assert (me["id"], me["name"], me["lang"], me["email"]) == (str(user_id), "Anna Maes", "de", "New@example.be")
    assert me["roles"] == [
        {"role": "owner", "organization_id": str(place.organization_id), "building_id": str(place.building_id)}
    ]
    assert (await submit(client, "/invitation", **form))[1]["error"] == "invitation"


async def test_who_may_invite_whom(world: World, people: dict[str, Person]) -> None:
    a = Place(world.organizations["a"])
    for name in ("accountant_a", "board_tilia", "owner_tilia"):
        with pytest.raises((Forbidden, NotFound)):
            await invite(people[name], a)
    with pytest.raises(NotFound):
        await invite(people["syndic_b"], a)
    with pytest.raises(Forbidden):
        await invite(people["syndic_a"], Place(), "superadmin")
    with pytest.raises(NotFound):  # a building of another organisation
        await invite(people["syndic_a"], Place(world.organizations["a"], world.buildings["quercus"]))
    for role, place in (("superadmin", a), ("owner", Place()), ("king", a)):
        with pytest.raises(Invalid):
            await invite(people["admin"], place, role)
    assert await mails() == 0


async def test_somebody_who_is_there_already_gets_the_role_and_keeps_name_and_language(
    world: World, people: dict[str, Person]
) -> None:
    place = Place(world.organizations["b"], None, "Syndic B")
    user_id = await invite(people["syndic_b"], place, "accountant", "OWNER_TILIA@example.be")
    assert user_id == people["owner_tilia"].user_id
    inside, _ = await open_for(people["owner_tilia"])
    assert inside.name == "Owner_Tilia" and [str(r) for r in inside.roles] == ["owner", "accountant"]
    async with work(SYSTEM) as w:
        assert await w.value("select purpose from mail") == "role"
    with pytest.raises(Conflict):
        await invite(people["syndic_b"], place, "accountant", "owner_tilia@example.be")


async def test_a_new_invitation_ends_the_old_link(world: World, people: dict[str, Person]) -> None:
    user_id = await invite(people["syndic_a"], Place(world.organizations["a"]))
    old = await link_in_mail("invitation")
    async with work(people["syndic_a"]) as w:
        grant = (await queries.grants_of(w, user_id))[0]
        await members.invite_again(w, grant.id)
    with pytest.raises(Invalid):
        await members.invited(old)
    assert (await members.invited(await link_in_mail("invitation"))).id == user_id
    async with work(people["syndic_b"]) as w:
        with pytest.raises(NotFound):
            await members.invite_again(w, grant.id)


async def test_a_role_ends_at_once_for_open_sessions_too(world: World, people: dict[str, Person]) -> None:
    inside, cookie = await open_for(people["accountant_a"])
    async with work(people["syndic_a"]) as w:
        grant = (await queries.grants_of(w, inside.user_id or UUID(int=0)))[0]
        await members.end_grant(w, grant.id)
    after = await sessions.by_hash(sessions.digest(cookie))
    assert after is not None and after.roles == () and not after.may_somewhere("lots.read")
    async with work(people["syndic_a"]) as w:
        assert [(g.in_force, g.ends) for g in await queries.grants_of(w, grant.user_id)] == [(False, w.today)]
        with pytest.raises(Conflict):
            await members.end_grant(w, grant.id)
        trail = await w.value("select after from audit_entry where action = 'role.ended'")
        assert trail["ends"] == str(w.today)


async def test_a_role_can_end_later_and_one_given_today_can_be_taken_back(
    world: World, people: dict[str, Person]
) -> None:
    user_id = await invite(people["syndic_a"], Place(world.organizations["a"]))
    async with work(people["syndic_a"]) as w:
        first = (await queries.grants_of(w, user_id))[0]
        await members.end_grant(w, first.id, w.today + timedelta(days=30))
        assert (await queries.grant(w, first.id)).in_force
        await members.end_grant(w, first.id)
        assert await queries.grants_of(w, user_id) == []


async def test_the_installation_keeps_a_superadmin_even_when_two_leave_at_once(people: dict[str, Person]) -> None:
    admin = people["admin"]
    async with work(admin) as w:
        grant = (await queries.grants_of(w, admin.user_id or UUID(int=0)))[0]
        with pytest.raises(Conflict, match="at least one superadmin"):
            await members.end_grant(w, grant.id)
    second = await members.create_admin("second@example.be", "Second", PASSWORD)
    async with work(admin) as w:
        other = (await queries.grants_of(w, second.id))[0]

    async def leave(grant_id: UUID) -> None:
        async with work(admin) as w:
            await members.end_grant(w, grant_id)

    results = await asyncio.gather(leave(grant.id), leave(other.id), return_exceptions=True)
    assert sum(isinstance(r, Conflict) for r in results) == 1


async def test_create_admin(people: dict[str, Person]) -> None:
    with pytest.raises(Invalid):
        await members.create_admin("boss@example.be", "Boss", "password1234")
    user = await members.create_admin("boss@example.be", "Boss", PASSWORD)
    outcome = await sign_in.with_password("boss@example.be", PASSWORD, Caller())
    who = await sessions.by_hash(sessions.digest(outcome.cookie))
    assert who is not None and who.user_id == user.id and who.needs_totp
    with pytest.raises(Conflict):
        await members.create_admin("boss@example.be", "Boss", PASSWORD)


async def test_a_disabled_account_is_out_at_once(people: dict[str, Person]) -> None:
    owner = people["owner_tilia"].user_id or UUID(int=0)
    _, cookie = await open_for(people["owner_tilia"])
    async with work(people["syndic_a"]) as w:
        with pytest.raises(Forbidden):
            await members.disable(w, owner)
    async with work(people["admin"]) as w:
        with pytest.raises(Conflict):
            await members.disable(w, people["admin"].user_id or UUID(int=0))
        await members.disable(w, owner)
    assert await sessions.by_hash(sessions.digest(cookie)) is None
    assert (await sign_in.with_password("owner_tilia@example.be", PASSWORD, Caller())).refused == "credentials"
    async with work(people["admin"]) as w:
        await members.enable(w, owner)
    assert (await sign_in.with_password("owner_tilia@example.be", PASSWORD, Caller())).cookie


async def test_working_as_one_of_several_roles(world: World, people: dict[str, Person]) -> None:
    await invite(people["syndic_a"], Place(world.organizations["a"]), "accountant", "owner_tilia@example.be")
    inside, cookie = await open_for(people["owner_tilia"])
    assert inside.may("owners.read", world.organizations["a"])
    async with work(inside) as w:
        await profile.switch_role(w, "owner")
    as_owner = await sessions.by_hash(sessions.digest(cookie))
    assert as_owner is not None and as_owner.active_role == "owner"
    assert not as_owner.may_somewhere("owners.read") and as_owner.may_somewhere("own_lots.read")
    async with work(as_owner) as w:
        with pytest.raises(Invalid):
            await profile.switch_role(w, "syndic")
        await profile.switch_role(w, "")
    every = await sessions.by_hash(sessions.digest(cookie))
    assert every is not None and every.may_somewhere("owners.read")


async def test_a_list_of_people_stays_in_its_organisation(world: World, people: dict[str, Person]) -> None:
    async with work(people["syndic_b"]) as w:
        names = [p.name for p in (await queries.people(w, world.organizations["b"])).rows]
        assert names == ["Owner_Quercus", "Syndic_B"]
        for elsewhere in (world.organizations["a"], None):
            with pytest.raises((Forbidden, NotFound)):
                await queries.people(w, elsewhere)
    async with work(people["admin"]) as w:
        everybody = await queries.people(w, None, Asked(per_page=3))
        assert len(everybody.rows) == 3 and everybody.total == 8
        assert (await queries.people(w, None, Asked(page=9, per_page=3))).total == 8
        assert [p.name for p in (await queries.people(w, None, search="QUERC")).rows] == ["Owner_Quercus"]
        assert (await queries.people(w, None, search="%")).rows == []
