"""Acts of a page that happen once, whatever is pressed twice or sent again.

A page gives each intention a key; its row is written in the transaction of the act itself, into the table that holds
the keys of the REST calls (`Idempotency-Key`), and kept for a day. A second event with the key waits for the first to
end and is told what came of it; when the first was refused nothing was kept, and the second acts.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, Unauthenticated
from koprogo_app.foundation.i18n import N_

_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STALE: Final = timedelta(minutes=2)
_BEGIN: Final = """
insert into idempotency_key (user_id, key, fingerprint, content_type) values (%(user)s, %(key)s, %(call)s, '')
on conflict (user_id, key) do update set created_at = now()
  where idempotency_key.status is null and idempotency_key.fingerprint = %(call)s
    and idempotency_key.created_at < %(now)s - %(stale)s"""
_FOUND: Final = "select fingerprint, status, body from idempotency_key where user_id = %(user)s and key = %(key)s"
_KEEP: Final = "update idempotency_key set status = 200, body = %(body)s where user_id = %(user)s and key = %(key)s"
_FORGET: Final = "delete from idempotency_key where user_id = %(user)s and key = %(key)s and status is null"


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: bytes
    status: int | None
    body: bytes | None


async def begin(w: Work, key: str, call: bytes) -> bytes | None:
    """Takes the key for an act; None when it is to be done now, else what `keep` kept of the first.

    `call` is a fingerprint of what is asked. Raises Conflict when the key was used for something else, or when an act
    that has transactions of its own still runs; Invalid when it is no key.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("key", N_("This is not an id."))
    if w.principal.user_id is None:
        raise Unauthenticated
    mine = {"user": w.principal.user_id, "key": key}
    if await w.execute(_BEGIN, **mine, call=call, now=w.now, stale=_STALE):
        return None
    found = await w.one(_FOUND, _Kept, **mine)
    if bytes(found.fingerprint) != call:
        raise Conflict(
            N_("This was sent before with other values, and done. Look at what is there now, then repeat it.")
        )
    if found.status is None:
        raise Conflict(N_("This is being done already."))
    return bytes(found.body or b"")


async def keep(w: Work, key: str, body: bytes) -> None:
    """Keeps what came of the act, for who sends it again."""
    await w.execute(_KEEP, user=w.principal.user_id, key=key, body=body)


async def forget(w: Work, key: str) -> None:
    """Gives the key of an act back that failed after `begin` was committed."""
    await w.execute(_FORGET, user=w.principal.user_id, key=key)
