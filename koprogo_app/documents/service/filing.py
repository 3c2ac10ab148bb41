"""Filing a paper that the program itself made, in the transaction that makes it count.

    async with made(pdf) as paper:
        async with work(…) as w:
            document = await file_made(w, organization_id, building_id, paper, "reminder.pdf", {…})

The bytes are stored first and held in the transaction: a failure leaves at worst a file without a document.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from koprogo_app.documents.model import Document, DocumentVersion
from koprogo_app.documents.service.describing import audited
from koprogo_app.documents.service.receiving import hold
from koprogo_app.foundation.audit import snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.jobs import defer
from koprogo_app.foundation.storage import Spool, spool, store
from koprogo_app.law.retention import Paper, destroy_on

_MOST = 200_000_000


@contextlib.asynccontextmanager
async def made(data: bytes) -> AsyncIterator[Spool]:
    """Bytes on their way into the store; at most 200 MB."""
    async with spool(store().spools, _MOST) as incoming:
        await incoming.write(data)
        await incoming.finish()
        yield incoming


async def file_made(
    w: Work,
    organization_id: UUID,
    building_id: UUID,
    paper: Spool,
    name: str,
    values: Mapping[str, Any],
    *,
    media_type: str = "application/pdf",
) -> Document:
    """Files a finished paper. The caller has authorised; `values` are columns of Document (title, visibility, …)."""
    await hold(w, organization_id, paper)
    said = {"kind": Paper.OTHER, "dated": w.today, **values}
    document = await w.add(
        Document(
            organization_id=organization_id, building_id=building_id, created_by=w.principal.user_id,
            destroy_on=destroy_on(Paper(said["kind"]), said["dated"]), **said,
        )
    )  # fmt: skip
    version = await w.add(
        DocumentVersion(
            organization_id=organization_id, document_id=document.id, number=1, sha256=paper.sha256, size=paper.size,
            media_type=media_type, file_name=name, created_by=w.principal.user_id,
        )
    )  # fmt: skip
    await defer(w, "documents.digest", version_id=str(version.id))
    await audited(w, "document.added", document, after=snapshot(document))
    return document
