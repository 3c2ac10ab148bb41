"""The demo's accounts: invited and accepting like anybody, with one password that everybody may know."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role, User
from koprogo_app.identity.service import members
from koprogo_app.identity.service.members import Place
from koprogo_app.identity.service.sign_in import Caller

PASSWORD: Final = "Tilleuls-2026!"  # noqa: S105  (public on purpose; the demo's banner says so)
_CALLER: Final = Caller(ip="127.0.0.1", user_agent="demo")
_SECRET: Final = re.compile(r"/invitation#([\w-]+)")


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in to the demo as somebody."""

    role: str
    email: str
    password: str = PASSWORD


def acting(user: User, *grants: Grant) -> Person:
    """The person as a principal, with these grants: who writes the demo."""
    return Person(
        kind="person", user_id=user.id, name=user.name, email=user.email, lang=user.lang, grants=grants,
        roles=tuple(dict.fromkeys(g.role for g in grants)), everything=any(g.role is Role.SUPERADMIN for g in grants),
        organizations=frozenset(g.organization_id for g in grants if g.organization_id),
    )  # fmt: skip


async def admin(email: str, name: str) -> Person:
    """The superadmin, made as the command line makes him."""
    return acting(await members.create_admin(email, name, PASSWORD), Grant(Role.SUPERADMIN))


async def member(by: Person, email: str, name: str, role: Role, place: Place, lang: str = "fr") -> Person:
    """Somebody invited by mail who followed the link and chose the demo's password."""
    async with work(by) as w:
        user = await members.invite(w, email=email, name=name, role=role, place=place, lang=lang)
    if user.status == "invited":
        await accept(user)
    return acting(user, Grant(role, place.organization_id, place.building_id))


async def accept(user: User) -> None:
    """Follows the newest invitation in a person's mail."""
    async with work(SYSTEM) as w:
        body = await w.value(
            "select body_text from foundation.mail where recipient = %(to)s and purpose = 'invitation' "
            "order by id desc limit 1",
            to=user.email,
        )
    found = _SECRET.search(body or "")
    if found is None:
        raise RuntimeError(f"no invitation was written to {user.email}")
    await members.accept(found[1], name=user.name, lang=user.lang, password=PASSWORD, caller=_CALLER)


async def owner_account(by: Person, owner_id: UUID, place: Place) -> str:
    """Gives an owner an account with her own address; returns the address."""
    from koprogo_app.estate.model import Owner
    from koprogo_app.estate.service.owners import link_owner_user

    async with work(by) as w:
        owner = await w.get(Owner, owner_id)
        name = f"{owner.first_name} {owner.name}".strip()
        user = await members.invite(
            w, email=owner.email, name=name, role=Role.OWNER, place=place, lang=owner.lang
        )  # fmt: skip
        await link_owner_user(w, owner_id, user.id)
    if user.status == "invited":
        await accept(user)
    return owner.email
