"""Signing in and out.

A failure is an outcome, not an exception: what was tried is audited in the same transaction. What the person hears
never tells whether an account exists.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from koprogo_app.foundation import crypto, limits
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.crypto import digest
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.limits import Rule
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User, UserSession
from koprogo_app.identity.queries import people
from koprogo_app.identity.service import one_time, passwords, sessions, tokens, totp
from koprogo_app.settings import settings

Refusal = Literal["credentials", "code", "code-required", "expired"]


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody signs in."""

    ip: str = ""
    user_agent: str = ""
    browser: str = ""
    """The cookie of a browser that somebody signed in from before (`recognised`)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a session cookie, a pair for an API client, a step to the code, or a refusal.

    `browser` is the cookie by which this browser is known from now on.
    """

    cookie: str = ""
    browser: str = ""
    pair: tokens.Pair | None = None
    step: str = ""
    refused: Refusal | None = None


_QUARTER: Final = 15 * 60
_EVERYWHERE: Final = 10
_BROWSER: Final = "known browser"
BROWSER_SECONDS: Final = 180 * 24 * 3600


def _rules(code: bool) -> tuple[tuple[Rule, ...], tuple[Rule, ...], Rule]:
    """What limits failures: of an account at one address (the longer the more), of an account, of an address.

    A stranger who knows an e-mail address must not keep its owner out, so an account counts by itself only far above
    what one address may try, and not for a browser that is known. Codes are asked after the password was right: of
    those an account may fail few, from wherever.
    """
    few = settings().failed_logins
    here = (
        Rule("sign-in here", few, _QUARTER, exact=True),
        Rule("sign-in here long", 3 * few, 8 * _QUARTER, exact=True),
    )
    wide = Rule("sign-in account", few if code else few * _EVERYWHERE, _QUARTER, exact=True)
    return here, (wide,), Rule("sign-in address", 2 * few, _QUARTER, exact=True)


def recognised(caller: Caller, account: str) -> bool:
    """Whether somebody signed in to this account from this browser before."""
    return digest(account.strip().lower()) in crypto.kept(caller.browser, _BROWSER).split() if caller.browser else False


def _known_browser(caller: Caller, account: str) -> str:
    """The cookie that makes a browser known for an account too; for the last five."""
    before = crypto.kept(caller.browser, _BROWSER).split() if caller.browser else []
    mine = digest(account.strip().lower())
    return crypto.keep(" ".join([*(one for one in before if one != mine), mine][-5:]), _BROWSER, BROWSER_SECONDS)


_locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()


@asynccontextmanager
async def _one_at_a_time(key: str) -> AsyncIterator[None]:
    """Tries for one key wait for each other, so that many at once do not slip under the limit."""
    lock = _locks.setdefault(f"{id(asyncio.get_running_loop())} {key}", asyncio.Lock())
    async with lock:
        yield


@asynccontextmanager
async def _limited(account: str, caller: Caller, *, code: bool = False) -> AsyncIterator[list[bool]]:
    """Raises TooMany when too many tries failed. The block appends False to what it is given for a failure."""
    by_account, by_ip = digest(account.strip().lower()), digest(caller.ip)
    here, wide, address = _rules(code)
    known = not code and recognised(caller, account)
    counted = [(rule, by_account + (_BROWSER if known else by_ip)) for rule in here]
    counted += [(rule, by_account) for rule in wide]
    async with _one_at_a_time("ip " + by_ip), _one_at_a_time("account " + by_account):
        for rule, key in [*counted[: len(here)], *([] if known else [*counted[len(here) :], (address, by_ip)])]:
            await limits.check(rule, key)
        outcomes: list[bool] = []
        yield outcomes
        if False in outcomes:
            for rule, key in (*counted, (address, by_ip)):
                await limits.count(rule, key)
        elif True in outcomes:
            for rule, key in counted:
                await limits.clear(rule, key)


def _as(w: Work, user: User | None, caller: Caller) -> None:
    """From here on the transaction acts for the person who is signing in."""
    w.principal = replace(SYSTEM, user_id=user.id if user else None, ip=caller.ip)


