"""What suppliers bill: invoices and credit notes, their lines, the orders that pay them, a building's rules for them.

Amounts are euro cents.
"""

from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import Period, created_field, id_field, moment_field, same_building, same_organization
from koprogo_app.ledger.model import of_ledger


class InvoiceKind(StrEnum):
    """A credit note takes back what an invoice asked; its amounts are written positive all the same."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceStatus(StrEnum):
    """Where an invoice stands. It is written in `draft` and `rejected` only, and posted when it is approved.

    That it is paid is not a status: it follows from what settles its line in the books.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVERSED = "reversed"


class PaidBy(StrEnum):
    """How the money reaches the supplier: only what is paid by `transfer` goes into a payment order."""

    TRANSFER = "transfer"
    DEBIT = "debit"
    CARD = "card"
    OTHER = "other"


class Question(StrEnum):
    """What a person decides before an invoice is submitted: whether it is another than those it resembles, why no VAT
    is charged to an association, to whom it is addressed, which supplier sends it."""

    TWICE = "twice"
    REVERSE_CHARGE = "reverse_charge"
    ADDRESSEE = "addressee"
    SUPPLIER = "supplier"


WRITABLE: Final = frozenset({InvoiceStatus.DRAFT, InvoiceStatus.REJECTED})
VAT_RATES: Final = (0, 6, 12, 21)
"""The rates a Belgian invoice bears, in percent; the contractor decides which, the books record it."""


def _empty() -> dict[str, str]:
    return {"server_default": ""}


