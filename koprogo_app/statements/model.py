"""Yearly statements that went out, and their balances as they were booked."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, moment_field, same_building, same_organization


class Fund(StrEnum):
    """What a balance of the year belongs to: the running costs, or works and other extraordinary costs."""

    WORKING = "working"
    WORKS = "works"


class Credit(StrEnum):
    """What becomes of a balance in a co-owner's favour: it stays on the account for the next call, or goes back."""

    CARRY = "carry"
    REFUND = "refund"


class YearSettlement(SQLModel, table=True):
    """The balances of a closed year's statements, booked by one entry on the owners' accounts (410) against the result
    (14). It stands until that entry is reversed; the database lets one stand for a year."""

    __tablename__ = "year_settlement"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="year_settlement_tenant"),
        UniqueConstraint("entry_id", name="year_settlement_entry_once"),
        same_building("fiscal_year", "fiscal_year_id", "year_settlement_year_fkey"),
        same_building("entry", "entry_id", "year_settlement_entry_fkey"),
        same_building("payment_order", "order_id", "year_settlement_order_fkey"),
        CheckConstraint("credit in ('carry', 'refund')", name="credit"),
        CheckConstraint("works_credit in ('carry', 'refund')", name="works_credit"),
        CheckConstraint("due_on >= booked_on", name="due_on"),
        Index("year_settlement_year", "organization_id", "fiscal_year_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    fiscal_year_id: UUID
    entry_id: UUID
    closed_at: datetime = moment_field(nullable=False)
    booked_on: date
    due_on: date
    credit: str
    works_credit: str
    order_id: UUID | None = Field(default=None, description="The payment order of the refunds")
    user_id: UUID | None = None
    created_at: datetime = created_field()


class YearSettlementLine(SQLModel, table=True):
    """What one co-owner was asked and bore of a fund in the year, and the balance booked: positive, she owes it."""

    __tablename__ = "year_settlement_line"
    __table_args__ = (
        UniqueConstraint("settlement_id", "owner_id", "fund", name="year_settlement_line_once"),
        same_building("year_settlement", "settlement_id", "year_settlement_line_settlement_fkey"),
        same_building("entry_line", "entry_line_id", "year_settlement_line_entry_line_fkey"),
        same_organization("owner", "owner_id", "year_settlement_line_owner_fkey"),
        CheckConstraint("fund in ('working', 'works')", name="fund"),
        CheckConstraint("cents = cost_cents - called_cents", name="cents"),
        CheckConstraint("(entry_line_id is null) = (cents = 0)", name="entry_line"),
        Index("year_settlement_line_owner", "organization_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    settlement_id: UUID
    owner_id: UUID
    fund: str
    called_cents: int = Field(sa_type=BigInteger)
    cost_cents: int = Field(sa_type=BigInteger)
    cents: int = Field(sa_type=BigInteger)
    entry_line_id: UUID | None = None


class SentStatement(SQLModel, table=True):
    """A co-owner's statement of charges of a closed year, as it was filed and sent: once for each closing,
    and for each booking of its balances."""

    __tablename__ = "sent_statement"
    __table_args__ = (
        same_building("fiscal_year", "fiscal_year_id", "sent_statement_year_fkey"),
        same_organization("owner", "owner_id", "sent_statement_owner_fkey"),
        same_organization("document", "document_id", "sent_statement_document_fkey"),
        UniqueConstraint(
            "fiscal_year_id",
            "owner_id",
            "closed_at",
            "settlement_id",
            name="sent_statement_once",
            postgresql_nulls_not_distinct=True,
        ),
        same_building("year_settlement", "settlement_id", "sent_statement_settlement_fkey"),
        CheckConstraint("sent_how in ('mail', 'print')", name="sent_how"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        Index("sent_statement_year", "organization_id", "fiscal_year_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    fiscal_year_id: UUID
    closed_at: datetime = moment_field(nullable=False)
    owner_id: UUID
    lang: str
    document_id: UUID
    mail_id: UUID | None = None
    sent_how: str
    settlement_id: UUID | None = Field(default=None, description="The booking that it tells of")
    created_at: datetime = created_field()
