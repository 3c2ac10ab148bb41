"""What the yearly statement of charges is made of: expenses, weights, who held what, what was called. The caller has
authorised the building.

An expense stands once: through the lines of its invoice, which know its key, its lot and its days, else through the
line of its entry. A reversal of an invoice takes back the invoice's own lines. What comes of entries is read as one
version of the ledger says it, so that what is kept under that version is of no other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.queries.visible import VISIBLE, sight
from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work

COSTS: Final = "(left(a.code, 1) = '6' and a.code not like '69%%' or left(a.code, 1) = '7' and a.code !~ '^7[09]')"
"""Accounts that co-owners bear or profit from: costs, and income other than calls; appropriations are neither."""

WORKS: Final = "a.code ~ '^(611|66|702)'"
"""Works and other extraordinary costs, and what is called for them: apart from the running costs."""

_SEALED: Final = "exists (select from ledger.entry_seal z where z.entry_id = e.id and z.seq <= %(version)s)"


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one building's books that are asked for, as a version of its ledger has them."""

    organization_id: UUID
    building_id: UUID
    start: date
    end: date
    version: int

    @property
    def params(self) -> dict[str, Any]:
        """The values of the statements below."""
        return {"o": self.organization_id, "b": self.building_id, "start": self.start, "end": self.end,
                "version": self.version}  # fmt: skip


_MARK: Final = """
with mine as (select id from estate.lot where organization_id = %(o)s and building_id = %(b)s)
select (select coalesce(sum(hashtextextended(l::text, 1)), 0) from estate.lot l
   where l.id in (select id from mine))::text
       || ' ' || (select coalesce(sum(hashtextextended(o::text, 2)), 0) from estate.ownership o
                   where o.organization_id = %(o)s and o.lot_id in (select id from mine))
       || ' ' || (select coalesce(sum(hashtextextended(m::text, 3)), 0) from estate.mandatary m
                   where m.organization_id = %(o)s and m.lot_id in (select id from mine))
       || ' ' || (select coalesce(sum(hashtextextended(k::text, 4)), 0) from estate.key_weight k
                   where k.organization_id = %(o)s and k.lot_id in (select id from mine))"""


async def estate_mark(w: Work, organization_id: UUID, building_id: UUID) -> str:
    """A sign that is another one as soon as a lot, a right, a mandate or a weight of the building is another one.

    The ledger's version says nothing of those, and they decide who bears what.
    """
    found: str = await w.value(_MARK, o=organization_id, b=building_id)
    return found


_ENTRIES: Final = f"""
entries as (
  select e.id, e.date as on, j.code || ' ' || e.number as entry, e.label, coalesce(i.id, r.id) as invoice_id,
         case when i.id is null then -1 else 1 end * case coalesce(i.kind, r.kind) when 'credit_note' then -1 else 1 end
           as sign, e.document_id
    from ledger.entry e join ledger.journal j on j.id = e.journal_id left join purchases.invoice i on i.entry_id = e.id
    left join purchases.invoice r on r.entry_id = e.reversal_of
   where e.organization_id = %(o)s and e.building_id = %(b)s and e.nature = 'entry'
     and e.date between %(start)s and %(end)s and {_SEALED}
     and exists (select from ledger.entry_line l join ledger.account a on a.id = l.account_id
        where l.entry_id = e.id and {COSTS}))"""

_EXPENSES: Final = f"""
with {_ENTRIES}
select l.id, e.id as entry_id, e.entry, e.on, coalesce(nullif(l.label, ''), e.label) as label, i.supplier_id,
       a.code as account, e.sign * (l.net_cents + l.vat_cents) as cents, l.vat_rate, e.sign * l.vat_cents as vat_cents,
       l.key_id, l.lot_id, lower(l.period) as start, upper(l.period) - 1 as end, i.id as invoice_id,
       null::uuid as document_id
  from entries e join purchases.invoice i on i.id = e.invoice_id join purchases.invoice_line l on l.invoice_id = i.id
  join ledger.account a on a.id = l.account_id
 where {COSTS}
union all
select l.id, e.id, e.entry, e.on, coalesce(nullif(l.label, ''), e.label), null, a.code,
       l.debit_cents - l.credit_cents, null, 0, null, l.lot_id, null, null, null, e.document_id
  from entries e join ledger.entry_line l on l.entry_id = e.id join ledger.account a on a.id = l.account_id
 where e.invoice_id is null and {COSTS}
 order by account, "on", entry, id"""


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """As `charges.rules.statement.Expense`, field by field."""

    id: UUID
    entry_id: UUID
    entry: str
    on: date
    label: str
    supplier_id: UUID | None
    account: str
    cents: int
    vat_rate: int | None
    vat_cents: int
    key_id: UUID | None
    lot_id: UUID | None
    start: date | None
    end: date | None
    invoice_id: UUID | None
    document_id: UUID | None


