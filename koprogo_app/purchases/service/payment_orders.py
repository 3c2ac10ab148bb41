"""Paying suppliers: approved invoices become one SEPA file for the association's bank.

Credit notes that are chosen with them lessen what the same supplier is paid: each is settled with the invoices, soonest
due first, and the order shows which lessened which. Cancelling the order opens both again.

- `make_order(w, building_id, account_id, invoice_ids, execute_on) -> OrderDetail`
- `cancel_order(w, order_id) -> OrderDetail`

Raises Invalid on the field, Conflict, NotFound, Forbidden (`invoices.pay`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import entries
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_account
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.rules.settling import Meeting, meetings
from koprogo_app.payments.service import settling, terms
from koprogo_app.purchases.formats import pain001
from koprogo_app.purchases.model import InvoiceKind, OrderStatus, PaymentOrder
from koprogo_app.purchases.queries.invoices import InvoiceRow, open_invoices
from koprogo_app.purchases.queries.payment_orders import OrderDetail, order_detail, refunded_lines

_MOST: Final = 500
_LATEST: Final = timedelta(days=365)


async def make_order(
    w: Work, building_id: UUID, account_id: UUID, invoice_ids: Sequence[UUID], execute_on: date | None = None
) -> OrderDetail:
    """Puts what is open of these invoices into one file, to be carried out on a day (default: today)."""
    book = await books.open_book(w, building_id, "invoices.pay")
    day = execute_on or w.today
    if not w.today <= day <= w.today + _LATEST:
        raise Invalid("execute_on", N_("Choose today or a later day, within a year."))
    account = await bank_account(w, account_id)
    if account.building_id != building_id or account.archived:
        raise Invalid("account_id", N_("Choose one of the association's accounts."))
    invoices, notes = await _chosen(w, building_id, invoice_ids)
    netting = await _netting(w, building_id, invoices, notes)
    paid = [row for row in invoices if netting.left(row)]
    if not paid:
        raise Invalid("invoices", N_("The credit notes cover these invoices: nothing is left to transfer. "
                                     "Match them on the supplier's account."))  # fmt: skip
    order = await _order(w, account, paid, netting, day)
    total = sum(one.cents for one in order.transfers)
    file = await asyncio.to_thread(pain001.write, order)
    row = await w.add(
        PaymentOrder(
            organization_id=book.organization_id, building_id=building_id, bank_account_id=account.id,
            reference=order.reference, execute_on=day, count=len(paid), total_cents=total,
            file=file.decode(), created_by=w.principal.user_id, created_at=w.now,
        )
    )  # fmt: skip
    await write_lines(w, row, [(one.id, None) for one in paid], order.transfers)
    await settling.net(w, building_id, netting.meetings, row.id)
    await audited_order(w, "payment_order.made", row)
    return await order_detail(w, row.id)


@dataclass(frozen=True, slots=True)
class _Netting:
    """Which credit notes lessen which invoices: the lines that meet; by invoice the cents and the notes' numbers."""

    meetings: Sequence[Meeting] = ()
    cents: Mapping[UUID, int] = field(default_factory=dict)
    notes: Mapping[UUID, Sequence[str]] = field(default_factory=dict)

    def left(self, row: InvoiceRow) -> int:
        """What is left to transfer for an invoice."""
        return row.open_cents - self.cents.get(row.id, 0)

    def message(self, row: InvoiceRow) -> str:
        """What the supplier reads: his structured message, else the numbers of the invoice and of its credit notes."""
        if row.communication:
            return row.communication
        said = pain001.plain(row.message) or pain001.plain(row.number)
        return pain001.plain(", ".join([said, *self.notes.get(row.id, ())]))


async def _netting(w: Work, building_id: UUID, invoices: Sequence[InvoiceRow], notes: Sequence[InvoiceRow]) -> _Netting:
    if not notes:
        return _Netting()
    await entries.alone(w, building_id)
    chosen = {row.id: row for row in (*invoices, *notes)}
    items = [i for i in await open_items(w, building_id) if i.source == "invoice" and i.source_id in chosen]
    row_of = {item.line_id: chosen[item.source_id] for item in items}
    suppliers = dict.fromkeys(row.supplier_id for row in notes)
    found = [one for who in suppliers for one in meetings([item for item in items if item.supplier_id == who])]
    cents: defaultdict[UUID, int] = defaultdict(int)
    numbers: defaultdict[UUID, list[str]] = defaultdict(list)
    for one in found:
        invoice = row_of[one.credit_line_id]
        cents[invoice.id] += one.cents
        numbers[invoice.id].append(row_of[one.debit_line_id].number)
    return _Netting(found, cents, numbers)


