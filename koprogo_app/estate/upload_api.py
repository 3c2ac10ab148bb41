"""What the pages send and fetch over HTTP: the file to import, the table of lots as a file."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from koprogo_app.estate.service import import_files
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.estate.service.exports import Form, export_table
from koprogo_app.foundation.api import json_answer, lang_of, problems
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.signed_in import SignedIn

router = APIRouter(prefix="/api/v1", tags=["Files of lots"])


@router.put("/buildings/{building_id}/import", status_code=201, responses=problems(401, 403, 404, 409, 422))
async def send_import(
    request: Request, building_id: UUID, who: SignedIn, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Sends a CSV or XLSX file of lots and owners to be looked at; 201 with its `id`. Nothing is imported by it."""
    if who.session_id is None:
        raise Forbidden
    async with work(who) as w:
        await open_building(w, building_id, "lots.write")
    data = await _body(request)
    import_files.check_kind(data)
    file_id = await asyncio.to_thread(import_files.keep, who.session_id, name, data)
    return json_answer({"id": file_id}, 201)


@router.get("/buildings/{building_id}/export.{form}", responses=problems(401, 403, 404, 422))
async def fetch_export(request: Request, building_id: UUID, form: Form, who: SignedIn) -> Response:
    """The lots with their owners as a file that the import reads back."""
    async with work(who) as w:
        file = await export_table(w, building_id, form, lang_of(request) if _asks(request) else who.lang)
    headers = {"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-store"}
    return Response(file.data, media_type=file.media_type, headers=headers)


def _asks(request: Request) -> bool:
    """Whether a program names a language; a browser's own list says less than the profile."""
    return "sec-fetch-mode" not in request.headers and "accept-language" in request.headers


async def _body(request: Request) -> bytes:
    """The body, read no further than allowed. Raises Invalid when it is larger."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > import_files.MAX_BYTES:
        raise _too_large()
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > import_files.MAX_BYTES:
            raise _too_large()
    return bytes(data)


def _too_large() -> Invalid:
    return Invalid("file", N_("This file is larger than {size} MB."), size=import_files.MAX_BYTES // 1_000_000)
