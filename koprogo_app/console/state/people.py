"""People and their roles: everybody for superadmins, those of the office for its syndic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import reflex as rx

from koprogo_app.console.queries.places import PlaceRow, places
from koprogo_app.console.state.common import PER_PAGE
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import N_, P_, moment, tr
from koprogo_app.identity.access import Person, person
from koprogo_app.identity.model import Role
from koprogo_app.identity.queries import people as queries
from koprogo_app.identity.service import members
from koprogo_app.identity.service.members import ROLE_LABELS, Place
from koprogo_app.workspace.state.common import as_id, asked, place, shown_day
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opening, submits

STATES = {"invited": N_("invited"), "active": N_("active"), "disabled": N_("disabled")}
KINDS = {"invited": "information", "active": "done", "disabled": "refused"}
ROLES = [(str(role), label) for role, label in ROLE_LABELS.items()]


@dataclass(frozen=True)
class RoleMark:
    """A role and where it is held."""

    role: str = ""
    place: str = ""


@dataclass(frozen=True)
class PersonLine:
    """Somebody in the list."""

    id: str = ""
    name: str = ""
    email: str = ""
    status: str = ""
    state: str = ""
    kind: str = ""
    roles: list[RoleMark] = field(default_factory=list)
    two_steps: bool = False
    seen: str = ""


@dataclass(frozen=True)
class GrantLine:
    """A role of the person who is open."""

    id: str = ""
    role: str = ""
    place: str = ""
    since: str = ""
    until: str = ""
    in_force: bool = False


@dataclass(frozen=True)
class InvitationForm:
    """What an invitation begins with."""

    email: str = ""
    name: str = ""
    lang: str = "fr"
    role: str = "owner"
    where: str = ""


class People(PageState, rx.State):
    """The list, the dialog of one person, and the invitation: its record is the person who gets another role."""

    admin: bool = False
    rows: list[PersonLine] = []
    at: dict[str, int] = {}
    offices: list[dict[str, str]] = []
    choices: list[dict[str, str]] = []
    where: list[dict[str, str]] = []
    one: PersonLine = PersonLine()
    grants: list[GrantLine] = []
    values: InvitationForm = InvitationForm()
    _office: str = ""

    load = loads("users.read")

    async def _fill(self, w: Work, lang: str) -> None:
        query, known = self.router.url.query_parameters, await places(w)
        self._know(person(w), known, query.get("office", ""), lang)
        office = UUID(self._office) if self._office else None
        found = await queries.people(w, office, asked(query, PER_PAGE), search=query.get("q", ""))
        self.rows, self.at = [_line(row, _names(known), lang) for row in found.rows], place(found)

    def _know(self, who: Person, rows: Sequence[PlaceRow], asked: str, lang: str) -> None:
        self.admin = who.may_somewhere("platform.read")
        mine = [p for p in rows if who.may("users.write", p.organization_id, p.building_id)]
        self.offices = [{"value": str(p.organization_id), "label": p.organization} for p in mine if not p.building_id]
        self.where = [{"value": _key(p), "label": _name(p)} for p in mine]
        offered = [o["value"] for o in self.offices]
        everybody = (
            [{"value": "", "label": tr(lang, P_("people of all organisations", "Everybody"))}] if self.admin else []
        )
        self.choices = everybody + self.offices
        self._office = asked if asked in offered else "" if self.admin else next(iter(offered), "")

    @opening("users.write", "invite")
    async def add(self, w: Work, lang: str, record: str) -> None:
        """Opens an empty invitation, or one to another role for a person of the list."""
        one = next((p for p in self.rows if p.id == record), PersonLine())
        where = self._office or (self.where[0]["value"] if self.where else "")
        self.values = InvitationForm(one.email, one.name, where=where)

    @submits("users.write", dialog="invite")
    async def invite(self, w: Work, sent: Sent) -> Told:
        """Gives the role and writes the mail."""
        user = await members.invite(
            w, email=sent.text("email"), name=sent.text("name"), role=sent.text("role"), lang=sent.text("lang"),
            place=await _place(w, sent.text("role"), sent.text("where")),
        )  # fmt: skip
        return Told(N_("A mail to {email} is on its way."), params={"email": user.email})

    @opening("users.read", "person")
    async def show(self, w: Work, lang: str, record: str) -> None:
        """Opens a person of the list."""
        one = next((p for p in self.rows if p.id == record), None)
        if one is None:
            raise NotFound
        names = _names(await places(w))
        self.grants = [_grant(row, names, lang) for row in await queries.grants_of(w, as_id(record))]
        self.one = one

    @acts("users.write", done=N_("The role was ended."))
    async def end(self, w: Work, grant_id: str) -> None:
        """Ends a role at once."""
        await members.end_grant(w, as_id(grant_id))

    @acts("users.write", done=N_("A new invitation is on its way."))
    async def again(self, w: Work, grant_id: str) -> None:
        """Sends the invitation once more."""
        row = await queries.grant(w, as_id(grant_id))
        place = _where(_names(await places(w)), row.organization_id, row.building_id)
        await members.invite_again(w, row.id, place)

    @acts("platform.write", done=N_("The account is disabled."))
    async def disable(self, w: Work, user_id: str) -> None:
        """Closes a person's account."""
        await members.disable(w, as_id(user_id))

    @acts("platform.write", done=N_("The account is open again."))
    async def enable(self, w: Work, user_id: str) -> None:
        """Opens it again."""
        await members.enable(w, as_id(user_id))


async def _place(w: Work, role: str, where: str) -> Place:
    """Where a role is to be held. Raises Invalid when it is nowhere the person knows."""
    if role == Role.SUPERADMIN:
        return Place()
    names = _names(await places(w))
    if where not in names:
        raise Invalid("where", N_("Choose where the role is held."))
    office, _, building = where.partition("/")
    return Place(UUID(office), UUID(building) if building else None, names[where])


def _names(rows: Sequence[PlaceRow]) -> dict[str, str]:
    return {_key(row): _name(row) for row in rows}


def _key(row: PlaceRow) -> str:
    return f"{row.organization_id}/{row.building_id}" if row.building_id else str(row.organization_id)


def _name(row: PlaceRow) -> str:
    return f"{row.organization} · {row.building}" if row.building_id else row.organization


def _where(names: Mapping[str, str], organization_id: object, building_id: object) -> str:
    office = names.get(str(organization_id), "")
    return names.get(f"{organization_id}/{building_id}", office) if building_id else office


def _line(row: queries.PersonRow, names: Mapping[str, str], lang: str) -> PersonLine:
    roles = [RoleMark(tr(lang, ROLE_LABELS[Role(r)]), _where(names, o, b)) for r, o, b in row.grants]
    return PersonLine(
        str(row.id), row.name, row.email, row.status, tr(lang, STATES[row.status]), KINDS[row.status], roles,
        row.has_totp, moment(row.last_seen_at, lang) if row.last_seen_at else "—",
    )  # fmt: skip


def _grant(row: queries.GrantRow, names: Mapping[str, str], lang: str) -> GrantLine:
    return GrantLine(
        str(row.id), tr(lang, ROLE_LABELS[Role(row.role)]), _where(names, row.organization_id, row.building_id),
        shown_day(row.starts, lang), shown_day(row.ends, lang), row.in_force,
    )  # fmt: skip
