"""What invoices are called, and where one stands, as messages to translate."""

from typing import Final

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.purchases.model import InvoiceKind, InvoiceStatus

STATUS: Final[dict[str, str]] = {
    InvoiceStatus.DRAFT: P_("invoice", "draft"),
    InvoiceStatus.SUBMITTED: P_("invoice", "to approve"),
    InvoiceStatus.APPROVED: P_("invoice", "to pay"),
    InvoiceStatus.REJECTED: P_("invoice", "rejected"),
    InvoiceStatus.REVERSED: P_("invoice", "taken back"),
    "paid": P_("invoice", "paid"),
    "partly": P_("invoice", "paid in part"),
    "order": N_("in a payment order"),
    "credit": N_("credit open"),
}
KINDS: Final = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}
