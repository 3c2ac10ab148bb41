"""Budgets with their lines, the alerts on them, what was ordered and not billed yet, and the reports that were filed.

Amounts are euro cents. What was voted is written once: the database keeps a voted budget and its lines as they are.
"""

from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.foundation.model import Period, created_field, id_field, moment_field, period_field, same_building
from koprogo_app.ledger.model import of_ledger


class Status(StrEnum):
    """How far a budget is: written, put to the assembly, voted, in force, over. Refused, it is a draft again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VOTED = "voted"
    ACTIVE = "active"
    CLOSED = "closed"

    @property
    def decided(self) -> bool:
        """Whether the assembly has voted it, so that it never changes."""
        return self in (Status.VOTED, Status.ACTIVE, Status.CLOSED)


class Nature(StrEnum):
    """What a line is for: running costs, foreseeable extraordinary costs (art. 3.89 §5 16°), the reserve fund."""

    ORDINARY = "ordinary"
    EXTRAORDINARY = "extraordinary"
    RESERVE = "reserve"


class Frequency(StrEnum):
    """When provisions are asked: each month, each quarter, or on days of one's own."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    FREE = "free"


NATURE_NAMES: Final[dict[str, str]] = {
    Nature.ORDINARY: N_("Ordinary costs"),
    Nature.EXTRAORDINARY: N_("Extraordinary costs"),
    Nature.RESERVE: N_("Reserve fund"),
}
STATUS_NAMES: Final[dict[str, str]] = {
    Status.DRAFT: P_("budget", "draft"),
    Status.SUBMITTED: P_("budget", "put to the vote"),
    Status.VOTED: P_("budget", "voted"),
    Status.ACTIVE: P_("budget", "in force"),
    Status.CLOSED: P_("budget", "closed"),
}
FREQUENCY_NAMES: Final[dict[str, str]] = {
    Frequency.MONTHLY: N_("every month"),
    Frequency.QUARTERLY: N_("every quarter"),
    Frequency.FREE: N_("on days of your own"),
}


def _account(name: str) -> ForeignKeyConstraint:
    """An account of the building's chart, by its code; a heading stands for all that is below it."""
    return ForeignKeyConstraint(
        ["building_id", "account_code"], ["account.building_id", "account.code"], name=name, ondelete="RESTRICT"
    )


def _document(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "document_id"],
        ["document.organization_id", "document.id"],
        name=name,
        ondelete="RESTRICT",
    )


def _key(name: str) -> ForeignKeyConstraint:
    """An allocation key; without one, the shares."""
    return ForeignKeyConstraint(
        ["organization_id", "key_id"],
        ["allocation_key.organization_id", "allocation_key.id"],
        name=name,
        ondelete="RESTRICT",
    )


def _days() -> Any:
    return Field(
        default_factory=list, sa_type=ARRAY(Date), nullable=False, sa_column_kwargs={"server_default": sql("'{}'")}
    )


