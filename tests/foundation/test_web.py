"""What every answer passes through."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from koprogo_app.foundation.rest.web import NoUpload, PrettyPaths, SecurityHeaders

PAGES = {
    "index.html": {"script": ["'sha256-home'"], "style": []},
    "lots/index.html": {"script": ["'sha256-lots'"], "style": ["'sha256-style'"]},
    "__spa-fallback.html": {"script": ["'sha256-any'"], "style": []},
}


async def page(request: Request) -> Response:
    return HTMLResponse(f"<p>{request.url.path}</p>")


async def script(request: Request) -> Response:
    return PlainTextResponse("1", media_type="text/javascript")


async def own(request: Request) -> Response:
    headers = {"content-security-policy": "default-src 'self'", "cache-control": "no-store"}
    return HTMLResponse("docs", headers=headers)


inner = Starlette(
    routes=[
        Route("/own", own),
        Route("/assets/{rest:path}", script),
        Route("/{rest:path}", page, methods=["GET", "POST"]),
    ]
)


async def answer(app: Any, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://host") as client:
        return await client.request(method, f"http://host{path}")


async def headers_of(path: str, **options: Any) -> httpx.Headers:
    return (await answer(SecurityHeaders(inner, PAGES, **options), path)).headers


@pytest.mark.parametrize(
    ("path", "hashed"),
    [("/", "home"), ("/lots", "lots"), ("/lots/", "lots"), ("/buildings/7/keys", "any"), ("/none.html", "any")],
)
async def test_a_page_gets_the_policy_of_its_own_inline_code(path: str, hashed: str) -> None:
    policy = (await headers_of(path))["content-security-policy"]
    assert f"script-src 'self' 'sha256-{hashed}';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")


async def test_every_answer_is_marked_and_files_with_a_hash_are_kept() -> None:
    for path in ("/", "/assets/page-ABCDEF12.js", "/assets/logo.svg"):
        headers = await headers_of(path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
    assert "immutable" in (await headers_of("/assets/page-ABCDEF12.js"))["cache-control"]
    assert "cache-control" not in (await headers_of("/assets/logo.svg"))
    assert (await headers_of("/"))["cache-control"] == "no-cache"


async def test_what_a_route_decided_stands() -> None:
    headers = await headers_of("/own")
    assert headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert headers.get_list("cache-control") == ["no-store"]


async def test_https_is_kept_to_only_under_tls() -> None:
    assert "strict-transport-security" not in (await headers_of("/"))
    assert "max-age=63072000" in (await headers_of("/", tls=True))["strict-transport-security"]


async def test_the_socket_of_the_origin_may_be_opened() -> None:
    assert (
        "connect-src 'self' wss://koprogo.be;"
        in (await headers_of("/", origin="https://koprogo.be"))["content-security-policy"]
    )
    assert "connect-src 'self';" in (await headers_of("/"))["content-security-policy"]


async def test_a_page_answers_without_a_redirect(tmp_path: Path) -> None:
    (tmp_path / "lots").mkdir()
    (tmp_path / "lots" / "index.html").write_text("x")
    (tmp_path / "index.html").write_text("x")
    pretty = PrettyPaths(inner, tmp_path)
    assert (await answer(pretty, "/lots")).text == "<p>/lots/</p>"
    assert (await answer(pretty, "/other")).text == "<p>/other</p>"
    assert (await answer(pretty, "/")).text == "<p>/</p>"


@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/_upload/secret.pdf", "//_upload"])
async def test_the_open_upload_route_of_the_framework_is_closed(path: str) -> None:
    assert (await answer(NoUpload(inner), path, "POST")).status_code == 404
    assert (await answer(NoUpload(inner), "/_uploads")).status_code == 200


async def test_sockets_and_lifespan_pass_untouched() -> None:
    seen: list[str] = []

    async def socket(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    app = SecurityHeaders(PrettyPaths(NoUpload(socket), Path("/nowhere")), PAGES)
    for kind in ("websocket", "lifespan"):
        await app({"type": kind, "path": "/_upload"}, None, None)  # type: ignore[arg-type]
    assert seen == ["websocket", "lifespan"]
