"""What somebody sees and changes of himself."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, KoproError
from koprogo_app.foundation.i18n import LANGS, N_, catalogue, in_all_languages
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.queries.sessions import OpenSession, open_sessions
from koprogo_app.identity.service import profile, totp
from koprogo_app.identity.service.passwords import NOT_THE_SAME
from koprogo_app.interface.form import problems
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import notify, refuse

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


class Profile(rx.State):
    """The profile page."""

    name: str = ""
    email: str = ""
    theme: str = "system"
    errors: dict[str, dict[str, str]] = {}
    password_errors: dict[str, dict[str, str]] = {}
    password_round: int = 0
    has_totp: bool = False
    needs_totp: bool = False
    may_drop_totp: bool = False
    codes_left: int = 0
    sessions: list[SessionLine] = []

    @handler(SELF)
    async def load(self) -> None:
        """Reads everything anew."""
        who = person()
        async with work(who) as w:
            rows = await open_sessions(w, who.user_id or UUID(int=0))
            self.codes_left = await totp.codes_left(w, who.user_id or UUID(int=0))
            self.has_totp = await totp.is_on(w, who.user_id or UUID(int=0))
        self.name, self.email, self.theme = who.name, who.email, who.theme
        self.needs_totp, self.may_drop_totp = who.needs_totp, Role.SUPERADMIN not in who.roles
        self.sessions = [_line(row) for row in rows]
        self.errors, self.password_errors = {}, {}

    @handler(SELF)
    async def save_name(self, data: dict[str, Any]) -> None:
        """Changes the name."""
        try:
            async with work(person()) as w:
                self.name = (await profile.update(w, name=str(data.get("name", "")))).name
        except KoproError as error:
            self.errors = problems(error)
            return
        self.errors = {}
        await notify(self, "done", N_("Your name is saved."))

    @handler(SELF)
    async def choose_language(self, lang: str) -> None:
        """Speaks another language from now on."""
        async with work(person()) as w:
            await profile.update(w, lang=lang)
        (await self.get_state(Locale))._adopt(lang)

    @handler(SELF)
    async def choose_theme(self, theme: str) -> None:
        """Keeps light, dark or the device's own for the next sign-in."""
        async with work(person()) as w:
            await profile.update(w, theme=theme)
        self.theme = theme

    @handler(SELF)
    async def change_password(self, data: dict[str, Any]) -> None:
        """Changes the password; the other sessions end."""
        new = str(data.get("new", ""))
        if new != str(data.get("again", "")):
            self.password_errors = {"again": {**catalogue(NOT_THE_SAME), "article": ""}}
            return
        try:
            await profile.change_password(person(), str(data.get("current", "")), new)
        except KoproError as error:
            self.password_errors = problems(error)
            return
        self.password_errors, self.password_round = {}, self.password_round + 1
        await self._sessions()
        await notify(self, "done", N_("Your password is changed. Every other sign-in was ended."))

    @handler(SELF)
    async def revoke(self, session_id: str) -> None:
        """Ends one of the sessions."""
        try:
            async with work(person()) as w:
                await profile.revoke_session(w, UUID(session_id))
        except (KoproError, ValueError) as error:
            if isinstance(error, KoproError):
                await refuse(self, error)
        else:
            await notify(self, "done", N_("That sign-in was ended."))
        await self._sessions()

    @handler(SELF)
    async def revoke_others(self) -> None:
        """Ends every session but this one."""
        async with work(person()) as w:
            await profile.revoke_others(w)
        await self._sessions()
        await notify(self, "done", N_("Every other sign-in was ended."))

    async def _sessions(self) -> None:
        who = person()
        async with work(who) as w:
            rows = await open_sessions(w, who.user_id or UUID(int=0))
        self.sessions = [_line(row) for row in rows]


class TwoSteps(rx.State):
    """The dialogs of two-step sign-in."""

    step: str = ""
    set_up: SetUp = SetUp()
    codes: list[str] = []
    errors: dict[str, dict[str, str]] = {}
    _required: bool = False

    @handler(SELF)
    async def arrive(self) -> Any:
        """Opens the set-up at once for a superadmin who still needs it."""
        who = person()
        if who.needs_totp and self.step != "codes":
            return TwoSteps.begin
        self.step = ""
        return None

    @handler(SELF)
    async def begin(self) -> None:
        """Shows the code to scan; one that is shown already stays."""
        who, shown = person(), self.set_up.secret.replace(" ", "") if self.step == "scan" else ""
        try:
            async with work(who) as w:
                made = await totp.begin(w, shown)
        except KoproError as error:
            await refuse(self, error)
            return
        if made.secret == shown:
            return
        picture = base64.b64encode(made.qr_svg.encode()).decode()
        self.set_up = SetUp("data:image/svg+xml;base64," + picture, re.sub(r"(.{4})", r"\1 ", made.secret).strip())
        self.errors, self._required, self.step = {}, who.needs_totp, "scan"

    @handler(SELF)
    async def confirm(self, data: dict[str, Any]) -> None:
        """Turns it on and shows the recovery codes, this once."""
        await self._try(totp.confirm, data, "codes")

    @handler(SELF)
    async def ask_off(self) -> None:
        """Asks for a code before it is turned off."""
        self.errors, self.step = {}, "off"

    @handler(SELF)
    async def turn_off(self, data: dict[str, Any]) -> Any:
        """Turns it off."""
        await self._try(totp.disable, data, "")
        if self.step:
            return None
        await notify(self, "done", N_("Two-step sign-in is off."))
        return Profile.load

    @handler(SELF)
    async def ask_codes(self) -> None:
        """Asks for a code before new recovery codes are made."""
        self.errors, self.step = {}, "renew"

    @handler(SELF)
    async def renew(self, data: dict[str, Any]) -> None:
        """Makes ten new recovery codes; the old ones end."""
        await self._try(totp.new_codes, data, "codes")

    @handler(SELF)
    async def close(self) -> Any:
        """Closes the dialog. The secret and the codes are not kept in the page."""
        done, required = self.step == "codes", self._required
        self.step, self.codes, self.set_up, self.errors = "", [], SetUp(), {}
        if done and required:
            self._required = False
            return rx.redirect("/")
        return Profile.load if done else None

    async def _try(self, command: Any, data: dict[str, Any], then: str) -> None:
        who = person()
        try:
            await profile.limit_codes(who)
            async with work(who) as w:
                codes = await command(w, str(data.get("code", "")))
        except KoproError as error:
            self.errors = problems(error)
            return
        self.errors, self.codes, self.set_up, self.step = {}, codes or [], SetUp(), then
