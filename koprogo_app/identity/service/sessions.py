"""Sessions: opened at sign-in, found again at each request or event, listed, revoked.

A session is found through a short memory (5 s) so that a busy page does not ask the database each time. Revocation does
not wait for it: the database tells every process (NOTIFY), which forgets the session and closes its open pages.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import structlog

from koprogo_app.foundation.crypto import digest, token
from koprogo_app.foundation.database import Database, Work, database, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.model import User, UserSession
from koprogo_app.identity.queries import sessions as queries
from koprogo_app.settings import settings

CHANNEL = "koprogo_sessions"
_MEMORY_SECONDS = 5.0
_MEMORY_SIZE = 10_000
_SEEN_EVERY = timedelta(minutes=1)

_memory: dict[str, tuple[float, str, Person]] = {}
_forgotten = 0  # how often something was forgotten: an answer read before that is not remembered after it
_on_end: list[Callable[[UUID], Awaitable[None]]] = []
log = structlog.get_logger(__name__)


def when_ended(callback: Callable[[UUID], Awaitable[None]]) -> None:
    """Calls back with the id of each session that ended or changed, in this process."""
    _on_end.append(callback)


def _remembered(key: str) -> Person | None:
    found = _memory.get(key)
    if found is None or found[0] < time.monotonic():
        return None
    return found[2]


def _remember(key: str, person: Person) -> None:
    if len(_memory) >= _MEMORY_SIZE:
        _memory.clear()
    _memory[key] = (time.monotonic() + _MEMORY_SECONDS, str(person.session_id), person)


def forget(session_id: str = "") -> None:
    """Drops a session from the memory, or all of them."""
    global _forgotten
    _forgotten += 1
    for key in [k for k, v in _memory.items() if not session_id or v[1] == session_id]:
        _memory.pop(key, None)


async def _find(key: str, by: UUID | None, ip: str) -> Person | None:
    person = _remembered(key)
    if person is None:
        read_at = _forgotten
        async with work(SYSTEM) as w:
            if by is None:
                row = await queries.session_by_hash(w, key, w.now, w.today)
            else:
                row = await queries.session_by_id(w, by, w.now, w.today)
            if row is None:
                return None
            if w.now - row.last_seen_at > _SEEN_EVERY:
                await _seen(w, row.session_id, row.kind)
            person = row.person(ip)
        if read_at == _forgotten:
            _remember(key, person)
    return person if person.ip == ip else replace(person, ip=ip)


async def _seen(w: Work, session_id: UUID, kind: str) -> None:
    expires = w.now + timedelta(hours=settings().session_hours)
    await w.execute(
        "update user_session set last_seen_at = %(now)s, "
        "expires_at = case when kind = 'web' then greatest(expires_at, %(expires)s) else expires_at end "
        "where id = %(id)s",
        now=w.now, expires=expires, id=session_id,
    )  # fmt: skip


async def by_hash(token_hash: str, ip: str = "") -> Person | None:
    """The person of a web session, by the hash of its cookie; None when it has ended."""
    return await _find(token_hash, None, ip) if token_hash else None


async def hash_of(session_id: UUID) -> str:
    """The hash of a session's cookie, in force or not; '' when there is no such session."""
    async with work(SYSTEM) as w:
        return str(await w.value("select token_hash from user_session where id = %(id)s", id=session_id) or "")


async def by_id(session_id: UUID, ip: str = "") -> Person | None:
    """The person of an API session, by its id; None when it has ended."""
    return await _find(str(session_id), session_id, ip)


async def open_session(w: Work, user: User, kind: str, *, ip: str, user_agent: str) -> tuple[UserSession, str]:
    """Opens a session ('web' or 'api') and returns it with its secret token, which is stored only as a hash."""
    secret = token()
    life = timedelta(hours=settings().session_hours) if kind == "web" else timedelta(days=settings().refresh_days)
    row = UserSession(
        user_id=user.id, kind=kind, token_hash=digest(secret), ip=ip, user_agent=user_agent[:200],
        expires_at=w.now + life, last_seen_at=w.now,
    )  # fmt: skip
    return await w.add(row), secret


async def end(w: Work, session_id: UUID, reason: str) -> None:
    """Revokes a session; every process forgets it and closes its pages as soon as the transaction is committed."""
    changed = await w.execute(
        "update user_session set revoked_at = %(now)s, revoked_reason = %(r)s where id = %(id)s and revoked_at is null",
        now=w.now, r=reason, id=session_id,
    )  # fmt: skip
    if changed:
        await announce(w, session_id)


async def end_all(w: Work, user_id: UUID, reason: str, *, but: UUID | None = None) -> int:
    """Revokes every open session of a person, except one; returns how many."""
    ids = await _open_ids(w, user_id, but)
    for session_id in ids:
        await end(w, session_id, reason)
    return len(ids)


async def _open_ids(w: Work, user_id: UUID, but: UUID | None) -> list[UUID]:
    found: list[UUID] = await w.value(
        "select coalesce(array_agg(id), '{}') from user_session where user_id = %(u)s and revoked_at is null "
        "and expires_at > %(now)s and id is distinct from %(but)s",
        u=user_id, but=but, now=w.now,
    )  # fmt: skip
    return found


async def announce(w: Work, session_id: UUID) -> None:
    """Tells every process that a session ended or that its person's roles changed."""
    w.afterwards(lambda: forget(str(session_id)))
    await w.execute("select pg_notify(%(c)s, %(id)s)", c=CHANNEL, id=str(session_id))


async def announce_all(w: Work, user_id: UUID) -> None:
    """Tells every process that a person's name, language or roles changed."""
    for session_id in await _open_ids(w, user_id, None):
        await announce(w, session_id)


async def _told(payload: str) -> None:
    forget(payload)
    for callback in _on_end:
        try:
            await callback(UUID(payload))
        except Exception:  # whatever fails here must not end the listening
            log.exception("after the end of a session something failed", session=payload)


async def listen(on: Database | None = None) -> None:
    """Hears of ended sessions, for as long as the process lives; reconnects after a fault."""
    url = (on or database()).url
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"listen {CHANNEL}")
                forget()
                async for notice in connection.notifies():
                    await _told(notice.payload)
        except psycopg.Error as error:
            log.warning("session listener lost its connection", error=type(error).__name__)
        await asyncio.sleep(1)