async def _chosen(w: Work, building_id: UUID, invoice_ids: Sequence[UUID]) -> tuple[list[InvoiceRow], list[InvoiceRow]]:
    """The invoices, each open, payable and in no other order, and the credit notes; held until the transaction ends."""
    wanted = set(invoice_ids)
    if not wanted:
        raise Invalid("invoices", N_("Choose at least one invoice."))
    if len(wanted) > _MOST:
        raise Invalid("invoices", N_("An order holds at most {max} invoices."), max=_MOST)
    await w.execute("select 1 from invoice where id = any(%(i)s) order by id for update", i=list(wanted))
    rows = [row for row in await open_invoices(w, building_id) if row.id in wanted]
    credits = await open_invoices(w, building_id, kind=InvoiceKind.CREDIT_NOTE)
    notes = [row for row in credits if row.id in wanted]
    if len(rows) + len(notes) != len(wanted):
        raise Conflict(N_("One of these invoices is no longer to be paid. Load the page again."), field="invoices")
    billed = {row.supplier_id for row in rows}
    if lone := next((note for note in notes if note.supplier_id not in billed), None):
        raise Invalid("invoices", N_("Credit note {number} lessens invoices of {supplier}: choose one of them too."),
                      number=lone.number, supplier=lone.supplier)  # fmt: skip
    for row in rows:
        if not row.transferred:
            raise Invalid("invoices", N_("Invoice {number} is not paid by transfer: {supplier} collects it, or it was "
                                         "paid otherwise."), number=row.number, supplier=row.supplier)  # fmt: skip
        if row.order_id:
            raise Conflict(
                N_("Invoice {number} is in another payment order already."), field="invoices", number=row.number
            )
        if not row.pay_to:
            raise Invalid("invoices", N_("{supplier} has no account number: type it among the suppliers."),
                          supplier=row.supplier)  # fmt: skip
    return rows, notes


async def _order(
    w: Work, account: BankAccountRow, rows: Sequence[InvoiceRow], netting: _Netting, day: date
) -> pain001.Order:
    reference = await next_reference(w, account.building_id)
    if not pain001.plain(account.holder):
        raise Invalid("account_id", N_("The holder of this account has no letter that a bank file can carry: write the "
                                       "association's name in Latin letters."))  # fmt: skip
    transfers = [
        pain001.Transfer(
            _payee(row), row.pay_to, netting.left(row), netting.message(row) or f"{reference}-{position}",
            f"{reference}-{position}",
        )
        for position, row in enumerate(rows, 1)
    ]  # fmt: skip
    local = w.now.astimezone(BRUSSELS)
    return pain001.Order(reference, account.holder, account.iban, account.bic, day, local, transfers)


def _payee(row: InvoiceRow) -> str:
    """The supplier's name as banks take it. Raises Invalid when no letter of it can be written."""
    name = pain001.plain(row.supplier, pain001.LONGEST_NAME)
    if not name:
        raise Invalid("invoices", N_("“{supplier}”: no letter of this name can stand in a bank file. Write it in Latin "
                                     "letters among the suppliers."), supplier=row.supplier)  # fmt: skip
    return name


async def next_reference(w: Work, building_id: UUID) -> str:
    """The reference of the next payment order of a building; the caller has authorised it."""
    count = await w.value("select count(*) from payment_order where building_id = %(b)s", b=building_id)
    return f"KG-{building_id.hex[-8:]}-{w.today:%Y%m%d}-{count + 1}".upper()


async def write_lines(
    w: Work,
    order: PaymentOrder,
    pays: Sequence[tuple[UUID | None, UUID | None]],
    transfers: Sequence[pain001.Transfer],
) -> None:
    """Writes the transfers of an order; `pays`: the invoice, or the line of the credit, that each pays."""
    await w.execute(
        """insert into payment_order_line (organization_id, building_id, order_id, invoice_id, credit_line_id, position,
                                           name, iban, cents, message)
           select %(o)s, %(b)s, %(order)s, t.* from unnest(%(invoice)s::uuid[], %(credit)s::uuid[], %(position)s::int[],
                  %(name)s::text[], %(iban)s::text[], %(cents)s::bigint[], %(message)s::text[]) t""",
        o=order.organization_id, b=order.building_id, order=order.id, invoice=[one for one, _ in pays],
        credit=[one for _, one in pays], position=list(range(1, len(pays) + 1)),
        name=[t.name for t in transfers], iban=[t.iban for t in transfers],
        cents=[t.cents for t in transfers], message=[t.message for t in transfers],
    )  # fmt: skip


async def cancel_order(w: Work, order_id: UUID) -> OrderDetail:
    """Cancels an order that the bank has not carried out; its invoices and credit notes can go into another."""
    row = await w.get(PaymentOrder, order_id)
    require(w, "invoices.pay", row.organization_id, row.building_id)
    changed = await w.execute(
        """update payment_order set status = 'cancelled', cancelled_by = %(user)s, cancelled_at = %(now)s
            where id = %(id)s and status = 'made'""",
        id=order_id, user=w.principal.user_id, now=w.now,
    )  # fmt: skip
    if not changed:
        raise Conflict(N_("This order is cancelled already.")) if row.status == OrderStatus.CANCELLED else NotFound()
    await settling.undo_netting(w, row.building_id, order_id)
    await terms.set_aside(w, row.building_id, await refunded_lines(w, order_id), aside=False)
    await audited_order(w, "payment_order.cancelled", row)
    return await order_detail(w, order_id)


async def audited_order(w: Work, action: str, row: PaymentOrder) -> None:
    await audit(
        w, action, "payment_order", row.id, organization_id=row.organization_id, building_id=row.building_id,
        after={"reference": row.reference, "total_cents": row.total_cents, "count": row.count},
    )  # fmt: skip
