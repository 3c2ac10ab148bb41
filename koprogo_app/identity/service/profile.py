"""What a person changes about himself: name, language, theme, password, role in use, sessions."""

from dataclasses import replace
from uuid import UUID

from koprogo_app.foundation import limits
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import LANGS, N_, moment
from koprogo_app.foundation.limits import Rule
from koprogo_app.foundation.mail import queue_mail
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person, person, require
from koprogo_app.identity.model import User, UserSession
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.service import passwords, sessions
from koprogo_app.settings import settings

THEMES = ("system", "light", "dark")


async def _self(w: Work) -> User:
    require(w, SELF)
    return await w.get(User, person(w).user_id)


async def limit_codes(who: Person) -> None:
    """Counts a try at a code or password of somebody who is signed in. Raises TooMany."""
    await limits.take(Rule("own secrets", settings().failed_logins * 2, 15 * 60, exact=True), str(who.user_id))


def clean_name(name: str) -> str:
    """A name as it is kept. Raises Invalid when it is empty, too long, or holds signs that cannot be shown."""
    clean = " ".join(name.split())
    if not clean:
        raise Invalid("name", N_("Enter a name."))
    if len(clean) > 200 or not clean.isprintable():
        raise Invalid("name", N_("This name cannot be shown."))
    return clean


async def update(w: Work, *, name: str | None = None, lang: str | None = None, theme: str | None = None) -> User:
    """Changes one's name, language or theme; what is None stays. Raises Invalid."""
    user = await _self(w)
    before = snapshot(user)
    if name is not None:
        user.name = clean_name(name)
    if lang is not None:
        if lang not in LANGS:
            raise Invalid("lang", N_("Choose one of the four languages."))
        user.lang = lang
    if theme is not None:
        if theme not in THEMES:
            raise Invalid("theme", N_("Choose one of the themes."))
        user.theme = theme
    if snapshot(user) != before:
        w.session.add(user)
        await audit(w, "user.updated", "user", user.id, organization_id=None, before=before, after=snapshot(user))
        await sessions.announce_all(w, user.id)
    return user


async def change_password(who: Person, current: str, new: str) -> None:
    """Changes one's password and ends every other session, in a transaction of its own. Raises Invalid, TooMany."""
    await limit_codes(who)
    async with work(who) as w:
        user = await _self(w)
    good, _ = await passwords.verify(current, user.password_hash)
    if not good:
        raise Invalid("current", N_("This is not your current password."))
    await passwords.accept(new, email=user.email, name=user.name, field="new")
    fresh = await passwords.make_hash(new)
    # The notice belongs to no organisation, so only the program itself may write it.
    async with work(replace(SYSTEM, user_id=who.user_id, session_id=who.session_id, ip=who.ip)) as w:
        user = await w.get(User, who.user_id)
        await set_password(w, user, fresh)
        await tell_changed(w, user)
        await sessions.end_all(w, user.id, "password changed", but=who.session_id)
        await audit(w, "password.changed", "user", user.id, organization_id=None)


async def set_password(w: Work, user: User, password_hash: str) -> None:
    """Keeps the hash of a new password."""
    user.password_hash, user.password_changed_at = password_hash, w.now
    w.session.add(user)
    await w.flush()


async def tell_changed(w: Work, user: User) -> None:
    """Tells the person by mail that the password was changed."""
    await queue_mail(
        w, to=user.email, lang=user.lang, purpose="password-changed", subject=N_("Your password was changed"),
        package="koprogo_app.identity", letter="password_changed", link=settings().address("/reset"),
        label=N_("Choose a new password"),
        name=user.name, when=moment(w.now, user.lang),
    )  # fmt: skip


async def switch_role(w: Work, role: str) -> None:
    """Works as one of one's roles from now on in this session; '' for all of them together. Raises Invalid."""
    require(w, SELF)
    who = person(w)
    if role and role not in who.roles:
        raise Invalid("role", N_("You do not have this role."))
    await w.execute("update user_session set active_role = %(r)s where id = %(s)s", r=role, s=who.session_id)
    if who.session_id is not None:
        await sessions.announce(w, who.session_id)


async def revoke_session(w: Work, session_id: UUID) -> None:
    """Ends one of one's own sessions. Raises NotFound for anybody else's."""
    require(w, SELF)
    row = await w.session.get(UserSession, session_id)
    if row is None or row.user_id != person(w).user_id or row.revoked_at is not None:
        raise NotFound
    await sessions.end(w, session_id, "revoked")
    await audit(w, "session.revoked", "session", session_id, organization_id=None)


async def revoke_others(w: Work) -> int:
    """Ends every session of oneself but this one; returns how many."""
    require(w, SELF)
    who = person(w)
    count = await sessions.end_all(w, who.user_id or UUID(int=0), "revoked", but=who.session_id)
    if count:
        await audit(w, "sessions.revoked", "user", who.user_id, organization_id=None, after={"count": count})
    return count
