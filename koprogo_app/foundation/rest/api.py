"""What every REST route shares: problems as problem+json (RFC 9457), pages of rows, calls that may be repeated.

- `make_api(routers) -> FastAPI` puts routers together, with problem documents for everything that goes wrong, the
  description at `/api/v1/openapi.json` and its readable form at `/api/docs`
- `Problem`, `problems(401, 404, …)` — the documented failures of a route
- `idempotent(caller)` — class of routes whose POST honours `Idempotency-Key`; `keep_answer` ties answer and act;
  `answered_once` does the same for a body that streams
- `json_answer(body, status)` — an answer written at once from rows, without a second validation
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from koprogo_app.foundation import once
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid, KoproError, TooMany, Unauthenticated
from koprogo_app.foundation.i18n import DEFAULT_LANG, N_, best_lang, tr
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.foundation.rest.api_docs import docs_router

OPENAPI_PATH: Final = "/api/v1/openapi.json"
TYPE: Final = "urn:koprogo:problem:"
"""Problem types are this and the stable kind: `urn:koprogo:problem:against-the-law`."""
MAX_FILE: Final = 10_000_000
MAX_BODY: Final = 1_000_000
"""The most bytes of a call that carries no file."""
_MEDIA: Final = "application/problem+json"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

TITLES: Final = {
    "error": N_("This cannot be done"),
    "not-found": N_("Not found"),
    "unauthenticated": N_("Not signed in"),
    "code-required": N_("A code is needed"),
    "forbidden": N_("Not allowed"),
    "invalid": N_("A value is not right"),
    "conflict": N_("Somebody or something else came first"),
    "against-the-law": N_("The law does not allow this"),
    "too-many-requests": N_("Too many attempts"),
    "method-not-allowed": N_("This address does not take such a call"),
    "unreadable": N_("The call cannot be read"),
    "too-large": N_("The call is too large"),
    "unavailable": N_("The database does not answer. Try again in a moment."),
    "unexpected": N_("Something went wrong on our side"),
}
log = structlog.get_logger(__name__)


class FieldProblem(BaseModel):
    """One value of the call that is not right."""

    field: str = Field(examples=["share"])
    detail: str = Field(examples=["Type a whole number."])


class Problem(BaseModel):
    """What went wrong (RFC 9457). `type` is stable, for programs; `title` and `detail` are in the caller's language."""

    type: str = Field(examples=[TYPE + "against-the-law"])
    title: str = Field(examples=[TITLES["against-the-law"]])
    status: int = Field(examples=[422])
    detail: str = Field(default="", examples=["All co-owners must agree to a change in the division of the shares."])
    field: str | None = Field(default=None, description="The value it is about", examples=["share"])
    article: str | None = Field(default=None, description="The article that forbids it", examples=["3.88 §3"])
    errors: list[FieldProblem] | None = Field(default=None, description="Each value that is not right")


