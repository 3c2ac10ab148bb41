"""The gate before every page event.

Reflex makes each public method of a state an endpoint that anybody can call with anything, keys the state by a token
that travels in the address, and writes cookies to its state. Here, in one place: a handler names its permission or is
refused; arguments must fit the signature; state is keyed by tab *and* session; only the hash of the cookie goes in;
events are rate-limited, and the page says so; the sockets of an ended session are closed.

It rests on private hooks of Reflex's `EventNamespace`; a contract test fails when one of them changes.
"""

import hashlib
import hmac
import inspect
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, TypeVar, get_type_hints
from urllib.parse import parse_qs, quote
from uuid import UUID

import reflex as rx
import structlog
from pydantic import TypeAdapter, ValidationError
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.registry import RegistrationContext
from socketio.exceptions import ConnectionRefusedError

from koprogo_app.foundation import limits
from koprogo_app.foundation.address import address_of
from koprogo_app.foundation.errors import TooMany
from koprogo_app.foundation.i18n import N_, catalogue
from koprogo_app.foundation.limits import Buckets, Rule
from koprogo_app.foundation.principal import NOBODY, Principal
from koprogo_app.identity.access import Person
from koprogo_app.identity.permissions import PERMISSIONS, PUBLIC, SELF
from koprogo_app.identity.service import sessions
from koprogo_app.identity.web import cookie_hash, local_path
from koprogo_app.interface.notice import Notices
from koprogo_app.settings import settings

F = TypeVar("F", bound=Callable[..., Any])
_CURRENT: ContextVar[Principal] = ContextVar("principal", default=NOBODY)
_MAX_TEXT: Final = 20_000
_MAX_DEPTH: Final = 8
_TABS: Final = 5
_OPEN: Final = 30
"""So many tabs may a session, or an address without one, have open."""
_SAY_EVERY: Final = 5.0
_LOGGED: Final = 1_000
_TOO_FAST: Final = N_("That was too much at once: what you did last was not done. Try again in {seconds} s.")
_FRAMEWORK: Final = {"reflex", "reflex_base", "reflex_components_core"}
_OPEN_FRAMEWORK_HANDLERS: Final = {
    "hydrate",
    "hydrate_and_load",
    "on_load_internal",
    "update_vars_internal",
    "set_is_hydrated",
    "handle_frontend_exception",
}
log = structlog.get_logger(__name__)


def handler(permission: str, *, background: bool = False) -> Callable[[F], F]:
    """Declares a page event and the permission it needs somewhere; the service it calls authorises on the object."""
    if permission != PUBLIC and permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission!r}")

    def declare(fn: F) -> F:
        fn.__perm__ = permission  # type: ignore[attr-defined]
        return rx.event(fn, background=True) if background else rx.event(fn)  # type: ignore[return-value]

    return declare


def current() -> Principal:
    """Who sent the event being handled; NOBODY outside one or before sign-in."""
    return _CURRENT.get()


def signed_in() -> Person | None:
    """The signed-in person who sent the event, or None."""
    who = _CURRENT.get()
    return who if isinstance(who, Person) else None


