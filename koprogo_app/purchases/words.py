"""What invoices are called, and where one stands, as messages to translate."""

from typing import Final

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.purchases.model import InvoiceKind, InvoiceStatus, PaidBy, Question

STATUS: Final[dict[str, str]] = {
    InvoiceStatus.DRAFT: P_("invoice", "draft"),
    InvoiceStatus.SUBMITTED: P_("invoice", "to approve"),
    InvoiceStatus.APPROVED: P_("invoice", "to pay"),
    InvoiceStatus.REJECTED: P_("invoice", "rejected"),
    InvoiceStatus.REVERSED: P_("invoice", "taken back"),
    "paid": P_("invoice", "paid"),
    "partly": P_("invoice", "paid in part"),
    "prepaid": P_("invoice", "paid in advance"),
    "debit": P_("invoice", "collected by the supplier"),
    "card": P_("invoice", "paid by card"),
    "other": P_("invoice", "paid otherwise"),
    "order": N_("in a payment order"),
    "credit": N_("credit open"),
}
KINDS: Final = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}
PAID_BY: Final[dict[str, str]] = {
    PaidBy.TRANSFER: N_("By transfer"),
    PaidBy.DEBIT: N_("The supplier collects it (direct debit)"),
    PaidBy.CARD: N_("By card"),
    PaidBy.OTHER: N_("Otherwise: in cash, online, set off"),
}
COLLECTED: Final[dict[str, str]] = {
    PaidBy.DEBIT: N_("{supplier} collects it by direct debit: it is not offered for transfer."),
    PaidBy.CARD: N_("It was paid by card: {supplier} is not paid by transfer."),
    PaidBy.OTHER: N_("It is paid otherwise than by transfer: {supplier} is not paid by transfer."),
}
"""Why an invoice goes into no payment order."""
QUESTIONS: Final[dict[str, tuple[str, str]]] = {
    Question.TWICE: (
        N_("Another invoice has this number, as the table below shows. If it is the same one, remove this draft."),
        N_("It is another invoice"),
    ),
    Question.REVERSE_CHARGE: (
        N_(
            "No VAT is charged: it is left to the customer (reverse charge). An association that files no VAT returns "
            "is charged VAT: ask for a corrected invoice, unless this one is registered and pays the VAT itself."
        ),
        N_("It is right without VAT"),
    ),
    Question.ADDRESSEE: (
        N_("It is addressed to another enterprise number than this association's."),
        N_("It is for this association"),
    ),
    Question.SUPPLIER: (
        N_(
            "Its enterprise number is not the one of this supplier, who was found by the account number or the name. "
            "Choose another in its head if it is not theirs."
        ),
        N_("It is from this supplier"),
    ),
}
"""What is decided before an invoice is submitted, and the answer yes."""
