"""Links in mails and steps of a sign-in: each works once, for a short time."""

from datetime import timedelta
from uuid import UUID

from koprogo_app.foundation.crypto import digest, token
from koprogo_app.foundation.database import Work
from koprogo_app.identity.model import OneTimeToken

LIFE = {
    "invite": timedelta(days=14), "reset": timedelta(hours=1), "totp": timedelta(minutes=5),
    "oidc": timedelta(minutes=10),
}  # fmt: skip


async def issue(w: Work, purpose: str, user_id: UUID | None, payload: str = "") -> str:
    """Makes a token of a purpose ('invite', 'reset', 'totp', 'oidc') and returns its secret."""
    secret = token()
    row = OneTimeToken(
        purpose=purpose, user_id=user_id, payload=payload, token_hash=digest(secret), expires_at=w.now + LIFE[purpose]
    )
    await w.add(row)
    return secret


async def peek(w: Work, purpose: str, secret: str) -> OneTimeToken | None:
    """The token if it still works; leaves it usable."""
    row_id = await w.value(
        "select id from one_time_token where token_hash = %(h)s and purpose = %(p)s and used_at is null "
        "and expires_at > %(now)s for update",
        h=digest(secret), p=purpose, now=w.now,
    )  # fmt: skip
    return None if row_id is None else await w.session.get(OneTimeToken, row_id)


async def use(w: Work, purpose: str, secret: str) -> OneTimeToken | None:
    """The token if it still works; from now on it does not."""
    row = await peek(w, purpose, secret)
    if row is not None:
        row.used_at = w.now
        w.session.add(row)
    return row


async def void(w: Work, purpose: str, user_id: UUID) -> None:
    """Ends every open token of a purpose that a person has."""
    await w.execute(
        "update one_time_token set used_at = %(now)s where user_id = %(u)s and purpose = %(p)s and used_at is null",
        now=w.now, u=user_id, p=purpose,
    )  # fmt: skip
