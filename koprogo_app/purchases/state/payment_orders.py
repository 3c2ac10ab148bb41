"""Paying suppliers: choosing what is due, making the file for the bank, the orders that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, money, number, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.purchases.model import InvoiceKind
from koprogo_app.purchases.queries.invoices import InvoiceRow, open_invoices
from koprogo_app.purchases.queries.payment_orders import NettedRow, OrderDetail, OrderRow, order_detail, orders_page
from koprogo_app.purchases.service import payment_orders as service
from koprogo_app.purchases.state.common import message_text
from koprogo_app.purchases.words import STATUS
from koprogo_app.workspace.state.common import asked, id_after, lang_of, may, place, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, opens, submits


@dataclass(frozen=True)
class DueView:
    """An invoice that may be paid, or a credit note (`note`) that lessens what its supplier is paid."""

    id: str = ""
    href: str = ""
    number: str = ""
    supplier: str = ""
    due: str = ""
    late: bool = False
    amount: str = ""
    iban: str = ""
    message: str = ""
    chosen: bool = False
    payable: bool = True
    why: str = ""
    note: bool = False


@dataclass(frozen=True)
class OrderView:
    """An order in the list."""

    id: str = ""
    href: str = ""
    file: str = ""
    reference: str = ""
    day: str = ""
    count: str = ""
    amount: str = ""
    iban: str = ""
    by: str = ""
    live: bool = True


@dataclass(frozen=True)
class ShownOrder:
    """The order that is shown with its transfers; `id` is empty when none is."""

    id: str = ""
    reference: str = ""
    day: str = ""
    count: str = ""
    iban: str = ""
    total: str = ""
    file: str = ""
    live: bool = False


NO_ORDER: Final = ShownOrder()


@dataclass(frozen=True)
class NettedView:
    """A credit note that the order that is shown deducts from an invoice."""

    key: str = ""
    note: str = ""
    note_href: str = ""
    invoice: str = ""
    invoice_href: str = ""
    supplier: str = ""
    amount: str = ""


@dataclass(frozen=True)
class TransferView:
    """A transfer of the order that is shown."""

    key: str = ""
    href: str = ""
    number: str = ""
    name: str = ""
    iban: str = ""
    message: str = ""
    amount: str = ""


class PaymentOrders(PageState, rx.State):
    """The page. In the address: `until` (due by that day), `order` (one shown with its transfers), `page`."""

    building: str = ""
    pay: bool = False
    due: list[DueView] = []
    until: str = ""
    today: str = ""
    total: str = ""
    count: int = 0
    accounts: list[dict[str, str]] = []
    rows: list[OrderView] = []
    at: dict[str, int] = {}
    order: ShownOrder = NO_ORDER
    transfers: list[TransferView] = []
    netted: list[NettedView] = []
    _cents: dict[str, int] = {}
    _chosen: list[str] = []

    load = loads("invoices.read")
    ask = opens("invoices.pay", "cancel")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id, "invoices.read")
        until = _day(query.get("until", ""))
        found = await open_invoices(w, building_id, until=until)
        suppliers = {row.supplier_id for row in found}
        notes = await open_invoices(w, building_id, kind=InvoiceKind.CREDIT_NOTE)
        found += [note for note in notes if note.supplier_id in suppliers]
        accounts = await bank_accounts(w, building_id)
        page = await orders_page(w, building_id, asked(query))
        shown = await order_detail(w, UUID(query["order"])) if _is_id(query.get("order", "")) else None
        self.building, self.today = book.building_name, w.today.isoformat()
        self.until = until.isoformat() if until else ""
        self.pay = may("invoices.pay", book.organization_id, building_id)
        self.accounts = [{"value": str(a.id), "label": f"{show_iban(a.iban)} · {a.account}"} for a in accounts]
        self._cents = _choosable(found)
        self._chosen = list(self._cents)
        self.due = [_due(row, self.base, lang, w.today, str(row.id) in self._cents) for row in found]
        self._add_up(lang)
        self.rows = [_order(row, self.base, lang) for row in page.rows]
        self.at = place(page)
        self.order, self.transfers = _shown(shown, self.base, lang)
        self.netted = [_netted(one, self.base, lang) for one in shown.netted] if shown else []

    def _add_up(self, lang: str) -> None:
        self.count = sum(self._cents[one] > 0 for one in self._chosen)
        self.total = money(sum(self._cents[one] for one in self._chosen), lang)

    @handler("invoices.pay")
    async def choose(self, invoice_id: str, wanted: bool) -> None:
        """Takes an invoice into the order to make, or out of it."""
        if invoice_id not in self._cents:
            return
        kept = [one for one in self._chosen if one != invoice_id]
        self._chosen = [*kept, invoice_id] if wanted else kept
        self.due = [
            DueView(**{**_fields(row), "chosen": row.id in self._chosen}) if row.id == invoice_id else row
            for row in self.due
        ]
        self._add_up(await lang_of(self))

    @submits("invoices.pay")
    async def make(self, w: Work, sent: Sent) -> Told:
        """Makes the order and shows it, with its file."""
        day, account = sent.day("execute_on"), sent.id("account_id")
        chosen = [UUID(one) for one in self._chosen]
        made = await service.make_order(w, id_after(self, "buildings"), account, chosen, day)
        text = N_("The payment order is made. Give its file to the bank.")
        return Told(text, go=f"{self.base}/payment-orders?order={made.row.id}")

    @submits("invoices.pay", dialog="cancel", done=N_("The order is cancelled; its invoices can be paid by another."))
    async def cancel(self, w: Work, sent: Sent) -> None:
        """Cancels an order."""
        await service.cancel_order(w, sent.record_id)


def _fields(row: DueView) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DueView.__dataclass_fields__}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _payable(row: InvoiceRow) -> bool:
    return row.kind == InvoiceKind.INVOICE and row.transferred and not row.order_id and bool(row.pay_to)


def _choosable(rows: Sequence[InvoiceRow]) -> dict[str, int]:
    """The invoices that can be paid, in cents, and the credit notes of their suppliers, negative."""
    found = {row.id: row for row in rows if _payable(row)}
    suppliers = {row.supplier_id for row in found.values()}
    notes = {row.id: row for row in rows if row.kind == InvoiceKind.CREDIT_NOTE and row.supplier_id in suppliers}
    return {str(row.id): row.open_cents for row in found.values()} | {
        str(row.id): -row.open_cents for row in notes.values()
    }


def _netted(row: NettedRow, base: str, lang: str) -> NettedView:
    return NettedView(
        f"{row.note_id} {row.invoice_id}", row.note, f"{base}/invoices/{row.note_id}", row.number,
        f"{base}/invoices/{row.invoice_id}", row.supplier, amount(-row.cents, lang),
    )  # fmt: skip


def _due(row: InvoiceRow, base: str, lang: str, today: date, payable: bool) -> DueView:
    if row.kind == InvoiceKind.CREDIT_NOTE:
        return DueView(
            str(row.id), f"{base}/invoices/{row.id}", row.number, row.supplier, amount=amount(-row.open_cents, lang),
            chosen=payable, payable=payable, why="" if payable else tr(lang, "no invoice to pay"), note=True,
        )  # fmt: skip
    why = ""
    if not row.transferred:
        why = tr(lang, STATUS[row.paid_by])
    elif row.order_id:
        why = tr(lang, "in a payment order")
    elif not row.pay_to:
        why = tr(lang, "no account number")
    return DueView(
        str(row.id), f"{base}/invoices/{row.id}", row.number, row.supplier, shown_day(row.due_on, lang),
        bool(row.due_on and row.due_on < today), amount(row.open_cents, lang), show_iban(row.pay_to),
        message_text(row.communication, row.message or row.number), not why, not why, why,
    )  # fmt: skip


def _order(row: OrderRow, base: str, lang: str) -> OrderView:
    return OrderView(
        str(row.id), f"{base}/payment-orders?order={row.id}", f"/api/v1/payment-orders/{row.id}/file", row.reference,
        shown_day(row.execute_on, lang), number(row.count, lang), amount(row.total_cents, lang), show_iban(row.iban),
        row.made_by, row.live,
    )  # fmt: skip


def _shown(found: OrderDetail | None, base: str, lang: str) -> tuple[ShownOrder, list[TransferView]]:
    if found is None:
        return NO_ORDER, []
    row = _order(found.row, base, lang)
    order = ShownOrder(
        row.id, row.reference, row.day, row.count, row.iban, money(found.row.total_cents, lang), row.file, row.live
    )
    transfers = [
        TransferView(
            str(place), f"{base}/invoices/{line.invoice_id}" if line.invoice_id else "",
            line.number or tr(lang, "Refund"), line.name, show_iban(line.iban),
            message_text(line.message, "") if line.message.isdigit() and len(line.message) == 12 else line.message,
            amount(line.cents, lang),
        )
        for place, line in enumerate(found.lines)
    ]  # fmt: skip
    return order, transfers
