"""A forgotten password: a link by mail, and the new password behind it."""

from dataclasses import replace

from koprogo_app.foundation import limits
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.crypto import digest
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.limits import Rule
from koprogo_app.foundation.mail import clean_address, queue_mail
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.identity.queries import people
from koprogo_app.identity.service import one_time, passwords, profile, sessions
from koprogo_app.identity.service.sign_in import Caller
from koprogo_app.settings import settings

_PACKAGE = "koprogo_app.identity"
LINK_OVER = N_("This link is no longer valid. Ask for a new one.")
_ASKED = Rule("reset asked", 5, 15 * 60, exact=True)


async def ask(email: str, caller: Caller) -> None:
    """Sends a link to choose a new password, if such an account exists; tells nobody whether it does.

    Raises Invalid for what is no address, TooMany after five in a quarter of an hour.
    """
    address = clean_address(email)
    await limits.take(_ASKED, "address " + digest(caller.ip))
    await limits.take(_ASKED, "account " + digest(address.lower()))
    async with work(replace(SYSTEM, ip=caller.ip)) as w:
        user = await people.by_email(w, address)
        if user is None or user.status != "active":
            return
        secret = await one_time.issue(w, "reset", user.id)
        await queue_mail(
            w, to=user.email, lang=user.lang, purpose="reset", subject=N_("Choose a new password"), package=_PACKAGE,
            letter="reset", link=settings().address(f"/reset/new#{secret}"), label=N_("Choose a new password"),
            name=user.name,
        )  # fmt: skip
        await audit(w, "password.reset_asked", "user", user.id, organization_id=None)


async def behind(secret: str) -> User:
    """Whose password a link changes. Raises Invalid when it is over."""
    async with work(SYSTEM) as w:
        return await _behind(w, secret)


async def choose(secret: str, password: str, caller: Caller) -> User:
    """Sets the password behind a link and ends every session, in a transaction of its own. Raises Invalid."""
    user = await behind(secret)
    await passwords.accept(password, email=user.email, name=user.name)
    fresh = await passwords.make_hash(password)
    async with work(replace(SYSTEM, user_id=user.id, ip=caller.ip)) as w:
        user = await _behind(w, secret, use=True)
        await profile.set_password(w, user, fresh)
        await one_time.void(w, "reset", user.id)
        await sessions.end_all(w, user.id, "password reset")
        await audit(w, "password.reset", "user", user.id, organization_id=None)
        await profile.tell_changed(w, user)
    return user


async def _behind(w: Work, secret: str, *, use: bool = False) -> User:
    row = await (one_time.use if use else one_time.peek)(w, "reset", secret)
    user = await w.session.get(User, row.user_id) if row is not None else None
    if user is None or user.status != "active":
        raise Invalid("link", LINK_OVER)
    return user
