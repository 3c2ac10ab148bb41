"""The books of an association: one ledger per building, its chart, journals, years, entries and their matching.

Amounts are euro cents. Entries and lines are written once; the database numbers, checks, seals and keeps them.
"""

from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import (
    Period,
    created_field,
    id_field,
    moment_field,
    period_field,
    same_building,
    same_organization,
)


class JournalKind(StrEnum):
    """What a journal is for."""

    PURCHASES = "purchases"
    CALLS = "calls"
    BANK = "bank"
    CASH = "cash"
    MISCELLANEOUS = "miscellaneous"
    OPENING = "opening"
    CLOSING = "closing"


JOURNAL_NAMES: Final = {
    JournalKind.PURCHASES: N_("Purchases"),
    JournalKind.CALLS: N_("Calls for funds"),
    JournalKind.BANK: N_("Bank"),
    JournalKind.CASH: N_("Cash"),
    JournalKind.MISCELLANEOUS: N_("Miscellaneous entries"),
    JournalKind.OPENING: N_("Opening"),
    JournalKind.CLOSING: N_("Closing"),
}


class YearStatus(StrEnum):
    """Entries are written in an open year only."""

    OPEN = "open"
    CLOSED = "closed"


class Nature(StrEnum):
    """Why an entry exists: an event of the year, or one of the three that end it.

    `result` appropriates costs and income, `close` and `open` carry the balances over the end of the year; reports
    leave the last two out, as they mirror each other.
    """

    ENTRY = "entry"
    RESULT = "result"
    CLOSE = "close"
    OPEN = "open"


class PartyKind(StrEnum):
    """Whose individual account a line belongs to."""

    OWNER = "owner"
    FORMER_OWNER = "former_owner"
    SUPPLIER = "supplier"


def of_ledger(name: str) -> ForeignKeyConstraint:
    """A building whose accounts are open."""
    return ForeignKeyConstraint(
        ["organization_id", "building_id"],
        ["ledger.organization_id", "ledger.building_id"],
        name=name,
        ondelete="RESTRICT",
    )


