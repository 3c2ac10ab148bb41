"""What somebody sees and changes of themselves."""

import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, Invalid
from koprogo_app.foundation.i18n import LANGS, N_, catalogue, in_all_languages
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.model import Role
from koprogo_app.identity.page_state import (
    NO_DIALOG,
    Dialog,
    PageState,
    Sent,
    Told,
    acts,
    as_id,
    chooses,
    loads,
    opening,
    opens,
    refill,
    submits,
)
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.queries.sessions import OpenSession, open_sessions
from koprogo_app.identity.service import profile, totp
from koprogo_app.identity.service.passwords import NOT_THE_SAME
from koprogo_app.interface.locale import Locale

_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                    ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS: Final = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
                   ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip
_UNKNOWN = N_("Unknown device")
_CLIENT = N_("Program (API)")


@dataclass(frozen=True)
class SessionLine:
    """A session in the list."""

    id: str = ""
    device: dict[str, str] = field(default_factory=dict)
    ip: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    current: bool = False


@dataclass(frozen=True)
class SetUp:
    """What the app needs to know."""

    qr: str = ""
    secret: str = ""


def person() -> Person:
    """The signed-in person; the guard let nobody else through."""
    who = current()
    if not isinstance(who, Person):
        raise Forbidden
    return who


def device(kind: str, user_agent: str) -> dict[str, str]:
    """A browser and its system in words, from what the browser says of itself."""
    if kind == "api":
        return catalogue(_CLIENT)
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    known = ", ".join(part for part in (browser, system) if part)
    return dict.fromkeys(LANGS, known) if known else catalogue(_UNKNOWN)


def _line(row: OpenSession) -> SessionLine:
    return SessionLine(
        str(row.id), device(row.kind, row.user_agent), row.ip, in_all_languages(row.last_seen_at), row.current
    )


class Profile(PageState, rx.State):
    """The profile page: name, language, colours, sessions."""

    name: str = ""
    email: str = ""
    theme: str = "system"
    sessions: list[SessionLine] = []

    load = loads(SELF)

    async def _fill(self, w: Work, lang: str) -> None:
        who = person()
        self.name, self.email, self.theme = who.name, who.email, who.theme
        self.sessions = [_line(row) for row in await open_sessions(w, _id(who))]

    @submits(SELF, done=N_("Your name is saved."))
    async def save_name(self, w: Work, sent: Sent) -> Told:
        """Changes the name."""
        self.name = (await profile.update(w, name=sent.text("name"))).name
        # The session knows the name of before until the next event.
        return Told(N_("Your name is saved."), refill=False)

    @chooses(SELF)
    async def choose_language(self, w: Work, spoken: str, lang: str) -> None:
        """Speaks another language from now on."""
        await profile.update(w, lang=lang)
        (await self.get_state(Locale))._adopt(lang)

    @chooses(SELF)
    async def choose_theme(self, w: Work, lang: str, theme: str) -> None:
        """Keeps light, dark or the device's own for the next sign-in."""
        await profile.update(w, theme=theme)
        self.theme = theme

    @acts(SELF, done=N_("That sign-in was ended."))
    async def revoke(self, w: Work, session: str) -> None:
        """Ends one of the sessions."""
        await profile.revoke_session(w, as_id(session))

    @acts(SELF, done=N_("Every other sign-in was ended."))
    async def revoke_others(self, w: Work) -> None:
        """Ends every session but this one."""
        await profile.revoke_others(w)


class Password(PageState, rx.State):
    """The form that changes the password; `saved` counts, so that it begins anew and holds none."""

    @submits(SELF, apart=True, secret=("current", "new", "again"))
    async def change(self, who: Person, sent: Sent) -> Told:
        """Changes the password; the other sessions end."""
        if sent.text("new") != sent.text("again"):
            raise Invalid("again", NOT_THE_SAME)
        await profile.change_password(who, sent.text("current"), sent.text("new"))
        await refill(await self.get_state(Profile))
        return Told(N_("Your password is changed. Every other sign-in was ended."), refill=False)


class TwoSteps(PageState, rx.State):
    """Two-step sign-in and its dialogs: scan, codes, off, renew. `needed`: nothing else is open before it is on."""

    on: bool = False
    needed: bool = False
    may_drop: bool = False
    codes_left: int = 0
    set_up: SetUp = SetUp()
    codes: list[str] = []
    _required: bool = False

    load = loads(SELF)
    ask = opens(SELF, "off", "renew")

    def _arrive(self) -> None:
        # They are shown this once: also when the page is loaded again, until the person has kept them.
        self.dialog = Dialog("codes") if self.codes else NO_DIALOG

    async def _fill(self, w: Work, lang: str) -> None:
        who = person()
        self.on, self.codes_left = await totp.is_on(w, _id(who)), await totp.codes_left(w, _id(who))
        self.needed, self.may_drop = who.needs_totp and not self.on, Role.SUPERADMIN not in who.roles

    @handler(SELF)
    async def arrive(self) -> Any:
        """Opens the set-up at once for a superadmin who still needs it."""
        return TwoSteps.begin("") if self.needed and not self.dialog.name else None

    @opening(SELF, "scan")
    async def begin(self, w: Work, lang: str, record: str) -> None:
        """Shows the code to scan; one that is shown already stays, also when the page is loaded again."""
        shown = self.set_up.secret.replace(" ", "")
        made = await totp.begin(w, shown)
        if made.secret == shown:
            return
        picture = base64.b64encode(made.qr_svg.encode()).decode()
        self.set_up = SetUp("data:image/svg+xml;base64," + picture, re.sub(r"(.{4})", r"\1 ", made.secret).strip())
        self._required = person().needs_totp

    @submits(SELF, dialog="scan", apart=True, secret=("code",))
    async def confirm(self, who: Person, sent: Sent) -> Told:
        """Turns it on and shows the recovery codes, this once."""
        self.codes, self.set_up = await _with_code(who, totp.confirm, sent), SetUp()
        return Told(dialog=Dialog("codes"))

    @submits(SELF, dialog="off", apart=True, secret=("code",), done=N_("Two-step sign-in is off."))
    async def turn_off(self, who: Person, sent: Sent) -> None:
        """Turns it off."""
        await _with_code(who, totp.disable, sent)

    @submits(SELF, dialog="renew", apart=True, secret=("code",))
    async def renew(self, who: Person, sent: Sent) -> Told:
        """Makes ten new recovery codes; the old ones end."""
        self.codes = await _with_code(who, totp.new_codes, sent)
        return Told(dialog=Dialog("codes"))

    @handler(SELF)
    async def close(self) -> Any:
        """Closes the dialog. The secret and the codes are not kept in the page."""
        first = self.dialog.name == "codes" and self._required
        self.dialog, self.errors, self.codes, self.set_up = NO_DIALOG, {}, [], SetUp()
        if not first:
            return None
        self._required = False
        return rx.redirect("/")


async def _with_code(who: Person, command: Callable[[Work, str], Awaitable[Any]], sent: Sent) -> Any:
    """What a command that asks for a code gives; codes cannot be tried without end."""
    await profile.limit_codes(who)
    async with work(who) as w:
        return await command(w, sent.text("code"))


def _id(who: Person) -> UUID:
    return who.user_id or UUID(int=0)
