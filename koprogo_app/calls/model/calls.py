"""Calls for funds: what is called, when, of whom, and how each owner was told."""

from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import (
    created_field,
    id_field,
    moment_field,
    same_building,
    same_organization,
)
from koprogo_app.ledger.model import of_ledger


class CallKind(StrEnum):
    """The fund a part of a call is for; the part for the reserve fund is told apart (art. 3.86 §3)."""

    WORKING = "working"
    RESERVE = "reserve"
    EXTRAORDINARY = "extraordinary"


class CallStatus(StrEnum):
    """A draft is changed freely; a posted call is only taken back whole, by reversing its entries."""

    DRAFT = "draft"
    POSTED = "posted"
    CANCELLED = "cancelled"


class FundCall(SQLModel, table=True):
    """A call for funds decided by the assembly or, within the budget, by the syndic."""

    __tablename__ = "fund_call"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="fund_call_tenant"),
        of_ledger("fund_call_ledger_fkey"),
        CheckConstraint("status in ('draft', 'posted', 'cancelled')", name="status"),
        CheckConstraint("label <> ''", name="label"),
        CheckConstraint("status <> 'cancelled' or reason <> ''", name="reason"),
        Index("fund_call_building", "organization_id", "building_id", "created_at"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    label: str
    decided_on: Day | None = Field(default=None, description="Day of the decision it rests on")
    decision_ref: str = Field(default="", description="Which decision: an assembly's minutes, the budget")
    status: str = CallStatus.DRAFT
    reason: str = Field(default="", description="Why it was taken back")
    version: int = 1
    user_id: UUID | None = None
    posted_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class CallPart(SQLModel, table=True):
    """What a call asks for one fund, and the key that divides it (none: the shares)."""

    __tablename__ = "call_part"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="call_part_tenant"),
        same_building("fund_call", "call_id", "call_part_call_fkey", "CASCADE"),
        same_organization("allocation_key", "key_id", "call_part_key_fkey"),
        UniqueConstraint("call_id", "position", name="call_part_once"),
        CheckConstraint("kind in ('working', 'reserve', 'extraordinary')", name="kind"),
        CheckConstraint("cents > 0", name="cents"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    call_id: UUID
    position: int
    kind: str
    key_id: UUID | None = None
    cents: int = Field(sa_type=BigInteger, description="Of all instalments together")


class CallInstalment(SQLModel, table=True):
    """A date on which a share of the call is called (the day of its entry) and the day by which it is due."""

    __tablename__ = "call_instalment"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="call_instalment_tenant"),
        same_building("fund_call", "call_id", "call_instalment_call_fkey", "CASCADE"),
        same_building("entry", "entry_id", "call_instalment_entry_fkey"),
        UniqueConstraint("call_id", "position", name="call_instalment_once"),
        CheckConstraint("due_on >= called_on", name="due"),
        Index("call_instalment_due", "organization_id", "building_id", "due_on"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    call_id: UUID
    position: int
    called_on: Day
    due_on: Day
    entry_id: UUID | None = None


class CallLine(SQLModel, table=True):
    """What one owner is asked for one lot, part and instalment, with the numbers that explain it.

    `weight` over `weight_total` is the lot's share in the key that day; `numerator`/`denominator` the owner's fraction
    of the lot; `lot_cents` what the whole lot is asked.
    """

    __tablename__ = "call_line"
    __table_args__ = (
        same_building("call_instalment", "instalment_id", "call_line_instalment_fkey", "CASCADE"),
        same_building("call_part", "part_id", "call_line_part_fkey", "CASCADE"),
        same_organization("lot", "lot_id", "call_line_lot_fkey"),
        same_organization("owner", "owner_id", "call_line_owner_fkey"),
        same_building("entry_line", "entry_line_id", "call_line_entry_line_fkey"),
        UniqueConstraint("entry_line_id", name="call_line_entry_line_once"),
        CheckConstraint("cents > 0", name="cents"),
        Index("call_line_instalment", "organization_id", "instalment_id"),
        Index("call_line_owner", "organization_id", "building_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    instalment_id: UUID
    part_id: UUID
    lot_id: UUID
    owner_id: UUID
    position: int
    weight: int = Field(sa_type=BigInteger)
    weight_total: int = Field(sa_type=BigInteger)
    lot_cents: int = Field(sa_type=BigInteger)
    numerator: int = Field(sa_type=BigInteger)
    denominator: int = Field(sa_type=BigInteger)
    cents: int = Field(sa_type=BigInteger)
    entry_line_id: UUID | None = None


class Notice(SQLModel, table=True):
    """The letter that tells an owner of an instalment, also whoever is liable with the debtor, and how it went out."""

    __tablename__ = "call_notice"
    __table_args__ = (
        same_building("call_instalment", "instalment_id", "call_notice_instalment_fkey", "CASCADE"),
        same_organization("owner", "owner_id", "call_notice_owner_fkey"),
        same_organization("document", "document_id", "call_notice_document_fkey"),
        UniqueConstraint("instalment_id", "owner_id", name="call_notice_once"),
        CheckConstraint("sent_how in ('', 'mail', 'print')", name="sent_how"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        Index("call_notice_owner", "organization_id", "building_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    instalment_id: UUID
    owner_id: UUID
    lang: str
    document_id: UUID
    mail_id: UUID | None = None
    sent_how: str = ""
    sent_at: datetime | None = moment_field()
    created_at: datetime = created_field()
