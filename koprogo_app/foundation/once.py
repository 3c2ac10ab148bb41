"""What was done under a key, so that whoever sends it again is told what came of it the first time.

REST calls (`Idempotency-Key`) and acts of a page share this: one table, one rule for a call that broke off, one
fingerprint. A key is kept for a day. `begin` takes it, `keep` says what came of it, `forget` gives it back.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from koprogo_app.foundation.crypto import key_for
from koprogo_app.foundation.database import Work

_STALE: Final = timedelta(minutes=2)
_BEGIN: Final = """
insert into idempotency_key (user_id, key, fingerprint, content_type) values (%(user)s, %(key)s, %(call)s, '')
on conflict (user_id, key) do update set fingerprint = excluded.fingerprint, created_at = now()
  where idempotency_key.status is null and idempotency_key.created_at < %(now)s - %(stale)s"""
_EARLIER: Final = """
select fingerprint, status, body, content_type from idempotency_key where user_id = %(user)s and key = %(key)s"""
_KEEP: Final = """
update idempotency_key set status = %(status)s, body = %(body)s, content_type = %(type)s
 where user_id = %(user)s and key = %(key)s"""
_FORGET: Final = "delete from idempotency_key where user_id = %(user)s and key = %(key)s and status is null"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a person."""

    user_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the key was used for before: the `same` call or another; `status` None while it still runs."""

    same: bool
    status: int | None
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class _Row:
    fingerprint: bytes
    status: int | None
    body: bytes | None
    content_type: str


def fingerprint(call: bytes) -> bytes:
    """Stands for all that is asked. Made with the installation's secret: from the database alone nobody can try what
    was asked, such as a password."""
    return hmac.digest(key_for("idempotency"), call, sha256)


async def begin(w: Work, key: Key, call: bytes) -> Earlier | None:
    """Takes the key for the call with this fingerprint; None when it is to be done now.

    In the transaction of the act itself a second call waits for the first to end. A first one that was committed before
    its act and broke off is as good as none after two minutes.
    """
    if await w.execute(_BEGIN, user=key.user_id, key=key.text, call=call, now=w.now, stale=_STALE):
        return None
    row = await w.one(_EARLIER, _Row, user=key.user_id, key=key.text)
    return Earlier(bytes(row.fingerprint) == call, row.status, bytes(row.body or b""), row.content_type)


async def keep(w: Work, key: Key, body: bytes, *, status: int = 200, content_type: str = "") -> None:
    """Keeps what came of the call, for who sends it again."""
    await w.execute(_KEEP, user=key.user_id, key=key.text, status=status, body=body, type=content_type)


async def forget(w: Work, key: Key) -> None:
    """Gives the key of a call back that came to nothing after `begin` was committed."""
    await w.execute(_FORGET, user=key.user_id, key=key.text)
