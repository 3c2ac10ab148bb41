"""REST of documents (`/api/v1`), and the address to which pages send files (`PUT /api/documents`)."""

from fastapi import APIRouter

from koprogo_app.documents.api import bundles, documents, uploads

router = APIRouter()
for part in (uploads, documents, bundles):
    router.include_router(part.router, prefix="/api/v1")
router.include_router(uploads.pages)

__all__ = ["router"]
