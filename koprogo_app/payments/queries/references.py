"""Owners' structured messages (OGM/VCS): which one is whose."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.numbers import make_communication


@dataclass(frozen=True, slots=True)
class _Reference:
    owner_id: UUID
    base: int


async def references(w: Work, building_id: UUID) -> dict[UUID, str]:
    """The twelve digits of each owner who has a message in this building; the caller has authorised the building."""
    rows = await w.rows(
        "select owner_id, base from payment_reference where building_id = %(b)s", _Reference, b=building_id
    )
    return {row.owner_id: make_communication(row.base) for row in rows}


async def owner_of(w: Work, building_id: UUID, digits: str) -> UUID | None:
    """Whose message these twelve digits are in this building, None when nobody's."""
    if len(digits) != 12 or not digits.isdigit() or make_communication(int(digits[:10])) != digits:
        return None
    found: UUID | None = await w.value(
        "select owner_id from payment_reference where building_id = %(b)s and base = %(n)s",
        b=building_id,
        n=int(digits[:10]),
    )
    return found
