"""Closings asked for: which one is under way, and how far it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require


@dataclass(frozen=True, slots=True)
class RunRow:
    """A closing: waiting, running (at `step`, from 0), done, or failed with its refusal in each language."""

    id: UUID
    organization_id: UUID
    building_id: UUID
    fiscal_year_id: UUID
    status: str
    step: int
    refusal: dict[str, Any] | None


async def run(w: Work, run_id: UUID) -> RunRow:
    """One closing (`ledger.read`). Raises NotFound."""
    row = await w.one(
        """select id, organization_id, building_id, fiscal_year_id, status, step, refusal
             from closing_run where id = %(r)s""",
        RunRow,
        r=run_id,
    )
    require(w, "ledger.read", row.organization_id, row.building_id)
    return row


async def under_way(w: Work, building_id: UUID) -> UUID | None:
    """The closing of a building that is waiting or running; the caller has authorised the building."""
    found: UUID | None = await w.value(
        "select id from closing_run where building_id = %(b)s and status in ('waiting', 'running')", b=building_id
    )
    return found