async def expenses(w: Work, span: Span) -> list[ExpenseRow]:
    """The costs of a period, common and private, by account and day; the private ones of invoices are charged on in
    the entry itself."""
    return await w.rows(_EXPENSES, ExpenseRow, **span.params)


async def booked(w: Work, span: Span) -> int:
    """The same costs as the books add them up, in cents."""
    found: int = await w.value(
        f"""select coalesce(sum(l.debit_cents - l.credit_cents), 0)::bigint
              from ledger.entry_line l join ledger.entry e on e.id = l.entry_id
              join ledger.account a on a.id = l.account_id
             where l.organization_id = %(o)s and l.building_id = %(b)s and e.nature = 'entry'
               and e.date between %(start)s and %(end)s and {_SEALED} and {COSTS}""",
        **span.params,
    )
    return found


@dataclass(frozen=True, slots=True)
class WeightRow:
    """The weight of a lot in a key (None: the shares) on a day."""

    key_id: UUID | None
    on: date
    lot_id: UUID
    weight: int


_WEIGHTS: Final = """
with asked as (select * from unnest(%(keys)s::uuid[], %(days)s::date[]) as asked(key_id, "on")),
held as (select lot_id, min(lower(period)) as first from estate.ownership where organization_id = %(o)s group by lot_id)
select q.key_id, q."on", l.id as lot_id, coalesce(v.weight, case when q.key_id is null then l.share end)::bigint
         as weight
  from asked q join estate.lot l on l.building_id = %(b)s and (l.retired_on is null or l.retired_on > q."on")
  left join held h on h.lot_id = l.id
  left join estate.key_weight v on v.key_id = q.key_id and v.lot_id = l.id and v.period @> q."on"
 where coalesce(v.weight, case when q.key_id is null then l.share end) > 0
   -- A lot that came of a division begins with the day of the division; the one it came of ended then.
   and (h.first is null or h.first <= q."on" or not exists (
        select from estate.lot gone where gone.building_id = l.building_id and gone.retired_on = h.first))
 order by q."on", l.position, l.number"""


async def weights(
    w: Work, organization_id: UUID, building_id: UUID, asked: Collection[tuple[UUID | None, date]]
) -> dict[tuple[UUID | None, date], dict[UUID, int]]:
    """The weights of keys on days, of the lots in the order of the deed."""
    pairs = sorted(asked, key=str)
    rows = await w.rows(
        _WEIGHTS, WeightRow, o=organization_id, b=building_id, keys=[key for key, _ in pairs],
        days=[day for _, day in pairs],
    )  # fmt: skip
    found: dict[tuple[UUID | None, date], dict[UUID, int]] = {pair: {} for pair in pairs}
    for row in rows:
        found[row.key_id, row.on][row.lot_id] = row.weight
    return found


@dataclass(slots=True)
class LotRow:
    """A lot with all rights and mandates it ever had: (owner, right, fraction, start, end) and (owner, start, end)."""

    id: UUID
    number: str
    rights: list[Any]
    mandates: list[Any]

    def __post_init__(self) -> None:
        self.rights = [
            (UUID(one["owner"]), one["right"], Fraction(one["n"], one["d"]), _day(one["start"]), _day(one["end"]))
            for one in self.rights
        ]
        self.mandates = [(UUID(one["owner"]), _day(one["start"]), _day(one["end"])) for one in self.mandates]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_HISTORY: Final = """
select l.id, l.number,
       coalesce((select json_agg(json_build_object('owner', o.owner_id, 'right', o."right", 'n', o.numerator,
                   'd', o.denominator, 'start', lower(o.period), 'end', upper(o.period))
                   order by o.primary_contact desc, o.id) from estate.ownership o
                      where o.lot_id = l.id), '[]') as rights,
       coalesce((select json_agg(json_build_object('owner', m.owner_id, 'start', lower(m.period),
                   'end', upper(m.period)) order by m.id) from estate.mandatary m
                      where m.lot_id = l.id), '[]') as mandates
  from estate.lot l where l.building_id = %(b)s order by l.position, l.number"""


