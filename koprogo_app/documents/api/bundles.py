"""REST: a zip of chosen documents, made by a job."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from koprogo_app.documents.api.sending import send_content
from koprogo_app.documents.api.shapes import BundleIn, BundleOut
from koprogo_app.documents.service import bundling
from koprogo_app.foundation.database import work
from koprogo_app.foundation.rest.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.workspace.api.common import Who, caller

router = APIRouter(tags=["documents"], route_class=idempotent(caller))


@router.post(
    "/documents/bundles", status_code=202, response_model=BundleOut, responses=problems(401, 403, 404, 409, 422)
)
async def bundle_ask(request: Request, who: Who, body: BundleIn) -> Response:
    """Ask for a zip of documents of one organisation; ask again for its progress."""
    async with work(who) as w:
        row = await bundling.ask_bundle(w, body.ids)
        answer = json_answer(BundleOut.of(row).model_dump(mode="json"), 202)
        await keep_answer(w, request, answer)
    return answer


@router.get("/documents/bundles/{bundle_id}", responses=problems(401, 403, 404))
async def bundle_progress(bundle_id: UUID, who: Who) -> BundleOut:
    """How far a bundle is."""
    async with work(who) as w:
        return BundleOut.of(await bundling.bundle_of(w, bundle_id))


@router.get("/documents/bundles/{bundle_id}/content", response_class=Response, responses=problems(401, 403, 404, 409))
async def bundle_content(request: Request, bundle_id: UUID, who: Who) -> Response:
    """The zip, once it is ready; kept for a day."""
    async with work(who) as w:
        content = await bundling.bundle_content(w, bundle_id)
    return await send_content(request, content, save=True)