class Guard(Middleware):
    """Lets an event through when its handler's permission is held; tells the page otherwise."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """None to go on; a StateUpdate to stop the event and answer with it."""
        registered = RegistrationContext.get().event_handlers.get(event.name)
        if registered is None:
            return StateUpdate()
        fn = registered.handler.fn
        permission = getattr(fn, "__perm__", None)
        if permission is None and _is_framework(fn):
            return None
        who = await sessions.by_hash(state.router.headers.cookie, state.router.session.client_ip)
        _CURRENT.set(who or NOBODY)
        if permission == PUBLIC:
            return None
        if permission is None:
            log.warning("event without a rule refused", handler=event.name)
            return StateUpdate()
        if who is None:
            return StateUpdate(events=_frontend(rx.redirect(_sign_in_address(state))))
        if who.needs_totp and permission != SELF:
            return StateUpdate(events=_frontend(rx.redirect("/profile?totp=required")))
        if not who.may_somewhere(permission):
            log.info("event refused", handler=event.name, permission=permission, user=str(who.user_id))
            return StateUpdate(events=_frontend(rx.redirect("/forbidden")))
        return None


def _sign_in_address(state: BaseState) -> str:
    """The sign-in page, that leads back here; says that a session ended only to who had one."""
    url = state.router.url
    here = local_path(url.path + (f"?{url.query}" if url.query else ""))
    ended = "error=ended&" if state.router.headers.cookie else ""
    return f"/sign-in?{ended}next={quote(here, safe='/')}"


def _frontend(spec: Any) -> Any:
    return Event.from_event_type(spec)


def _is_framework(fn: Callable[..., Any]) -> bool:
    return fn.__module__.partition(".")[0] in _FRAMEWORK and fn.__name__ in _OPEN_FRAMEWORK_HANDLERS


class Rates:
    """How often the tabs and their people may send events: a tab so often, all tabs of a session (or, without one, of
    an address) together five times that, so that opening more sockets gains little."""

    def __init__(self, rate: float) -> None:
        burst = rate * 3
        self.tabs, self.callers = Buckets(rate, burst), Buckets(rate * _TABS, burst * _TABS)
        self.notices = Buckets(1 / _SAY_EVERY, 1)
        self.wait = max(1, round(burst / 3 / rate))
        """After how many seconds a page may surely go on: when a third of the reserve is back."""

    def take(self, sid: str, caller: str) -> bool:
        """Whether this tab of this caller may send one more event now."""
        return self.tabs.take(sid) and self.callers.take(caller)

    def may_say(self, sid: str) -> bool:
        """Whether a tab may be told now that an event came too soon: once in so many seconds."""
        return self.notices.take(sid)

    def forget(self, sid: str) -> None:
        """A tab is gone."""
        self.tabs.forget(sid)
        self.notices.forget(sid)


_signatures: dict[Any, dict[str, tuple[Any, bool]]] = {}


def _parameters(fn: Callable[..., Any]) -> dict[str, tuple[Any, bool]]:
    """Name → (type check, required) of a handler's arguments."""
    if fn not in _signatures:
        hints = get_type_hints(fn)
        _signatures[fn] = {
            p.name: (TypeAdapter(hints.get(p.name, str)), p.default is p.empty)
            for p in list(inspect.signature(fn).parameters.values())[1:]
        }
    return _signatures[fn]


def arguments_fit(fn: Callable[..., Any], payload: Any) -> bool:
    """Whether a payload has exactly the handler's arguments, of exactly their types, and no text is endless."""
    if not isinstance(payload, dict):
        return False
    expected = _parameters(fn)
    if not payload.keys() <= expected.keys():
        return False
    if any(required and name not in payload for name, (_, required) in expected.items()):
        return False
    if _endless(payload):
        return False
    for name, value in payload.items():
        try:
            expected[name][0].validate_python(value, strict=True)
        except ValidationError:
            return False
    return True


def _endless(value: Any, depth: int = 0) -> bool:
    """Whether a text in it is too long, or it is nested deeper than any page needs."""
    if isinstance(value, str):
        return len(value) > _MAX_TEXT
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return depth > _MAX_DEPTH or any(_endless(v, depth + 1) for v in inside)
    return False


def _allowed(data: Any) -> bool:
    """Whether an event that arrived on a socket names a handler with a rule, and fits it."""
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return False
    registered = RegistrationContext.get().event_handlers.get(data["name"])
    if registered is None or data["name"].endswith(".setvar"):
        return False
    fn = registered.handler.fn
    if getattr(fn, "__perm__", None) is None:
        return _is_framework(fn) and not _endless(data.get("payload"))
    return arguments_fit(fn, data.get("payload") or {})


class Sockets:
    """Which open sockets belong to which session, to close them when it ends."""

    def __init__(self, app: rx.App) -> None:
        self.app = app
        self.of_session: defaultdict[str, set[str]] = defaultdict(set)
        self.session_of: dict[str, str] = {}
        self.caller_of: dict[str, str] = {}
        self.of_caller: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def opened(self, sid: str, session_hash: str, caller: str = "") -> str:
        """A socket was opened with that session's cookie; its events count for `caller`. Returns the caller's oldest
        one when there are too many now, to close it."""
        self.session_of[sid], self.caller_of[sid] = session_hash, caller
        if session_hash:
            self.of_session[session_hash].add(sid)
        mine = self.of_caller[caller]
        mine[sid] = None
        return next(iter(mine)) if len(mine) > _OPEN else ""

    def closed(self, sid: str) -> None:
        """A socket is gone."""
        session_hash = self.session_of.pop(sid, "")
        caller = self.caller_of.pop(sid, "")
        self.of_caller[caller].pop(sid, None)
        if not self.of_caller[caller]:
            del self.of_caller[caller]
        self.of_session[session_hash].discard(sid)
        if not self.of_session[session_hash]:
            del self.of_session[session_hash]

    async def close_ended(self, session_id: UUID) -> None:
        """Closes the sockets of a session that is no longer in force; one that only changed keeps them."""
        session_hash = await sessions.hash_of(session_id)
        if session_hash not in self.of_session or await sessions.by_hash(session_hash) is not None:
            return
        for sid in list(self.of_session[session_hash]):
            await self.app.sio.disconnect(sid, namespace="/_event")  # type: ignore[union-attr]


