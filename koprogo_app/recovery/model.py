"""Recovery of arrears: rates to come, each building's policy, reminders, pauses."""

from datetime import date as Day
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, same_building, same_organization


class Basis(StrEnum):
    """What interest rests on: none asked, the civil rate from the formal notice, or a clause of the regulation."""

    NONE = "none"
    STATUTORY = "statutory"
    CLAUSE = "clause"


class Start(StrEnum):
    """From when a clause's interest runs."""

    DUE = "due"
    NOTICE = "notice"


class Channel(StrEnum):
    """How a reminder goes out."""

    EMAIL = "email"
    POST = "post"
    REGISTERED = "registered"


class Status(StrEnum):
    """A reminder is prepared, then sent or cancelled; what was sent stays as it is."""

    PREPARED = "prepared"
    SENT = "sent"
    CANCELLED = "cancelled"


class PauseKind(StrEnum):
    """Why nothing is sent to an owner: a dispute, a restriction of processing (GDPR, art. 18), or something else."""

    DISPUTE = "dispute"
    RESTRICTION = "restriction"
    OTHER = "other"


def _building(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "building_id"],
        ["building.organization_id", "building.id"],
        name=name,
        ondelete="RESTRICT",
    )


class CivilRate(SQLModel, table=True):
    """The civil legal rate of a year that the program does not know yet; of the whole installation."""

    __tablename__ = "civil_rate"
    __table_args__ = (
        CheckConstraint("year between 2027 and 2200", name="year"),
        CheckConstraint("percent >= 0 and percent <= 25", name="percent"),
        CheckConstraint("source <> ''", name="source"),
    )
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    percent: Decimal = Field(sa_type=Numeric(5, 2))
    source: str = Field(description="Where it was published")
    user_id: UUID | None = None
    created_at: datetime = created_field()


class RecoveryPolicy(SQLModel, table=True):
    """How a building recovers; without a row, the defaults here."""

    __tablename__ = "recovery_policy"
    __table_args__ = (
        _building("recovery_policy_building_fkey"),
        CheckConstraint("basis in ('none', 'statutory', 'clause')", name="basis"),
        CheckConstraint("clause_start in ('due', 'notice')", name="clause_start"),
        CheckConstraint("day_count in ('365', 'actual')", name="day_count"),
        CheckConstraint("clause_percent >= 0 and clause_percent <= 100", name="clause_percent"),
        CheckConstraint("basis <> 'clause' or (clause_percent is not null and clause_reference <> '')", name="clause"),
        CheckConstraint("bank_days between 0 and 30", name="bank_days"),
    )
    building_id: UUID = Field(primary_key=True)
    organization_id: UUID
    basis: str = Field(default=Basis.STATUTORY, sa_column_kwargs={"server_default": "statutory"})
    clause_percent: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    clause_start: str = Field(default=Start.NOTICE, sa_column_kwargs={"server_default": "notice"})
    clause_reference: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="Where the regulation says it (art. 3.85 §1)"
    )
    day_count: str = Field(default="365", sa_column_kwargs={"server_default": "365"})
    guard: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="Costs and a clause's interest stay under the ceilings of Book XIX",
    )
    bank_days: int = Field(
        default=3,
        sa_column_kwargs={"server_default": text("3")},
        description="Working days after which a statement of the bank must be in before anything is sent",
    )
    charges_first: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="Payments meet the charges before interest and costs, as the regulation or an agreement says",
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class RecoveryLevel(SQLModel, table=True):
    """One step of a building's policy: when, how, at what cost."""

    __tablename__ = "recovery_level"
    __table_args__ = (
        ForeignKeyConstraint(
            ["building_id"], ["recovery_policy.building_id"], name="recovery_level_policy_fkey", ondelete="CASCADE"
        ),
        CheckConstraint("level between 1 and 3", name="level"),
        CheckConstraint("days between 1 and 365", name="days"),
        CheckConstraint("channel in ('email', 'post', 'registered')", name="channel"),
        CheckConstraint("costs_cents between 0 and 100000", name="costs"),
        CheckConstraint("level > 1 or costs_cents = 0", name="first_free"),
        CheckConstraint("react_days between 14 and 90", name="react"),
    )
    building_id: UUID = Field(primary_key=True)
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    organization_id: UUID
    days: int = Field(description="After the due date")
    channel: str
    costs_cents: int = 0
    automatic: bool = Field(default=False, description="Sent without anybody's click")
    react_days: int = 14


