"""Calls for funds: the list, one call, its lines by lot and owner; what is paid is read from what settles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.queries.lots import full_name
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import Hidden, answer
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged

PAID: Final = """coalesce((select sum(s.cents) from payments.settlement s where s.debit_line_id = c.entry_line_id), 0)
    + case when exists (select from ledger.matching_line m where m.line_id = c.entry_line_id) then c.cents else 0 end"""
"""How much of call line c is paid: by settlements, or whole by the ledger's own matching."""


FundKind = Annotated[str, Field(json_schema_extra={"enum": ["working", "reserve", "extraordinary"]})]
"""A fund, as a row answers it."""


@answer()
@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list. `cents` is asked in all, `paid_cents` of it is settled, `due_cents` is past its day.

    `kinds` are the funds it is for, `next_due` the first day by which something of it is due that has not passed.
    """

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    label: str
    status: Annotated[str, Field(description="`draft`, `posted` or `cancelled`")]
    version: int
    decided_on: date | None
    decision_ref: str
    reason: Annotated[str, Field(description="Why it was taken back")]
    kinds: list[str]
    cents: int
    paid_cents: int
    due_cents: int
    instalments: int
    first_due: date
    last_due: date
    next_due: date | None
    posted_at: Hidden[datetime | None]


_ROW: Final = f"""
select {{total}} f.id, f.organization_id, f.building_id, f.label, f.status, f.version, f.decided_on, f.decision_ref,
       f.reason, p.kinds, p.cents, coalesce(l.paid, 0)::bigint as paid_cents, coalesce(l.due, 0)::bigint as due_cents,
       i.instalments, i.first_due, i.last_due, i.next_due, f.posted_at
  from fund_call f
  join lateral (select array_agg(distinct kind order by kind) as kinds, sum(cents)::bigint as cents
                  from call_part where call_id = f.id) p on true
  join lateral (select count(*) as instalments, min(due_on) as first_due, max(due_on) as last_due,
                       min(due_on) filter (where due_on >= %(today)s) as next_due
                  from call_instalment where call_id = f.id) i on true
  left join lateral (select sum({PAID}) as paid, sum(c.cents - ({PAID})) filter (where n.due_on < %(today)s) as due
                       from call_line c join call_instalment n on n.id = c.instalment_id
                      where n.call_id = f.id and f.status = 'posted') l on true
 where {{where}}"""
SORTS = {"label": "lower(f.label)", "cents": "p.cents", "due": "i.first_due", "status": "f.status"}


async def calls_page(w: Work, building_id: UUID, asked: Asked = FIRST, *, status: str = "") -> Page[CallRow]:
    """The calls of a building (`calls.read`), the latest due first."""
    await books.open_book(w, building_id, "calls.read")
    sql = _ROW.format(
        total="count(*) over () as total,",
        where=f"""f.building_id = %(b)s and (%(status)s = '' or f.status = %(status)s)
 order by {asked.order(SORTS, "i.last_due desc, f.id desc")} limit %(limit)s offset %(offset)s""",
    )
    return await paged(w, sql, CallRow, asked, b=building_id, status=status, today=w.today)


@answer()
@dataclass(frozen=True, slots=True)
class PartRow:
    """What a call asks for one fund over all instalments; `key` is "" for the shares."""

    id: Hidden[UUID]
    position: Hidden[int]
    kind: FundKind
    key_id: UUID | None
    key: str
    cents: int


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """An instalment: its entry ("APP 3"), what is asked and paid, how many notices were made and sent."""

    id: UUID
    position: int
    called_on: date
    due_on: date
    entry_id: UUID | None
    entry: Annotated[str, Field(examples=["APP 3"])]
    cents: int
    paid_cents: int
    notices: int
    sent: int


@dataclass(frozen=True, slots=True)
class CallDetail:
    """A call with its parts and instalments."""

    call: CallRow
    parts: list[PartRow]
    instalments: list[InstalmentRow]


async def call_detail(w: Work, call_id: UUID, permission: str = "calls.read") -> CallDetail:
    """One call (`calls.read`). Raises NotFound."""
    row = await w.one(_ROW.format(total="", where="f.id = %(c)s"), CallRow, c=call_id, today=w.today)
    require(w, permission, row.organization_id, row.building_id)
    parts = await w.rows(
        """select p.id, p.position, p.kind, p.key_id, coalesce(k.name, '') as key, p.cents
             from call_part p left join estate.allocation_key k on k.id = p.key_id
            where p.call_id = %(c)s order by p.position""",
        PartRow,
        c=call_id,
    )
    instalments = await w.rows(
        f"""select i.id, i.position, i.called_on, i.due_on, i.entry_id,
                   coalesce(j.code || ' ' || e.number, '') as entry,
                   coalesce(l.cents, 0)::bigint as cents, coalesce(l.paid, 0)::bigint as paid_cents,
                   (select count(*) from call_notice n where n.instalment_id = i.id) as notices,
                   (select count(*) from call_notice n where n.instalment_id = i.id and n.sent_at is not null) as sent
              from call_instalment i left join ledger.entry e on e.id = i.entry_id
              left join ledger.journal j on j.id = e.journal_id
              left join lateral (select sum(c.cents) as cents, sum({PAID}) as paid from call_line c
                                  where c.instalment_id = i.id) l on true
             where i.call_id = %(c)s order by i.position""",
        InstalmentRow,
        c=call_id,
    )
    return CallDetail(row, parts, instalments)


@answer()
@dataclass(frozen=True, slots=True)
class CallLineRow:
    """What an owner is asked for a lot, with everything that explains it; `paid_cents` of it is settled."""

    id: Hidden[UUID]
    instalment_id: Hidden[UUID]
    instalment: int
    due_on: date
    kind: FundKind
    key: str
    lot_id: UUID
    lot: str
    owner_id: UUID
    owner: str
    weight: int
    weight_total: int
    part_cents: Hidden[int]
    lot_cents: int
    numerator: int
    denominator: int
    cents: int
    paid_cents: int
    entry_id: Hidden[UUID | None]


_LINES: Final = f"""
select c.id, c.instalment_id, i.position as instalment, i.due_on, p.kind, coalesce(k.name, '') as key, c.lot_id,
       lo.number as lot, c.owner_id, {full_name("o")} as owner, c.weight, c.weight_total,
       (sum(c.cents) over (partition by c.instalment_id, c.part_id))::bigint as part_cents, c.lot_cents, c.numerator,
       c.denominator, c.cents, ({PAID})::bigint as paid_cents, i.entry_id, c.position
  from call_line c join call_instalment i on i.id = c.instalment_id join call_part p on p.id = c.part_id
  join estate.lot lo on lo.id = c.lot_id join estate.owner o on o.id = c.owner_id
  left join estate.allocation_key k on k.id = p.key_id
 where i.call_id = %(call)s"""


async def call_lines(
    w: Work, call_id: UUID, *, instalment_id: UUID | None = None, owner_id: UUID | None = None
) -> list[CallLineRow]:
    """The lines of a posted call, in the order of the deed; the caller has authorised the call."""
    sql = f"""with lines as ({_LINES})
select id, instalment_id, instalment, due_on, kind, key, lot_id, lot, owner_id, owner, weight, weight_total, part_cents,
       lot_cents, numerator, denominator, cents, paid_cents, entry_id from lines
 where (%(i)s::uuid is null or instalment_id = %(i)s) and (%(o)s::uuid is null or owner_id = %(o)s)
 order by instalment, position, id"""
    return await w.rows(sql, CallLineRow, call=call_id, i=instalment_id, o=owner_id)
