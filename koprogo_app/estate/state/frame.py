"""What the shell shows of the person who is signed in: her buildings, and where one can go from here."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, portfolio
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.state.account import is_demo, places
from koprogo_app.interface.shell import Choice, NavItem, Shell, ShellView
from koprogo_app.workspace.queries.paging import Asked, Page, scope

MOST_BUILDINGS: Final = 50
ROLE_NAMES: Final[dict[str, str]] = {
    "superadmin": N_("Superadmin"),
    "syndic": N_("Syndic"),
    "accountant": N_("Accountant"),
    "board": N_("Council member"),
    "auditor": N_("Auditor"),
    "owner": N_("Co-owner"),
    "notary": N_("Notary"),
}


class Frame(rx.State):
    """Fills the shell before a page loads."""

    at: str = ""

    @handler(SELF)
    async def enter(self) -> None:
        """Shows the navigation of this person at this address."""
        who = current()
        if not isinstance(who, Person):
            return
        buildings = await buildings_of(who)
        found = re.search(r"/buildings/([0-9a-f-]{36})(?:/|$)", self.router.url.path)
        self.at = found[1] if found else self.at if any(str(b.id) == self.at for b in buildings) else ""
        choices = [Choice(str(b.id), b.name, f"/buildings/{b.id}") for b in buildings if may_work(who, b)]
        every = [Choice("", N_("All my roles"))] if len(who.roles) > 1 else []
        view = ShellView(
            who.name, navigation(who, buildings, self.at) + places(who), choices, self.at,
            every + [Choice(role, ROLE_NAMES[role]) for role in who.roles], who.active_role, await is_demo(),
        )  # fmt: skip
        (await self.get_state(Shell))._show(view)


async def buildings_of(who: Person) -> Sequence[BuildingRow]:
    """The buildings a person may read, by name; the first of them when there are very many."""
    try:
        async with work(who) as w:
            page: Page[BuildingRow] = await portfolio(w, Asked(per_page=MOST_BUILDINGS))
            return page.rows if not scope(w, "buildings.read").nowhere else []
    except KoproError:
        return []


def may_work(who: Person, row: BuildingRow) -> bool:
    """Whether a building's workspace is this person's place, rather than her own home alone."""
    return who.may("organizations.read", row.organization_id, row.id)


def navigation(who: Person, buildings: Sequence[BuildingRow], at: str) -> list[NavItem]:
    """The places of the estate one may go to, in the order of the menu."""
    items = []
    if who.may_somewhere("organizations.read"):
        items.append(NavItem(N_("Buildings"), "/portfolio", exact=True))
        if who.may_somewhere("recovery.read"):
            items.append(NavItem(N_("All arrears"), "/portfolio/arrears"))
    if who.may_somewhere("ledger.close"):
        items.append(NavItem(N_("Close years"), "/close-years"))
    if who.may_somewhere("own_lots.read"):
        items.append(NavItem(N_("Home"), "/home"))
        items.append(NavItem(N_("Documents"), "/documents"))
    row = next((b for b in buildings if str(b.id) == at), None)
    return items + _workspace(who, row) if row and may_work(who, row) else items


def _workspace(who: Person, row: BuildingRow) -> list[NavItem]:
    base, organization_id = f"/buildings/{row.id}", row.organization_id

    def offered(permission: str, building_id: UUID, item: NavItem) -> list[NavItem]:
        return [item] if who.may(permission, organization_id, building_id) else []

    return [
        NavItem(N_("Overview"), base, heading=N_("Building"), exact=True, badge=len(row.flags)),
        NavItem(N_("Lots and owners"), f"{base}/lots"),
        *offered("owners.read", row.id, NavItem(N_("Owners' cards"), f"{base}/owners")),
        *offered("keys.read", row.id, NavItem(N_("Allocation keys"), f"{base}/keys")),
        *offered("documents.read", row.id, NavItem(N_("Documents"), f"{base}/documents")),
        *offered("invoices.read", row.id, NavItem(N_("Invoices"), f"{base}/invoices")),
        *offered("calls.read", row.id, NavItem(N_("Calls for funds"), f"{base}/calls")),
        *offered("bank.read", row.id, NavItem(N_("Bank"), f"{base}/bank")),
        *offered("ledger.read", row.id, NavItem(N_("Accounts"), f"{base}/accounts")),
        *offered("recovery.read", row.id, NavItem(N_("Arrears"), f"{base}/arrears")),
        *offered("reports.read", row.id, NavItem(N_("Reports"), f"{base}/reports")),
        *offered("budget.read", row.id, NavItem(N_("Budget"), f"{base}/budget")),
        *offered("lots.write", row.id, NavItem(N_("Import"), f"{base}/import")),
    ]
