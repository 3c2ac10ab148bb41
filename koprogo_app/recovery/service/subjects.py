"""Letters of recovery as what documents belong to."""

from typing import Final
from uuid import UUID

from koprogo_app.documents.service.subjects import Place, Subject
from koprogo_app.foundation.database import Work


async def _reminder(w: Work, record_id: UUID) -> Place | None:
    found = await w.rows("select organization_id, building_id from reminder where id = %(id)s", Place, id=record_id)
    return found[0] if found else None


REMINDER: Final = Subject("reminder", "recovery.write", _reminder)
