"""Allocation keys and their weights.

- `keys_of(w, building_id, archived=False) -> list[KeyRow]` — the shares themselves first (id None), then by name
- `key_weights(w, building_id, key_id, on=None) -> list[WeightRow]` — one row a lot; `key_id` None: the shares
- `key_history(w, key_id) -> list[WeightPeriod]` — every weight the key ever had
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from koprogo_app.estate.model import AllocationKey
from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.fields import Field, selected

_TODAY = "from key_weight v where v.key_id = r.id and v.period @> %(today)s::date"
_FIRST = "coalesce((select min(lower(f.period)) from key_weight f where f.key_id = r.id), r.starts_on)"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key: `kind` is shares (the default key, computed, never stored), value or utility; `basis` what it rests on.

    `total` is the sum of its weights today, `lot_count` how many lots have one; `starts_on` its first day.
    """

    id: UUID | None
    name: Annotated[str, Field(N_("Name"), fields.text(required=True, longest=100), longest=100, required=True)]
    kind: Annotated[str, Field(N_("Kind"), fields.one_of(("value", "utility")), fixed=True)]
    basis: Annotated[str, Field(N_("What it rests on"), fields.text(longest=1000), longest=1000)]
    archived: bool
    total: Annotated[int, Field(sql=f"(select coalesce(sum(v.weight), 0)::bigint {_TODAY})")]
    lot_count: Annotated[int, Field(sql=f"(select count(*) {_TODAY})")]
    starts_on: Annotated[date | None, Field(N_("First day"), fields.day(optional=False), unit="date", sql=_FIRST)] = (
        None
    )


@dataclass(frozen=True, slots=True)
class WeightRow:
    """The weight of a lot in a key on a day; None when it has none and carries nothing. [valid_from, valid_to["""

    lot_id: UUID
    number: str
    kind: str
    position: int
    weight: int | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class WeightPeriod:
    """A weight a lot has or had in a key, on [valid_from, valid_to[."""

    lot_id: UUID
    number: str
    weight: int
    valid_from: date
    valid_to: date | None


_KEYS = f"""
select null::uuid as id, '' as name, 'shares' as kind, '' as basis, false as archived,
       coalesce(sum(share), 0)::bigint as total, count(*) as lot_count, null::date as starts_on
  from lot where building_id = %(building)s and retired_on is null
union all
select * from (
  select {selected(KeyRow)} from allocation_key r
   where r.building_id = %(building)s and (%(archived)s or r.archived_at is null) order by lower(r.name)) keys"""
_SHARES = """
select l.id as lot_id, l.number, l.kind, l.position, l.share as weight, null::date as valid_from, null::date as valid_to
  from lot l where l.building_id = %(building)s and (l.retired_on is null or l.retired_on > %(on)s)
 order by l.position, l.number"""
_WEIGHTS = """
select l.id as lot_id, l.number, l.kind, l.position, v.weight, lower(v.period) as valid_from,
       upper(v.period) as valid_to
  from lot l left join key_weight v on v.lot_id = l.id and v.key_id = %(key)s and v.period @> %(on)s::date
 where l.building_id = %(building)s and (l.retired_on is null or l.retired_on > %(on)s)
 order by l.position, l.number"""
_PERIODS = """
select l.id as lot_id, l.number, v.weight, lower(v.period) as valid_from, upper(v.period) as valid_to
  from key_weight v join lot l on l.id = v.lot_id where v.key_id = %(key)s
 order by l.position, l.number, lower(v.period) desc"""


async def keys_of(w: Work, building_id: UUID, *, archived: bool = False) -> list[KeyRow]:
    """The keys of a building (`keys.read`). Raises NotFound."""
    require(w, "keys.read", await organization_of_building(w, building_id), building_id)
    return await w.rows(_KEYS, KeyRow, building=building_id, today=w.today, archived=archived)


async def key_weights(
    w: Work, building_id: UUID, key_id: UUID | None = None, *, on: date | None = None
) -> list[WeightRow]:
    """The weight of each lot in a key on a day, today unless given, in the order of the deed (`keys.read`).

    The shares themselves have no past here: their weights are those of today.
    """
    require(w, "keys.read", await organization_of_building(w, building_id), building_id)
    if key_id is not None and (await w.get(AllocationKey, key_id)).building_id != building_id:
        raise NotFound
    sql = _SHARES if key_id is None else _WEIGHTS
    return await w.rows(sql, WeightRow, building=building_id, key=key_id, on=on or w.today)


async def key_history(w: Work, key_id: UUID) -> list[WeightPeriod]:
    """Every weight a key ever had, by lot, latest first (`keys.read`). Raises NotFound."""
    key = await w.get(AllocationKey, key_id)
    require(w, "keys.read", key.organization_id, key.building_id)
    return await w.rows(_PERIODS, WeightPeriod, key=key_id)
