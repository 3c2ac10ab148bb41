"""Invoices of a building: a page of them, one with its lines and payments, those still to be paid.

"Paid" follows from the books: what settles the supplier's line of the entry that the invoice posted. What was paid in
advance stands on a line of its own, and is not to be paid.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import LANGS
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.facts import open_questions
from koprogo_app.purchases.model import WRITABLE, InvoiceKind, InvoiceStatus, PaidBy, Question
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged


@answer("pay_to", "payable_cents", "open_cents", "paid")
@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice in the list. `paid_cents` of its total is settled; `entry` is its entry's name, "ACH 12" or empty."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    supplier_id: UUID
    supplier: str
    kind: Annotated[str, Field(description="`invoice` or `credit_note`")]
    number: str
    dated: date
    due_on: date | None
    communication: Annotated[str, Field(description="Twelve digits of a structured message", examples=["090933755493"])]
    message: str
    iban: Hidden[str]
    supplier_iban: Hidden[str]
    net_cents: int
    vat_cents: int
    total_cents: int
    prepaid_cents: Annotated[int, Field(description="Paid in advance, as the document says")]
    paid_by: Annotated[str, Field(description="`transfer`, `debit` (the supplier collects it), `card` or `other`")]
    mandate: Annotated[str, Field(description="Of the direct debit that collects it")]
    asked: Hidden[list[str]]
    answered: Hidden[list[str]]
    status: Annotated[str, Field(description="`draft`, `submitted`, `approved`, `rejected` or `reversed`")]
    reason: str
    origin: Annotated[str, Field(description="`manual` or `ubl`")]
    entry_id: UUID | None
    entry: Annotated[str, Field(examples=["ACH 12"])]
    document_id: UUID | None
    version: int
    paid_cents: Annotated[int, Field(description="What the books have settled of it")]
    documents: int
    order_id: UUID | None

    @property
    def payable_cents(self) -> int:
        """The total less what was paid in advance."""
        return self.total_cents - self.prepaid_cents

    @property
    def open_cents(self) -> int:
        """What is left to pay of an approved invoice."""
        return self.payable_cents - self.paid_cents if self.status == InvoiceStatus.APPROVED else 0

    @property
    def paid(self) -> bool:
        """Whether nothing of an approved invoice is left to pay."""
        return self.status == InvoiceStatus.APPROVED and self.paid_cents >= self.payable_cents

    @property
    def transferred(self) -> bool:
        """Whether it is paid by transfer: the supplier does not collect it himself."""
        return self.paid_by == PaidBy.TRANSFER

    @property
    def writable(self) -> bool:
        """Whether it may still be changed."""
        return self.status in WRITABLE

    @property
    def pay_to(self) -> str:
        """The account number to pay it on: its own, or the supplier's."""
        return self.iban or self.supplier_iban


_SETTLED: Final = """
  select case when exists (select from ledger.matching_line m
     where m.line_id = l.id) then l.debit_cents + l.credit_cents
         else coalesce((select sum(s.cents) from payments.settlement s
            where s.debit_line_id = l.id or s.credit_line_id = l.id),
                       0) end as cents
    from ledger.entry_line l where l.entry_id = i.entry_id and l.supplier_id = i.supplier_id
     and l.id is distinct from i.prepaid_line_id limit 1"""
_COLUMNS: Final = """
       i.id, i.organization_id, i.building_id, i.supplier_id, s.name as supplier, i.kind, i.number, i.dated, i.due_on,
       i.communication, i.message, i.iban, s.iban as supplier_iban, i.net_cents, i.vat_cents, i.total_cents,
       i.prepaid_cents, i.paid_by, i.mandate, i.asked, i.answered, i.status,
       i.reason, i.origin, i.entry_id, coalesce(j.code || ' ' || e.number, '') as entry, i.document_id,
       i.version, coalesce(p.cents, 0)::bigint as paid_cents,
       (select count(*) from documents.document d where d.organization_id = i.organization_id and d.entity = 'invoice'
           and d.entity_id = i.id and d.deleted_at is null) as documents,
       (select o.order_id from payment_order_line o where o.invoice_id = i.id and o.live) as order_id"""
