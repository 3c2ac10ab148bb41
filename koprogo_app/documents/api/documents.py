"""REST: the list of documents, one of them, its bytes, its preview, a link to it."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from koprogo_app.documents.api.sending import send_content
from koprogo_app.documents.api.shapes import (
    DocumentChange,
    DocumentQuery,
    LinkOut,
)
from koprogo_app.documents.queries.library import (
    Branch,
    Choice,
    DocumentDetail,
    DocumentRow,
    document_detail,
    documents_page,
    tree,
)
from koprogo_app.documents.service import describing, showing
from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Unauthenticated
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.rest.answers import flat, flat_of
from koprogo_app.foundation.rest.api import idempotent, json_answer, problems
from koprogo_app.identity.access import Person, require
from koprogo_app.identity.service import sessions
from koprogo_app.identity.signed_in import anonymous, ip_of
from koprogo_app.settings import settings
from koprogo_app.workspace.api.common import ListAnswer, Who, caller, listed

router = APIRouter(tags=["documents"], route_class=idempotent(caller))
_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The bytes", "content": {"application/octet-stream": {}}}
}


@router.get("/documents", response_model=ListAnswer[DocumentRow], responses=problems(401, 403, 422))
async def documents_list(who: Who, query: Annotated[DocumentQuery, Query()]) -> Response:
    """The documents one may see, the newest first, or the best found first."""
    return await _page(who, query)


@router.get(
    "/buildings/{building_id}/documents", response_model=ListAnswer[DocumentRow], responses=problems(401, 403, 404, 422)
)
async def building_documents(building_id: UUID, who: Who, query: Annotated[DocumentQuery, Query()]) -> Response:
    """The documents of one building that one may see."""
    async with work(who) as w:
        require(w, "documents.read", await organization_of_building(w, building_id), building_id)
    return await _page(who, query.model_copy(update={"building_id": building_id}))


async def _page(who: Person, query: DocumentQuery) -> Response:
    choice = Choice(
        text=query.text, building_id=query.building_id, lot_id=query.lot_id, kind=query.kind or "", year=query.year,
        visibility=query.visibility or "", entity=query.entity or "", entity_id=query.entity_id, due=query.due,
    )  # fmt: skip
    async with work(who) as w:
        page = await documents_page(w, query.asked, choice)
    return listed(page)


@router.get("/documents/tree", responses=problems(401, 403))
async def documents_tree(who: Who, building_id: UUID | None = None) -> list[Branch]:
    """How many documents one may see of each kind and year."""
    async with work(who) as w:
        return await tree(w, building_id)


@router.get(
    "/documents/{document_id}/metadata", response_model=flat_of(DocumentDetail), responses=problems(401, 403, 404)
)
async def document_metadata(document_id: UUID, who: Who) -> Response:
    """What is known of a document, and its versions."""
    async with work(who) as w:
        return json_answer(flat(await document_detail(w, document_id)))


@router.patch(
    "/documents/{document_id}/metadata",
    response_model=flat_of(DocumentDetail),
    responses=problems(401, 403, 404, 409, 422),
)
async def document_change(document_id: UUID, who: Who, body: DocumentChange) -> Response:
    """Change what is said of a document."""
    async with work(who) as w:
        await describing.update_document(w, document_id, body.given("version"), version=body.version)
        return json_answer(flat(await document_detail(w, document_id)))


async def _reader(request: Request, document_id: UUID, link: str) -> Person:
    """Who reads: the person who is signed in, or the one whose link it is, while his session lasts."""
    if not link:
        return await caller(request)
    await anonymous(request)
    said = showing.read_link(link)
    if said is None or said.document_id != document_id:
        raise Unauthenticated(N_("This link is no longer valid. Open the document from its page again."))
    who = await sessions.by_id(said.session_id, ip_of(request))
    if who is None:
        raise Unauthenticated(N_("This link is no longer valid. Open the document from its page again."))
    return who


@router.get("/documents/{document_id}", response_class=Response, responses={**_BYTES, **problems(401, 403, 404)})
async def document_content(
    request: Request,
    document_id: UUID,
    number: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Version; the newest unless given")] = None,
    download: Annotated[bool, Query(description="Save it rather than show it")] = False,
    link: Annotated[str, Query(max_length=200, description="A signed link's token, instead of signing in")] = "",
) -> Response:
    """The bytes of a document. Every reading by somebody other than its sender is recorded."""
    who = await _reader(request, document_id, link)
    async with work(who) as w:
        content = await showing.content(w, document_id, number)
    return await send_content(request, content, save=download)


@router.get("/documents/{document_id}/preview", response_class=Response, responses={**_BYTES, **problems(401, 404)})
async def document_preview(
    request: Request, document_id: UUID, who: Who, number: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """A picture of the first page (WebP), without any of the original's metadata."""
    async with work(who) as w:
        content = await showing.preview(w, document_id, number)
    return await send_content(request, content)


@router.post("/documents/{document_id}/link", responses=problems(401, 403, 404, 409, 422))
async def document_link(document_id: UUID, who: Who) -> LinkOut:
    """A link that opens the document without signing in, for some minutes."""
    async with work(who) as w:
        token = await showing.make_link(w, document_id)
    url = f"{settings().public_url}/api/v1/documents/{document_id}?link={token}"
    return LinkOut(url=url, seconds=settings().link_minutes * 60)


@router.delete("/documents/{document_id}", status_code=204, responses=problems(401, 403, 404, 422))
async def document_delete(
    document_id: UUID, who: Who, reason: Annotated[str, Query(max_length=500, description="Ten letters or more")] = ""
) -> None:
    """Delete a document: its bytes go, its trace stays. Before its day of destruction, only with a reason."""
    async with work(who) as w:
        await describing.delete_document(w, document_id, reason)
