"""Signing in and out.

A failure is an outcome, not an exception: what was tried is audited in the same transaction. What the person hears
never tells whether an account exists.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from koprogo_app.foundation import limits
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a session cookie, a pair for an API client, a step to the code, or a refusal."""

    cookie: str = ""
    pair: tokens.Pair | None = None
    step: str = ""
    refused: Refusal | None = None


def _rule(name: str) -> Rule:
    return Rule(name, settings().failed_logins, 15 * 60, exact=True)


_locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()


@asynccontextmanager
async def _one_at_a_time(key: str) -> AsyncIterator[None]:
    """Tries for one key wait for each other, so that many at once do not slip under the limit."""
    lock = _locks.setdefault(f"{id(asyncio.get_running_loop())} {key}", asyncio.Lock())
    async with lock:
        yield


@asynccontextmanager
async def _limited(account: str, ip: str) -> AsyncIterator[list[bool]]:
    """Raises TooMany when too many tries failed. The block appends False to what it is given for a failure."""
    by_account, by_ip = digest(account.strip().lower()), digest(ip)
    async with _one_at_a_time("ip " + by_ip), _one_at_a_time("account " + by_account):
        await limits.check(_rule("sign-in account"), by_account)
        await limits.check(_rule("sign-in address"), by_ip)
        outcomes: list[bool] = []
        yield outcomes
        if False in outcomes:
            await limits.count(_rule("sign-in account"), by_account)
            await limits.count(_rule("sign-in address"), by_ip)
        elif True in outcomes:
            await limits.clear(_rule("sign-in account"), by_account)


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
    async with _limited(email, caller.ip) as tried:
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
    async with _limited(f"code {waiting.user_id}", caller.ip) as tried, work(SYSTEM) as w:
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
        return Outcome(cookie=secret)
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
