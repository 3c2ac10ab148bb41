"""The description of the REST API as a page to read: plain HTML and one style sheet, no script."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def docs_router(api: FastAPI) -> APIRouter:
    """The routes `/api/docs` and its style sheet; not part of the description."""
    router = APIRouter(include_in_schema=False)

    @lru_cache(maxsize=1)
    def page() -> str:
        return render(api.openapi())

    @router.get("/api/docs")
    async def docs() -> Response:
        return Response(page(), headers={"content-security-policy": _POLICY}, media_type="text/html")

    @router.get("/api/docs.css")
    async def style() -> Response:
        return Response(_STYLE, headers={"cache-control": "public, max-age=3600"}, media_type="text/css")

    return router


def render(description: Mapping[str, Any]) -> str:
    """An OpenAPI description as one HTML page."""
    info, schemas = description["info"], description.get("components", {}).get("schemas", {})
    groups = _groups(description["paths"])
    menu = "".join(
        f"<li><a href='#{escape(tag)}'>{escape(tag.capitalize())}</a><ul>{''.join(_entries(calls))}</ul></li>"
        for tag, calls in groups.items()
    )
    body = "".join(_section(tag, calls) for tag, calls in groups.items())
    shapes = "".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(info['title'])} API</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<link rel='stylesheet' href='/api/docs.css'></head><body>"
        f"<nav aria-label='Contents'><p><a href='/'>{escape(info['title'])}</a></p><ul>{menu}"
        "<li><a href='#shapes'>Shapes</a></li></ul></nav>"
        f"<main><h1>{escape(info['title'])} API, version {escape(info['version'])}</h1>"
        f"{_text(info.get('description', ''))}"
        "<p><a href='/api/v1/openapi.json'>The same as OpenAPI (JSON)</a></p>"
        f"{body}<section id='shapes'><h2>Shapes</h2>{shapes}</section></main></body></html>"
    )


Call = tuple[str, str, Mapping[str, Any]]


def _section(tag: str, calls: list[Call]) -> str:
    articles = "".join(_call(*call) for call in calls)
    return f"<section id='{escape(tag)}'><h2>{escape(tag.capitalize())}</h2>{articles}</section>"


def _groups(paths: Mapping[str, Any]) -> dict[str, list[Call]]:
    groups: dict[str, list[Call]] = {}
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["other"])[0]
                groups.setdefault(tag, []).append((method, path, item[method]))
    return groups


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}-{re.sub(r'[^a-z0-9]+', '-', path.lower()).strip('-')}")


def _entries(calls: list[Call]) -> Iterator[str]:
    for method, path, call in calls:
        yield f"<li><a href='#{_anchor(method, path)}'>{escape(call.get('summary', path))}</a></li>"


def _call(method: str, path: str, call: Mapping[str, Any]) -> str:
    parameters = "".join(_parameter(one) for one in call.get("parameters", ()))
    table = (
        "<table><caption>Parameters</caption><thead><tr><th scope='col'>Name</th><th scope='col'>Where</th>"
        f"<th scope='col'>Type</th><th scope='col'>Meaning</th></tr></thead><tbody>{parameters}</tbody></table>"
    )
    answers = "".join(
        f"<li><b>{escape(str(status))}</b> {escape(answer.get('description', ''))}{_content(answer)}</li>"
        for status, answer in call.get("responses", {}).items()
    )
    return (
        f"<article id='{_anchor(method, path)}'><h3>{escape(call.get('summary', ''))}</h3>"
        f"<p class='call'><b class='{method}'>{method.upper()}</b> <code>{escape(path)}</code></p>"
        f"{_text(call.get('description', ''))}{table if parameters else ''}{_request(call)}"
        f"<h4>Answers</h4><ul>{answers}</ul></article>"
    )


def _parameter(one: Mapping[str, Any]) -> str:
    where = f"{one['in']}, required" if one.get("required") else one["in"]
    return (
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(where)}</td>"
        f"<td>{_type(one.get('schema', {}))}</td><td>{_text(one.get('description', ''))}</td></tr>"
    )


def _request(call: Mapping[str, Any]) -> str:
    body = call.get("requestBody")
    return f"<h4>Body</h4>{_content(body)}" if body else ""


def _content(holder: Mapping[str, Any]) -> str:
    shown = ""
    for media, content in holder.get("content", {}).items():
        schema = content.get("schema")
        if schema:
            shown += f" <span class='media'>{escape(media)}: {_type(schema)}</span>"
    return shown


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"<a href='#shape-{escape(name)}'>{escape(name)}</a>"
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return " or ".join(_type(one) for one in schema[many])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(json.dumps(one))}</code>" for one in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    named = str(schema.get("format") or schema.get("type") or "any")
    bounds = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("maximum", "≤"), ("exclusiveMinimum", ">"), ("maxLength", "length ≤"))
        if key in schema
    ]
    return escape(" ".join([named, *bounds]))


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type(one)}{', required' if field in required else ''}</td>"
        f"<td>{_text(one.get('description', ''))}{_example(one)}</td></tr>"
        for field, one in schema.get("properties", {}).items()
    )
    return (
        f"<article id='shape-{escape(name)}'><h3>{escape(name)}</h3>{_text(schema.get('description', ''))}"
        "<table><thead><tr><th scope='col'>Field</th><th scope='col'>Type</th><th scope='col'>Meaning</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></article>"
    )


def _example(schema: Mapping[str, Any]) -> str:
    examples = schema.get("examples")
    return (
        f" <span class='media'>for instance <code>{escape(json.dumps(examples[0]))}</code></span>" if examples else ""
    )


def _text(markdown: str) -> str:
    """Paragraphs, `code` and **bold** of a docstring."""
    shown = escape(markdown.strip())
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", shown)
    shown = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", shown)
    return "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", shown) if part)


_STYLE: Final = """
:root { color-scheme: light dark; --line: light-dark(#d7dce2, #3a4048); --soft: light-dark(#5b6470, #9aa4b0);
  --link: light-dark(#1a5fb4, #8ab8f0); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 260px minmax(0, 1fr); }
nav { border-right: 1px solid var(--line); padding: 16px; height: 100vh; position: sticky; top: 0; overflow: auto; }
nav ul { list-style: none; padding-left: 12px; margin: 0 0 8px; } nav > ul { padding-left: 0; }
main { padding: 16px 32px 64px; max-width: 1000px; }
a { color: var(--link); } h2 { margin-top: 48px; } h3 { margin: 0; }
article { border-top: 1px solid var(--line); padding: 20px 0; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: 4px 12px 4px 0; }
td p, li p { margin: 0; } code { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }
td:first-child code { white-space: nowrap; }
.call b { display: inline-block; min-width: 64px; } .media { color: var(--soft); }
@media (max-width: 800px) { body { display: block; } nav { position: static; height: auto; border: 0; }
  main { padding: 16px; } table { display: block; overflow-x: auto; } }
"""
