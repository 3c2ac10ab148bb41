"""Who is signed in, for the frame around the pages: language, role in use, and their first page."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.manifests import manifests
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler, signed_in
from koprogo_app.identity.page_state import chooses
from koprogo_app.identity.permissions import PUBLIC, SELF
from koprogo_app.identity.service import profile
from koprogo_app.interface.locale import Locale, on_choice


class Account(rx.State):
    """The person in front of this tab."""

    theme: str = ""

    @handler(SELF)
    async def enter(self) -> None:
        """Before a page: speak the person's language."""
        who = current()
        if isinstance(who, Person):
            (await self.get_state(Locale))._adopt(who.lang)

    @chooses(SELF)
    async def choose_role(self, w: Work, lang: str, role: str) -> Any:
        """Works as one of one's roles from now on, and goes to its first page."""
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
    """Where somebody begins: the first of the menu's first pages that is theirs, else their profile."""
    if who.needs_totp:
        return "/profile?totp=required"
    firsts = sorted((e.first_page, e.path, e.permission) for m in manifests() for e in m.menu if e.first_page)
    return next((path for _, path, permission in firsts if who.may_somewhere(permission)), "/profile")
