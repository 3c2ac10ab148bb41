"""Why nothing is sent: pauses, and a bank whose statements are behind."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import last_statement_on
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work

__all__ = ["PauseRow", "last_statement_on", "paused", "pauses"]


@answer()
@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause of an owner in a building; `by` the person who began it."""

    id: UUID
    building_id: Hidden[UUID]
    owner_id: UUID
    kind: str
    reason: str
    since: date
    until: date | None
    by: Hidden[str] = ""


_PAUSES = """
select p.id, p.building_id, p.owner_id, p.kind, p.reason, p.since, p.until, coalesce(u.name, '') as by
  from recovery_pause p left join identity.app_user u on u.id = p.user_id
 where p.building_id = %(b)s and (%(owner)s::uuid is null or p.owner_id = %(owner)s) {now}
 order by p.since desc, p.id desc"""


async def pauses(w: Work, building_id: UUID, owner_id: UUID | None = None) -> list[PauseRow]:
    """Every pause, newest first; the caller has authorised the building."""
    return await w.rows(_PAUSES.format(now=""), PauseRow, b=building_id, owner=owner_id)


async def paused(w: Work, building_id: UUID) -> dict[UUID, PauseRow]:
    """The owners to whom nothing is sent today, with why."""
    now = "and since <= %(today)s and (until is null or until >= %(today)s)"
    rows = await w.rows(_PAUSES.format(now=now), PauseRow, b=building_id, owner=None, today=w.today)
    return {row.owner_id: row for row in rows}
