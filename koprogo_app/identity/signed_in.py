"""Who calls the API: `who: Annotated[Person, Depends(signed_in)]`."""

from typing import Annotated, Final

from fastapi import Depends, Request

from koprogo_app.foundation import limits
from koprogo_app.foundation.address import address_of
from koprogo_app.foundation.errors import Forbidden, Unauthenticated
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.limits import Rule
from koprogo_app.identity import web
from koprogo_app.identity.access import Person
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.identity.service.sign_in import Caller
from koprogo_app.settings import settings

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def ip_of(request: Request) -> str:
    """The client's address, as far as it can be believed."""
    return address_of(request.scope, settings().trusted_proxies)


def caller(request: Request) -> Caller:
    """From where this request comes."""
    headers = request.headers
    browser = web.cookie(headers.get("cookie", ""), web.browser_cookie())
    return Caller(ip=ip_of(request), user_agent=headers.get("user-agent", ""), browser=browser)


async def anonymous(request: Request) -> None:
    """Counts a call of nobody in particular. Raises TooMany."""
    await limits.take(Rule("anonymous", settings().anonymous_per_minute, 60), ip_of(request))


async def _by_bearer(request: Request, authorization: str) -> Person | None:
    scheme, _, access = authorization.partition(" ")
    named = tokens.session_of(access.strip()) if scheme.lower() == "bearer" else None
    if named is None:
        return None
    who = await sessions.by_id(named[0], ip_of(request))
    return who if who is not None and who.user_id == named[1] and who.session_kind == "api" else None


async def _by_cookie(request: Request) -> Person | None:
    who = await sessions.by_hash(web.cookie_hash(request.headers.get("cookie", "")), ip_of(request))
    return who if who is not None and who.session_kind == "web" else None


def _made_by_own_page(request: Request) -> bool:
    headers = request.headers
    json = headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
    own = web.from_own_page(headers.get("origin", ""), headers.get("referer", ""))
    return own and (json or bool(headers.get("x-requested-with")))


async def signed_in(request: Request) -> Person:
    """The person behind a bearer token or the session cookie.

    With the cookie, a call that changes something must come from our own pages and carry JSON or `X-Requested-With`,
    which no foreign form can send. Raises Unauthenticated, Forbidden or TooMany.
    """
    authorization = request.headers.get("authorization", "")
    who = await (_by_bearer(request, authorization) if authorization else _by_cookie(request))
    if who is None:
        await anonymous(request)
        raise Unauthenticated
    await limits.take(Rule("user", settings().user_per_minute, 60), str(who.user_id))
    if not authorization and request.method not in _SAFE and not _made_by_own_page(request):
        raise Forbidden(N_("This request did not come from a page of KoproGo."))
    return who


SignedIn = Annotated[Person, Depends(signed_in)]
"""Type of a route's parameter that holds the person who calls."""