class Budget(SQLModel, table=True):
    """A budget of one financial year. Number 0 is the year's own, 1, 2, … are supplementary ones voted later."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="budget_tenant"),
        UniqueConstraint("building_id", "year", "number", name="budget_once"),
        of_ledger("budget_ledger_fkey"),
        _document("budget_document_fkey"),
        ExcludeConstraint(
            ("building_id", "="), ("period", "&&"), name="budget_no_overlap", using="gist", where=sql("number = 0")
        ),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("status in ('draft', 'submitted', 'voted', 'active', 'closed')", name="status"),
        CheckConstraint("frequency in ('monthly', 'quarterly', 'free')", name="frequency"),
        CheckConstraint("not isempty(period) and not lower_inf(period) and not upper_inf(period)", name="period"),
        CheckConstraint(
            "(status in ('voted', 'active', 'closed')) = "
            "(voted_on is not null and (decision <> '' or document_id is not null))",
            name="vote",
        ),
        CheckConstraint("(waiver <> '') = (waived_on is not null)", name="waiver"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    year: int = Field(description="The calendar year in which the financial year begins")
    period: Period = period_field()
    number: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    label: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="What a supplementary one is for"
    )
    status: str = Field(default=Status.DRAFT, sa_column_kwargs={"server_default": "draft"})
    frequency: str = Field(default=Frequency.QUARTERLY, sa_column_kwargs={"server_default": "quarterly"})
    called_on: list[Day] = _days()
    rejection: str = Field(default="", sa_column_kwargs={"server_default": ""}, description="Why it came back, last")
    rejected_on: Day | None = None
    voted_on: Day | None = Field(default=None, description="Day of the assembly")
    decision: str = Field(default="", sa_column_kwargs={"server_default": ""}, description="Point of the minutes")
    document_id: UUID | None = Field(default=None, description="The minutes")
    waiver: str = Field(
        default="", sa_column_kwargs={"server_default": ""},
        description="The decision at four fifths not to feed the reserve fund (art. 3.86 §3)",
    )  # fmt: skip
    waived_on: Day | None = None
    reserve_reason: str = Field(
        default="", sa_column_kwargs={"server_default": ""},
        description="Why it was voted with less for the reserve fund than the law asks, without a waiver",
    )  # fmt: skip
    activated_at: datetime | None = moment_field()
    closed_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class BudgetLine(SQLModel, table=True):
    """What a year may cost on one account, shared by one key (None: the shares), and how it falls over the months.

    An account that several keys divide has a line for each of them.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint(
            "budget_id", "account_code", "key_id", name="budget_line_once", postgresql_nulls_not_distinct=True
        ),
        same_building("budget", "budget_id", "budget_line_budget_fkey", "CASCADE"),
        _account("budget_line_account_fkey"),
        _key("budget_line_key_fkey"),
        CheckConstraint("nature in ('ordinary', 'extraordinary', 'reserve')", name="nature"),
        CheckConstraint("account_code ~ '^(6|70)' and (nature = 'reserve') = (account_code ~ '^70')", name="account"),
        CheckConstraint("cents between -100000000000000 and 100000000000000", name="cents"),
        CheckConstraint("0 <= all (profile) and (profile = '{}' or 0 < any (profile))", name="profile"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    budget_id: UUID
    position: int
    account_code: str
    nature: str
    key_id: UUID | None = None
    cents: int = Field(default=0, sa_type=BigInteger)
    comment: str = Field(default="", sa_column_kwargs={"server_default": ""})
    profile: list[int] = Field(
        default_factory=list, sa_type=ARRAY(Integer), nullable=False,
        sa_column_kwargs={"server_default": sql("'{}'")}, description="A weight a month; empty: all months alike",
    )  # fmt: skip
    version: int = Field(default=1, sa_column_kwargs={"server_default": sql("1")})
    created_at: datetime = created_field()


class BudgetSettings(SQLModel, table=True):
    """From which excess on a line the syndic and the council are warned; without a row, the default here."""

    __tablename__ = "budget_settings"
    __table_args__ = (
        of_ledger("budget_settings_ledger_fkey"),
        CheckConstraint("alert_percent between 1 and 100", name="alert_percent"),
    )
    building_id: UUID = Field(primary_key=True)
    organization_id: UUID
    alert_percent: int = Field(default=10, sa_column_kwargs={"server_default": sql("10")})


class BudgetAlert(SQLModel, table=True):
    """A line that ran over its budget to date, said once a month."""

    __tablename__ = "budget_alert"
    __table_args__ = (
        UniqueConstraint(
            "building_id",
            "account_code",
            "key_id",
            "month",
            name="budget_alert_once",
            postgresql_nulls_not_distinct=True,
        ),
        of_ledger("budget_alert_ledger_fkey"),
        _account("budget_alert_account_fkey"),
        _key("budget_alert_key_fkey"),
        CheckConstraint("extract(day from month) = 1", name="month"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    year: int
    account_code: str
    key_id: UUID | None = None
    month: Day = Field(description="First day of the month it was seen in")
    budget_cents: int = Field(sa_type=BigInteger, description="To date")
    actual_cents: int = Field(sa_type=BigInteger, description="To date")
    created_at: datetime = created_field()


class Commitment(SQLModel, table=True):
    """A quote accepted or an order given that no invoice has come for yet."""

    __tablename__ = "commitment"
    __table_args__ = (
        of_ledger("commitment_ledger_fkey"),
        _account("commitment_account_fkey"),
        _key("commitment_key_fkey"),
        CheckConstraint("account_code ~ '^6'", name="account"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("label <> ''", name="label"),
        CheckConstraint("ended_on >= ordered_on", name="ended"),
        Index("commitment_open", "organization_id", "building_id", postgresql_where=sql("ended_on is null")),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    account_code: str
    key_id: UUID | None = Field(default=None, description="The key its invoice will be divided by; None: the shares")
    label: str = Field(description="Who was asked for what: the quote or order and its reference")
    cents: int = Field(sa_type=BigInteger)
    ordered_on: Day
    ended_on: Day | None = Field(default=None, description="Billed or given up")
    created_at: datetime = created_field()


class VarianceReport(SQLModel, table=True):
    """The report of a quarter, filed once among the documents."""

    __tablename__ = "variance_report"
    __table_args__ = (
        UniqueConstraint("building_id", "year", "quarter", name="variance_report_once"),
        of_ledger("variance_report_ledger_fkey"),
        ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="variance_report_document_fkey",
            ondelete="CASCADE",
        ),
        CheckConstraint("quarter between 1 and 4", name="quarter"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    year: int
    quarter: int
    document_id: UUID
    created_at: datetime = created_field()


class BudgetCall(SQLModel, table=True):
    """The call for funds that asks a budget's provisions; after one was taken back there may be another."""

    __tablename__ = "budget_call"
    __table_args__ = (
        same_building("budget", "budget_id", "budget_call_budget_fkey"),
        same_building("fund_call", "call_id", "budget_call_call_fkey", "CASCADE"),
        Index("budget_call_budget", "organization_id", "budget_id"),
    )
    call_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    budget_id: UUID
    created_at: datetime = created_field()