_FROM: Final = f"""
  from invoice i join ledger.supplier s on s.id = i.supplier_id
  left join ledger.entry e on e.id = i.entry_id left join ledger.journal j on j.id = e.journal_id
  left join lateral ({_SETTLED}) p on i.status = 'approved'"""
SORTS: Final = {
    "dated": "i.dated", "due": "i.due_on", "supplier": "lower(s.name)", "number": "i.number", "total": "i.total_cents",
    "status": "i.status",
}  # fmt: skip
_STATUS: Final = {
    "unpaid": "i.status = 'approved' and i.total_cents - i.prepaid_cents > coalesce(p.cents, 0)",
    "paid": "i.status = 'approved' and i.total_cents - i.prepaid_cents <= coalesce(p.cents, 0)",
    **{status.value: f"i.status = '{status.value}'" for status in InvoiceStatus},
}


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices: `status` a status, `paid` or `unpaid`; `start` and `end` bound their date, the end included."""

    status: str = ""
    supplier_id: UUID | None = None
    start: date | None = None
    end: date | None = None
    text: str = ""


async def invoices_page(
    w: Work, building_id: UUID, asked: Asked = FIRST, wanted: InvoiceFilter | None = None
) -> Page[InvoiceRow]:
    """Invoices, newest first (`invoices.read`). Raises NotFound, Forbidden, Conflict before the accounts are opened."""
    book = await books.open_book(w, building_id, "invoices.read")
    chosen = wanted or InvoiceFilter()
    sql = f"""select count(*) over () as total, {_COLUMNS} {_FROM}
 where i.organization_id = %(o)s and i.building_id = %(b)s and {_STATUS.get(chosen.status, "true")}
   and (%(supplier)s::uuid is null or i.supplier_id = %(supplier)s)
   and (%(start)s::date is null or i.dated >= %(start)s) and (%(end)s::date is null or i.dated <= %(end)s)
   and (i.number ilike %(like)s or s.name ilike %(like)s)
 order by {asked.order(SORTS, "i.dated desc, i.id desc")} limit %(limit)s offset %(offset)s"""
    return await paged(
        w, sql, InvoiceRow, asked, o=book.organization_id, b=building_id, supplier=chosen.supplier_id,
        start=chosen.start, end=chosen.end, like=like(chosen.text),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many invoices of a building stand where, and what is open on those that are approved; `unpaid` are those to
    pay by transfer."""

    drafts: int
    submitted: int
    unpaid: int
    open_cents: int


async def tally(w: Work, building_id: UUID) -> Tally:
    """The counts above the list; the caller has authorised the building."""
    return await w.one(
        f"""select count(*) filter (where i.status in ('draft', 'rejected')) as drafts,
                   count(*) filter (where i.status = 'submitted') as submitted,
                   count(*) filter (where {_STATUS["unpaid"]} and i.kind = 'invoice'
                     and i.paid_by = 'transfer') as unpaid,
                   coalesce(sum((i.total_cents - i.prepaid_cents - coalesce(p.cents, 0))
                     * case i.kind when 'invoice' then 1 else -1 end)
                     filter (where {_STATUS["unpaid"]}), 0)::bigint as open_cents
            {_FROM} where i.building_id = %(b)s""",
        Tally,
        b=building_id,
    )


@answer()
@dataclass(frozen=True, slots=True)
class LineRow:
    """A line: `account` its code or empty, divided by `key` (empty: the shares) or borne by one `lot`."""

    id: UUID
    invoice_id: Hidden[UUID]
    position: int
    account: Annotated[str, Field(examples=["61011"])]
    names: Hidden[tuple[str, ...]]
    label: str
    net_cents: int
    vat_rate: int
    vat_cents: int
    key_id: UUID | None
    key: Hidden[str]
    lot_id: UUID | None
    lot: Hidden[str]
    start: date | None
    end: date | None
    version: int

    @property
    def gross_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents

    def account_label(self, lang: str) -> str:
        """The account's name in a language; French when it has none there."""
        names = dict(zip(LANGS, self.names, strict=True)) if self.names else {}
        return names.get(lang) or names.get("fr", "")


