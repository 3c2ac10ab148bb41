"""Sending stored bytes: whole or a part, never stale, never as anything but what they are."""

import re
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from koprogo_app.documents.service.showing import Content
from koprogo_app.foundation.storage import store

_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


async def send_content(request: Request, content: Content, *, save: bool = False) -> Response:
    """The answer with these bytes; `save`: the browser asks where to put it instead of showing it.

    Answers ranges (206, 416) and conditions (304). The first block is read before the answer begins, so that a missing
    or damaged file, or a store that is gone, is said as such.
    """
    tag = f'"{content.sha256}"'
    headers = {
        "etag": tag,
        "cache-control": "private, no-cache",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "accept-ranges": "bytes",
        "content-disposition": disposition(content, save=save),
    }
    if content.media_type != "application/pdf":
        # A browser shows a PDF in its own viewer, which a sandbox would keep from starting.
        headers["content-security-policy"] = "default-src 'none'; sandbox"
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    asked = request.headers.get("range", "")
    if asked and request.headers.get("if-range", tag) == tag and (part := _part(asked, content.size)) is not None:
        if part == _NONE:
            return Response(None, 416, {**headers, "content-range": f"bytes */{content.size}"})
        start, end = part
        headers |= {"content-range": f"bytes {start}-{end - 1}/{content.size}", "content-length": str(end - start)}
        blocks = store().read_range(content.key, content.size, start, end)
        return await _streamed(blocks, 206, headers, content.media_type)
    headers["content-length"] = str(content.size)
    return await _streamed(store().read(content.key, content.size), 200, headers, content.media_type)


async def _streamed(blocks: AsyncIterator[bytes], status: int, headers: dict[str, str], media: str) -> Response:
    first = await anext(blocks, b"")

    async def all_blocks() -> AsyncIterator[bytes]:
        yield first
        async for block in blocks:
            yield block

    answer = StreamingResponse(all_blocks(), status, headers)
    answer.headers["content-type"] = f"{media}; charset=utf-8" if media.startswith("text/") else media
    return answer


_NONE: Final = (0, 0)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for a range that is not understood (then all is sent); `_NONE` for
    one that lies outside."""
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = int(match[2])
        return (max(0, size - length), size) if length else _NONE
    start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None
    return (start, end) if start < size else _NONE


def disposition(content: Content, *, save: bool) -> str:
    """`inline` for what a browser shows by itself and safely, else `attachment`, with the name in both its forms."""
    way = "inline" if content.shown and not save else "attachment"
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", content.name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(content.name, safe='')}"
