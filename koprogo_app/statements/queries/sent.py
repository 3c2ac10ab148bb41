"""Which yearly statements went out, and how."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries.books import YearRow


@dataclass(frozen=True, slots=True)
class SentRow:
    """A statement that went out: by mail, or to be printed."""

    owner_id: UUID
    organization_id: UUID
    sent_how: str
    at: datetime
    sha256: str
    size: int


async def sent_statements(w: Work, year: YearRow, settlement_id: UUID | None) -> list[SentRow]:
    """The statements sent of a year as it is closed and booked now, by name; the caller has authorised the building."""
    return await w.rows(
        """select s.owner_id, s.organization_id, s.sent_how, s.created_at as at, v.sha256, v.size
             from sent_statement s join estate.owner o on o.id = s.owner_id
             join documents.document_version v on v.document_id = s.document_id and v.number = 1
            where s.fiscal_year_id = %(y)s and s.closed_at = %(closed)s
              and s.settlement_id is not distinct from %(settlement)s
            order by lower(o.name), lower(o.first_name), o.id""",
        SentRow, y=year.id, closed=year.closed_at, settlement=settlement_id,
    )  # fmt: skip
