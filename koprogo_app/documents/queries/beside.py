"""How many documents a lot has, beside it in the table of lots."""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.documents.queries.library import counts
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.access import person


async def documents_of_lots(w: Work, lots: Sequence[UUID], lang: str) -> dict[UUID, str]:
    """Only those that the reader may see; nothing of a lot that has none."""
    if not person(w).may_somewhere("documents.read"):
        return {}
    found = await counts(w, "lot", list(lots))
    return {lot: tr(lang, N_("{count} document", "{count} documents"), count=n) for lot, n in found.items()}