_LINES: Final = """
select l.id, l.invoice_id, l.position, coalesce(a.code, '') as account,
       case when a.id is null then '{}'::text[]
            else array[a.label_fr, a.label_nl, a.label_de, a.label_en] end as names,
       l.label, l.net_cents, l.vat_rate, l.vat_cents, l.key_id, coalesce(k.name, '') as key, l.lot_id,
       coalesce(t.number, '') as lot, lower(l.period) as start, upper(l.period) - 1 as end, l.version
  from invoice_line l left join ledger.account a on a.id = l.account_id
  left join estate.allocation_key k on k.id = l.key_id
  left join estate.lot t on t.id = l.lot_id
 where l.invoice_id = %(i)s order by l.position, l.id"""


async def invoice_lines(w: Work, invoice_id: UUID) -> list[LineRow]:
    """The lines of an invoice, in their order; the caller has authorised."""
    return await w.rows(_LINES, LineRow, i=invoice_id)


@dataclass(frozen=True, slots=True)
class Payment:
    """An entry that settles `cents` of an invoice: "BQE 12" on a day."""

    entry_id: UUID
    entry: str
    on: date
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Trail:
    """Who did what with an invoice, and when; and what took back its entry."""

    author: str
    created_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    rejected_by: str
    rejected_at: datetime | None
    reversal_id: UUID | None
    reversal: str
    order_reference: str
    author_id: UUID | None
    submitter_id: UUID | None


@answer()
@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another invoice of the same firm that may be the same one: `same_number` however it is written, or else of the
    same day and amount."""

    id: UUID
    supplier: str
    number: str
    dated: date
    total_cents: int
    status: str
    same_number: bool


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """An invoice with all that explains it; `questions` are to be answered before it is submitted."""

    row: InvoiceRow
    lines: list[LineRow]
    trail: Hidden[Trail]
    payments: list[Payment]
    lookalikes: list[Lookalike]
    questions: list[Question]


PAYMENTS: Final = """
with own as (select l.id, l.debit_cents + l.credit_cents as cents from ledger.entry_line l
               join invoice i on i.entry_id = l.entry_id where i.id = %(i)s and l.supplier_id = i.supplier_id),
other as (
  select case when s.debit_line_id = own.id then s.credit_line_id else s.debit_line_id end as line_id, s.cents
    from own join payments.settlement s on own.id in (s.debit_line_id, s.credit_line_id)
  union all
  select m2.line_id, least(l.debit_cents + l.credit_cents, own.cents)
    from own join ledger.matching_line m on m.line_id = own.id
    join ledger.matching_line m2 on m2.matching_id = m.matching_id and m2.line_id <> own.id
    join ledger.entry_line l on l.id = m2.line_id)
select e.id as entry_id, j.code || ' ' || e.number as entry, e.date as on, coalesce(nullif(l.label, ''), e.label)
       as label, other.cents::bigint as cents
  from other join ledger.entry_line l on l.id = other.line_id join ledger.entry e on e.id = l.entry_id
  join ledger.journal j on j.id = e.journal_id order by e.date, e.id"""
_TRAIL: Final = """
select coalesce(u.name, '') as author, i.created_at, coalesce(su.name, '') as submitted_by, i.submitted_at,
       coalesce(au.name, '') as approved_by, i.approved_at, coalesce(ru.name, '') as rejected_by, i.rejected_at,
       r.id as reversal_id, coalesce(j.code || ' ' || r.number, '') as reversal, i.author_id,
       i.submitted_by as submitter_id,
       coalesce((select o.reference from payment_order_line l join payment_order o on o.id = l.order_id
                  where l.invoice_id = i.id and l.live), '') as order_reference
  from invoice i left join identity.app_user u on u.id = i.author_id
  left join identity.app_user su on su.id = i.submitted_by
  left join identity.app_user au on au.id = i.approved_by left join identity.app_user ru on ru.id = i.rejected_by
  left join ledger.entry r on r.reversal_of = i.entry_id left join ledger.journal j on j.id = r.journal_id
 where i.id = %(i)s"""


_LOOKALIKES: Final = """
with own as (select i.*, s.name, s.iban as supplier_iban from invoice i join ledger.supplier s on s.id = i.supplier_id
              where i.id = %(i)s),
