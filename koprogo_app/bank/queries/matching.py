"""What is known of a building when its bank movements are judged, and what was decided for a statement's movements."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import POSTED
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import PartyRow, parties
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.queries.references import references
from koprogo_app.purchases.queries.invoices import open_invoices


@dataclass(frozen=True, slots=True)
class LearntRow:
    """What was learnt of a payer; `sole`: a person said that the account is for this target only."""

    id: UUID
    payer: str
    incoming: bool
    owner_id: UUID | None
    supplier_id: UUID | None
    account: str
    sole: bool


@dataclass(frozen=True, slots=True)
class SentRow:
    """What an earlier payment settled of one line, in the sign in which it would come back."""

    payment_id: UUID
    line_id: UUID
    cents: int
    on: date
    owner_id: UUID | None
    supplier_id: UUID | None
    iban: str


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    """An invoice still to be paid, with the line it stands on in the books."""

    supplier_id: UUID
    line_id: UUID
    cents: int
    number: str
    iban: str
    ogm: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of a payment order: an invoice of a supplier, or the line of a co-owner's credit that goes back to her."""

    order_id: UUID
    reference: str
    supplier_id: UUID | None
    owner_id: UUID | None
    invoice_id: UUID | None
    credit_line_id: UUID | None
    iban: str
    cents: int


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """An entry of a bank's journal that no movement stands behind: `cents` on its `account`; whom its lines name."""

    entry_id: UUID
    entry: str
    on: date
    account: str
    cents: int
    people: list[UUID]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules of matching ask for."""

    messages: dict[str, UUID]
    seen: dict[str, frozenset[UUID]]
    supplier_accounts: dict[str, frozenset[UUID]]
    invoices: list[InvoiceFact]
    order_lines: list[OrderLine]
    lines_of_invoices: dict[UUID, UUID]
    open_credits: frozenset[UUID]
    learnt: list[LearntRow]
    parties: list[PartyRow]
    own_accounts: frozenset[str]
    postable: list[str]
    recorded: list[RecordedRow]
    sent: list[SentRow]

    def open_line(self, line: OrderLine) -> UUID | None:
        """The open line that a line of an order pays; None once it was paid otherwise."""
        if line.credit_line_id:
            return line.credit_line_id if line.credit_line_id in self.open_credits else None
        return self.lines_of_invoices.get(line.invoice_id) if line.invoice_id else None


@dataclass(frozen=True, slots=True)
class _Pair:
    iban: str
    id: UUID


async def facts(w: Work, building_id: UUID, statement_id: UUID) -> Facts:
    """What is known now, to judge the movements of this statement (`bank.read`, `ledger.read`)."""
    book = await books.open_book(w, building_id, "bank.read")
    bills = await invoice_facts(w, building_id)
    return Facts(
        messages={digits: owner for owner, digits in (await references(w, building_id)).items()},
        seen=_grouped(await w.rows(_SEEN, _Pair, b=building_id)),
        supplier_accounts=_grouped(await w.rows(_SUPPLIERS, _Pair, o=book.organization_id)),
        invoices=bills.invoices,
        order_lines=await w.rows(_ORDERS, OrderLine, b=building_id),
        lines_of_invoices=bills.lines,
        open_credits=bills.credits,
        learnt=await rules_of(w, building_id),
        parties=await parties(w, building_id),
        own_accounts=frozenset(a.iban for a in await bank_accounts(w, building_id, archived=True)),
        recorded=await w.rows(_RECORDED, RecordedRow, o=book.organization_id, b=building_id),
        postable=await postable_accounts(w, building_id),
        sent=await w.rows(_SENT, SentRow, b=building_id, s=statement_id),
    )


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """The invoices still to be paid, and the line each stands on; the lines of co-owners' open `credits`."""

    invoices: list[InvoiceFact]
    lines: dict[UUID, UUID]
    credits: frozenset[UUID] = frozenset()


async def invoice_facts(w: Work, building_id: UUID) -> InvoiceFacts:
    """What is still to be paid to suppliers (`ledger.read`, `invoices.read`)."""
    items = [item for item in await open_items(w, building_id) if item.open_cents < 0]
    lines = {item.source_id: item.line_id for item in items if item.source == "invoice"}
    return InvoiceFacts(
        [
            InvoiceFact(i.supplier_id, lines[i.id], i.open_cents, i.number, i.pay_to, i.communication)
            for i in await open_invoices(w, building_id)
            if i.id in lines
        ],
        lines,
        frozenset(item.line_id for item in items if item.owner_id),
    )


@dataclass(frozen=True, slots=True)
class NumberedInvoice:
    """An approved invoice by its number, with the line it stands on: what is open of it, what was paid."""

    number: str
    supplier_id: UUID
    line_id: UUID
    open_cents: int
    paid_cents: int