async def histories(w: Work, building_id: UUID) -> list[LotRow]:
    """Every lot of a building, retired ones too, with its rights and mandates over time."""
    return await w.rows(_HISTORY, LotRow, b=building_id)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A line on an owner's account: called for a fund (working, works or reserve), or a private cost charged on."""

    owner_id: UUID
    entry_id: UUID
    entry: str
    on: date
    label: str
    lot: str
    fund: str
    private: bool
    cents: int
    line_id: UUID

    @property
    def reserve(self) -> bool:
        """Whether it is the reserve fund's, which stays with the association."""
        return self.fund == "reserve"


_ASKED: Final = f"""
select l.owner_id, e.id as entry_id, j.code || ' ' || e.number as entry, e.date as on,
       coalesce(nullif(l.label, ''), e.label) as label, coalesce(lo.number, '') as lot,
       case when a.code like '4100%%' or c.reserve then 'reserve' when a.code like '4102%%' or c.works then 'works'
            else 'working' end as fund, not c.called as private, l.debit_cents - l.credit_cents as cents,
       l.id as line_id
  from ledger.entry_line l join ledger.entry e on e.id = l.entry_id join ledger.account a on a.id = l.account_id
  join ledger.journal j on j.id = e.journal_id left join estate.lot lo on lo.id = l.lot_id
  join lateral (select bool_or(x.code like '70%%') as called, bool_or(x.code like '6%%') as cost,
            coalesce(bool_and(x.code like '700%%') filter (where x.code like '70%%'), false) as reserve,
            coalesce(bool_and(x.code like '702%%') filter (where x.code like '70%%'), false) as works
     from ledger.entry_line y
                  join ledger.account x on x.id = y.account_id where y.entry_id = e.id) c on c.called or c.cost
 where l.organization_id = %(o)s and l.building_id = %(b)s and e.nature = 'entry' and l.owner_id is not null
   and a.party = 'owner' and e.date between %(start)s and %(end)s and {_SEALED}
 order by e.date, e.id, l.position"""


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What is paid of a line on an owner's account: its cents, of the same sign."""

    line_id: UUID
    cents: int


_PAID_LINES: Final = """
select l.id as line_id, (case when exists (select from ledger.matching_line m where m.line_id = l.id)
         then l.debit_cents - l.credit_cents
         else coalesce((select sum(s.cents) from payments.settlement s where s.debit_line_id = l.id), 0)
            - coalesce((select sum(s.cents) from payments.settlement s where s.credit_line_id = l.id), 0)
         end)::bigint as cents
  from ledger.entry_line l join ledger.entry e on e.id = l.entry_id
 where l.id = any(%(lines)s) and e.reversal_of is null
   and not exists (select from ledger.entry r where r.reversal_of = e.id)"""


async def paid_lines(w: Work, lines: Collection[UUID]) -> dict[UUID, int]:
    """What is paid of these lines today; nothing of a line that was taken back."""
    return {row.line_id: row.cents for row in await w.rows(_PAID_LINES, PaidLine, lines=list(lines))}


@dataclass(frozen=True, slots=True)
class Result:
    """What a year leaves to its co-owners, in cents: positive, its costs are more than was called."""

    working: int
    works: int


async def results(w: Work, span: Span) -> Result:
    """The result of a year by fund, as the books add it up and as closing carries it to account 14."""
    return await w.one(
        f"""select coalesce(sum(l.debit_cents - l.credit_cents) filter (where not {WORKS}), 0)::bigint as working,
                   coalesce(sum(l.debit_cents - l.credit_cents) filter (where {WORKS}), 0)::bigint as works
              from ledger.entry_line l join ledger.entry e on e.id = l.entry_id
              join ledger.account a on a.id = l.account_id
             where l.organization_id = %(o)s and l.building_id = %(b)s and e.nature = 'entry'
               and e.date between %(start)s and %(end)s and {_SEALED} and a.code ~ '^[67]'
               and a.code not like '700%%'""",
        Result,
        **span.params,
    )


async def asked_of(w: Work, span: Span) -> list[AskedRow]:
    """What was called of owners in a period, and the private costs charged on to them, by day."""
    return await w.rows(_ASKED, AskedRow, **span.params)


@dataclass(frozen=True, slots=True)
class PaidRow:
    """The entry that paid an invoice, or a part of it."""

    invoice_id: UUID
    entry_id: UUID
    entry: str
    on: date


