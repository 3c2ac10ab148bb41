"""What invoices are called, and where one stands, as messages to translate."""

from typing import Final

from koprogo_app.foundation.i18n import N_
from koprogo_app.purchases.model import InvoiceKind, InvoiceStatus

STATUS: Final[dict[str, str]] = {
    InvoiceStatus.DRAFT: N_("draft"),
    InvoiceStatus.SUBMITTED: N_("to approve"),
    InvoiceStatus.APPROVED: N_("to pay"),
    InvoiceStatus.REJECTED: N_("rejected"),
    InvoiceStatus.REVERSED: N_("taken back"),
    "paid": N_("paid"),
    "partly": N_("paid in part"),
    "order": N_("in a payment order"),
    "credit": N_("credit open"),
}
KINDS: Final = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}
