"""What the states of invoices share: where an invoice stands, in words, and how its parts read."""

from typing import Final

from koprogo_app.foundation.i18n import tr
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.purchases.model import InvoiceKind, InvoiceStatus
from koprogo_app.purchases.queries.invoices import InvoiceRow
from koprogo_app.purchases.words import STATUS

_MARKS: Final[dict[str, str]] = {
    InvoiceStatus.DRAFT: "neutral",
    InvoiceStatus.SUBMITTED: "attention",
    InvoiceStatus.APPROVED: "information",
    InvoiceStatus.REJECTED: "refused",
    InvoiceStatus.REVERSED: "neutral",
    "paid": "done",
    "prepaid": "done",
    "debit": "information",
    "card": "information",
    "other": "information",
    "partly": "attention",
    "order": "information",
    "credit": "information",
}


def standing(row: InvoiceRow) -> str:
    """Where an invoice stands: its status or, once approved, what has become of its payment."""
    if row.status != InvoiceStatus.APPROVED:
        return row.status
    if row.paid:
        return "paid" if row.payable_cents else "prepaid"
    if not row.transferred and row.kind == InvoiceKind.INVOICE:
        return row.paid_by
    if row.order_id:
        return "order"
    if row.paid_cents:
        return "partly"
    return "credit" if row.kind == InvoiceKind.CREDIT_NOTE else InvoiceStatus.APPROVED


def standing_text(row: InvoiceRow, lang: str) -> tuple[str, str]:
    """The same in words, and the kind of mark."""
    where = standing(row)
    return tr(lang, STATUS[where]), _MARKS[where]


def message_text(communication: str, message: str) -> str:
    """What to write with the payment, as people read it."""
    return show_communication(communication) if communication else message
