"""REST: sending documents. The body streams to the disk; nothing holds a whole file."""

import json
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from koprogo_app.documents.api.incoming import body_of, form_of
from koprogo_app.documents.api.shapes import ReceivedOut
from koprogo_app.documents.service.describing import read_id
from koprogo_app.documents.service.receiving import Received, may_receive, receive, receive_version
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.foundation.rest.api import KEY_PARAMETER, answered_once, json_answer, problems
from koprogo_app.foundation.storage import Spool
from koprogo_app.identity.access import Person
from koprogo_app.workspace.api.common import Who

router = APIRouter(tags=["documents"])
pages = APIRouter(tags=["documents"], include_in_schema=False)

_FIELDS: Final = {
    "building_id": {"type": "string", "format": "uuid", "description": "Put the fields before the file"},
    "kind": {"type": "string", "description": "minutes, convocation, invoice, …; `other` unless given"},
    "title": {"type": "string", "description": "The file's name unless given"},
    "dated": {"type": "string", "format": "date", "description": "Day of the paper; today unless given"},
    "lang": {"type": "string"},
    "visibility": {"type": "string", "description": "co_owners, board, syndic (unless given), owner, notary"},
    "lot_id": {"type": "string", "format": "uuid"},
    "owner_id": {"type": "string", "format": "uuid", "description": "With visibility `owner`: whose"},
    "reader_id": {"type": "string", "format": "uuid", "description": "With visibility `notary`: the notary"},
    "entity": {"type": "string", "description": "meeting, invoice, ticket, supplier, transfer"},
    "entity_id": {"type": "string", "format": "uuid"},
    "destroy_on": {"type": "string", "format": "date", "description": "Later than the law's day only"},
    "document_id": {"type": "string", "format": "uuid", "description": "The next version of this document"},
    "file": {"type": "string", "format": "binary"},
}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": {"type": "object", "properties": _FIELDS, "required": ["file"]}}},
    },
    "parameters": [KEY_PARAMETER],
}
_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    413: {"description": "The file is larger than the installation accepts"},
    503: {"description": "The file storage or the virus scanner does not answer"},
    507: {"description": "No room is left for files"},
}


@router.post(
    "/documents/upload",
    status_code=201,
    response_model=ReceivedOut,
    openapi_extra=_FORM,
    responses={**problems(400, 401, 403, 404, 409, 422), **_REFUSALS},
)
async def upload(request: Request, who: Who) -> Response:
    """Send one document, or with `document_id` its next version."""

    async def allow(fields: dict[str, str]) -> None:
        await _allow(who, fields)

    async with form_of(request, allow) as (form, incoming):

        async def take() -> Response:
            return _answer(await _take(who, incoming, form.file_name, form.fields))

        said = json.dumps([sorted(form.fields.items()), form.file_name, incoming.sha256]).encode()
        return await answered_once(request, who, said, take)


@pages.put("/api/documents", openapi_extra=_BYTES)
async def send(request: Request, who: Who, name: str = "") -> Response:
    """A file as the whole body, what is said of it in the query: what the pages send."""
    values = {key: value for key, value in request.query_params.items() if key != "name"}
    await _allow(who, values)
    async with body_of(request) as incoming:
        return _answer(await _take(who, incoming, name, values))


async def _allow(who: Person, values: dict[str, str]) -> None:
    if not who.may_somewhere("documents.write"):
        raise Forbidden
    if not values.get("document_id"):
        await may_receive(who, _said(values))


async def _take(who: Person, incoming: Spool, name: str, values: dict[str, str]) -> Received:
    if document_id := _version_of(values):
        return await receive_version(who, incoming, name, document_id)
    return await receive(who, incoming, name, _said(values))


def _version_of(values: dict[str, str]) -> UUID | None:
    return read_id(values.get("document_id"), "document_id")


def _said(values: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value != "" and key != "document_id"}


def _answer(received: Received) -> Response:
    document, version = received.document, received.version
    out = ReceivedOut(
        id=document.id, number=version.number, title=document.title, kind=document.kind,
        media_type=version.media_type, size=version.size, sha256=version.sha256, file_name=version.file_name,
        destroy_on=document.destroy_on,
    )  # fmt: skip
    return json_answer(out.model_dump(mode="json"), 201)
