"""The balances of a year's statements as they were booked, and what is still open of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import Hidden, answer


@answer("booked")
@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A booking of a year's balances by one entry; `order` is the payment order of its refunds, if there were any."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    fiscal_year_id: UUID
    entry_id: UUID
    entry: Annotated[str, Field(examples=["OD 12"])]
    booked_on: date
    due_on: date
    credit: Annotated[str, Field(description="What is in a co-owner's favour: `carry` or `refund`")]
    works_credit: Annotated[str, Field(description="The same of works: `carry` or `refund`")]
    order_id: UUID | None
    order: str
    taken_back: Annotated[bool, Field(description="Whether its entry was reversed")]
    created_at: datetime

    @property
    def booked(self) -> bool:
        """Whether it stands."""
        return not self.taken_back


_ROWS: Final = """
select s.id, s.organization_id, s.building_id, s.fiscal_year_id, s.entry_id, j.code || ' ' || e.number as entry,
       s.booked_on, s.due_on, s.credit, s.works_credit, s.order_id, coalesce(o.reference, '') as "order",
       exists (select from ledger.entry r where r.reversal_of = s.entry_id) as taken_back, s.created_at
  from year_settlement s join ledger.entry e on e.id = s.entry_id join ledger.journal j on j.id = e.journal_id
  left join purchases.payment_order o on o.id = s.order_id
 where {where} order by s.created_at desc, s.id desc"""


async def booked(w: Work, year_id: UUID) -> SettlementRow | None:
    """The booking of a year that stands; the caller has authorised the building."""
    rows = await w.rows(_ROWS.format(where="s.fiscal_year_id = %(y)s"), SettlementRow, y=year_id)
    return next((row for row in rows if row.booked), None)


async def settlements(w: Work, building_id: UUID) -> list[SettlementRow]:
    """All bookings of a building, latest first; the caller has authorised it."""
    return await w.rows(_ROWS.format(where="s.building_id = %(b)s"), SettlementRow, b=building_id)


async def settlement(w: Work, settlement_id: UUID) -> SettlementRow:
    """One booking, standing or taken back. Raises NotFound."""
    return await w.one(_ROWS.format(where="s.id = %(id)s"), SettlementRow, id=settlement_id)


async def settlement_of_entry(w: Work, entry_id: UUID) -> SettlementRow | None:
    """The booking that an entry made, also of the entry that takes it back; the caller has authorised the entry."""
    where = "s.entry_id = (select coalesce(x.reversal_of, x.id) from ledger.entry x where x.id = %(e)s)"
    rows = await w.rows(_ROWS.format(where=where), SettlementRow, e=entry_id)
    return rows[0] if rows else None


async def unbooked_years(w: Work, building_id: UUID) -> list[date]:
    """The first days of closed years whose balances are not booked, latest first; the caller has authorised the
    building. Only years closed since the first booking, or the last closed one: older ones were settled elsewhere."""
    found: list[date] = await w.value(
        """with closed as (
             select y.id, lower(y.period) as start, exists (
                      select from year_settlement s where s.fiscal_year_id = y.id
                         and not exists (select from ledger.entry r where r.reversal_of = s.entry_id)) as booked
               from ledger.fiscal_year y where y.building_id = %(b)s and y.status = 'closed')
           select coalesce(array_agg(c.start order by c.start desc), '{}') from closed c where not c.booked
              and c.start >= coalesce((select min(x.start) from closed x where x.booked),
                                      (select max(x.start) from closed x))""",
        b=building_id,
    )
    return found


@answer("paid_cents")
@dataclass(frozen=True, slots=True)
class SettlementLineRow:
    """A co-owner's balance of a fund as it was booked: `cents` positive, she owes it; `open_cents` is still open of it.

    `refund_cents` of a credit go back to `refund_iban` by the payment order.
    """

    owner_id: UUID
    name: str
    fund: Annotated[str, Field(description="`working` or `works`")]
    called_cents: int
    cost_cents: int
    cents: int
    open_cents: int
    refund_cents: int
    refund_iban: str
    entry_line_id: Hidden[UUID | None]

    @property
    def paid_cents(self) -> int:
        """What of it is settled."""
        return self.cents - self.open_cents


_LINES: Final = f"""
select l.owner_id, {FULL_NAME} as name, l.fund, l.called_cents, l.cost_cents, l.cents,
       coalesce(o.cents, 0)::bigint as refund_cents, coalesce(o.iban, '') as refund_iban, l.entry_line_id,
       (case when l.entry_line_id is null
               or exists (select from ledger.matching_line m where m.line_id = l.entry_line_id) then 0
             else l.cents
                - coalesce((select sum(s.cents) from payments.settlement s where s.debit_line_id = l.entry_line_id), 0)
                + coalesce((select sum(s.cents) from payments.settlement s where s.credit_line_id = l.entry_line_id), 0)
             end)::bigint as open_cents
  from year_settlement_line l join estate.owner p on p.id = l.owner_id
  left join purchases.payment_order_line o on o.credit_line_id = l.entry_line_id and o.live
 where l.settlement_id = %(s)s order by lower(p.name), lower(p.first_name), p.id, l.fund"""


async def settlement_lines(w: Work, settlement_id: UUID) -> list[SettlementLineRow]:
    """The balances of a booking by owner; the caller has authorised the building."""
    return await w.rows(_LINES, SettlementLineRow, s=settlement_id)