alike as (
  select i.id, s.name as supplier, i.number, i.dated, i.total_cents, i.status,
         regexp_replace(lower(i.number), '[^[:alnum:]]', '', 'g')
           = regexp_replace(lower(own.number), '[^[:alnum:]]', '', 'g') as same_number,
         i.dated = own.dated and i.total_cents = own.total_cents and i.total_cents > 0 as same_sum
    from own join invoice i on i.organization_id = own.organization_id and i.building_id = own.building_id
     and i.id <> own.id and i.kind = own.kind and i.status <> 'reversed'
    join ledger.supplier s on s.id = i.supplier_id
   where i.supplier_id = own.supplier_id or lower(s.name) = lower(own.name)
      or (s.iban <> '' and s.iban = own.supplier_iban))
select id, supplier, number, dated, total_cents, status, same_number from alike where same_number or same_sum
 order by same_number desc, dated desc, id limit 10"""


async def lookalikes(w: Work, invoice_id: UUID) -> list[Lookalike]:
    """What this invoice resembles, of the same building; the caller has authorised."""
    return await w.rows(_LOOKALIKES, Lookalike, i=invoice_id)


async def invoice_row(w: Work, invoice_id: UUID, permission: str = "invoices.read") -> InvoiceRow:
    """One invoice as the list shows it. Raises NotFound, Forbidden."""
    rows = await w.rows(f"select {_COLUMNS} {_FROM} where i.id = %(i)s", InvoiceRow, i=invoice_id)
    if not rows:
        raise NotFound
    require(w, permission, rows[0].organization_id, rows[0].building_id)
    return rows[0]


async def invoice_detail(w: Work, invoice_id: UUID) -> InvoiceDetail:
    """An invoice with its lines, its trail and its payments (`invoices.read`). Raises NotFound, Forbidden."""
    row = await invoice_row(w, invoice_id)
    trail = await w.one(_TRAIL, Trail, i=invoice_id)
    payments = await w.rows(PAYMENTS, Payment, i=invoice_id)
    alike = await lookalikes(w, invoice_id) if row.writable or row.status == InvoiceStatus.SUBMITTED else []
    asked = open_questions(row.asked, row.answered, any(one.same_number for one in alike)) if row.writable else []
    return InvoiceDetail(row, await invoice_lines(w, invoice_id), trail, payments, alike, asked)


async def open_invoices(
    w: Work, building_id: UUID, *, until: date | None = None, kind: InvoiceKind = InvoiceKind.INVOICE
) -> list[InvoiceRow]:
    """Approved invoices, or credit notes, that are not wholly settled, soonest due first (`invoices.read`).

    `until`: only those due by that day; one without a due day counts as due on its own date.
    """
    book = await books.open_book(w, building_id, "invoices.read")
    params: dict[str, Any] = {"o": book.organization_id, "b": building_id, "until": until, "kind": kind.value}
    sql = f"""select {_COLUMNS} {_FROM} where i.organization_id = %(o)s and i.building_id = %(b)s
                 and i.kind = %(kind)s and {_STATUS["unpaid"]}
                 and (%(until)s::date is null or coalesce(i.due_on, i.dated) <= %(until)s)
               order by coalesce(i.due_on, i.dated), i.dated, i.id"""
    return await w.rows(sql, InvoiceRow, **params)


async def last_key(w: Work, building_id: UUID, supplier_id: UUID) -> UUID | None:
    """The key that divided this supplier's last approved invoice here, to begin the next one with."""
    found: UUID | None = await w.value(
        """select l.key_id from invoice i join invoice_line l on l.invoice_id = i.id
            where i.building_id = %(b)s and i.supplier_id = %(s)s and i.status = 'approved' and l.lot_id is null
            order by i.dated desc, l.position limit 1""",
        b=building_id, s=supplier_id,
    )  # fmt: skip
    return found


async def last_account(w: Work, building_id: UUID, supplier_id: UUID) -> str | None:
    """The code of the account that this supplier's last approved invoice here was charged to."""
    found: str | None = await w.value(
        """select a.code from invoice i join invoice_line l on l.invoice_id = i.id
             join ledger.account a on a.id = l.account_id
            where i.building_id = %(b)s and i.supplier_id = %(s)s and i.status = 'approved' and l.lot_id is null
            order by i.dated desc, l.position limit 1""",
        b=building_id, s=supplier_id,
    )  # fmt: skip
    return found
