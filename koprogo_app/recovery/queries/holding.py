"""Why nothing is sent: pauses, plans that are kept, and a bank whose statements are behind."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause of an owner in a building."""

    id: UUID
    building_id: UUID
    owner_id: UUID
    kind: str
    reason: str
    since: date
    until: date | None


_PAUSES = """
select id, building_id, owner_id, kind, reason, since, until from recovery_pause
 where building_id = %(b)s and (%(owner)s::uuid is null or owner_id = %(owner)s) {now} order by since desc, id desc"""


async def pauses(w: Work, building_id: UUID, owner_id: UUID | None = None) -> list[PauseRow]:
    """Every pause, newest first; the caller has authorised the building."""
    return await w.rows(_PAUSES.format(now=""), PauseRow, b=building_id, owner=owner_id)


async def paused(w: Work, building_id: UUID) -> dict[UUID, PauseRow]:
    """The owners to whom nothing is sent today, with why."""
    now = "and since <= %(today)s and (until is null or until >= %(today)s)"
    rows = await w.rows(_PAUSES.format(now=now), PauseRow, b=building_id, owner=None, today=w.today)
    return {row.owner_id: row for row in rows}


async def kept_lines(w: Work, building_id: UUID) -> set[UUID]:
    """The debts covered by an instalment plan that is kept: all its amounts due before today have been paid."""
    found = await w.value(_KEPT, b=building_id, today=w.today)
    return set(found or ())


_KEPT = """
select array_agg(d.line_id) from plan_debt d join instalment_plan p on p.id = d.plan_id
 where p.building_id = %(b)s and p.ended_at is null and (
   select coalesce(sum(t.cents), 0) from plan_term t where t.plan_id = p.id and t.due_on < %(today)s) <= (
   select sum(x.cents) - sum(greatest(0, least(x.cents, l.debit_cents - coalesce((
            select sum(s.cents) from settlement s where s.debit_line_id = l.id), 0)
            - case when exists (select from matching_line m where m.line_id = l.id) then l.debit_cents else 0 end)))
     from plan_debt x join entry_line l on l.id = x.line_id where x.plan_id = p.id)"""


async def last_statement_on(w: Work, building_id: UUID) -> date | None:
    """The day up to which the bank has told of payments; None where no statement was ever imported."""
    if await w.value("select to_regclass('bank_statement')") is None:
        return None
    found: date | None = await w.value(
        "select max(new_balance_on) from bank_statement where building_id = %(b)s", b=building_id
    )
    return found
