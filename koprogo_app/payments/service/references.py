"""Owners' structured messages (OGM/VCS): given once, the same for ever."""

from collections.abc import Iterable
from uuid import UUID

from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import Work
from koprogo_app.payments.queries.references import references


async def payment_reference(w: Work, building_id: UUID, owner_id: UUID) -> str:
    """The twelve digits of an owner in a building, given now when he had none; the caller has authorised both."""
    organization_id = await organization_of_building(w, building_id)
    await ensure_references(w, organization_id, building_id, [owner_id])
    return (await references(w, building_id))[owner_id]


async def ensure_references(w: Work, organization_id: UUID, building_id: UUID, owner_ids: Iterable[UUID]) -> None:
    """Gives each owner his message in this building; who has one keeps it."""
    await w.execute(
        """insert into payment_reference (organization_id, building_id, owner_id)
           select %(o)s, %(b)s, t from unnest(%(ids)s::uuid[]) t on conflict (building_id, owner_id) do nothing""",
        o=organization_id,
        b=building_id,
        ids=sorted(owner_ids),
    )