async def with_password(
    email: str, password: str, caller: Caller, *, kind: str = "web", code: str = "", replaces: str = ""
) -> Outcome:
    """Signs in by e-mail and password, in transactions of its own. Raises TooMany.

    `kind` 'web' gives a cookie or a step to the code page; 'api' gives a pair, and needs `code` where one is due.
    `replaces`: hash of the cookie the browser shows already; that session ends.
    """
    async with _limited(email, caller) as tried:
        async with work(SYSTEM) as w:
            user = await people.by_email(w, email)
        good, newer = await passwords.verify(password, user.password_hash if user else None)
        async with work(SYSTEM) as w:
            if user is not None:
                user = await w.get(User, user.id)
            _as(w, user, caller)
            if user is None or not good or user.status != "active":
                tried.append(False)
                await audit(w, "sign_in.failed", "user", user.id if user else None, organization_id=None)
                return Outcome(refused="credentials")
            if newer:
                user.password_hash = newer
                w.session.add(user)
            outcome = await _second_factor(w, user, caller, kind, code, replaces)
        if outcome.refused != "code-required":
            tried.append(outcome.refused is None)
        return outcome


async def _second_factor(w: Work, user: User, caller: Caller, kind: str, code: str, replaces: str) -> Outcome:
    if user.totp_confirmed_at is None:
        return await finish(w, user, caller, kind, replaces)
    if kind == "web":
        return Outcome(step=await one_time.issue(w, "totp", user.id))
    if not code:
        return Outcome(refused="code-required")
    if not await totp.check(w, user.id, code):
        await audit(w, "sign_in.wrong_code", "user", user.id, organization_id=None)
        return Outcome(refused="code")
    return await finish(w, user, caller, kind, replaces)


async def after_first_factor(w: Work, user: User, caller: Caller, replaces: str = "") -> Outcome:
    """Goes on after the first factor was shown elsewhere (single sign-on): to the code when one is due."""
    _as(w, user, caller)
    return await _second_factor(w, user, caller, "web", "", replaces)


async def with_code(step: str, code: str, caller: Caller, *, replaces: str = "") -> Outcome:
    """Finishes a web sign-in with a code of the app or a recovery code. Raises TooMany."""
    async with work(SYSTEM) as w:
        waiting = await one_time.peek(w, "totp", step)
    if waiting is None or waiting.user_id is None:
        return Outcome(refused="expired")
    async with _limited(f"code {waiting.user_id}", caller, code=True) as tried, work(SYSTEM) as w:
        row = await one_time.peek(w, "totp", step)
        user = await w.get(User, waiting.user_id)
        _as(w, user, caller)
        if row is None or user.status != "active":
            return Outcome(refused="expired")
        if not await totp.check(w, user.id, code):
            tried.append(False)
            await audit(w, "sign_in.wrong_code", "user", user.id, organization_id=None)
            return Outcome(refused="code")
        row.used_at = w.now
        w.session.add(row)
        tried.append(True)
        return await finish(w, user, caller, "web", replaces)


async def finish(w: Work, user: User, caller: Caller, kind: str, replaces: str) -> Outcome:
    """Opens the session and ends the one it replaces."""
    if replaces:
        await _end_replaced(w, replaces)
    session, secret = await sessions.open_session(w, user, kind, ip=caller.ip, user_agent=caller.user_agent)
    await audit(w, "sign_in.succeeded", "session", session.id, organization_id=None)
    if kind == "web":
        return Outcome(cookie=secret, browser=_known_browser(caller, user.email))
    return Outcome(pair=await tokens.issue(w, session))


async def _end_replaced(w: Work, token_hash: str) -> None:
    old = await w.value("select id from user_session where token_hash = %(h)s and revoked_at is null", h=token_hash)
    if old is not None:
        await sessions.end(w, old, "replaced by a new sign-in")


async def sign_out(session_id: UUID, user_id: UUID, ip: str = "") -> None:
    """Ends a session at its person's wish, in a transaction of its own."""
    async with work(replace(SYSTEM, user_id=user_id, session_id=session_id, ip=ip)) as w:
        session = await w.get(UserSession, session_id)
        if session.revoked_at is None:
            await sessions.end(w, session_id, "signed out")
            await audit(w, "sign_out", "session", session_id, organization_id=None)
