"""People of an organisation: invited by mail, given roles, taken out again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import LANGS, N_, moment
from koprogo_app.foundation.mail import clean_address, queue_mail
from koprogo_app.foundation.manifests import Hook
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import require
from koprogo_app.identity.model import OneTimeToken, Role, RoleGrant, User
from koprogo_app.identity.queries import people
from koprogo_app.identity.service import one_time, passwords, profile, sessions
from koprogo_app.identity.service.sign_in import Caller
from koprogo_app.settings import settings

_PACKAGE = "koprogo_app.identity"
LINK_OVER = N_("This invitation is no longer valid. Ask for a new one.")

ROLE_LABELS = {
    Role.SUPERADMIN: N_("superadmin"),
    Role.SYNDIC: N_("syndic"),
    Role.ACCOUNTANT: N_("accountant"),
    Role.BOARD: N_("member of the council of co-ownership"),
    Role.AUDITOR: N_("internal auditor"),
    Role.OWNER: N_("co-owner"),
    Role.NOTARY: N_("notary"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is held. `name` is what the mail calls it (organisation or building)."""

    organization_id: UUID | None = None
    building_id: UUID | None = None
    name: str = ""


def _role(role: str, place: Place) -> Role:
    try:
        known = Role(role)
    except ValueError:
        raise Invalid("role", N_("Choose a role.")) from None
    if (known is Role.SUPERADMIN) != (place.organization_id is None):
        raise Invalid("role", N_("A superadmin is for the whole installation, every other role for an organisation."))
    return known


def _may_give(w: Work, role: Role, place: Place) -> None:
    if role is Role.SUPERADMIN:
        require(w, "platform.write")
    else:
        require(w, "users.write", place.organization_id, place.building_id)


IsPlace = Callable[[Work, UUID, UUID | None], Awaitable[bool]]
PLACES: Final = Hook[IsPlace]("identity.places")
"""Whether there is this organisation and, when one is named, this building of it."""


async def _in_place(w: Work, place: Place) -> None:
    """The building must be one of the organisation; else a role could point out of it."""
    if place.organization_id is None:
        return
    for is_place in PLACES.given():
        if await is_place(w, place.organization_id, place.building_id):
            return
    raise NotFound


async def invite(w: Work, *, email: str, name: str, role: str, place: Place, lang: str = "fr") -> User:
    """Gives somebody a role and writes the mail: an invitation to choose a password, or news of the role.

    An account that exists already keeps its name and language. Raises Invalid (email, name, role, lang), Conflict when
    the person has this role here already, Forbidden, NotFound.
    """
    known = _role(role, place)
    _may_give(w, known, place)
    await _in_place(w, place)
    if lang not in LANGS:
        raise Invalid("lang", N_("Choose one of the four languages."))
    address = clean_address(email)
    user = await people.by_email(w, address)
    if user is None:
        user = await w.add(User(email=address, name=profile.clean_name(name), lang=lang))
        await audit(w, "user.invited", "user", user.id, organization_id=place.organization_id)
    elif user.status == "disabled":
        raise Conflict(N_("This account is disabled."), field="email")
    await _give(w, user, known, place)
    await _write(w, user, known, place)
    return user


async def _give(w: Work, user: User, role: Role, place: Place) -> RoleGrant:
    row = await w.add(
        RoleGrant(
            user_id=user.id, role=role, organization_id=place.organization_id, building_id=place.building_id,
            period=span(w.today),
        )
    )  # fmt: skip
    await audit(
        w, "role.given", "role_grant", row.id, organization_id=place.organization_id, building_id=place.building_id,
        after={"user_id": user.id, "role": str(role), "building_id": place.building_id},
    )  # fmt: skip
    await sessions.announce_all(w, user.id)
    return row


