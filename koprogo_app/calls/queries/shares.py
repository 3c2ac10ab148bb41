"""The lots of a building on a day, with their weight in a key and who holds them: what a call divides."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class HolderShare:
    """A right on a lot and its fraction."""

    owner_id: UUID
    right: str
    share: Fraction


@dataclass(slots=True)
class LotShare:
    """A lot with its weight (None: none in this key), whether it is complete, its holders and mandatary that day."""

    id: UUID
    number: str
    position: int
    ready: bool
    weight: int | None
    mandatary_id: UUID | None
    holders: list[Any]

    def __post_init__(self) -> None:
        self.holders = [
            HolderShare(UUID(one["owner_id"]), one["right"], Fraction(one["numerator"], one["denominator"]))
            for one in self.holders
        ]


_LOTS = """
select l.id, l.number, l.position, l.status = 'complete' and l.complete_from <= %(on)s as ready,
       case when %(key)s::uuid is null then l.share else (select v.weight from estate.key_weight v
          where v.key_id = %(key)s and v.lot_id = l.id and v.period @> %(on)s::date) end as weight,
       (select m.owner_id from estate.mandatary m where m.lot_id = l.id and m.period @> %(on)s::date) as mandatary_id,
       coalesce((select json_agg(json_build_object('owner_id', o.owner_id, 'right', o."right", 'numerator', o.numerator,
                                 'denominator', o.denominator) order by o.primary_contact desc, p.name, o.id)
          from estate.ownership o join estate.owner p on p.id = o.owner_id
         where o.lot_id = l.id and o.period @> %(on)s::date), '[]'::json) as holders
  from estate.lot l where l.building_id = %(b)s and (l.retired_on is null or l.retired_on > %(on)s)
 order by l.position, l.number"""


async def lots_on(w: Work, building_id: UUID, key_id: UUID | None, on: date) -> list[LotShare]:
    """The building's lots on a day, in the order of the deed; `key_id` None: their shares. The caller authorised."""
    return await w.rows(_LOTS, LotShare, b=building_id, key=key_id, on=on)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An owner as a call names him; `greeting` is how a mail speaks to him: a first name, or the name of a company."""

    id: UUID
    name: str
    greeting: str
    lang: str
    email: str


async def people(w: Work, owner_ids: list[UUID]) -> dict[UUID, PersonRow]:
    """Owners by id: family name first, language, e-mail ("" when there is none)."""
    rows = await w.rows(
        f"select p.id, {FULL_NAME} as name, coalesce(nullif(p.first_name, ''), p.name) as greeting, p.lang, p.email "
        "from estate.owner p where p.id = any(%(ids)s)",
        PersonRow,
        ids=owner_ids,
    )
    return {row.id: row for row in rows}
