"""Budgets and their lines, orders that are open, alerts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from koprogo_app.budget.facts import Line, Months, Place
from koprogo_app.budget.model import Status
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books


@answer()
@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget as lists show it: `start` and `end` are the first and last day of its year, `cents` its total."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    year: int
    start: date
    end: date
    number: int
    label: str
    status: str
    frequency: str
    called_on: list[date]
    rejection: str
    rejected_on: Hidden[date | None]
    voted_on: date | None
    decision: str
    document_id: UUID | None
    document_title: Hidden[str]
    waiver: str
    waived_on: date | None
    reserve_reason: str
    cents: int
    lines: Hidden[int]

    @property
    def decided(self) -> bool:
        """Whether the assembly has voted it."""
        return Status(self.status).decided

    @property
    def editable(self) -> bool:
        """Whether its lines can be changed."""
        return self.status == Status.DRAFT

    @property
    def months(self) -> Months:
        """The months of its year."""
        return Months.of(self.start, self.end)

    @property
    def name(self) -> str:
        """How people call its year: 2026, or 2025-2026."""
        return self.months.name


_BUDGET = """
select b.id, b.organization_id, b.building_id, b.year, lower(b.period) as start, upper(b.period) - 1 as end, b.number,
       b.label, b.status, b.frequency, b.called_on, b.rejection, b.rejected_on, b.voted_on, b.decision, b.document_id,
       coalesce(d.title, '') as document_title, b.waiver, b.waived_on, b.reserve_reason,
       coalesce(l.cents, 0)::bigint as cents, coalesce(l.lines, 0) as lines
  from budget b left join documents.document d on d.id = b.document_id
  left join lateral (select sum(cents) as cents, count(*) as lines from budget_line where budget_id = b.id) l on true
 where {where} order by b.year desc, b.number
"""


async def budgets(w: Work, building_id: UUID) -> list[BudgetRow]:
    """The budgets of a building (`budget.read`), latest year first. Raises NotFound, Forbidden."""
    await books.book(w, building_id, "budget.read")
    return await w.rows(_BUDGET.format(where="b.building_id = %(b)s"), BudgetRow, b=building_id)


async def of_year(w: Work, building_id: UUID, year: int) -> list[BudgetRow]:
    """The budgets of a year, the main one first; the caller has authorised the building."""
    return await w.rows(
        _BUDGET.format(where="b.building_id = %(b)s and b.year = %(y)s"), BudgetRow, b=building_id, y=year
    )


async def budget(w: Work, building_id: UUID, year: int, number: int = 0) -> BudgetRow:
    """One budget of a year (`budget.read`). Raises NotFound."""
    row = await w.one(
        _BUDGET.format(where="b.building_id = %(b)s and b.year = %(y)s and b.number = %(n)s"),
        BudgetRow, b=building_id, y=year, n=number,
    )  # fmt: skip
    require(w, "budget.read", row.organization_id, row.building_id)
    return row


async def budget_by_id(w: Work, budget_id: UUID, permission: str = "budget.read") -> BudgetRow:
    """One budget. Raises NotFound, Forbidden."""
    row = await w.one(_BUDGET.format(where="b.id = %(i)s"), BudgetRow, i=budget_id)
    require(w, permission, row.organization_id, row.building_id)
    return row


_LINE = """
select id, budget_id, position, account_code, nature, key_id, cents, comment, profile, version
  from budget_line where budget_id = any(%(ids)s)
 order by array_position(%(ids)s, budget_id), array_position('{ordinary,extraordinary,reserve}', nature), account_code,
          position, id
"""


async def lines_of(w: Work, *budget_ids: UUID) -> list[Line]:
    """The lines of budgets, budget by budget, by nature, account and position; the caller has authorised them."""
    return await w.rows(_LINE, Line, ids=list(budget_ids))


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """Something ordered that has not been billed."""

    id: UUID
    building_id: UUID
    account_code: str
    key_id: UUID | None
    label: str
    cents: int
    ordered_on: date


async def commitments(w: Work, building_id: UUID) -> list[CommitmentRow]:
    """What is ordered and open, latest first; the caller has authorised the building."""
    return await w.rows(
        """select id, building_id, account_code, key_id, label, cents, ordered_on from commitment
            where building_id = %(b)s and ended_on is null order by ordered_on desc, id desc""",
        CommitmentRow,
        b=building_id,
    )


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A line that ran over its budget, as it was seen in a month."""

    id: UUID
    year: int
    account_code: str
    key_id: UUID | None
    month: date
    budget_cents: int
    actual_cents: int
    created_at: datetime


