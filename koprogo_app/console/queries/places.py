"""Names of organisations and buildings, for where a role is held."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """An organisation, or a building of it."""

    organization_id: UUID
    organization: str
    building_id: UUID | None
    building: str


async def places(w: Work) -> list[PlaceRow]:
    """The organisations this principal may see, each followed by its buildings in use, by name."""
    return await w.rows(
        "select o.id as organization_id, o.name as organization, b.id as building_id, coalesce(b.name, '') as building "
        "from estate.organization o cross join lateral (select null::uuid as id, null::text as name union all "
        "select id, name from estate.building where organization_id = o.id and archived_at is null) b "
        "order by lower(o.name), o.id, b.name nulls first",
        PlaceRow,
    )