async def numbered_invoices(w: Work, building_id: UUID, numbers: Collection[str]) -> list[NumberedInvoice]:
    """The invoices with these numbers, in lower case; the caller has authorised the building."""
    return await w.rows(
        """select lower(i.number) as number, i.supplier_id, l.id as line_id,
                  (l.credit_cents - coalesce(s.cents, 0))::bigint as open_cents,
                  coalesce(s.cents, 0)::bigint as paid_cents
             from purchases.invoice i join ledger.entry_line l on l.entry_id = i.entry_id
              and l.supplier_id = i.supplier_id and l.credit_cents > 0
             left join lateral (
               select sum(x.cents) as cents from payments.settlement x where x.credit_line_id = l.id) s on true
            where i.building_id = %(b)s and i.status = 'approved' and lower(i.number) = any(%(n)s)
              and not exists (select from ledger.matching_line m where m.line_id = l.id)
            order by i.number, l.id""",
        NumberedInvoice,
        b=building_id,
        n=list(numbers),
    )


async def postable_accounts(w: Work, building_id: UUID) -> list[str]:
    """The codes one can post on; the caller has authorised the building."""
    chart = await books.posting_accounts(w, building_id)
    return sorted(code for code, account in chart.items() if account.postable and not account.archived)


def _grouped(rows: list[_Pair]) -> dict[str, frozenset[UUID]]:
    found: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row.iban].add(row.id)
    return {iban: frozenset(ids) for iban, ids in found.items()}


_SEEN = f"""
select distinct m.iban, p.owner_id as id from bank_movement m join movement_part p on p.movement_id = m.id
 where m.building_id = %(b)s and m.cents > 0 and m.iban <> '' and p.owner_id is not null and {POSTED}"""
_SUPPLIERS = "select iban, id from ledger.supplier where organization_id = %(o)s and iban <> '' and archived_at is null"
_ORDERS = """
select o.id as order_id, o.reference, i.supplier_id, c.owner_id, l.invoice_id, l.credit_line_id, l.iban, l.cents
  from purchases.payment_order o join purchases.payment_order_line l on l.order_id = o.id
  left join purchases.invoice i on i.id = l.invoice_id left join ledger.entry_line c on c.id = l.credit_line_id
 where o.building_id = %(b)s and o.status = 'made' and l.live order by o.created_at, l.position"""


_RECORDED = """
select e.id as entry_id, j.code || ' ' || e.number as entry, e.date as on, a.code as account,
       sum(case when l.account_id = j.account_id then l.debit_cents - l.credit_cents else 0 end)::bigint as cents,
       array_remove(array_agg(distinct coalesce(l.owner_id, l.supplier_id)), null) as people
  from ledger.journal j join ledger.entry e on e.journal_id = j.id join ledger.entry_line l on l.entry_id = e.id
  join ledger.account a on a.id = j.account_id
 where j.organization_id = %(o)s and j.building_id = %(b)s and j.kind = 'bank' and e.nature = 'entry'
   and e.reversal_of is null and not exists (select from ledger.entry r where r.reversal_of = e.id)
   and not exists (select from bank_movement m where m.entry_id = e.id)
 group by e.id, j.code, e.number, e.date, a.code order by e.date, e.number"""


_SENT = f"""
select p.id as payment_id, d.id as line_id, (sign(p.debit_cents - p.credit_cents) * x.cents)::bigint as cents,
       m.booked_on as "on", p.owner_id, p.supplier_id, m.iban
  from bank_movement m join ledger.entry_line p on p.entry_id = m.entry_id
  join payments.settlement x on x.order_id is null and p.id in (x.debit_line_id, x.credit_line_id)
  join ledger.entry_line d on d.id = case p.id when x.debit_line_id then x.credit_line_id else x.debit_line_id end
 where m.building_id = %(b)s and {POSTED} and exists (
   select from bank_movement r where r.statement_id = %(s)s and r.returned
      and sign(r.cents) = sign(p.debit_cents - p.credit_cents)
      and abs(r.cents) in (x.cents, p.debit_cents + p.credit_cents))
 order by m.booked_on, d.id"""


async def rules_of(w: Work, building_id: UUID) -> list[LearntRow]:
    """What was learnt of payers; the caller has authorised the building."""
    return await w.rows(
        """select id, payer, incoming, owner_id, supplier_id, account, sole from match_rule
            where building_id = %(b)s order by payer""",
        LearntRow,
        b=building_id,
    )


@dataclass(frozen=True, slots=True)
class PartRow:
    """What a person said a movement is for, or what it was posted as."""

    movement_id: UUID
    position: int
    owner_id: UUID | None
    supplier_id: UUID | None
    account: str
    line_id: UUID | None
    cents: int
    label: str


async def parts_of(w: Work, statement_id: UUID) -> dict[UUID, list[PartRow]]:
    """The parts of a statement's movements, by movement; the caller has authorised it."""
    rows = await w.rows(
        """select p.movement_id, p.position, p.owner_id, p.supplier_id, p.account, p.line_id, p.cents, p.label
             from movement_part p join bank_movement m on m.id = p.movement_id
            where m.statement_id = %(s)s order by p.movement_id, p.position""",
        PartRow,
        s=statement_id,
    )
    found: dict[UUID, list[PartRow]] = defaultdict(list)
    for row in rows:
        found[row.movement_id].append(row)
    return found