class Ledger(SQLModel, table=True):
    """The ledger of one association. `version` grows with each entry; `head` is the hash of the last one."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", name="ledger_tenant"),
        same_organization("building", "building_id", "ledger_building_fkey"),
    )
    building_id: UUID = Field(primary_key=True)
    organization_id: UUID
    simplified: bool = False
    version: int = Field(default=0, sa_type=BigInteger)
    head: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    created_at: datetime = created_field()


class Account(SQLModel, table=True):
    """An account of the chart. `postable` is false for a heading that has accounts below it."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="account_tenant"),
        UniqueConstraint("building_id", "code", name="account_code_once"),
        of_ledger("account_ledger_fkey"),
        CheckConstraint("code ~ '^[1-7][0-9]{0,9}$'", name="code"),
        CheckConstraint("kind in ('asset', 'liability', 'equity', 'expense', 'income', 'mixed')", name="kind"),
        CheckConstraint("origin in ('decree', 'practice', 'own')", name="origin"),
        CheckConstraint("party in ('none', 'owner', 'supplier')", name="party"),
        CheckConstraint("label_fr <> ''", name="label"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    code: str
    label_fr: str
    label_nl: str = ""
    label_de: str = ""
    label_en: str = ""
    kind: str
    origin: str
    party: str = "none"
    postable: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    archived_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class Journal(SQLModel, table=True):
    """A book of entries of one kind, numbered on its own in each year; a bank or cash journal belongs to an account."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="journal_tenant"),
        UniqueConstraint("building_id", "code", name="journal_code_once"),
        of_ledger("journal_ledger_fkey"),
        same_building("account", "account_id", "journal_account_fkey"),
        CheckConstraint(
            "kind in ('purchases', 'calls', 'bank', 'cash', 'miscellaneous', 'opening', 'closing')", name="kind"
        ),
        CheckConstraint("code ~ '^[A-Z0-9]{2,6}$'", name="code"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    code: str
    kind: str
    name: str = Field(default="", description="The association's own name for it; empty: its kind's")
    account_id: UUID | None = None
    created_at: datetime = created_field()


class FiscalYear(SQLModel, table=True):
    """A financial year. Years of a building follow each other without overlap and are closed in their order."""

    __tablename__ = "fiscal_year"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="fiscal_year_tenant"),
        of_ledger("fiscal_year_ledger_fkey"),
        CheckConstraint("status in ('open', 'closed')", name="status"),
        CheckConstraint("not isempty(period) and not lower_inf(period) and not upper_inf(period)", name="period"),
        ExcludeConstraint(("building_id", "="), ("period", "&&"), name="fiscal_year_no_overlap", using="gist"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    period: Period = period_field()
    status: str = YearStatus.OPEN
    closed_at: datetime | None = moment_field()
    closed_by: UUID | None = None
    reopened_reason: str = Field(default="", description="Why it was opened again, the last time")
    created_at: datetime = created_field()


class Supplier(SQLModel, table=True):
    """Somebody who sells to the associations of an organisation."""

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="supplier_tenant"),
        ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="supplier_organization_id_fkey", ondelete="RESTRICT"
        ),
        Index("supplier_number_once", "organization_id", "enterprise_number", unique=True),
        Index("supplier_name", "organization_id", "name"),
        CheckConstraint("name <> ''", name="name"),
    )
    id: UUID = id_field()
    organization_id: UUID
    name: str
    enterprise_number: str | None = Field(default=None, description="Ten digits, without dots")
    iban: str = Field(default="", description="Without spaces")
    email: str = Field(default="", sa_column_kwargs={"server_default": ""})
    street: str = Field(default="", sa_column_kwargs={"server_default": ""})
    postal_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    city: str = Field(default="", sa_column_kwargs={"server_default": ""})
    country: str = Field(default="BE", sa_column_kwargs={"server_default": "BE"})
    default_account: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="Code of the account usually charged"
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    archived_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class Entry(SQLModel, table=True):
    """A posted entry: `number` runs without gap within its journal and year; a mistake is corrected by a reversal."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="entry_tenant"),
        UniqueConstraint("journal_id", "fiscal_year_id", "number", name="entry_number_once"),
        UniqueConstraint("reversal_of", name="entry_reversed_once"),
        same_building("journal", "journal_id", "entry_journal_fkey"),
        same_building("fiscal_year", "fiscal_year_id", "entry_fiscal_year_fkey"),
        same_building("entry", "reversal_of", "entry_reversal_fkey"),
        same_organization("document", "document_id", "entry_document_fkey"),
        CheckConstraint("nature in ('entry', 'result', 'close', 'open')", name="nature"),
        CheckConstraint("document_ref <> ''", name="document_ref"),
        CheckConstraint("reversal_of is null or reason <> ''", name="reason"),
        CheckConstraint("number > 0", name="number"),
        Index("entry_date", "organization_id", "building_id", "date"),
        Index("entry_year", "organization_id", "fiscal_year_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    journal_id: UUID
    fiscal_year_id: UUID
    number: int = Field(default=None, sa_type=BigInteger, nullable=False, description="Given by the database")
    date: Day
    label: str = ""
    document_ref: str = Field(description="The supporting document: an invoice number, a statement, a decision")
    document_date: Day
    document_id: UUID | None = Field(default=None, description="The stored file, when there is one")
    nature: str = Nature.ENTRY
    reversal_of: UUID | None = None
    reason: str = Field(default="", description="Why it reverses another")
    user_id: UUID | None = None
    created_at: datetime = created_field()


class EntryLine(SQLModel, table=True):
    """A debit or a credit of an entry, in cents, on one account and, where the account asks for it, one person."""

    __tablename__ = "entry_line"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="entry_line_tenant"),
        UniqueConstraint("entry_id", "position", name="entry_line_once"),
        same_building("entry", "entry_id", "entry_line_entry_fkey"),
        same_building("account", "account_id", "entry_line_account_fkey"),
        same_organization("owner", "owner_id", "entry_line_owner_fkey"),
        same_organization("supplier", "supplier_id", "entry_line_supplier_fkey"),
        same_organization("lot", "lot_id", "entry_line_lot_fkey"),
        CheckConstraint(
            "debit_cents >= 0 and credit_cents >= 0 and (debit_cents > 0) <> (credit_cents > 0)", name="amount"
        ),
        CheckConstraint("party_kind in ('owner', 'former_owner', 'supplier')", name="party_kind"),
        CheckConstraint(
            "(owner_id is not null) = coalesce(party_kind in ('owner', 'former_owner'), false) "
            "and (supplier_id is not null) = coalesce(party_kind = 'supplier', false)",
            name="party",
        ),
        Index("entry_line_account", "organization_id", "building_id", "account_id"),
        Index(
            "entry_line_owner", "organization_id", "building_id", "owner_id",
            postgresql_where=text("owner_id is not null"),
        ),
        Index(
            "entry_line_supplier", "organization_id", "building_id", "supplier_id",
            postgresql_where=text("supplier_id is not null"),
        ),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    entry_id: UUID
    position: int
    account_id: UUID
    debit_cents: int = Field(default=0, sa_type=BigInteger)
    credit_cents: int = Field(default=0, sa_type=BigInteger)
    party_kind: str | None = None
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    lot_id: UUID | None = None
    label: str = ""


class EntrySeal(SQLModel, table=True):
    """The seal the database puts on an entry when its transaction ends: its place in the building's chain of hashes."""

    __tablename__ = "entry_seal"
    __table_args__ = (
        UniqueConstraint("building_id", "seq", name="entry_seal_once"),
        same_building("entry", "entry_id", "entry_seal_entry_fkey"),
    )
    entry_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    seq: int = Field(sa_type=BigInteger)
    prev_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Matching(SQLModel, table=True):
    """Lines of one person on one account that settle each other exactly (lettrage)."""

    __tablename__ = "matching"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="matching_tenant"),
        of_ledger("matching_ledger_fkey"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    user_id: UUID | None = None
    created_at: datetime = created_field()


class MatchingLine(SQLModel, table=True):
    """A line is settled once."""

    __tablename__ = "matching_line"
    __table_args__ = (
        same_building("matching", "matching_id", "matching_line_matching_fkey", "CASCADE"),
        same_building("entry_line", "line_id", "matching_line_line_fkey"),
        Index("matching_line_matching", "organization_id", "matching_id"),
    )
    line_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    matching_id: UUID
