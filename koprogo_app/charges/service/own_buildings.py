"""In which building a report is read when none is named."""

from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound


async def building_of(w: Work, owner_id: UUID) -> UUID:
    """The first building, by name, that the owner holds or held a lot in. The report authorises. Raises NotFound."""
    found: UUID | None = await w.value(
        """select b.id from ownership o join lot l on l.id = o.lot_id join building b on b.id = l.building_id
            where o.owner_id = %(o)s order by lower(b.name), b.id limit 1""",
        o=owner_id,
    )
    if found is None:
        raise NotFound
    return found


async def building_of_invoice(w: Work, invoice_id: UUID) -> UUID:
    """The building an invoice is of. The report authorises. Raises NotFound."""
    found: UUID | None = await w.value("select building_id from invoice where id = %(i)s", i=invoice_id)
    if found is None:
        raise NotFound
    return found


async def own_owner(w: Work, building_id: UUID) -> UUID | None:
    """The signed-in person's own row among a building's owners, past and present; None when there is none."""
    found: UUID | None = await w.value(
        """select p.id from owner p join ownership o on o.owner_id = p.id join lot l on l.id = o.lot_id
            where l.building_id = %(b)s and p.user_id = %(u)s
            order by upper(o.period) desc nulls first, p.id limit 1""",
        b=building_id, u=w.principal.user_id,
    )  # fmt: skip
    return found
