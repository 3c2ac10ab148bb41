"""What areas below ask of the estate: whether a place exists, and which buildings are somebody's."""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.identity.access import Person
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.workplaces import MOST, Workplace


async def is_place(w: Work, organization_id: UUID, building_id: UUID | None) -> bool:
    """Whether there is this organisation and, when one is named, this building of it."""
    if building_id is None:
        return bool(await w.value("select true from organization where id = %(o)s", o=organization_id))
    return bool(
        await w.value(
            "select true from building where id = %(b)s and organization_id = %(o)s", b=building_id, o=organization_id
        )
    )


async def workplaces(who: Person) -> Sequence[Workplace]:
    """The buildings a person may read, by name; the first of them when there are very many."""
    try:
        async with work(who) as w:
            rows = (await BUILDING.page(w, None, Asked(per_page=MOST))).rows
    except KoproError:
        return []
    return [Workplace(row.id, row.organization_id, row.name, {"flags": len(row.flags)}) for row in rows]