class Reminder(SQLModel, table=True):
    """One reminder of one level to one owner, for the debts named in `reminder_debt`."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="reminder_tenant"),
        ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="reminder_ledger_fkey",
            ondelete="RESTRICT",
        ),
        same_organization("owner", "owner_id", "reminder_owner_fkey"),
        same_building("entry", "entry_id", "reminder_entry_fkey"),
        same_organization("document", "document_id", "reminder_document_fkey"),
        same_organization("document", "proof_document_id", "reminder_proof_fkey"),
        CheckConstraint("level between 1 and 3", name="level"),
        CheckConstraint("status in ('prepared', 'sent', 'cancelled')", name="status"),
        CheckConstraint("channel in ('email', 'post', 'registered')", name="channel"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        CheckConstraint(
            "principal_cents > 0 and interest_cents >= 0 and costs_cents >= 0 and earlier_cents >= 0", name="amounts"
        ),
        CheckConstraint("level > 1 or costs_cents = 0", name="first_free"),
        CheckConstraint(
            "(status = 'sent') = (sent_on is not null) and (status = 'sent') <= (document_id is not null)", name="sent"
        ),
        CheckConstraint("(status = 'cancelled') = (reason <> '')", name="cancelled"),
        CheckConstraint("react_by is null or react_by >= sent_on + 14", name="react"),
        CheckConstraint(
            "(waived_on is not null) = (waived_reason <> '') "
            "and (waived_on is null or (status = 'sent' and costs_cents > 0))",
            name="waived",
        ),
        Index("reminder_building", "organization_id", "building_id", "status"),
        Index("reminder_owner", "organization_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    level: int
    status: str = Field(default=Status.PREPARED, sa_column_kwargs={"server_default": "prepared"})
    channel: str
    lang: str
    prepared_on: Day
    principal_cents: int = Field(sa_type=BigInteger)
    interest_cents: int = Field(
        default=0, sa_type=BigInteger, description="To the day of the letter, without what is on the account already"
    )
    costs_cents: int = Field(default=0, sa_type=BigInteger)
    earlier_cents: int = Field(
        default=0,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": text("0")},
        description="Interest and costs of earlier letters for the same debts, still open",
    )
    react_days: int = 14
    automatic: bool = False
    sent_on: Day | None = None
    react_by: Day | None = None
    document_id: UUID | None = None
    mail_id: UUID | None = Field(default=None, description="The mail in the outbox")
    tracking: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="Number of the registered letter"
    )
    proof_document_id: UUID | None = None
    entry_id: UUID | None = Field(default=None, description="The entry that charged its interest and costs")
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""}, description="Why it was cancelled")
    waived_on: Day | None = Field(default=None, description="Since then its costs are not asked any more")
    waived_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    waived_by: UUID | None = None
    user_id: UUID | None = None
    created_at: datetime = created_field()


class ReminderDebt(SQLModel, table=True):
    """A debt a reminder asks for. A debt has each level once."""

    __tablename__ = "reminder_debt"
    __table_args__ = (
        same_building("reminder", "reminder_id", "reminder_debt_reminder_fkey", "CASCADE"),
        same_building("entry_line", "line_id", "reminder_debt_line_fkey"),
        UniqueConstraint("line_id", "level", name="reminder_debt_level_once"),
        CheckConstraint("open_cents > 0 and interest_cents >= 0", name="open"),
    )
    reminder_id: UUID = Field(primary_key=True)
    line_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    level: int
    due_on: Day
    label: str
    open_cents: int = Field(sa_type=BigInteger)
    interest_cents: int = Field(
        default=0,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": text("0")},
        description="Its part of all interest to the day of the letter",
    )


class InterestAccrual(SQLModel, table=True):
    """Interest of a debt that was put on the account when a payment came, up to its day: all that had run for it."""

    __tablename__ = "interest_accrual"
    __table_args__ = (
        same_building("entry", "entry_id", "interest_accrual_entry_fkey"),
        same_building("entry_line", "line_id", "interest_accrual_line_fkey"),
        same_organization("owner", "owner_id", "interest_accrual_owner_fkey"),
        CheckConstraint("interest_cents > 0", name="interest"),
        Index("interest_accrual_owner", "organization_id", "building_id", "owner_id"),
    )
    entry_id: UUID = Field(primary_key=True)
    line_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    due_on: Day
    interest_cents: int = Field(sa_type=BigInteger)


class RecoveryPause(SQLModel, table=True):
    """Days on which nothing is sent to an owner of a building."""

    __tablename__ = "recovery_pause"
    __table_args__ = (
        _building("recovery_pause_building_fkey"),
        same_organization("owner", "owner_id", "recovery_pause_owner_fkey"),
        CheckConstraint("kind in ('dispute', 'restriction', 'other')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("until is null or until >= since - 1", name="period"),
        ExcludeConstraint(
            ("organization_id", "="),
            ("building_id", "="),
            ("owner_id", "="),
            ("kind", "="),
            (text("daterange(since, until + 1)"), "&&"),
            name="recovery_pause_once",
            using="gist",
        ),
        Index("recovery_pause_owner", "organization_id", "building_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    kind: str
    reason: str
    since: Day
    until: Day | None = Field(
        default=None,
        description="Last day of it, the day before it began when it ended on that day; None: until it is ended",
    )
    user_id: UUID | None = None
    created_at: datetime = created_field()
