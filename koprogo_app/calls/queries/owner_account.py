"""An owner's account with the association: every line with its balance, what settles what, explained line by line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import Hidden, answer
from koprogo_app.payments.queries.open_items import LINES, may_read_account
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged


@answer()
@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the account, with the balance after it (positive: she owes); `open_cents` is not settled yet."""

    line_id: UUID
    entry_id: UUID
    entry: Annotated[str, Field(examples=["APP 3"])]
    journal_kind: Hidden[str]
    account: str
    on: date
    due_on: date | None
    label: str
    lot: str
    cents: int
    balance: int
    open_cents: int
    call_id: UUID | None
    invoice_id: Hidden[UUID | None]
    reversed: Hidden[bool]


_MOVES: Final = f"""
with open as ({LINES} and l.owner_id = %(owner)s),
moves as (
  select l.id as line_id, e.id as entry_id, j.code || ' ' || e.number as entry, j.kind as journal_kind,
         a.code as account, e.date as on, coalesce(i.due_on, q.due_on) as due_on,
         coalesce(nullif(l.label, ''), nullif(e.label, ''), e.document_ref)
         as label, coalesce(lo.number, '') as lot, l.debit_cents - l.credit_cents as cents,
         (sum(l.debit_cents - l.credit_cents) over (order by e.date, e.id, l.position))::bigint as balance,
         coalesce(x.open_cents, 0)::bigint as open_cents, i.call_id, v.id as invoice_id, l.position,
         e.reversal_of is not null or exists (select from ledger.entry r where r.reversal_of = e.id) as reversed
    from ledger.entry_line l join ledger.entry e on e.id = l.entry_id join ledger.account a on a.id = l.account_id
    join ledger.journal j on j.id = e.journal_id left join estate.lot lo on lo.id = l.lot_id
    left join open x on x.line_id = l.id left join payments.line_term q on q.line_id = l.id
    left join call_line c on c.entry_line_id = l.id left join call_instalment i on i.id = c.instalment_id
    left join purchases.invoice v on v.entry_id = e.id
   where l.organization_id = %(o)s and l.building_id = %(b)s and l.owner_id = %(owner)s and a.party <> 'none'
     and e.nature in ('entry', 'result'))
select count(*) over () as total, line_id, entry_id, entry, journal_kind, account, "on", due_on, label, lot, cents,
       balance, open_cents, call_id, invoice_id, reversed
  from moves order by "on" desc, entry_id desc, position desc limit %(limit)s offset %(offset)s"""


async def account_page(w: Work, building_id: UUID, owner_id: UUID, asked: Asked = FIRST) -> Page[AccountLine]:
    """The lines of an owner's account, latest first (`ledger.read`, or the owner herself)."""
    organization_id = await may_read_account(w, building_id, owner_id)
    return await paged(w, _MOVES, AccountLine, asked, o=organization_id, b=building_id, owner=owner_id)


@answer()
@dataclass(frozen=True, slots=True)
class SettledRow:
    """What a credit of the owner settles of a debt."""

    id: UUID
    cents: int
    debit_line_id: UUID
    debit_on: Hidden[date]
    debit_label: Hidden[str]
    debit_entry_id: Hidden[UUID]
    credit_line_id: UUID
    credit_on: Hidden[date]
    credit_label: Hidden[str]
    credit_entry_id: Hidden[UUID]
    at: Hidden[datetime]


_SETTLED: Final = """
select s.id, s.cents, s.debit_line_id, d.date as debit_on,
       coalesce(nullif(dl.label, ''), d.document_ref) as debit_label, d.id as debit_entry_id, s.credit_line_id,
       c.date as credit_on,
       coalesce(nullif(cl.label, ''), c.document_ref) as credit_label, c.id as credit_entry_id, s.created_at as at
  from payments.settlement s join ledger.entry_line dl on dl.id = s.debit_line_id
  join ledger.entry d on d.id = dl.entry_id
  join ledger.entry_line cl on cl.id = s.credit_line_id join ledger.entry c on c.id = cl.entry_id
 where s.organization_id = %(o)s and s.building_id = %(b)s and dl.owner_id = %(owner)s
 order by s.created_at desc, s.id desc limit %(limit)s"""


async def settled_rows(w: Work, building_id: UUID, owner_id: UUID, limit: int = 100) -> list[SettledRow]:
    """What the owner's payments settled, latest first (`ledger.read`, or the owner herself)."""
    organization_id = await may_read_account(w, building_id, owner_id)
    return await w.rows(_SETTLED, SettledRow, o=organization_id, b=building_id, owner=owner_id, limit=limit)