_PAID: Final = """
with own as (select i.id as invoice_id, l.id from purchases.invoice i
   join ledger.entry_line l on l.entry_id = i.entry_id
              where i.id = any(%(invoices)s) and l.supplier_id = i.supplier_id),
other as (
  select own.invoice_id, case when s.debit_line_id = own.id then s.credit_line_id else s.debit_line_id end as line_id
    from own join payments.settlement s on own.id in (s.debit_line_id, s.credit_line_id)
  union
  select own.invoice_id, m2.line_id from own join ledger.matching_line m on m.line_id = own.id
    join ledger.matching_line m2 on m2.matching_id = m.matching_id and m2.line_id <> own.id)
select distinct o.invoice_id, e.id as entry_id, j.code || ' ' || e.number as entry, e.date as on
  from other o join ledger.entry_line l on l.id = o.line_id join ledger.entry e on e.id = l.entry_id
  join ledger.journal j on j.id = e.journal_id order by e.date"""


_SCANS: Final = f"""
select i.id, d.id as other from purchases.invoice i join documents.document d on d.id = coalesce(i.document_id, (
       select f.id from documents.document f where f.organization_id = i.organization_id and f.entity = 'invoice'
          and f.entity_id = i.id and f.deleted_at is null order by f.id limit 1))
 where i.id = any(%(invoices)s) and {VISIBLE}
 union all select d.id, d.id from documents.document d where d.id = any(%(documents)s) and {VISIBLE}"""


@dataclass(frozen=True, slots=True)
class Pair:
    """An id, and another that goes with it."""

    id: UUID
    other: UUID


async def scans(w: Work, invoice_ids: Collection[UUID], document_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Invoice → its scan, and document → itself, of those that the person of this transaction may open."""
    rows = await w.rows(_SCANS, Pair, invoices=list(invoice_ids), documents=list(document_ids), **sight(w))
    return {row.id: row.other for row in rows}


async def payments(w: Work, invoice_ids: Collection[UUID]) -> dict[UUID, list[PaidRow]]:
    """The entries that paid these invoices, oldest first."""
    rows = await w.rows(_PAID, PaidRow, invoices=list(invoice_ids))
    found: dict[UUID, list[PaidRow]] = {}
    for row in rows:
        found.setdefault(row.invoice_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An owner: family name first; `taxable`: has an enterprise number, so perhaps deducts VAT."""

    id: UUID
    name: str
    lang: str
    taxable: bool


async def people(w: Work, owner_ids: Collection[UUID]) -> dict[UUID, PersonRow]:
    """Owners by id."""
    rows = await w.rows(
        f"""select p.id, {FULL_NAME} as name, p.lang, coalesce(p.enterprise_number, '') <> '' as taxable
              from estate.owner p where p.id = any(%(ids)s) order by lower(p.name), lower(p.first_name)""",
        PersonRow, ids=list(owner_ids),
    )  # fmt: skip
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Named:
    """What has a name: a key, a supplier."""

    id: UUID
    name: str


async def key_names(w: Work, building_id: UUID) -> dict[UUID, str]:
    """The names of a building's keys."""
    rows = await w.rows("select id, name from estate.allocation_key where building_id = %(b)s", Named, b=building_id)
    return {row.id: row.name for row in rows}


async def invoice_names(w: Work, invoice_ids: Collection[UUID]) -> dict[UUID, str]:
    """Invoices as people call them: the supplier and the number."""
    rows = await w.rows(
        """select i.id, s.name || ' ' || i.number as name from purchases.invoice i
             join ledger.supplier s on s.id = i.supplier_id where i.id = any(%(ids)s)""",
        Named, ids=list(invoice_ids),
    )  # fmt: skip
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class DividedCost:
    """A cost that stands in a closed year."""

    name: str
    on: date


async def closed_with_key(w: Work, key_id: UUID, start: date, stop: date) -> DividedCost | None:
    """A cost of a closed year that a key divides on a day from `start` up to `stop` (not included)."""
    rows = await w.rows(
        """select s.name || ' ' || i.number as name, e.date as on
             from purchases.invoice_line l join purchases.invoice i on i.id = l.invoice_id
             join ledger.entry e on e.id = i.entry_id join ledger.supplier s on s.id = i.supplier_id
             join ledger.fiscal_year y on y.building_id = i.building_id and y.period @> e.date and y.status = 'closed'
            where l.key_id = %(k)s and e.date >= %(start)s and e.date < %(stop)s order by e.date limit 1""",
        DividedCost, k=key_id, start=start, stop=stop,
    )  # fmt: skip
    return rows[0] if rows else None


async def supplier_names(w: Work, supplier_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of suppliers."""
    rows = await w.rows("select id, name from ledger.supplier where id = any(%(ids)s)", Named, ids=list(supplier_ids))
    return {row.id: row.name for row in rows}
