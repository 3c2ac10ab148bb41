"""What the shell shows of the person who is signed in: their buildings, and where one can go from here."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import MenuEntry, manifests
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.queries.installation import is_demo
from koprogo_app.interface.shell import Choice, NavItem, Shell, ShellView
from koprogo_app.workspace.workplaces import Workplace, workplaces_of

ROLE_NAMES: Final[dict[str, str]] = {
    "superadmin": N_("Superadmin"),
    "syndic": N_("Syndic"),
    "accountant": N_("Accountant"),
    "board": N_("Council member"),
    "auditor": N_("Auditor"),
    "owner": N_("Co-owner"),
    "notary": N_("Notary"),
}
WORKSPACE: Final = "organizations.read"
"""Whoever has it in a building works in its workspace; another's own home is theirs."""


class Frame(rx.State):
    """Fills the shell before a page loads."""

    at: str = ""

    @handler(SELF)
    async def enter(self) -> None:
        """Shows the navigation of this person at this address."""
        who = current()
        if not isinstance(who, Person):
            return
        buildings = await workplaces_of(who)
        found = re.search(r"/buildings/([0-9a-f-]{36})(?:/|$)", self.router.url.path)
        self.at = found[1] if found else self.at if any(str(b.id) == self.at for b in buildings) else ""
        choices = [Choice(str(b.id), b.name, f"/buildings/{b.id}") for b in buildings if may_work(who, b)]
        every = [Choice("", N_("All my roles"))] if len(who.roles) > 1 else []
        view = ShellView(
            who.name, navigation(who, buildings, self.at), choices, self.at,
            every + [Choice(role, ROLE_NAMES[role]) for role in who.roles], who.active_role, await is_demo(),
        )  # fmt: skip
        (await self.get_state(Shell))._show(view)


def may_work(who: Person, building: Workplace) -> bool:
    """Whether a building's workspace is this person's place, rather than their own home alone."""
    return who.may(WORKSPACE, building.organization_id, building.id)


def navigation(who: Person, buildings: Sequence[Workplace], at: str) -> list[NavItem]:
    """The places one may go to, in the order of the menu: one's own, those of the building one is in, the office."""
    everywhere = [NavItem(e.label, e.path, exact=e.exact) for e in _entries("top") if who.may_somewhere(e.permission)]
    building = next((b for b in buildings if str(b.id) == at), None)
    inside = _workspace(who, building) if building and may_work(who, building) else []
    return everywhere + inside + (_headed(who, "administration") or _headed(who, "office"))


_HEADINGS: Final = {"building": N_("Building"), "administration": N_("Administration"), "office": N_("Office")}


def _entries(place: str) -> Iterator[MenuEntry]:
    found = [entry for m in manifests() for entry in m.menu if entry.place == place]
    return iter(sorted(found, key=lambda entry: entry.order))


def _workspace(who: Person, building: Workplace) -> list[NavItem]:
    base = f"/buildings/{building.id}"
    entries = [e for e in _entries("building") if who.may(e.permission, building.organization_id, building.id)]
    return [
        NavItem(e.label, base + e.path, building.counts.get(e.badge, 0), "" if i else _HEADINGS["building"], e.exact)
        for i, e in enumerate(entries)
    ]


def _headed(who: Person, place: str) -> list[NavItem]:
    entries = [e for e in _entries(place) if who.may_somewhere(e.permission)]
    return [
        NavItem(e.label, e.path, heading="" if i else _HEADINGS[place], exact=e.exact) for i, e in enumerate(entries)
    ]
