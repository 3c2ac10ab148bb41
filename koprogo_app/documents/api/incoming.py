"""Reading an upload from the network into a spool: the plain body, or one file among the fields of a form."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.storage import Spool, TooLarge, spool, store
from koprogo_app.settings import settings

_FORM_ROOM: Final = 1_000_000
_MOST_FIELDS: Final = 50_000


class Interrupted(KoproError):
    """The sender went away before the end."""

    status = 400
    kind = "interrupted"

    def __init__(self) -> None:
        super().__init__(N_("The file was not sent to its end. Nothing was saved."))


def limit() -> int:
    """The most bytes a document may have."""
    return settings().upload_megabytes * 1_000_000


def announced(request: Request, room: int = 0) -> None:
    """Refuses by what the call says of its length, before a byte of it is read."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit() + room:
        raise TooLarge(limit())


@asynccontextmanager
async def body_of(request: Request) -> AsyncIterator[Spool]:
    """The whole body as one file. Raises TooLarge, Interrupted, StorageFull."""
    announced(request)
    async with spool(store().spools, limit()) as incoming:
        try:
            async for chunk in request.stream():
                await incoming.write(chunk)
        except ClientDisconnect as error:
            raise Interrupted from error
        await incoming.finish()
        yield incoming


@dataclass(slots=True)
class Form:
    """A form that was received: its fields, and its file's name; the bytes are in the spool."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    has_file: bool = False


class _Reader:
    """Turns the parser's callbacks into fields, and bytes of the one file waiting to be written."""

    def __init__(self, boundary: bytes) -> None:
        self.form = Form()
        self.waiting = bytearray()
        self._name = self._header = ""
        self._is_file = False
        self._value = bytearray()
        self._headers: dict[str, bytes] = {}
        self._fields_size = 0
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_headers_finished": self._begun,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def _begin(self) -> None:
        self._headers, self._header, self._value = {}, "", bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = data[start:end].decode("latin-1").lower()
        self._headers.setdefault(self._header, b"")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._headers[self._header] += data[start:end]

    def _begun(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        if self._is_file:
            if self.form.has_file or self._name != "file":
                raise Invalid("file", N_("Send one file, in the field “file”."))
            self.form.has_file = True
            self.form.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.waiting += data[start:end]
            return
        self._value += data[start:end]
        self._fields_size += end - start
        if self._fields_size > _MOST_FIELDS:
            raise Invalid(self._name, N_("This is too long."))

    def _end(self) -> None:
        if not self._is_file:
            self.form.fields[self._name] = self._value.decode("utf-8", "replace")


@asynccontextmanager
async def form_of(
    request: Request, allow: Callable[[dict[str, str]], Awaitable[None]]
) -> AsyncIterator[tuple[Form, Spool]]:
    """A form with one file in `file`; `allow` judges the fields that came before it, before its bytes are read.

    Raises TooLarge, Interrupted, StorageFull, Invalid, and what `allow` raises.
    """
    announced(request, _FORM_ROOM)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Invalid("file", N_("Send a form (multipart/form-data) with the file in the field “file”."))
    reader = _Reader(options[b"boundary"])
    async with spool(store().spools, limit()) as incoming:
        await _read(request, reader, incoming, allow)
        if not reader.form.has_file:
            raise Invalid("file", N_("Send one file, in the field “file”."))
        await incoming.finish()
        yield reader.form, incoming


async def _read(
    request: Request, reader: _Reader, incoming: Spool, allow: Callable[[dict[str, str]], Awaitable[None]]
) -> None:
    allowed = False
    try:
        async for chunk in request.stream():
            reader.parser.write(chunk)
            if reader.form.has_file and not allowed:
                await allow(reader.form.fields)
                allowed = True
            if reader.waiting:
                data, reader.waiting = bytes(reader.waiting), bytearray()
                await incoming.write(data)
        reader.parser.finalize()
    except ClientDisconnect as error:
        raise Interrupted from error
    except FormParserError as error:
        raise Invalid("file", N_("This form cannot be read.")) from error
