"""What every answer of the server passes through: pure ASGI, so that files stream and sockets pass untouched."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

Scope = Mapping[str, Any]
App = Callable[..., Any]
Hashes = Mapping[str, Mapping[str, list[str]]]

# The hash of an empty style element: Plotly appends one and fills it through the CSSOM.
_EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'{script}; style-src 'self'{style}; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{socket}; manifest-src 'self'; "
    "worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_HASHED_ASSET: Final = re.compile(r"/assets/.*-[\w-]{8,}\.(?:js|css|woff2)")
_FALLBACKS: Final = ("404.html", "__spa-fallback.html", "index.html")
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)


class SecurityHeaders:
    """Adds to every HTTP answer the headers that limit what a browser lets the page do.

    HTML gets the content security policy with the hashes of that page's inline code, never cached without asking;
    files whose name carries a hash are cached for good. With `tls`, browsers are told to keep to https for two years.
    """

    def __init__(self, app: App, pages: Hashes, *, tls: bool = False, origin: str = "") -> None:
        self.app, self.pages = app, pages
        # Older Safari does not count the socket of its own origin as 'self'.
        self.socket = " " + re.sub(r"^http", "ws", origin) if origin else ""
        self.always = (*_ALWAYS, *(((b"strict-transport-security", b"max-age=63072000"),) if tls else ()))

    def policy(self, path: str) -> str:
        """The content security policy of the page at this path."""
        name = path.strip("/") or "index"
        names = (f"{name}.html", f"{name}/index.html", *_FALLBACKS)
        page = next((self.pages[n] for n in names if n in self.pages), {})
        script = "".join(" " + h for h in page.get("script", ()))
        style = "".join(" " + h for h in (*page.get("style", ()), _EMPTY_STYLE))
        return _POLICY.format(script=script, style=style, socket=self.socket)

    async def __call__(self, scope: Scope, receive: App, send: App) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(scope["path"], list(message["headers"]))}
            await send(message)

        await self.app(scope, receive, with_headers)

    def _headers(self, path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower(): value for name, value in headers}
        extra = list(self.always)
        if present.get(b"content-type", b"").startswith(b"text/html"):
            extra += [(b"content-security-policy", self.policy(path).encode()), (b"cache-control", b"no-cache")]
        elif _HASHED_ASSET.fullmatch(path):
            extra.append((b"cache-control", b"public, max-age=31536000, immutable"))
        # What a route decided for itself stands.
        return headers + [(name, value) for name, value in extra if name not in present]


class PrettyPaths:
    """Serves `/lots` from `lots/index.html` at once, where the static files would redirect to `/lots/`."""

    def __init__(self, app: App, root: Path) -> None:
        self.app = app
        self.pages = {"/" + str(p.parent.relative_to(root)) for p in root.rglob("index.html")} - {"/."}

    async def __call__(self, scope: Scope, receive: App, send: App) -> None:
        if scope["type"] == "http" and scope["path"] in self.pages:
            path = scope["path"] + "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)


class NoUpload:
    """Answers 404 on Reflex's own upload route, which knows no session and no limit. Ours are under `/api`."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: App, send: App) -> None:
        if scope["type"] != "http" or not re.match(r"/+_upload(?:/|$)", scope["path"]):
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Not found"})