async def alerts(w: Work, building_id: UUID, year: int | None = None, month: date | None = None) -> list[AlertRow]:
    """The alerts of a building, latest first, of a year or of a month; the caller has authorised the building."""
    return await w.rows(
        """select id, year, account_code, key_id, month, budget_cents, actual_cents, created_at
             from budget_alert where building_id = %(b)s and (%(y)s::int is null or year = %(y)s)
              and (%(m)s::date is null or month = %(m)s)
            order by month desc, actual_cents - budget_cents desc""",
        AlertRow,
        b=building_id,
        y=year,
        m=month,
    )


async def alert_percent(w: Work, building_id: UUID) -> int:
    """From how many per cent above its budget a line is told of; 10 unless set."""
    found = await w.value("select alert_percent from budget_settings where building_id = %(b)s", b=building_id)
    return 10 if found is None else int(found)


async def awaited(w: Work, building_id: UUID, until: date) -> dict[Place, int]:
    """By account and key, cents that will come: orders that are open, invoices put up for approval and not posted yet.

    Counted are those of `until` or before; the caller has authorised the building.
    """
    rows = await w.rows(_AWAITED, _Awaited, b=building_id, until=until)
    return {(row.code, row.key_id): row.cents for row in rows if row.cents}


_AWAITED = """
select code, key_id, sum(cents)::bigint as cents from (
  select account_code as code, key_id, cents from commitment
   where building_id = %(b)s and ended_on is null and ordered_on <= %(until)s
  union all
  select a.code, l.key_id, (l.net_cents + l.vat_cents) * case i.kind when 'credit_note' then -1 else 1 end
    from purchases.invoice i join purchases.invoice_line l on l.invoice_id = i.id
    join ledger.account a on a.id = l.account_id
   where i.building_id = %(b)s and i.status = 'submitted' and i.dated <= %(until)s and a.code like '6%%'
     and l.lot_id is null) found
 group by code, key_id
"""


@dataclass(frozen=True, slots=True)
class _Awaited:
    code: str
    key_id: UUID | None
    cents: int


async def calls_of(w: Work, budget_id: UUID) -> list[UUID]:
    """The calls for funds that ask a budget's provisions and were not taken back, latest first."""
    found: list[UUID] = await w.value(
        """select coalesce(array_agg(c.id order by c.id desc), '{}')
             from budget_call b join calls.fund_call c on c.id = b.call_id
            where b.budget_id = %(b)s and c.status <> 'cancelled'""",
        b=budget_id,
    )
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told of an alert."""

    email: str
    lang: str


async def told(w: Work, building_id: UUID) -> list[Reader]:
    """The syndic and the council of a building, each once: who is told when a line runs over."""
    return await w.rows(
        """select distinct u.email, u.lang from estate.building b
             join identity.role_grant g on g.organization_id = b.organization_id and g.role in ('syndic', 'board')
              and (g.building_id is null or g.building_id = b.id) and g.period @> %(t)s
             join identity.app_user u on u.id = g.user_id and u.status = 'active'
            where b.id = %(b)s order by u.email""",
        Reader,
        b=building_id,
        t=w.today,
    )


async def draft_lots(w: Work, building_id: UUID) -> list[UUID]:
    """The lots whose ownership is not complete: they are asked nothing; the caller has authorised the building."""
    found: list[UUID] = await w.value(
        "select coalesce(array_agg(id), '{}') from estate.lot where building_id = %(b)s and status = 'draft'",
        b=building_id,
    )
    return found


async def filed_quarters(w: Work, building_id: UUID, year: int) -> list[int]:
    """The quarters whose report is filed; the caller has authorised the building."""
    found: list[int] = await w.value(
        "select coalesce(array_agg(quarter), '{}') from variance_report where building_id = %(b)s and year = %(y)s",
        b=building_id,
        y=year,
    )
    return found


async def voted_to_begin(w: Work) -> list[UUID]:
    """Voted budgets whose year has begun, of every organisation this principal sees."""
    found: list[UUID] = await w.value(
        "select coalesce(array_agg(id order by year, number), '{}') from budget where status = 'voted' "
        "and lower(period) <= %(t)s",
        t=w.today,
    )
    return found


async def budgeted_buildings(w: Work) -> list[UUID]:
    """Buildings with a budget in force or closed, of every organisation this principal sees."""
    found: list[UUID] = await w.value(
        "select coalesce(array_agg(distinct building_id), '{}') from budget where status in ('active', 'closed')"
    )
    return found