class Invoice(SQLModel, table=True):
    """An invoice or credit note of a supplier. `entry_id` is the entry that its approval posted.

    What was paid in advance stands on a line of its own in that entry (`prepaid_line_id`); the rest is to be paid.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="invoice_tenant"),
        UniqueConstraint("entry_id", name="invoice_entry_once"),
        of_ledger("invoice_ledger_fkey"),
        same_organization("supplier", "supplier_id", "invoice_supplier_fkey"),
        same_building("entry", "entry_id", "invoice_entry_fkey"),
        same_organization("document", "document_id", "invoice_document_fkey"),
        CheckConstraint("kind in ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("status in ('draft', 'submitted', 'approved', 'rejected', 'reversed')", name="status"),
        CheckConstraint("origin in ('manual', 'ubl')", name="origin"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("communication ~ '^([0-9]{12})?$'", name="communication"),
        CheckConstraint("net_cents + vat_cents = total_cents", name="total"),
        CheckConstraint("status not in ('rejected', 'reversed') or reason <> ''", name="reason"),
        CheckConstraint("status = 'draft' or submitted_at is not null", name="submitted"),
        CheckConstraint(
            "(status in ('approved', 'reversed')) = (entry_id is not null and approved_at is not null)", name="approved"
        ),
        CheckConstraint("paid_by in ('transfer', 'debit', 'card', 'other')", name="paid_by"),
        CheckConstraint(
            "prepaid_cents >= 0 and (status in ('draft', 'rejected') or prepaid_cents <= total_cents)", name="prepaid"
        ),
        same_building("entry_line", "prepaid_line_id", "invoice_prepaid_line_fkey"),
        Index(
            "invoice_number_once", "building_id", "supplier_id", "kind", text("lower(number)"),
            text("EXTRACT(year FROM dated)"), unique=True, postgresql_where=text("status <> 'reversed'"),
        ),
        Index("invoice_list", "organization_id", "building_id", "dated"),
        Index("invoice_supplier", "organization_id", "supplier_id"),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    supplier_id: UUID
    kind: str = InvoiceKind.INVOICE
    number: str = Field(description="The supplier's own number")
    dated: Day
    due_on: Day | None = None
    communication: str = Field(default="", sa_column_kwargs=_empty(), description="Twelve digits (OGM/VCS)")
    message: str = Field(default="", sa_column_kwargs=_empty(), description="What to write when it is not structured")
    iban: str = Field(default="", sa_column_kwargs=_empty(), description="Where to pay; empty: the supplier's account")
    net_cents: int = Field(default=0, sa_type=BigInteger)
    vat_cents: int = Field(default=0, sa_type=BigInteger)
    total_cents: int = Field(default=0, sa_type=BigInteger)
    prepaid_cents: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}, description="Paid in advance"
    )
    prepaid_line_id: UUID | None = Field(default=None, description="Its line of the entry that was paid in advance")
    paid_by: str = Field(default=PaidBy.TRANSFER, sa_column_kwargs={"server_default": PaidBy.TRANSFER.value})
    mandate: str = Field(default="", sa_column_kwargs=_empty(), description="Of the direct debit that collects it")
    asked: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(String),
        nullable=False,
        sa_column_kwargs={"server_default": text("'{}'")},
        description="Questions that its file raised",
    )
    answered: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(String),
        nullable=False,
        sa_column_kwargs={"server_default": text("'{}'")},
        description="Questions that a person has decided",
    )
    status: str = InvoiceStatus.DRAFT
    reason: str = Field(default="", sa_column_kwargs=_empty(), description="Why it was rejected or taken back")
    origin: str = "manual"
    author_id: UUID | None = None
    submitted_by: UUID | None = None
    submitted_at: datetime | None = moment_field()
    approved_by: UUID | None = None
    approved_at: datetime | None = moment_field()
    rejected_by: UUID | None = None
    rejected_at: datetime | None = moment_field()
    entry_id: UUID | None = None
    document_id: UUID | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = created_field()


class InvoiceLine(SQLModel, table=True):
    """What is billed: the account it is charged to, the key that divides it or the one lot that bears it.

    VAT is a cost of the association; its rate is recorded, never decided here.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="invoice_line_tenant"),
        same_building("invoice", "invoice_id", "invoice_line_invoice_fkey", "CASCADE"),
        same_building("account", "account_id", "invoice_line_account_fkey"),
        same_organization("allocation_key", "key_id", "invoice_line_key_fkey"),
        same_organization("lot", "lot_id", "invoice_line_lot_fkey"),
        CheckConstraint("vat_rate in (0, 6, 12, 21)", name="vat_rate"),
        CheckConstraint("lot_id is null or key_id is null", name="key"),
        CheckConstraint("not isempty(period) and not lower_inf(period) and not upper_inf(period)", name="period"),
        Index("invoice_line_invoice", "organization_id", "invoice_id", "position"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    invoice_id: UUID
    position: int
    account_id: UUID | None = Field(default=None, description="None until somebody has chosen it")
    label: str = Field(default="", sa_column_kwargs=_empty())
    net_cents: int = Field(default=0, sa_type=BigInteger)
    vat_rate: int = 21
    vat_cents: int = Field(default=0, sa_type=BigInteger)
    key_id: UUID | None = Field(default=None, description="None: the shares")
    lot_id: UUID | None = Field(default=None, description="The one lot that bears it: a private cost")
    period: Period | None = Field(default=None, sa_type=DATERANGE, description="The days that were used")
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class OrderStatus(StrEnum):
    """A payment order stands, or was cancelled before the bank carried it out."""

    MADE = "made"
    CANCELLED = "cancelled"


class PaymentOrder(SQLModel, table=True):
    """Invoices to be paid from one account of the association, as the file given to its bank (pain.001)."""

    __tablename__ = "payment_order"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="payment_order_tenant"),
        UniqueConstraint("building_id", "reference", name="payment_order_reference_once"),
        same_building("bank_account", "bank_account_id", "payment_order_bank_account_fkey"),
        CheckConstraint("status in ('made', 'cancelled')", name="status"),
        CheckConstraint("total_cents > 0 and count > 0", name="total"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at is not null)", name="cancelled"),
        Index("payment_order_list", "organization_id", "building_id", "created_at"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    bank_account_id: UUID
    reference: str = Field(description="The file's message id, 35 characters at most")
    execute_on: Day
    count: int
    total_cents: int = Field(sa_type=BigInteger)
    file: str = Field(sa_type=Text, description="The XML as it was made; it never changes")
    status: str = OrderStatus.MADE
    created_by: UUID | None = None
    created_at: datetime = created_field()
    cancelled_by: UUID | None = None
    cancelled_at: datetime | None = moment_field()


class PaymentOrderLine(SQLModel, table=True):
    """One transfer of an order: an invoice, or a credit that goes back to a co-owner. `live` is the database's: an
    invoice, a credit stands in one live order at most."""

    __tablename__ = "payment_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position", name="payment_order_line_position"),
        same_building("payment_order", "order_id", "payment_order_line_order_fkey"),
        same_building("invoice", "invoice_id", "payment_order_line_invoice_fkey"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("iban <> '' and name <> ''", name="payee"),
        CheckConstraint("(invoice_id is null) <> (credit_line_id is null)", name="pays"),
        same_building("entry_line", "credit_line_id", "payment_order_line_credit_fkey"),
        Index("payment_order_line_credit_once", "credit_line_id", unique=True, postgresql_where=text("live")),
        Index("payment_order_line_once", "invoice_id", unique=True, postgresql_where=text("live")),
        Index("payment_order_line_order", "organization_id", "order_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    order_id: UUID
    invoice_id: UUID | None = None
    credit_line_id: UUID | None = Field(default=None, description="The line of a co-owner's credit that it refunds")
    position: int
    name: str
    iban: str
    cents: int = Field(sa_type=BigInteger)
    message: str = Field(default="", sa_column_kwargs=_empty(), description="Structured as twelve digits, or free")
    live: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class ChargeSettings(SQLModel, table=True):
    """How a building handles invoices and calls; without a row, the defaults here."""

    __tablename__ = "charge_settings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="charge_settings_building_fkey",
            ondelete="RESTRICT",
        ),
        CheckConstraint("call_days between 1 and 365", name="call_days"),
    )
    building_id: UUID = Field(primary_key=True)
    organization_id: UUID
    four_eyes: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="Whoever wrote an invoice may not approve it",
    )
    call_days: int = Field(
        default=30, sa_column_kwargs={"server_default": text("30")}, description="Days to pay a call for funds"
    )