_MEANINGS: Final = {
    400: "The call cannot be read, for instance because its JSON is broken",
    401: "Nobody is signed in, or the session has ended",
    403: "The person may see it but not do this",
    404: "There is no such thing, or none this person may know of",
    409: "Something else came first: a name taken, a change in between, a row that is part of the history",
    422: "A value is not right, or the law does not allow it (then with its article)",
    429: "Too many calls; `Retry-After` says when to try again",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail in these ways; 429 always can."""
    return {
        status: {"description": _MEANINGS[status], "model": Problem, "content": {_MEDIA: {}}}
        for status in (*statuses, 429)
    }


def json_answer(body: Any, status: int = 200, lang: str = DEFAULT_LANG) -> Response:
    """An answer from rows, dataclasses or bytes that are JSON already; `lang` for what they say in words."""
    content = body if isinstance(body, bytes) else to_json(body, context={"lang": lang})
    return Response(content, status, media_type="application/json")


def lang_of(request: Request) -> str:
    """The language to answer in: what the call asks for, else the person's own."""
    asked = request.headers.get("accept-language")
    if asked and asked != "*":
        return best_lang(asked)
    caller: Principal | None = getattr(request.state, "caller", None)
    return caller.lang if caller is not None else DEFAULT_LANG


def problem_answer(
    kind: str,
    status: int,
    lang: str,
    *,
    detail: str = "",
    field: str = "",
    article: str = "",
    errors: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem document."""
    problem = Problem(
        type=TYPE + kind,
        title=tr(lang, TITLES.get(kind, TITLES["error"])),
        status=status,
        detail=detail,
        field=field or None,
        article=article or None,
        errors=list(errors) or None,
    )
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status, {"content-language": lang, **(headers or {})}, _MEDIA)


def koprogo_problem(request: Request, error: KoproError) -> Response:
    """Our own errors: the message in the caller's language, the field, the article."""
    lang = lang_of(request)
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return problem_answer(
        error.kind, error.status, lang, detail=error.text(lang), field=error.field, article=error.article,
        headers=headers,
    )  # fmt: skip


_SENTENCES: Final = {
    "missing": N_("Fill this in."),
    "extra_forbidden": N_("This field cannot be changed."),
    "uuid_parsing": N_("This is not an id."),
    "date_from_datetime_parsing": N_("Write the date as 2026-12-31."),
    "date_parsing": N_("Write the date as 2026-12-31."),
    "int_parsing": N_("Type a whole number."),
    "int_type": N_("Type a whole number."),
    "string_type": N_("This must be a text."),
}


def validation_problem(request: Request, error: RequestValidationError) -> Response:
    """A call whose form is wrong: 400 when it is not JSON at all, else 422 with each field."""
    lang = lang_of(request)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem_answer("unreadable", 400, lang, detail=tr(lang, N_("The body is not valid JSON.")))
    errors = [
        FieldProblem(
            field=".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]),
            detail=tr(lang, _SENTENCES[one["type"]]) if one["type"] in _SENTENCES else str(one["msg"]),
        )
        for one in found
    ]
    return problem_answer("invalid", 422, lang, detail=errors[0].detail, field=errors[0].field, errors=errors)


def http_problem(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: no such address, no such method."""
    kinds = {
        404: "not-found",
        405: "method-not-allowed",
        413: "too-large",
        401: "unauthenticated",
        403: "forbidden",
        409: "conflict",
    }
    kind = kinds.get(error.status_code, "unreadable" if error.status_code < 500 else "unexpected")
    return problem_answer(kind, error.status_code, lang_of(request), headers=dict(error.headers or {}))


def unexpected_problem(request: Request, error: Exception) -> Response:
    """A fault of ours: logged whole, told without detail."""
    log.error("unexpected", path=request.url.path, method=request.method, exc_info=error)
    return problem_answer("unexpected", 500, lang_of(request))


def unavailable_problem(request: Request, error: psycopg.OperationalError) -> Response:
    """The database does not answer, as while it is started again: to be tried again soon."""
    log.error("database unavailable", path=request.url.path, method=request.method, why=str(error).strip()[:200])
    return problem_answer("unavailable", 503, lang_of(request), headers={"retry-after": "5"})


def make_api(routers: Iterable[APIRouter]) -> FastAPI:
    """The application that holds these routers, its description and its docs."""
    held = list(routers)
    api = FastAPI(
        title="KoproGo", version="1", description=_ABOUT, openapi_url=OPENAPI_PATH, docs_url=None, redoc_url=None,
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        redirect_slashes=False,
    )  # fmt: skip
    for handled, handler in (
        (KoproError, koprogo_problem),
        (RequestValidationError, validation_problem),
        (HTTPException, http_problem),
        (psycopg.OperationalError, unavailable_problem),
        (Exception, unexpected_problem),
    ):
        api.add_exception_handler(handled, handler)  # type: ignore[arg-type]
    api.add_middleware(NotKept)
    api.add_middleware(BodyLimit, files=[one for router in held for one in _files_of(router)])
    for router in held:
        if all(isinstance(route, APIRoute) for route in router.routes) and not router.dependencies:
            # Held by the application itself they are found at once; a router inside is searched twice for every call.
            api.router.routes.extend(router.routes)
        else:
            api.include_router(router)
    api.include_router(docs_router(api))
    _answer_the_rest(api)
    describe = api.openapi
    api.openapi = lambda: _with_security(describe())  # type: ignore[method-assign]
    return api


def _answer_the_rest(api: FastAPI) -> None:
    """Below `/api` nothing is a page: what no route takes is told as a problem, 405 where another method would do."""
    taken: list[tuple[re.Pattern[str], frozenset[str]]] = []

    async def rest(request: Request) -> Response:
        if not taken:
            taken.extend(
                (compile_path(path)[0], frozenset(method.upper() for method in calls))
                for path, calls in api.openapi()["paths"].items()
            )
        methods = {method for path, known in taken if path.match(request.url.path) for method in known}
        if methods:
            raise HTTPException(405, headers={"allow": ", ".join(sorted(methods))})
        raise HTTPException(404)

    api.router.add_route("/api/{path:path}", rest, methods=list(_METHODS), include_in_schema=False)


def _described(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _MEANINGS[status], "content": {_MEDIA: {"schema": schema}}}


def _with_security(description: dict[str, Any]) -> dict[str, Any]:
    """Says of every call how one signs in for it and what it answers before its route is asked; names calls as
    sentences are written."""
    for item in description["paths"].values():
        for call in item.values():
            call["summary"] = str(call.get("summary", "")).capitalize()
            takes_json = "application/json" in call.get("requestBody", {}).get("content", {})
            for status in (401, *([400] if takes_json else [])):
                call["responses"].setdefault(str(status), _described(status))
    description.setdefault("components", {})["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "The access token of `POST /api/v1/auth/login`"}
    }
    description["security"] = [{"token": []}]
    return description


_ABOUT: Final = """
The co-ownership as programs see it: organisations, buildings, units (lots), owners and who holds what.

**Signing in.** `POST /api/v1/auth/login` gives a token for 15 minutes and another to renew it; send the first as
`Authorization: Bearer …`. The session cookie of the web pages works as well.

**Failures** are problem documents (RFC 9457, `application/problem+json`): `type` is stable, `title` and `detail` are in
the language of `Accept-Language` (fr, nl, de, en), `field` names the value, `article` the rule of law that speaks.

**Repeating a POST.** Send an `Idempotency-Key` of your own: for a day, the same call with the same key changes nothing
and gets the same answer, with `Idempotency-Replayed: true`. Calls under `/auth` keep no answers: they hold secrets.

**Shares** of an owner are exact fractions (`"1/3"`) or numbers in percent (`33.3333`). Days are `2026-12-31`; a period
begins on its first day and ends before its last.
"""


class BodyLimit:
    """Refuses a body of more than a megabyte, of whatever kind and however it is sent, before it is read whole.

    Calls that carry a file describe it in their `requestBody` and read it themselves, once the caller is known, up to
    the limit of their own (`read_body`, the documents' spool): those pass.
    """

    def __init__(self, app: Any, files: Iterable[tuple[str, set[str]]]) -> None:
        self.app = app
        self._files = [(compile_path(path)[0], methods) for path, methods in files]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or self._carries_a_file(scope):
            await self.app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if length.isdigit() and int(length) > MAX_BODY:
            await http_problem(Request(scope), HTTPException(413))(scope, receive, send)
            return
        taken = 0

        async def counted() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)

    def _carries_a_file(self, scope: Any) -> bool:
        return any(scope["method"] in methods and path.match(scope["path"]) for path, methods in self._files)


class NotKept:
    """Answers of the API stay in no cache, unless a route says otherwise: nearly all of them name people."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    message = {**message, "headers": [*headers, (b"cache-control", b"no-store")]}
            await send(message)

        personal = scope["type"] == "http" and scope["path"].startswith("/api/")
        await self.app(scope, receive, marked if personal else send)


def _files_of(router: Any, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Path and methods of the routes that take a file, those of routers inside a router too."""
    for route in router.routes:
        if inside := getattr(route, "original_router", None):
            yield from _files_of(inside, prefix + route.include_context.prefix)
        elif _takes_a_file(route):
            yield prefix + route.path, route.methods


def _takes_a_file(route: Any) -> bool:
    """Whether a route describes a body of its own that is a file."""
    content = (getattr(route, "openapi_extra", None) or {}).get("requestBody", {}).get("content", {})
    return bool(content) and "application/json" not in content


async def read_body(request: Request, most: int = MAX_FILE) -> bytes:
    """The body of a call that carries a file. Raises Invalid on `file` as soon as it is larger than `most` bytes."""
    known: bytes | None = getattr(request, "_body", None)
    if known is not None:
        return known
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise Invalid("file", N_("This file is larger than {size} MB."), size=most // 1_000_000)
    # Where Request.body() keeps it, so that whoever reads it again finds it.
    request._body = bytes(data)
    return bytes(data)


# Calls that may be repeated

Caller = Callable[[Request], Awaitable[Principal]]
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(slots=True)
class _Claim:
    """A key that this call holds; `kept` once its answer is stored."""

    key: once.Key
    kept: bool = False


KEY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A text of your own; the same call with the same key acts once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def idempotent(caller: Caller) -> type[APIRoute]:
    """A class of routes whose POST honours `Idempotency-Key`, kept per person for a day and until the worker cleans up.

    The same call again gets the same answer and changes nothing; another call with a used key is refused (422), one
    that comes while the first still runs too (409). Failures are not kept: they changed nothing.
    """

    class IdempotentRoute(APIRoute):
        def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
            super().__init__(path, endpoint, **options)
            if "POST" in (self.methods or ()):
                extra = dict(self.openapi_extra or {})
                self.openapi_extra = {**extra, "parameters": [*extra.get("parameters", ()), KEY_PARAMETER]}

        def get_route_handler(self) -> Handle:
            handle = super().get_route_handler()
            if "POST" not in (self.methods or ()):
                return handle

            async def repeatable(request: Request) -> Response:
                key = request.headers.get("idempotency-key")
                if key is None:
                    return await handle(request)
                return await _once(request, key, await caller(request), handle)

            return repeatable

    return IdempotentRoute


async def _once(request: Request, key: str, who: Principal, handle: Handle) -> Response:
    claim = _claim(who, key)
    return await _held(request, claim, await read_body(request), lambda: handle(request))


async def answered_once(
    request: Request, who: Principal, said: bytes, act: Callable[[], Awaitable[Response]]
) -> Response:
    """Honours `Idempotency-Key` in a route that streams its body; `said` stands for all that the body said.

    The body was received by then: what is saved is the second document, not the second sending.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return await act()
    return await _held(request, _claim(who, key), said, act)


def _claim(who: Principal, key: str) -> _Claim:
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid("Idempotency-Key", N_("An Idempotency-Key has 1 to 200 printable characters."))
    if who.user_id is None:
        raise Unauthenticated
    return _Claim(once.Key(who.user_id, key))


async def _held(request: Request, claim: _Claim, said: bytes, act: Callable[[], Awaitable[Response]]) -> Response:
    call = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    if (kept := await _claimed(claim, once.fingerprint(call + said))) is not None:
        return kept
    request.state.claim = claim
    try:
        answer = await act()
        if not claim.kept:
            async with work(SYSTEM) as w:
                await keep_answer(w, request, answer)
    finally:
        if not claim.kept:
            async with work(SYSTEM) as w:
                await once.forget(w, claim.key)
    return answer


async def _claimed(claim: _Claim, call: bytes) -> Response | None:
    """Takes the key for this call; the answer already given when there is one."""
    async with work(SYSTEM) as w:
        earlier = await once.begin(w, claim.key, call)
    if earlier is None:
        return None
    if not earlier.same:
        raise Invalid("Idempotency-Key", N_("This Idempotency-Key was used for another call."))
    if earlier.status is None:
        raise Conflict(N_("The first call with this Idempotency-Key is still running."), field="Idempotency-Key")
    headers = {"idempotency-replayed": "true"}
    return Response(earlier.body, earlier.status, headers, media_type=earlier.content_type or None)


async def keep_answer(w: Work, request: Request, answer: Response) -> None:
    """Stores the answer to a repeatable call in the transaction of the act itself, so that both are kept or neither."""
    claim: _Claim | None = getattr(request.state, "claim", None)
    if claim is None:
        return
    content_type = answer.headers.get("content-type", "")
    await once.keep(w, claim.key, bytes(answer.body), status=answer.status_code, content_type=content_type)
    w.afterwards(lambda: setattr(claim, "kept", True))
