"""Cookies and origins: what a browser shows, and which pages may make it show it."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from fastapi import Response

from koprogo_app.foundation.crypto import digest
from koprogo_app.settings import settings


def cookie(header: str, name: str = "") -> str:
    """The value of a cookie in a Cookie header (the session's when no name is given); '' when there is none."""
    try:
        morsel = SimpleCookie(header).get(name or settings().cookie_name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def cookie_hash(header: str) -> str:
    """SHA-256 of the session cookie in a Cookie header; '' when there is none."""
    value = cookie(header)
    return digest(value) if value else ""


def set_cookie(response: Response, value: str, name: str = "", seconds: int | None = None) -> None:
    """Gives the browser a cookie that scripts and other sites do not get; until it closes, or for some seconds."""
    response.set_cookie(
        name or settings().cookie_name, value, max_age=seconds, path="/", secure=settings().secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


def drop_cookie(response: Response, name: str = "") -> None:
    """Takes a cookie back."""
    response.delete_cookie(
        name or settings().cookie_name, path="/", secure=settings().secure, httponly=True, samesite="lax"
    )


def step_cookie() -> str:
    """Name of the cookie that holds the step between two pages of a sign-in."""
    return f"{settings().cookie_name}-step"


def browser_cookie() -> str:
    """Name of the cookie of a browser that somebody signed in from before."""
    return f"{settings().cookie_name}-browser"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def own_origins() -> frozenset[str]:
    """The origins our own pages have."""
    public = _origin(settings().public_url)
    return frozenset({public, public.replace("//localhost", "//127.0.0.1", 1)})


def from_own_page(origin: str, referer: str) -> bool:
    """Whether a request was made by one of our pages, by its Origin or, failing that, its Referer."""
    claimed = origin if origin and origin != "null" else _origin(referer)
    return claimed in own_origins()


def local_path(path: str) -> str:
    """The path to go on to after sign-in; '' for anything that could lead to another site."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path and path.isprintable()
    return path if fine and len(path) <= 500 else ""
