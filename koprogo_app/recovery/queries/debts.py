"""Owners' debts with what was paid on them and what was sent for them: read from the books, never typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import may_read_account, open_items
from koprogo_app.recovery.facts import Debt, Step


@dataclass(frozen=True, slots=True)
class Account:
    """What an owner owes in a building: open debts before credits are set against them, and those credits in cents."""

    owner_id: UUID
    debts: tuple[Debt, ...]
    credit_cents: int = 0


async def accounts(w: Work, building_id: UUID, owner_id: UUID | None = None) -> list[Account]:
    """The open account of each owner with a debt, or of one, as called by today (`ledger.read`, or herself)."""
    called = await open_items(w, building_id, owner_id=owner_id, on=w.today)
    items = [(item.owner_id, item) for item in called if item.owner_id is not None]
    more = await _more(w, [i.line_id for _, i in items if i.open_cents > 0])
    debts: dict[UUID, list[Debt]] = defaultdict(list)
    credits: dict[UUID, int] = defaultdict(int)
    for owner, item in items:
        if item.open_cents > 0:
            debts[owner].append(_debt(owner, item, more))
        else:
            credits[owner] -= item.open_cents
    return [Account(owner, tuple(found), credits[owner]) for owner, found in debts.items()]


async def reminded_debts(w: Work, building_id: UUID, owner_id: UUID) -> list[Debt]:
    """The debts for which something was sent to an owner, paid by now or not: what was paid late bears interest too."""
    await may_read_account(w, building_id, owner_id)
    items = await w.rows(_SENT, _Line, b=building_id, owner=owner_id)
    more = await _more(w, [i.line_id for i in items])
    return [_debt(owner_id, item, more) for item in items]


_SENT = """
select distinct l.id as line_id, l.owner_id, a.code as account, l.lot_id, coalesce(lo.number, '') as lot,
       d.label, e.date as on, d.due_on, l.debit_cents as cents, 0 as open_cents, 'entry' as source, e.id as source_id
  from reminder_debt d join reminder r on r.id = d.reminder_id and r.status = 'sent'
  join ledger.entry_line l on l.id = d.line_id join ledger.entry e on e.id = l.entry_id
  join ledger.account a on a.id = l.account_id
  left join estate.lot lo on lo.id = l.lot_id
 where r.building_id = %(b)s and r.owner_id = %(owner)s
   and not exists (select from ledger.entry x where x.reversal_of = e.id)
 order by d.due_on, l.id"""


@dataclass(frozen=True, slots=True)
class _Line:
    line_id: UUID
    owner_id: UUID
    account: str
    lot_id: UUID | None
    lot: str
    label: str
    on: date
    due_on: date
    cents: int
    open_cents: int
    source: str
    source_id: UUID


@dataclass(frozen=True, slots=True)
class _More:
    """What the books and the letters say further of debts, by line."""

    payments: dict[UUID, list[tuple[date, int]]]
    charges: set[UUID]
    steps: dict[UUID, dict[int, Step]]


def _debt(owner_id: UUID, item: OpenItem | _Line, more: _More) -> Debt:
    steps = more.steps.get(item.line_id, {})
    notice = steps.get(3)
    return Debt(
        item.line_id, owner_id, item.account, item.lot_id, item.lot, item.label, item.on, item.due_on, item.cents,
        item.open_cents, item.source, item.source_id, item.line_id in more.charges,
        tuple(sorted(more.payments.get(item.line_id, ()))), notice.sent_on if notice else None, steps,
    )  # fmt: skip


async def _more(w: Work, lines: Sequence[UUID]) -> _More:
    ids = list(lines)
    payments: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for paid in await w.rows(_PAYMENTS, _Payment, lines=ids):
        payments[paid.line_id].append((paid.on, paid.cents))
    steps: dict[UUID, dict[int, Step]] = defaultdict(dict)
    for step in await w.rows(_STEPS, Step, lines=ids):
        steps[step.line_id][step.level] = step
    return _More(payments, set(await _ids(w, _CHARGES, ids)), steps)


async def _ids(w: Work, sql: str, lines: Iterable[UUID]) -> list[UUID]:
    found: Any = await w.value(f"select array_agg(id) from ({sql}) found", lines=list(lines))
    return list(found or ())


@dataclass(frozen=True, slots=True)
class _Payment:
    line_id: UUID
    on: date
    cents: int


_PAYMENTS = """
select s.debit_line_id as line_id, e.date as on, s.cents
  from payments.settlement s join ledger.entry_line c on c.id = s.credit_line_id
  join ledger.entry e on e.id = c.entry_id
 where s.debit_line_id = any(%(lines)s)
 union all
select m.line_id, (select max(e.date) from ledger.matching_line o join ledger.entry_line x on x.id = o.line_id
                     join ledger.entry e on e.id = x.entry_id where o.matching_id = m.matching_id), l.debit_cents
  from ledger.matching_line m join ledger.entry_line l on l.id = m.line_id where m.line_id = any(%(lines)s)"""

_STEPS = """
select d.line_id, d.level, r.status, r.sent_on, r.react_by
  from reminder_debt d join reminder r on r.id = d.reminder_id where d.line_id = any(%(lines)s)"""

# Interest and costs are charged against 75 and 744.
_CHARGES = """
select l.id from ledger.entry_line l where l.id = any(%(lines)s) and exists (
  select from ledger.entry_line x join ledger.account a on a.id = x.account_id
   where x.entry_id = l.entry_id and (a.code like '75%%' or a.code like '744%%'))"""
