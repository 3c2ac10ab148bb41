"""REST: signing in, oneself, two-step sign-in, sessions (`/api/v1/auth`)."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Unauthenticated
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity import forms
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.queries.sessions import OpenSession, open_sessions
from koprogo_app.identity.service import profile, sign_in, tokens, totp
from koprogo_app.identity.service.totp import SetUp
from koprogo_app.identity.signed_in import SignedIn, anonymous, caller, signed_in

__all__ = ["SignedIn", "anonymous", "router", "signed_in"]

router = APIRouter()
auth = APIRouter(prefix="/api/v1/auth", tags=["auth"])


class CodeRequired(Unauthenticated):
    """The password is right; a code of the second factor is missing."""

    kind = "code-required"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Login(_Body):
    """Credentials; `code` where two-step sign-in is on."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=256)
    code: str = Field(default="", max_length=20)


class Refresh(_Body):
    """The refresh token, which works once."""

    refresh_token: str = Field(max_length=200)


class Tokens(BaseModel):
    """A pair of tokens; lives in seconds."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105  (the name of a scheme)
    expires_in: int
    refresh_expires_in: int


class Me(BaseModel):
    """The person who calls."""

    id: UUID
    email: str
    name: str
    lang: str
    theme: str
    active_role: str
    roles: list[Grant]
    needs_totp: bool


class Code(_Body):
    """A code of the app, or a recovery code."""

    code: str = Field(max_length=20)


class RecoveryCodes(BaseModel):
    """Ten codes that replace the app once each; shown this once."""

    recovery_codes: list[str]


def _tokens(pair: tokens.Pair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
        refresh_expires_in=pair.refresh_expires_in,
    )


def _secret(response: Response) -> None:
    response.headers["cache-control"] = "no-store"


Counted = Depends(anonymous)
Secret = Depends(_secret)


@auth.post("/login", dependencies=[Counted, Secret])
async def login(body: Login, request: Request) -> Tokens:
    """Trade e-mail and password (and a code where two-step sign-in is on) for a pair of tokens."""
    outcome = await sign_in.with_password(body.email, body.password, caller(request), kind="api", code=body.code)
    if outcome.refused == "code-required":
        raise CodeRequired(N_("Add the code of your authenticator app."), field="code")
    if outcome.refused == "code":
        raise Unauthenticated(totp.WRONG_CODE, field="code")
    if outcome.pair is None:
        raise Unauthenticated(N_("This e-mail address and password do not go together."))
    return _tokens(outcome.pair)


@auth.post("/refresh", dependencies=[Counted, Secret])
async def refresh(body: Refresh) -> Tokens:
    """Trade a refresh token for a new pair. It works once: shown again, the whole session ends."""
    async with work(SYSTEM) as w:
        pair = await tokens.refresh(w, body.refresh_token)
    if pair is None:
        raise Unauthenticated(N_("This session has ended. Please sign in again."))
    return _tokens(pair)


@auth.post("/logout", status_code=204)
async def logout(who: SignedIn) -> None:
    """End the session of the token (or cookie) that calls."""
    if who.session_id and who.user_id:
        await sign_in.sign_out(who.session_id, who.user_id, who.ip)


@auth.get("/me")
async def me(who: SignedIn) -> Me:
    """The person who calls, and the roles in force."""
    return _me(who)


def _me(who: Person) -> Me:
    return Me(
        id=who.user_id or UUID(int=0), email=who.email, name=who.name, lang=who.lang, theme=who.theme,
        active_role=who.active_role, needs_totp=who.needs_totp,
        roles=list(who.grants),
    )  # fmt: skip


@auth.post("/totp", dependencies=[Secret])
async def totp_begin(who: SignedIn) -> SetUp:
    """Begin two-step sign-in: scan the code, then confirm with a code of the app."""
    async with work(who) as w:
        return await totp.begin(w)


@auth.post("/totp/confirm", dependencies=[Secret])
async def totp_confirm(who: SignedIn, body: Code) -> RecoveryCodes:
    """Turn two-step sign-in on; answers the recovery codes."""
    await profile.limit_codes(who)
    async with work(who) as w:
        return RecoveryCodes(recovery_codes=await totp.confirm(w, body.code))


@auth.post("/totp/disable", status_code=204)
async def totp_disable(who: SignedIn, body: Code) -> None:
    """Turn two-step sign-in off."""
    await profile.limit_codes(who)
    async with work(who) as w:
        await totp.disable(w, body.code)


@auth.get("/sessions")
async def sessions_list(who: SignedIn) -> list[OpenSession]:
    """The sessions of the person who calls, the last used first."""
    async with work(who) as w:
        return await open_sessions(w, who.user_id or UUID(int=0))


@auth.delete("/sessions/{session_id}", status_code=204)
async def sessions_revoke(who: SignedIn, session_id: UUID) -> None:
    """End one of one's own sessions."""
    async with work(who) as w:
        await profile.revoke_session(w, session_id)


@auth.delete("/sessions", status_code=204)
async def sessions_revoke_others(who: SignedIn) -> None:
    """End every session of oneself but the one that calls."""
    async with work(who) as w:
        await profile.revoke_others(w)


router.include_router(auth)
router.include_router(forms.router)
