"""Whether a cost has anybody to bear it: the lots that weigh in a key on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class KeyGap:
    """A key in which no lot weighs on a day; `since`: the first day on which one does (None: never)."""

    key_id: UUID
    on: date
    key: str
    since: date | None


_GAPS: Final = """
with asked as (select distinct * from unnest(%(keys)s::uuid[], %(days)s::date[]) as asked(key_id, "on"))
select a.key_id, a."on", k.name as key,
       (select min(lower(v.period)) from key_weight v where v.key_id = k.id and v.weight > 0) as since
  from asked a join allocation_key k on k.id = a.key_id and k.building_id = %(b)s
 where not exists (select from key_weight v join lot l on l.id = v.lot_id
                    where v.key_id = a.key_id and v.period @> a."on" and v.weight > 0
                      and (l.retired_on is null or l.retired_on > a."on"))"""


async def key_gaps(w: Work, building_id: UUID, asked: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], KeyGap]:
    """Those of these keys and days on which nobody would bear a cost; the caller has authorised the building."""
    pairs = sorted(asked, key=str)
    rows = await w.rows(
        _GAPS, KeyGap, b=building_id, keys=[key for key, _ in pairs], days=[day for _, day in pairs]
    )  # fmt: skip
    return {(row.key_id, row.on): row for row in rows}
