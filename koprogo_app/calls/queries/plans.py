"""Instalment plans, with what is paid of the debts they cover."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from koprogo_app.calls.facts import shortened
from koprogo_app.estate.queries.lots import full_name
from koprogo_app.foundation.database import Work
from koprogo_app.payments.queries.open_items import may_read_account


@dataclass(slots=True)
class PlanRow:
    """A plan; `terms` are [due_on, cents], by day; `paid_cents` is paid since of the debts it covers.

    A debt that was taken back since is no longer one of the plan: it is not paid, and its last payments fall away.
    """

    id: UUID
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    owner: str
    agreed_on: date
    note: str
    ended_at: datetime | None
    ended_reason: str
    cents: int
    paid_cents: int
    terms: list[Any]
    line_ids: list[UUID]

    def __post_init__(self) -> None:
        self.terms = shortened([(date.fromisoformat(day), cents) for day, cents in self.terms], self.cents)


_PLANS: Final = f"""
select p.id, p.organization_id, p.building_id, p.owner_id, {full_name("o")} as owner, p.agreed_on,
       p.note, p.ended_at, p.ended_reason, d.cents, greatest(d.cents - d.open, 0) as paid_cents, t.terms, d.line_ids
  from instalment_plan p join estate.owner o on o.id = p.owner_id
  join lateral (select json_agg(json_build_array(due_on, cents) order by due_on) as terms from plan_term
                 where plan_id = p.id) t on true
  join lateral (
    select coalesce(sum(x.cents), 0)::bigint as cents, coalesce(array_agg(x.line_id), '{{}}') as line_ids,
           coalesce(sum(case when exists (select from ledger.matching_line m where m.line_id = l.id) then 0
             else l.debit_cents - koprogo_line_settled(l.id) end), 0)::bigint as open
      from plan_debt x join ledger.entry_line l on l.id = x.line_id
     where x.plan_id = p.id and not exists (select from ledger.entry r where r.reversal_of = l.entry_id)) d on true
 where p.building_id = %(b)s and p.organization_id = %(o)s and (%(owner)s::uuid is null or p.owner_id = %(owner)s)
   and (%(plan)s::uuid is null or p.id = %(plan)s)
 order by p.ended_at is not null, p.agreed_on desc, p.id desc"""


async def plans_of(
    w: Work, building_id: UUID, owner_id: UUID | None = None, *, plan_id: UUID | None = None
) -> list[PlanRow]:
    """The plans of a building or one owner, running ones first (`ledger.read`, or the owner herself)."""
    organization_id = await may_read_account(w, building_id, owner_id)
    return await w.rows(_PLANS, PlanRow, o=organization_id, b=building_id, owner=owner_id, plan=plan_id)
