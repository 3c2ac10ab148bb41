"""Names of owners and buildings, and how arrears went over the months."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class Named:
    """A row with its name."""

    id: UUID
    name: str


async def names(w: Work, owner_ids: list[UUID]) -> dict[UUID, str]:
    """Owners' full names by id."""
    rows = await w.rows(
        f"select p.id, {FULL_NAME} as name from estate.owner p where p.id = any(%(ids)s)", Named, ids=owner_ids
    )
    return {row.id: row.name for row in rows}


async def is_person(w: Work, owner_id: UUID) -> bool:
    """Whether an owner is a natural person."""
    return bool(await w.value("select kind = 'person' from estate.owner where id = %(o)s", o=owner_id))


async def open_buildings(w: Work, **where: Any) -> list[Named]:
    """The buildings with opened books inside a scope, by name."""
    return await w.rows(
        """select b.id, b.name from estate.building b join ledger.ledger l on l.building_id = b.id
            where b.archived_at is null and (%(everything)s or b.organization_id = any(%(organizations)s)
               or b.id = any(%(buildings)s)) order by lower(b.name), b.id""",
        Named,
        **where,
    )


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A building in which the person who is signed in is an owner, and as which owner."""

    building_id: UUID
    building: str
    owner_id: UUID


async def own_places(w: Work) -> list[OwnPlace]:
    """Where the signed-in person owns, or owned, something and the books are open."""
    return await w.rows(
        """select distinct b.id as building_id, b.name as building, p.id as owner_id
             from estate.owner p join estate.ownership o on o.owner_id = p.id join estate.lot l on l.id = o.lot_id
             join estate.building b on b.id = l.building_id join ledger.ledger g on g.building_id = b.id
            where p.user_id = %(me)s order by b.name, p.id""",
        OwnPlace,
        me=w.principal.user_id,
    )


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What was past due at the end of a day, in cents."""

    on: date
    late_cents: int


_DEBTS = """
  select l.id, coalesce(i.due_on, e.date) as due_on, l.debit_cents as cents
    from ledger.entry_line l join ledger.entry e on e.id = l.entry_id join ledger.account a on a.id = l.account_id
    left join calls.call_line c on c.entry_line_id = l.id left join calls.call_instalment i on i.id = c.instalment_id
   where l.building_id = %(b)s and l.debit_cents > 0 and a.party = 'owner' and e.nature = 'entry'
     and e.reversal_of is null and not exists (select from ledger.entry r where r.reversal_of = e.id)"""
_PAID = """
  select s.debit_line_id as line_id, e.date as on, s.cents from payments.settlement s
    join ledger.entry_line l on l.id = s.credit_line_id join ledger.entry e on e.id = l.entry_id
    where s.building_id = %(b)s
   union all
  select m.line_id, (select max(e.date) from ledger.matching_line o join ledger.entry_line x on x.id = o.line_id
                       join ledger.entry e on e.id = x.entry_id where o.matching_id = m.matching_id), l.debit_cents
    from ledger.matching_line m join ledger.entry_line l on l.id = m.line_id where m.building_id = %(b)s"""


# Debts and payments meet by sorting, never by a join of two long lists: right after a great import the database has no
# statistics yet, would compare each with each, and take a minute for what costs a fiftieth of a second.
_MONTHS = f"""
with debts as ({_DEBTS}), paid as ({_PAID}),
both_kinds as (select id as line_id, due_on, null::date as on, cents from debts
                union all select line_id, null, p.on, -cents from paid p),
placed as (select max(due_on) over (partition by line_id) as due_on, x.on, cents from both_kinds x),
counted as materialized (select greatest(due_on + 1, x.on) as on, sum(cents) as cents from placed x
                          where due_on is not null group by 1)
select d.day as on, coalesce((select sum(c.cents) from counted c where c.on <= d.day), 0)::bigint as late_cents
  from unnest(%(days)s::date[]) as d(day) order by d.day"""


async def month_ends(w: Work, building_id: UUID, days: list[date]) -> list[MonthEnd]:
    """What was past due at the end of each day; the caller has authorised the building."""
    return await w.rows(_MONTHS, MonthEnd, b=building_id, days=days)


@dataclass(frozen=True, slots=True)
class Recovered:
    """Of what was reminded of for the first time since a day: how much, and how much of it is paid by now, in cents.

    `called_cents`, `open_cents`: what was called since then, and what owners owe now.
    """

    reminded_cents: int
    paid_cents: int
    called_cents: int
    open_cents: int

    def days_outstanding(self, days: int) -> int | None:
        """For how many days of calls owners owe; None when nothing was called."""
        return round(self.open_cents * days / self.called_cents) if self.called_cents else None


_RECOVERED = f"""
with debts as ({_DEBTS}), paid as ({_PAID}),
all_kinds as (
  select id as line_id, 'debt' as kind, due_on as on, cents from debts
   union all select line_id, 'paid', p.on, cents from paid p
   union all select d.line_id, 'reminded', min(r.sent_on), max(d.open_cents)
               from reminder_debt d join reminder r on r.id = d.reminder_id
              where r.building_id = %(b)s and r.status = 'sent' and r.sent_on >= %(since)s group by d.line_id),
placed as (
  select *, max(x.on) filter (where kind = 'debt') over line as due_on,
         max(x.on) filter (where kind = 'reminded') over line as reminded_on
    from all_kinds x window line as (partition by line_id)),
lines as (
  select due_on, coalesce(sum(cents) filter (where kind = 'debt'), 0) as called,
         coalesce(sum(cents) filter (where kind = 'paid'), 0) as paid,
         coalesce(sum(cents) filter (where kind = 'reminded'), 0) as asked,
         coalesce(sum(cents) filter (where kind = 'paid' and p.on >= reminded_on), 0) as back
    from placed p group by line_id, due_on)
select coalesce(sum(asked), 0)::bigint as reminded_cents, coalesce(sum(least(asked, back)), 0)::bigint as paid_cents,
       coalesce(sum(called) filter (where due_on between %(since)s and %(today)s), 0)::bigint as called_cents,
       coalesce(sum(called - paid) filter (where due_on <= %(today)s), 0)::bigint as open_cents
  from lines"""


async def recovered(w: Work, building_id: UUID, since: date, today: date) -> Recovered:
    """How recovery went since a day; the caller has authorised the building."""
    return await w.one(_RECOVERED, Recovered, b=building_id, since=since, today=today)
