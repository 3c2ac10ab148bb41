"""A small world for tests: two organisations, three buildings, their lots, owners and people."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from koprogo_app.estate.model import Building, Lot, Organization, Owner, Ownership
from koprogo_app.foundation.database import BRUSSELS, Work, work
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role, RoleGrant, User

SINCE = span(date(2020, 1, 1), None)


def today() -> date:
    """The day it is for the program. Asked when it is needed: midnight may pass while the tests run."""
    return datetime.now(BRUSSELS).date()


def this_year(day: str) -> str:
    """A day of the running year: "03-10" is 10 March of it, in ISO."""
    return f"{today().year}-{day}"


@dataclass
class World:
    """Ids by short name. `tilia` and `fagus` belong to organisation `a`, `quercus` to `b`."""

    organizations: dict[str, UUID] = field(default_factory=dict)
    buildings: dict[str, UUID] = field(default_factory=dict)
    lots: dict[str, UUID] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)


async def _person(w: Work, world: World, name: str, role: Role, org: str | None, building: str | None = None) -> None:
    user = await w.add(User(email=f"{name}@example.be", name=name.title(), status="active"))
    organization_id = world.organizations[org] if org else None
    building_id = world.buildings[building] if building else None
    await w.add(
        RoleGrant(user_id=user.id, role=role, organization_id=organization_id, building_id=building_id, period=SINCE)
    )
    grant = Grant(role, organization_id, building_id)
    world.people[name] = Person(
        kind="person", user_id=user.id, name=user.name, email=user.email, roles=(role,), grants=(grant,),
        organizations=frozenset({organization_id} if organization_id else ()), everything=role is Role.SUPERADMIN,
    )  # fmt: skip


async def _building(w: Work, world: World, org: str, name: str) -> None:
    organization_id = world.organizations[org]
    building = await w.add(Building(organization_id=organization_id, name=name.title(), deed_total=1000))
    world.buildings[name] = building.id
    for number, (kind, share) in enumerate([("apartment", 400), ("apartment", 350), ("garage", 250)], 1):
        lot = await w.add(
            Lot(organization_id=organization_id, building_id=building.id, number=f"{name[0].upper()}{number}",
                position=number, kind=kind, floor=number, share=share, status="complete",
                complete_from=date(2020, 1, 1))
        )  # fmt: skip
        owner = await w.add(
            Owner(organization_id=organization_id, name=f"{name.upper()}{number}", email=f"{name}{number}@example.be")
        )
        world.lots[lot.number], world.owners[lot.number] = lot.id, owner.id
        await w.add(
            Ownership(organization_id=organization_id, lot_id=lot.id, owner_id=owner.id, primary_contact=True,
                      period=SINCE)
        )  # fmt: skip


async def build_world() -> World:
    """Writes the world to the database in use."""
    world = World()
    async with work(SYSTEM) as w:
        for name in ("a", "b"):
            world.organizations[name] = (await w.add(Organization(name=f"Syndic {name.upper()}"))).id
        for org, building in (("a", "tilia"), ("a", "fagus"), ("b", "quercus")):
            await _building(w, world, org, building)
        await _person(w, world, "admin", Role.SUPERADMIN, None)
        await _person(w, world, "syndic_a", Role.SYNDIC, "a")
        await _person(w, world, "syndic_b", Role.SYNDIC, "b")
        await _person(w, world, "accountant_a", Role.ACCOUNTANT, "a")
        await _person(w, world, "board_tilia", Role.BOARD, "a", "tilia")
        for building, lot in (("tilia", "T1"), ("fagus", "F1"), ("quercus", "Q1")):
            name = f"owner_{building}"
            await _person(w, world, name, Role.OWNER, "a" if building != "quercus" else "b", building)
            owner = await w.get(Owner, world.owners[lot])
            owner.user_id = world.people[name].user_id
            w.session.add(owner)
    return world
