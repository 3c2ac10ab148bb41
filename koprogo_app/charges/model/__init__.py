"""The tables of charges, by noun."""

from koprogo_app.charges.model.accounts import BankAccount, ChargeSettings, Fund
from koprogo_app.charges.model.invoices import (
    VAT_RATES,
    WRITABLE,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceStatus,
    OrderStatus,
    PaymentOrder,
    PaymentOrderLine,
)

__all__ = [
    "VAT_RATES",
    "WRITABLE",
    "BankAccount",
    "ChargeSettings",
    "Fund",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceStatus",
    "OrderStatus",
    "PaymentOrder",
    "PaymentOrderLine",
]
