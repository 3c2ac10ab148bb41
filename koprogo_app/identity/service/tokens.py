"""Tokens of API clients: a short access token that proves itself, and a refresh token that works once.

A refresh token shown a second time was copied by somebody: its whole session ends, for the thief and for the client.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.crypto import digest, key_for, token
from koprogo_app.foundation.database import Work
from koprogo_app.identity.model import RefreshToken, UserSession
from koprogo_app.identity.service import sessions
from koprogo_app.settings import settings

_AUDIENCE = "koprogo-api"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client gets: `expires_in` and `refresh_expires_in` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int


def _key() -> OctKey:
    return OctKey.import_key(key_for("access token"))


def _issuer() -> str:
    return settings().public_url.rstrip("/")


def access_token(user_id: UUID, session_id: UUID, now: datetime) -> str:
    """A signed token that names the person and the session for a quarter of an hour."""
    at = int(now.timestamp())
    claims = {
        "iss": _issuer(), "aud": _AUDIENCE, "sub": str(user_id), "sid": str(session_id), "iat": at,
        "exp": at + settings().access_minutes * 60, "jti": secrets.token_urlsafe(12),
    }  # fmt: skip
    return jwt.encode({"alg": _ALGORITHM, "typ": "at+jwt"}, claims, _key())


def session_of(access: str) -> tuple[UUID, UUID] | None:
    """(session, person) of an access token; None when it is not ours, not for us, or over."""
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": _issuer()}, aud={"essential": True, "value": _AUDIENCE},
        sub={"essential": True}, sid={"essential": True}, exp={"essential": True}, iat={"essential": True},
    )  # fmt: skip
    try:
        read = jwt.decode(access, _key(), algorithms=[_ALGORITHM])
        if read.header.get("typ") != "at+jwt":
            return None
        rules.validate(read.claims)
        return UUID(read.claims["sid"]), UUID(read.claims["sub"])
    except (JoseError, ValueError, TypeError, AttributeError):
        return None


async def _refresh_token(w: Work, session: UserSession) -> str:
    secret = token()
    session.expires_at = w.now + timedelta(days=settings().refresh_days)
    session.last_seen_at = w.now
    w.session.add(session)
    await w.add(RefreshToken(session_id=session.id, token_hash=digest(secret), expires_at=session.expires_at))
    return secret


async def issue(w: Work, session: UserSession) -> Pair:
    """A new pair for an API session, which lives as long as its newest refresh token."""
    return Pair(
        access_token=access_token(session.user_id, session.id, w.now),
        refresh_token=await _refresh_token(w, session),
        expires_in=settings().access_minutes * 60,
        refresh_expires_in=settings().refresh_days * 86400,
    )


async def _presented(w: Work, refresh_token: str) -> RefreshToken | None:
    row_id = await w.value("select id from refresh_token where token_hash = %(h)s for update", h=digest(refresh_token))
    return None if row_id is None else await w.session.get(RefreshToken, row_id)


async def refresh(w: Work, refresh_token: str) -> Pair | None:
    """Trades a refresh token for a new pair; None when it is unknown, over, revoked or was used before.

    Used before: the session ends with every token of it. The caller commits either way.
    """
    row = await _presented(w, refresh_token)
    if row is None:
        return None
    session = await w.get(UserSession, row.session_id)
    if row.used_at is not None:
        await sessions.end(w, session.id, "refresh token used twice")
        await audit(w, "session.token_reused", "user", session.user_id, organization_id=None)
        return None
    active = await w.value("select status = 'active' from app_user where id = %(u)s", u=session.user_id)
    if row.expires_at <= w.now or session.revoked_at is not None or session.kind != "api" or not active:
        return None
    row.used_at = w.now
    w.session.add(row)
    return await issue(w, session)
