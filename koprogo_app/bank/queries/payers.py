"""From which account a co-owner pays: where money goes back to."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import POSTED
from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class _Payer:
    owner_id: UUID
    iban: str


_PAYERS: Final = f"""
select distinct on (p.owner_id) p.owner_id, m.iban
  from bank_movement m join movement_part p on p.movement_id = m.id
 where m.building_id = %(b)s and m.cents > 0 and m.iban <> '' and p.owner_id is not null and {POSTED}
   and not exists (select from bank_movement x join movement_part y on y.movement_id = x.id
                    where x.building_id = m.building_id and x.iban = m.iban and x.cents > 0
                      and y.owner_id is distinct from p.owner_id)
 order by p.owner_id, m.booked_on desc, m.id desc"""


async def payers(w: Work, building_id: UUID) -> dict[UUID, str]:
    """The account that each co-owner last paid from, where nobody else was paid for from it; the caller has authorised
    the building."""
    return {row.owner_id: row.iban for row in await w.rows(_PAYERS, _Payer, b=building_id)}
