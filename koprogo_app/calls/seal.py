"""What the books must know of calls and invoices: what an entry was made of."""

from typing import Final
from uuid import UUID

from koprogo_app.calls.queries.sources import behind
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.service.sources import Source

_PAPERS: Final = {
    "invoice": (N_("Invoice"), "invoices"),
    "credit_note": (N_("Credit note"), "invoices"),
    "call": (N_("Call for funds"), "calls"),
}


async def paper(w: Work, entry_id: UUID) -> Source | None:
    """The invoice or the call for funds that an entry was made of."""
    row = await behind(w, entry_id)
    if row is None:
        return None
    kind, folder = _PAPERS[row.kind]
    return Source(kind, row.name, f"{folder}/{row.id}")
