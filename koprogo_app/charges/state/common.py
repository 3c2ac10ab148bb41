"""What the states of invoices share: where an invoice stands, in words, and how its parts read."""

from typing import Final

from koprogo_app.charges.model.invoices import InvoiceKind, InvoiceStatus
from koprogo_app.charges.queries.invoices import InvoiceRow
from koprogo_app.foundation.i18n import N_, P_, tr
from koprogo_app.foundation.numbers import show_communication

STATUS: Final[dict[str, tuple[str, str]]] = {
    InvoiceStatus.DRAFT: (P_("invoice", "draft"), "neutral"),
    InvoiceStatus.SUBMITTED: (P_("invoice", "to approve"), "attention"),
    InvoiceStatus.APPROVED: (P_("invoice", "to pay"), "information"),
    InvoiceStatus.REJECTED: (P_("invoice", "rejected"), "refused"),
    InvoiceStatus.REVERSED: (P_("invoice", "taken back"), "neutral"),
    "paid": (P_("invoice", "paid"), "done"),
    "partly": (P_("invoice", "paid in part"), "attention"),
    "order": (N_("in a payment order"), "information"),
    "credit": (N_("credit open"), "information"),
}
KINDS: Final = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}


def standing(row: InvoiceRow) -> str:
    """Where an invoice stands: its status or, once approved, what has become of its payment."""
    if row.status != InvoiceStatus.APPROVED:
        return row.status
    if row.paid:
        return "paid"
    if row.order_id:
        return "order"
    if row.paid_cents:
        return "partly"
    return "credit" if row.kind == InvoiceKind.CREDIT_NOTE else InvoiceStatus.APPROVED


def standing_text(row: InvoiceRow, lang: str) -> tuple[str, str]:
    """The same in words, and the kind of mark."""
    text, kind = STATUS[standing(row)]
    return tr(lang, text), kind


def message_text(communication: str, message: str) -> str:
    """What to write with the payment, as people read it."""
    return show_communication(communication) if communication else message