def _state_key(token: str, session_hash: str) -> str:
    key = settings().secret().encode()
    return hmac.new(key, f"{token[:64]}|{session_hash}".encode(), hashlib.sha256).hexdigest()[:40]


def too_fast(data: Any, seconds: int) -> dict[str, Any]:
    """The event that takes the place of one that came too soon: it shows when to try again."""
    notice = {"kind": "refused", "texts": catalogue(_TOO_FAST, seconds=seconds), "article": ""}
    router_data = data.get("router_data") if isinstance(data, dict) else None
    return {
        "name": f"{Notices.get_full_name()}.show", "payload": notice,
        "router_data": router_data if isinstance(router_data, dict) else {},
    }  # fmt: skip


def on_page_error(exception: Exception) -> None:
    """Logs what a browser reports of itself, shortened: anybody may send it, with any text."""
    log.error("page error reported by a browser", text=str(exception)[:_LOGGED])


async def _connecting(session_hash: str, address: str) -> str:
    """Whose socket it is, for counting: the session's, or its address's when no session in force is shown.

    Raises ConnectionRefusedError when an address opens more of these than it may call the API; the page tries again.
    """
    if await sessions.by_hash(session_hash) is not None:
        return session_hash
    try:
        await limits.take(Rule("sockets", settings().anonymous_per_minute, 60, exact=True), address)
    except TooMany:
        raise ConnectionRefusedError("too many") from None
    return f"address {address}"


def harden(app: rx.App) -> None:
    """Puts the gate before every event of the app. Call once, after the app is made."""
    namespace = app.event_namespace
    if namespace is None:
        raise RuntimeError("the app has no event namespace: nothing to guard")
    link, on_event, on_disconnect = namespace.link_token_to_sid, namespace.on_event, namespace.on_disconnect
    static, on_connect = namespace._build_static_router_data, namespace.on_connect
    sockets, rates = Sockets(app), Rates(settings().events_per_second)

    def environ_of(sid: str) -> dict[str, Any]:
        return app.sio.get_environ(sid, namespace.namespace) or {}  # type: ignore[union-attr]

    async def guarded_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        if not parse_qs(environ.get("QUERY_STRING", "")).get("token"):
            raise ConnectionRefusedError("no token")
        await on_connect(sid, environ, auth)

    async def guarded_link(sid: str, token: str, *, update_state: bool = True) -> None:
        environ = environ_of(sid)
        session_hash = cookie_hash(environ.get("HTTP_COOKIE", ""))
        address = address_of(environ.get("asgi.scope", {}), settings().trusted_proxies)
        oldest = sockets.opened(sid, session_hash, await _connecting(session_hash, address))
        if oldest:
            await app.sio.disconnect(oldest, namespace="/_event")  # type: ignore[union-attr]
        await link(sid, _state_key(token, session_hash), update_state=update_state)

    def guarded_static(sid: str, environ: dict[str, Any]) -> dict[str, Any]:
        data = static(sid, environ)
        headers = data["headers"]
        session_hash = cookie_hash(headers.pop("cookie", ""))
        headers.pop("authorization", None)
        headers["cookie"] = session_hash
        scope = environ.get("asgi.scope", {})
        data["ip"] = headers["asgi-scope-client"] = address_of(scope, settings().trusted_proxies)
        return data

    async def guarded_event(sid: str, data: Any) -> None:
        if not rates.take(sid, sockets.caller_of.get(sid, "")):
            if not rates.may_say(sid):
                return
            data = too_fast(data, rates.wait)
        if not _allowed(data):
            log.info("malformed or unknown event dropped", sid=sid)
            return
        await on_event(sid, data)

    def guarded_disconnect(sid: str) -> Any:
        rates.forget(sid)
        sockets.closed(sid)
        return on_disconnect(sid)

    namespace.on_connect = guarded_connect  # type: ignore[method-assign]
    namespace.link_token_to_sid = guarded_link  # type: ignore[method-assign]
    namespace.on_event = guarded_event  # type: ignore[method-assign]
    namespace.on_disconnect = guarded_disconnect  # type: ignore[method-assign]
    namespace._build_static_router_data = guarded_static  # type: ignore[method-assign]
    sessions.when_ended(sockets.close_ended)
    app.add_middleware(Guard())