async def _write(w: Work, user: User, role: Role, place: Place) -> None:
    values = _letter_values(w, user, role, place)
    if user.status == "active":
        await queue_mail(
            w, to=user.email, lang=user.lang, purpose="role", subject=N_("A new role in KoproGo"), package=_PACKAGE,
            letter="role_given", organization_id=place.organization_id, link=settings().address("/sign-in"),
            label=N_("Sign in"), **values,
        )  # fmt: skip
        return
    await one_time.void(w, "invite", user.id)
    secret = await one_time.issue(w, "invite", user.id)
    await queue_mail(
        w, to=user.email, lang=user.lang, purpose="invitation", subject=N_("Your invitation to KoproGo"),
        package=_PACKAGE, letter="invitation", organization_id=place.organization_id,
        link=settings().address(f"/invitation#{secret}"), label=N_("Choose your password"),
        until=moment(w.now + one_time.LIFE["invite"], user.lang), **values,
    )  # fmt: skip


def _letter_values(w: Work, user: User, role: Role, place: Place) -> dict[str, Any]:
    inviter = getattr(w.principal, "name", "") or "KoproGo"
    return {"name": user.name, "role": ROLE_LABELS[role], "organization": place.name, "inviter": inviter}


async def invite_again(w: Work, grant_id: UUID, place_name: str = "") -> None:
    """Sends a new invitation for a role; the old link ends. Raises Conflict when the person has accepted one."""
    grant, user = await _granted(w, grant_id)
    if user.status != "invited":
        raise Conflict(N_("This person has already accepted the invitation."))
    place = Place(grant.organization_id, grant.building_id, place_name)
    await _write(w, user, Role(grant.role), place)
    await audit(w, "user.invited_again", "user", user.id, organization_id=grant.organization_id)


async def _granted(w: Work, grant_id: UUID) -> tuple[RoleGrant, User]:
    grant = await w.get(RoleGrant, grant_id)
    _may_give(w, Role(grant.role), Place(grant.organization_id, grant.building_id))
    return grant, await w.get(User, grant.user_id)


async def invited(secret: str) -> User:
    """Whom an invitation is for. Raises Invalid when it is over."""
    async with work(SYSTEM) as w:
        return (await _behind(w, secret))[1]


async def _behind(w: Work, secret: str) -> tuple[OneTimeToken, User]:
    row = await one_time.peek(w, "invite", secret)
    user = await w.session.get(User, row.user_id) if row is not None else None
    if row is None or user is None or user.status != "invited":
        raise Invalid("link", LINK_OVER)
    return row, user


async def accept(secret: str, *, name: str, lang: str, password: str, caller: Caller) -> User:
    """Accepts an invitation: name, language, password. Opens its own transactions. Raises Invalid."""
    clean = profile.clean_name(name)
    if lang not in LANGS:
        raise Invalid("lang", N_("Choose one of the four languages."))
    user = await invited(secret)
    await passwords.accept(password, email=user.email, name=clean)
    fresh = await passwords.make_hash(password)
    async with work(replace(SYSTEM, user_id=user.id, ip=caller.ip)) as w:
        row, user = await _behind(w, secret)
        row.used_at = w.now
        user.name, user.lang, user.status = clean, lang, "active"
        w.session.add(row)
        await profile.set_password(w, user, fresh)
        await audit(w, "invitation.accepted", "user", user.id, organization_id=None)
    return user


async def end_grant(w: Work, grant_id: UUID, last_day: date | None = None) -> None:
    """Ends a role: at once, or after `last_day`. Raises Conflict for one's own last superadmin role, NotFound."""
    grant, user = await _granted(w, grant_id)
    if grant.role == Role.SUPERADMIN:
        await _keep_one_superadmin(w, user)
    ends = w.today if last_day is None else date.fromordinal(last_day.toordinal() + 1)
    starts = grant.period.lower or w.today
    if grant.period.upper is not None and grant.period.upper <= ends:
        raise Conflict(N_("This role has already ended."))
    if ends <= starts:  # a period is never empty: a role given and taken on one day leaves only its audit
        await w.session.delete(grant)
    else:
        grant.period = span(starts, ends)
        w.session.add(grant)
    await audit(
        w, "role.ended", "role_grant", grant.id, organization_id=grant.organization_id,
        building_id=grant.building_id, before={"user_id": user.id, "role": grant.role, "ends": None},
        after={"user_id": user.id, "role": grant.role, "ends": ends},
    )  # fmt: skip
    await w.flush()
    await sessions.announce_all(w, user.id)


