"""Single sign-on with OpenID Connect: authorization code with PKCE, state and nonce; the id token is verified.

It opens existing accounts only, found by an identity linked before or by an address that the issuer has verified.
"""

import json
import secrets
import time
import warnings
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import OidcIdentity, User
from koprogo_app.identity.queries import people
from koprogo_app.identity.service import one_time, sign_in
from koprogo_app.identity.service.sign_in import Caller, Outcome
from koprogo_app.settings import settings

with warnings.catch_warnings():  # it says at import that it would rather have httpx2
    warnings.simplefilter("ignore")
    from authlib.integrations.httpx_client import AsyncOAuth2Client

_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
_SECONDS = 10.0
_DISCOVERY_SECONDS = 3600.0
log = structlog.get_logger(__name__)
_discovered: dict[str, tuple[float, dict[str, Any]]] = {}


class OidcError(Exception):
    """Single sign-on failed; the reason is for the log."""


class UnknownAccount(OidcError):
    """The issuer knows the person; we do not."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the state it must bring back (also kept in its cookie)."""

    url: str
    state: str


def redirect_uri() -> str:
    """Where the provider sends the browser back to; to be registered there."""
    return settings().public_url.rstrip("/") + "/api/auth/oidc/callback"


def _client() -> AsyncOAuth2Client:
    secret = settings().oidc_client_secret
    return AsyncOAuth2Client(
        settings().oidc_client_id, secret.get_secret_value() if secret else None, scope="openid email profile",
        redirect_uri=redirect_uri(), code_challenge_method="S256", timeout=_SECONDS,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
    )  # fmt: skip


async def _get(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=_SECONDS) as client:
        answer = await client.get(url)
        answer.raise_for_status()
        found = answer.json()
    if not isinstance(found, dict):
        raise OidcError("not a document")
    return found


async def _provider() -> dict[str, Any]:
    """The issuer's own description (OpenID Connect Discovery 1.0), kept for an hour."""
    issuer = settings().oidc_issuer
    at, known = _discovered.get(issuer, (0.0, {}))
    if not known or time.monotonic() - at > _DISCOVERY_SECONDS:
        known = await _get(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if known.get("issuer") != issuer:
            raise OidcError("the description names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _check_address(str(known.get(name, "")), issuer)
        _discovered[issuer] = (time.monotonic(), known)
    return known


def _check_address(url: str, issuer: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme != "https" and not (scheme == "http" and urlsplit(issuer).scheme == "http"):
        raise OidcError("an endpoint is not under https")


async def begin(target: str = "") -> Begun:
    """Prepares a sign-in at the provider. Raises OidcError when it is not set up or does not answer."""
    if not settings().oidc_issuer:
        raise OidcError("not set up")
    try:
        provider = await _provider()
    except (httpx.HTTPError, ValueError) as error:
        log.warning("single sign-on provider does not answer", error=type(error).__name__)
        raise OidcError("no answer") from error
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    async with work(SYSTEM) as w:
        payload = json.dumps({"nonce": nonce, "verifier": verifier, "next": target})
        state = await one_time.issue(w, "oidc", None, payload)
    async with _client() as client:
        url, _ = client.create_authorization_url(
            provider["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Begun(url=url, state=state)


async def finish(code: str, state: str, caller: Caller, *, replaces: str = "") -> tuple[Outcome, str]:
    """Trades the code for an id token, verifies it, and signs the person in. Returns the outcome and where to go on.

    Raises UnknownAccount, or OidcError for everything else.
    """
    async with work(SYSTEM) as w:
        row = await one_time.use(w, "oidc", state)
        begun = json.loads(row.payload) if row is not None else None
    if begun is None or not code:
        raise OidcError("unknown state")
    try:
        claims = await _claims(code, begun)
    except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError) as error:
        log.warning("single sign-on refused", error=type(error).__name__)
        raise OidcError("refused") from error
    async with work(replace(SYSTEM, ip=caller.ip)) as w:
        user = await _account(w, claims)
        if user is not None:
            outcome = await sign_in.after_first_factor(w, user, caller, replaces)
        else:
            await audit(w, "sign_in.unknown_identity", "user", None, organization_id=None)
    if user is None:
        raise UnknownAccount("no account")
    return outcome, str(begun["next"])


async def _claims(code: str, begun: dict[str, str]) -> dict[str, Any]:
    provider = await _provider()
    async with _client() as client:
        answer = await client.fetch_token(provider["token_endpoint"], code=code, code_verifier=begun["verifier"])
    keys = KeySet.import_key_set(await _get(provider["jwks_uri"]))  # type: ignore[arg-type]
    read = jwt.decode(answer["id_token"], keys, algorithms=_ALGORITHMS)
    claims = CodeIDToken(
        read.claims, read.header,
        options={
            "iss": {"essential": True, "value": settings().oidc_issuer},
            "aud": {"essential": True, "value": settings().oidc_client_id},
            "nonce": {"essential": True, "value": begun["nonce"]},
        },
        params={
            "nonce": begun["nonce"], "client_id": settings().oidc_client_id, "access_token": answer.get("access_token"),
        },
    )  # fmt: skip
    claims.validate(leeway=60)
    return dict(claims)


async def _account(w: Work, claims: dict[str, Any]) -> User | None:
    """The account of these claims; an identity seen for the first time is linked by its verified address."""
    issuer, subject = settings().oidc_issuer, str(claims["sub"])
    user_id = await w.value(
        "select user_id from oidc_identity where issuer = %(i)s and subject = %(s)s", i=issuer, s=subject
    )
    if user_id is not None:
        user = await w.get(User, user_id)
        return user if user.status == "active" else None
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        return None
    found = await people.by_email(w, claims["email"])
    if found is None or found.status != "active":
        return None
    await w.add(OidcIdentity(user_id=found.id, issuer=issuer, subject=subject))
    await audit(w, "identity.linked", "user", found.id, organization_id=None)
    return found
