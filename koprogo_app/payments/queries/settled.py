"""What payments have settled on a person's lines."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class _Settled:
    line_id: UUID
    cents: int


async def settled_lines(w: Work, building_id: UUID, party_id: UUID) -> dict[UUID, int]:
    """Cents settled by line of a co-owner or a supplier, on either side; the caller has authorised the building."""
    rows = await w.rows(
        """select l.id as line_id, sum(s.cents)::bigint as cents
             from settlement s join ledger.entry_line l on l.id in (s.debit_line_id, s.credit_line_id)
            where s.building_id = %(b)s and (l.owner_id = %(p)s or l.supplier_id = %(p)s) group by l.id""",
        _Settled,
        b=building_id,
        p=party_id,
    )
    return {row.line_id: row.cents for row in rows}
