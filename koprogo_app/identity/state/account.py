"""Who is signed in, for the frame around the pages: language, role in use, and the places that need no building."""

from typing import Any

import reflex as rx

from koprogo_app.foundation import installation
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import NOBODY
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler, signed_in
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PUBLIC, SELF
from koprogo_app.identity.service import profile
from koprogo_app.interface.locale import Locale, on_choice
from koprogo_app.interface.shell import NavItem


class Account(rx.State):
    """The person in front of this tab."""

    theme: str = ""

    @handler(SELF)
    async def enter(self) -> None:
        """Before a page: speak the person's language."""
        who = current()
        if isinstance(who, Person):
            (await self.get_state(Locale))._adopt(who.lang)

    @handler(SELF)
    async def choose_role(self, role: str) -> Any:
        """Works as one of one's roles from now on, and goes to its first page."""
        async with work(current()) as w:
            await profile.switch_role(w, role)
        return rx.redirect("/")

    @handler(PUBLIC)
    async def greet(self) -> None:
        """On a page that anybody may open: speak the language of who is signed in."""
        who = signed_in()
        if who is not None:
            (await self.get_state(Locale))._adopt(who.lang)

    @handler(PUBLIC)
    async def start(self) -> Any:
        """The address without a path: on to the person's own first page, or to sign-in."""
        who = signed_in()
        if who is None:
            return rx.redirect("/sign-in", replace=True)
        self.theme = who.theme
        (await self.get_state(Locale))._adopt(who.lang)
        return rx.redirect(first_page(who), replace=True)


async def remember_language(_state: rx.State, lang: str) -> None:
    """Keeps the language somebody picked in the footer in the profile, when there is one."""
    who = signed_in()
    if who is not None and who.lang != lang:
        async with work(who) as w:
            await profile.update(w, lang=lang)


on_choice(remember_language)


def first_page(who: Person) -> str:
    """Where somebody begins: superadmins with the organisations, who manages with the buildings, owners at home."""
    if who.needs_totp:
        return "/profile?totp=required"
    if who.may_somewhere("platform.read"):
        return "/admin/organizations"
    if who.may_somewhere("organizations.read"):
        return "/portfolio"
    return "/home" if who.may_somewhere("own_lots.read") else "/profile"


def places(who: Person) -> list[NavItem]:
    """The entries of the navigation that belong to no building: administration, people, audit."""
    if who.may_somewhere("platform.read"):
        return [
            NavItem(N_("Organisations"), "/admin/organizations", heading=N_("Administration")),
            NavItem(N_("People"), "/admin/users"),
            NavItem(N_("Outbox"), "/admin/outbox"),
            NavItem(N_("Interest rates"), "/admin/interest-rates"),
            NavItem(N_("Audit"), "/admin/audit"),
            NavItem(N_("Health"), "/admin/health"),
        ]
    if any(g.role is Role.SYNDIC for g in who.grants):
        return [
            NavItem(N_("People"), "/admin/users", heading=N_("Office")),
            NavItem(N_("Audit"), "/audit"),
        ]
    return []


_demo: list[bool] = []


async def is_demo() -> bool:
    """Whether this installation is the demonstration; asked once, for it does not change while a process runs."""
    if not _demo:
        async with work(NOBODY) as w:
            _demo.append(await installation.is_demo(w))
    return _demo[0]
