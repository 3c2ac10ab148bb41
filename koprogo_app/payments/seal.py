"""What the books must know of payments: which lines a payment settles."""

from collections.abc import Mapping
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.payments.queries.settled import settled_lines


async def settled(w: Work, building_id: UUID, party_id: UUID) -> Mapping[UUID, int]:
    """The cents that payments settle on a person's lines: such a line is not matched by hand."""
    return await settled_lines(w, building_id, party_id)