_GONE = """
delete from role_grant g
 where g.user_id = %(user)s and g.role = 'owner' and g.organization_id = %(organization)s and not exists (
       select from unnest(%(buildings)s::uuid[], %(periods)s::daterange[]) h (building_id, period)
        where h.building_id = g.building_id and h.period = g.period)"""
_NEW = """
insert into role_grant (user_id, role, organization_id, building_id, period)
select %(user)s, 'owner', %(organization)s, h.building_id, h.period
  from unnest(%(buildings)s::uuid[], %(periods)s::daterange[]) h (building_id, period)
 where not exists (select from role_grant g where g.user_id = %(user)s and g.role = 'owner'
                    and g.organization_id = %(organization)s and g.building_id = h.building_id
                    and g.period = h.period)"""


async def keep_owner_grants(w: Work, user_id: UUID, organization_id: UUID, held: list[tuple[UUID, str]]) -> None:
    """Gives an account the role `owner` on exactly these buildings of an organisation, each for these very days.

    `held`: building and daterange as text. The caller has authorised it; sessions hear of it when something changed.
    """
    values = {
        "user": user_id, "organization": organization_id,
        "buildings": [building for building, _ in held], "periods": [period for _, period in held],
    }  # fmt: skip
    gone = await w.execute(_GONE, **values)
    new = await w.execute(_NEW, **values)
    if gone or new:
        await sessions.announce_all(w, user_id)


async def _keep_one_superadmin(w: Work, user: User) -> None:
    await w.value("select pg_advisory_xact_lock(hashtext('superadmins'))")
    others = await w.value(
        "select count(distinct g.user_id) from role_grant g join app_user u on u.id = g.user_id "
        "where g.role = 'superadmin' and g.period @> %(t)s and u.status = 'active' and u.id <> %(u)s",
        t=w.today, u=user.id,
    )  # fmt: skip
    if not others:
        raise Conflict(N_("The installation needs at least one superadmin."))


async def disable(w: Work, user_id: UUID) -> None:
    """Closes an account and ends its sessions. Only superadmins. Raises Conflict for the last of them."""
    require(w, "platform.write")
    user = await w.get(User, user_id)
    if user_id == w.principal.user_id:
        raise Conflict(N_("You cannot disable your own account."))
    if await people.is_superadmin(w, user_id):
        await _keep_one_superadmin(w, user)
    if user.status == "disabled":
        return
    user.status = "disabled"
    w.session.add(user)
    await one_time.void(w, "invite", user_id)
    await one_time.void(w, "reset", user_id)
    await sessions.end_all(w, user_id, "account disabled")
    await audit(w, "user.disabled", "user", user_id, organization_id=None)


async def enable(w: Work, user_id: UUID) -> None:
    """Opens a disabled account again, with the roles it still has. Only superadmins."""
    require(w, "platform.write")
    user = await w.get(User, user_id)
    if user.status != "disabled":
        raise Conflict(N_("This account is not disabled."))
    user.status = "active" if user.password_hash else "invited"
    w.session.add(user)
    await audit(w, "user.enabled", "user", user_id, organization_id=None)


async def create_admin(email: str, name: str, password: str, lang: str = "fr") -> User:
    """Makes a superadmin from the command line; an account that exists gets the role and this password.

    Raises Invalid, Conflict when it has the role already.
    """
    address, clean = clean_address(email), profile.clean_name(name)
    await passwords.accept(password, email=address, name=clean)
    fresh = await passwords.make_hash(password)
    async with work(SYSTEM) as w:
        user = await people.by_email(w, address)
        if user is not None and await people.is_superadmin(w, user.id):
            raise Conflict(N_("This person is already a superadmin."), field="email")
        if user is None:
            user = await w.add(User(email=address, name=clean, lang=lang))
        user.status = "active"
        await profile.set_password(w, user, fresh)
        await sessions.end_all(w, user.id, "password reset")
        await _give(w, user, Role.SUPERADMIN, Place())
    return user
