"""Invoices and suppliers as what documents belong to."""

from typing import Final
from uuid import UUID

from koprogo_app.documents.service.subjects import Place, Subject
from koprogo_app.foundation.database import Work


async def _invoice(w: Work, record_id: UUID) -> Place | None:
    found = await w.rows("select organization_id, building_id from invoice where id = %(id)s", Place, id=record_id)
    return found[0] if found else None


async def _supplier(w: Work, record_id: UUID) -> Place | None:
    sql = "select organization_id, null::uuid as building_id from ledger.supplier where id = %(id)s"
    found = await w.rows(sql, Place, id=record_id)
    return found[0] if found else None


INVOICE: Final = Subject("invoice", "invoices.write", _invoice)
SUPPLIER: Final = Subject("supplier", "suppliers.write", _supplier)
