"""The invoice or the call behind an entry, also behind the one that takes it back; the caller authorised the entry."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work

_OWN = "(select coalesce(e.reversal_of, e.id) from ledger.entry e where e.id = %(e)s)"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A paper: `kind` invoice, credit_note or call; `name` its number with its supplier, or its label."""

    id: UUID
    kind: str
    name: str


async def behind(w: Work, entry_id: UUID) -> SourceRow | None:
    """What an entry was made of; None for one that was typed or came of the bank."""
    rows = await w.rows(
        f"""select i.id, i.kind, i.number || ' – ' || s.name as name
              from purchases.invoice i join ledger.supplier s on s.id = i.supplier_id where i.entry_id = {_OWN}
            union all
            select c.id, 'call', c.label from call_instalment p join fund_call c on c.id = p.call_id
             where p.entry_id = {_OWN}
             limit 1""",
        SourceRow,
        e=entry_id,
    )
    return rows[0] if rows else None
