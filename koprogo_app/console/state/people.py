"""People and their roles: everybody for superadmins, those of the office for its syndic."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.console.queries.places import PlaceRow, places
from koprogo_app.console.state.common import PER_PAGE, failure, offset_of, place
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid, KoproError, Unauthenticated
from koprogo_app.foundation.i18n import LANGS, N_, P_, catalogue, day, in_all_languages, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.model import Role
from koprogo_app.identity.queries import people as queries
from koprogo_app.identity.service import members
from koprogo_app.identity.service.members import ROLE_LABELS, Place
from koprogo_app.interface.form import problems
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import notify, refuse

STATES = {"invited": N_("invited"), "active": N_("active"), "disabled": N_("disabled")}
KINDS = {"invited": "information", "active": "done", "disabled": "refused"}
ROLES = [(str(role), label) for role, label in ROLE_LABELS.items()]


@dataclass(frozen=True)
class RoleMark:
    """A role and where it is held."""

    role: dict[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class PersonLine:
    """Somebody in the list."""

    id: str = ""
    name: str = ""
    email: str = ""
    status: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    roles: list[RoleMark] = field(default_factory=list)
    two_steps: bool = False
    seen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GrantLine:
    """A role of the person who is open."""

    id: str = ""
    role: dict[str, str] = field(default_factory=dict)
    place: str = ""
    since: dict[str, str] = field(default_factory=dict)
    until: dict[str, str] = field(default_factory=dict)
    in_force: bool = False


class People(rx.State):
    """The list, the dialog of one person, and the invitation."""

    ready: bool = False
    failed: dict[str, str] = {}
    admin: bool = False
    rows: list[PersonLine] = []
    at: dict[str, int] = {}
    offices: list[dict[str, str]] = []
    choices: list[dict[str, str]] = []
    where: list[dict[str, str]] = []
    step: str = ""
    one: PersonLine = PersonLine()
    grants: list[GrantLine] = []
    status: str = ""
    values: dict[str, str] = {}
    errors: dict[str, dict[str, str]] = {}
    _names: dict[str, str] = {}
    _office: str = ""

    @handler("users.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        query, lang = self.router.url.query_parameters, (await self.get_state(Locale)).lang
        try:
            async with work(current()) as w:
                self._know(await places(w), query.get("office", ""), lang)
                office = UUID(self._office) if self._office else None
                rows = await queries.people(
                    w, office, search=query.get("q", "").strip(), limit=PER_PAGE, offset=offset_of(query)
                )
        except KoproError as error:
            self.failed = failure(error)
            return
        self.rows = [_line(row, self._names) for row in rows]
        self.at = place(query, len(rows), rows[0].total if rows else 0)
        self.failed, self.ready, self.step = {}, True, ""

    def _know(self, rows: list[PlaceRow], asked: str, lang: str) -> None:
        who = current()
        if not isinstance(who, Person):
            raise Unauthenticated
        self.admin = who.may_somewhere("platform.read")
        mine = [p for p in rows if who.may("users.write", p.organization_id, p.building_id)]
        self.offices = [{"value": str(p.organization_id), "label": p.organization} for p in mine if not p.building_id]
        self.where = [{"value": _key(p), "label": _name(p)} for p in mine]
        self._names = {_key(p): _name(p) for p in rows}
        offered = [o["value"] for o in self.offices]
        everybody = (
            [{"value": "", "label": tr(lang, P_("people of all organisations", "Everybody"))}] if self.admin else []
        )
        self.choices = everybody + self.offices
        self._office = asked if asked in offered else "" if self.admin else next(iter(offered), "")

    @handler("users.write")
    async def add(self) -> None:
        """Opens an empty invitation."""
        self.values, self.errors, self.step = {"lang": "fr", "role": "owner", "where": self._first()}, {}, "invite"

    @handler("users.write")
    async def add_role(self) -> None:
        """Opens an invitation for the person who is open: another role."""
        self.values = {"email": self.one.email, "name": self.one.name, "lang": "fr", "role": "owner",
                       "where": self._first()}  # fmt: skip
        self.errors, self.step = {}, "invite"

    def _first(self) -> str:
        return self._office or (self.where[0]["value"] if self.where else "")

    @handler("users.read")
    async def close(self) -> None:
        """Closes the dialog."""
        self.step, self.errors = "", {}

    @handler("users.write")
    async def invite(self, data: dict[str, Any]) -> Any:
        """Gives the role and writes the mail."""
        typed = {name: str(data.get(name) or "") for name in ("email", "name", "lang", "role", "where")}
        self.values = typed
        try:
            async with work(current()) as w:
                user = await members.invite(
                    w, email=typed["email"], name=typed["name"], role=typed["role"], lang=typed["lang"],
                    place=self._place(typed["role"], typed["where"]),
                )  # fmt: skip
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.step, self.errors = "", {}
        await notify(self, "done", N_("A mail to {email} is on its way."), email=user.email)
        return People.load

    def _place(self, role: str, where: str) -> Place:
        if role == Role.SUPERADMIN:
            return Place()
        if where not in self._names:
            raise Invalid("where", N_("Choose where the role is held."))
        office, _, building = where.partition("/")
        return Place(UUID(office), UUID(building) if building else None, self._names[where])

    @handler("users.read")
    async def show(self, user_id: str) -> None:
        """Opens a person."""
        try:
            await self._show(user_id)
        except KoproError as error:
            await refuse(self, error)

    async def _show(self, user_id: str) -> None:
        self.one = next((p for p in self.rows if p.id == user_id), PersonLine())
        if not self.one.id:
            return
        async with work(current()) as w:
            rows = await queries.grants_of(w, UUID(user_id))
        self.grants = [_grant(row, self._names) for row in rows]
        self.status, self.step = self.one.status["en"], "person"

    @handler("users.write")
    async def end(self, grant_id: str) -> Any:
        """Ends a role at once."""
        return await self._do(lambda w: members.end_grant(w, UUID(grant_id)), N_("The role was ended."))

    @handler("users.write")
    async def again(self, grant_id: str) -> Any:
        """Sends the invitation once more."""
        row = next((g for g in self.grants if g.id == grant_id), GrantLine())
        return await self._do(
            lambda w: members.invite_again(w, UUID(grant_id), row.place), N_("A new invitation is on its way.")
        )

    @handler("platform.write")
    async def disable(self) -> Any:
        """Closes the account of the person who is open."""
        return await self._do(lambda w: members.disable(w, UUID(self.one.id)), N_("The account is disabled."))

    @handler("platform.write")
    async def enable(self) -> Any:
        """Opens it again."""
        return await self._do(lambda w: members.enable(w, UUID(self.one.id)), N_("The account is open again."))

    async def _do(self, command: Any, said: str) -> Any:
        self.step = ""
        try:
            async with work(current()) as w:
                await command(w)
        except KoproError as error:
            await refuse(self, error)
            return None
        await notify(self, "done", said)
        return People.load


def _key(row: PlaceRow) -> str:
    return f"{row.organization_id}/{row.building_id}" if row.building_id else str(row.organization_id)


def _name(row: PlaceRow) -> str:
    return f"{row.organization} · {row.building}" if row.building_id else row.organization


def _where(names: dict[str, str], organization_id: object, building_id: object) -> str:
    office = names.get(str(organization_id), "")
    return names.get(f"{organization_id}/{building_id}", office) if building_id else office


def _line(row: queries.PersonRow, names: dict[str, str]) -> PersonLine:
    roles = [RoleMark(catalogue(ROLE_LABELS[Role(r)]), _where(names, o, b)) for r, o, b in row.grants]
    return PersonLine(
        str(row.id), row.name, row.email, catalogue(STATES[row.status]), KINDS[row.status], roles, row.has_totp,
        in_all_languages(row.last_seen_at) if row.last_seen_at else dict.fromkeys(LANGS, "—"),
    )  # fmt: skip


def _grant(row: queries.GrantRow, names: dict[str, str]) -> GrantLine:
    def written(value: Any) -> dict[str, str]:
        return {lang: day(value, lang, "short") if value else "" for lang in LANGS}

    return GrantLine(
        str(row.id), catalogue(ROLE_LABELS[Role(row.role)]), _where(names, row.organization_id, row.building_id),
        written(row.starts), written(row.ends), row.in_force,
    )  # fmt: skip
