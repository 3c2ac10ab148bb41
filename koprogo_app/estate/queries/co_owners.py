"""What any co-owner may know of the others: name, address, shares, lot (art. 3.89 §5 14°), and nothing else.

- `co_owners_page(w, building_id, asked, text=) -> Page[CoOwnerRow]`, one row for each right on a lot
"""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from koprogo_app.estate.queries.lots import FULL_NAME, organization_of_building
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged


@dataclass(frozen=True, slots=True)
class CoOwnerRow:
    """A right somebody holds on a lot today; `lot_share` over the deed total. No e-mail, no telephone, no language."""

    owner_id: UUID
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    number: str
    lot_share: int
    right: str
    numerator: int
    denominator: int

    @property
    def share(self) -> Fraction:
        """The fraction of the lot, exact."""
        return Fraction(self.numerator, self.denominator)


_SORTS = {"name": "lower(p.name)", "number": "l.position", "share": "l.share"}


def _sql(asked: Asked) -> str:
    order = asked.order(_SORTS, "lower(p.name), lower(p.first_name), l.position, l.number, o.id")
    return f"""
select count(*) over () as total, p.id as owner_id, {FULL_NAME} as name, p.street, p.postal_code, p.city, p.country,
       l.number, l.share as lot_share, o."right", o.numerator, o.denominator
  from lot l join ownership o on o.lot_id = l.id and o.period @> %(today)s::date join owner p on p.id = o.owner_id
 where l.building_id = %(building)s and l.retired_on is null
   and ({FULL_NAME} ilike %(like)s or l.number ilike %(like)s)
 order by {order} limit %(limit)s offset %(offset)s"""


async def co_owners_page(w: Work, building_id: UUID, asked: Asked = FIRST, *, text: str = "") -> Page[CoOwnerRow]:
    """Who holds what in a building, by name (`lots.read`). Raises NotFound."""
    require(w, "lots.read", await organization_of_building(w, building_id), building_id)
    return await paged(w, _sql(asked), CoOwnerRow, asked, building=building_id, today=w.today, like=like(text))
