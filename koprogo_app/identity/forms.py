"""Where the pages' native forms go: each answers 303, to the next page or back to its own with a short code.

What was typed (never a password) comes back sealed in the address, so nothing is lost and nothing is readable in a log.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse

from koprogo_app.foundation import crypto
from koprogo_app.foundation.errors import Invalid, KoproError, TooMany
from koprogo_app.identity import web
from koprogo_app.identity.codes import code_of
from koprogo_app.identity.service import members, oidc, recovery, sessions, sign_in
from koprogo_app.identity.service.sign_in import Outcome
from koprogo_app.identity.signed_in import anonymous, caller, ip_of

KEPT = "typed in a form"
_KEEP_SECONDS = 600
_STEP_SECONDS = 300

router = APIRouter(prefix="/api/auth", include_in_schema=False)
Text = Annotated[str, Form(max_length=500)]
Secret = Annotated[str, Form(max_length=400)]


def _go(path: str, error: str = "", typed: str = "", secret: str = "") -> RedirectResponse:
    query = "&".join(
        part for part in (f"error={error}" if error else "", f"kept={keep(typed)}" if typed else "") if part
    )
    url = path + ("&" if "?" in path else "?") + query if query else path
    return RedirectResponse(url + (f"#{quote(secret)}" if secret else ""), 303, headers={"cache-control": "no-store"})


def keep(typed: str) -> str:
    """What was typed, for the page that shows the form again."""
    return crypto.keep(typed, KEPT, _KEEP_SECONDS)


def _own(request: Request) -> bool:
    return web.from_own_page(request.headers.get("origin", ""), request.headers.get("referer", ""))


def _shown(request: Request) -> str:
    return web.cookie_hash(request.headers.get("cookie", ""))


def _with_next(page: str, target: str) -> str:
    path = web.local_path(target)
    return f"{page}?next={quote(path)}" if path else page


async def _count(request: Request, page: str) -> RedirectResponse | None:
    """The answer when the form was not ours to accept: a foreign page, or too often."""
    if not _own(request):
        return _go(page, "origin")
    try:
        await anonymous(request)
    except TooMany as error:
        return _go(page, code_of(error))
    return None


def _entered(outcome: Outcome, target: str) -> RedirectResponse:
    if outcome.step:
        response = _go(_with_next("/sign-in/code", target))
        web.set_cookie(response, outcome.step, web.step_cookie(), _STEP_SECONDS)
        return response
    response = _go(web.local_path(target) or "/")
    web.set_cookie(response, outcome.cookie)
    web.set_cookie(response, outcome.browser, web.browser_cookie(), sign_in.BROWSER_SECONDS)
    web.drop_cookie(response, web.step_cookie())
    return response


@router.post("/sign-in")
async def post_sign_in(request: Request, email: Text = "", password: Secret = "", next: Text = "") -> RedirectResponse:
    """E-mail and password; goes on to the code where two-step sign-in is on."""
    page = _with_next("/sign-in", next)
    if refused := await _count(request, page):
        return refused
    try:
        outcome = await sign_in.with_password(email, password, caller(request), replaces=_shown(request))
    except TooMany as error:
        return _go(page, code_of(error), email)
    return _go(page, outcome.refused, email) if outcome.refused else _entered(outcome, next)


@router.post("/totp")
async def post_code(request: Request, code: Text = "", next: Text = "") -> RedirectResponse:
    """The code of the app or a recovery code."""
    page = _with_next("/sign-in/code", next)
    if refused := await _count(request, page):
        return refused
    step = web.cookie(request.headers.get("cookie", ""), web.step_cookie())
    try:
        outcome = await sign_in.with_code(step, code, caller(request), replaces=_shown(request))
    except TooMany as error:
        return _go(page, code_of(error))
    if outcome.refused == "expired":
        return _go(_with_next("/sign-in", next), "expired")
    return _go(page, outcome.refused) if outcome.refused else _entered(outcome, next)


@router.post("/sign-out")
async def post_sign_out(request: Request) -> RedirectResponse:
    """Ends the session and takes its cookie back."""
    if not _own(request):
        return _go("/sign-in", "origin")
    who = await sessions.by_hash(_shown(request), ip_of(request))
    if who is not None and who.session_id and who.user_id:
        await sign_in.sign_out(who.session_id, who.user_id, who.ip)
    response = _go("/sign-in")
    web.drop_cookie(response)
    return response


@router.post("/reset")
async def post_reset(request: Request, email: Text = "") -> RedirectResponse:
    """Asks for a link to choose a new password; the answer is the same whether the account exists."""
    if refused := await _count(request, "/reset"):
        return refused
    try:
        await recovery.ask(email, caller(request))
    except KoproError as error:
        return _go("/reset", "address" if isinstance(error, Invalid) else code_of(error), email)
    return _go("/reset", "sent")


@router.post("/reset/new")
async def post_new_password(
    request: Request, token: Secret = "", password: Secret = "", again: Secret = ""
) -> RedirectResponse:
    """Sets the new password behind a link."""
    if refused := await _count(request, "/reset/new"):
        return refused
    if password != again:
        return _go("/reset/new", "different", secret=token)
    try:
        user = await recovery.choose(token, password, caller(request))
    except KoproError as error:
        return _go("/reset/new", code_of(error), secret=token)
    response = _go("/sign-in", "changed", user.email)
    web.drop_cookie(response)
    return response


@router.post("/invitation")
async def post_invitation(
    request: Request, token: Secret = "", name: Text = "", lang: Text = "fr", password: Secret = "", again: Secret = ""
) -> RedirectResponse:
    """Accepts an invitation and signs in."""
    if refused := await _count(request, "/invitation"):
        return refused
    typed = f"{lang} {name}"
    if password != again:
        return _go("/invitation", "different", typed, token)
    try:
        user = await members.accept(token, name=name, lang=lang, password=password, caller=caller(request))
        outcome = await sign_in.with_password(user.email, password, caller(request), replaces=_shown(request))
    except KoproError as error:
        return _go("/invitation", code_of(error), typed, token)
    return _entered(outcome, "")


@router.get("/oidc/start", dependencies=[Depends(anonymous)])
async def oidc_start(next: str = "") -> RedirectResponse:
    """Goes to the single sign-on provider."""
    try:
        begun = await oidc.begin(web.local_path(next))
    except oidc.OidcError:
        return _go(_with_next("/sign-in", next), "oidc")
    response = RedirectResponse(begun.url, 303, headers={"cache-control": "no-store"})
    web.set_cookie(response, begun.state, web.step_cookie(), _KEEP_SECONDS)
    return response


@router.get("/oidc/callback", dependencies=[Depends(anonymous)])
async def oidc_callback(request: Request, code: str = "", state: str = "") -> RedirectResponse:
    """Comes back from the single sign-on provider."""
    expected = web.cookie(request.headers.get("cookie", ""), web.step_cookie())
    try:
        if not expected or not crypto.same(expected, state):
            raise oidc.OidcError("state")
        outcome, target = await oidc.finish(code, state, caller(request), replaces=_shown(request))
    except oidc.UnknownAccount:
        return _go("/sign-in", "oidc-unknown")
    except oidc.OidcError:
        return _go("/sign-in", "oidc")
    return _entered(outcome, target)
