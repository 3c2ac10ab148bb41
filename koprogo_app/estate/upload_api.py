"""What the import page sends over HTTP: a file to be looked at before anything is imported."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from koprogo_app.estate.service import import_files
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.foundation.rest.api import json_answer, problems, read_body
from koprogo_app.workspace.api.common import Who

router = APIRouter(prefix="/api/v1", tags=["files"])
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV or XLSX, 10 MB at most",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class KeptOut(BaseModel):
    """A file that waits for its preview."""

    id: str


@router.put(
    "/buildings/{building_id}/import",
    status_code=201,
    response_model=KeptOut,
    responses=problems(401, 403, 404, 409, 422),
    openapi_extra=_FILE,
)
async def keep_file(
    request: Request, building_id: UUID, who: Who, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Keep a file of lots and owners for this session's import page, for an hour. Nothing is imported by it."""
    if who.session_id is None:
        raise Forbidden
    async with work(who) as w:
        await open_building(w, building_id, "lots.write")
    data = await read_body(request)
    import_files.check_kind(data)
    file_id = await asyncio.to_thread(import_files.keep, who.session_id, name, data)
    return json_answer({"id": file_id}, 201)
