"""The tables of charges, by noun."""

from koprogo_app.charges.model.accounts import (
    BankAccount,
    ChargeSettings,
    Fund,
)
from koprogo_app.charges.model.bank import (
    BankMovement,
    BankStatement,
    MatchedBy,
    MatchRule,
    MovementPart,
)
from koprogo_app.charges.model.calls import (
    CallInstalment,
    CallKind,
    CallLine,
    CallPart,
    CallStatus,
    FundCall,
    Notice,
    NoticeRun,
)
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
from koprogo_app.charges.model.plans import (
    InstalmentPlan,
    PlanDebt,
    PlanTerm,
)
from koprogo_app.charges.model.sent import SentStatement
from koprogo_app.charges.model.settling import (
    PaymentReference,
    Settlement,
)

__all__ = [
    "VAT_RATES",
    "WRITABLE",
    "BankAccount",
    "BankMovement",
    "BankStatement",
    "CallInstalment",
    "CallKind",
    "CallLine",
    "CallPart",
    "CallStatus",
    "ChargeSettings",
    "Fund",
    "FundCall",
    "InstalmentPlan",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceStatus",
    "MatchRule",
    "MatchedBy",
    "MovementPart",
    "Notice",
    "NoticeRun",
    "OrderStatus",
    "PaymentOrder",
    "PaymentOrderLine",
    "PaymentReference",
    "PlanDebt",
    "PlanTerm",
    "SentStatement",
    "Settlement",
]
