"""The association's accounts at banks."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, moment_field


class Fund(StrEnum):
    """Which money an account holds: the working fund's and the reserve's are kept apart (art. 3.86 §3)."""

    WORKING = "working"
    RESERVE = "reserve"
    OTHER = "other"


class BankAccount(SQLModel, table=True):
    """An account in the association's own name; its movements are posted in its journal (whose account is a 55x)."""

    __tablename__ = "bank_account"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="bank_account_tenant"),
        UniqueConstraint("building_id", "iban", name="bank_account_once"),
        UniqueConstraint("journal_id", name="bank_account_journal_once"),
        ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="bank_account_ledger_fkey",
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(
            ["organization_id", "building_id", "journal_id"],
            ["journal.organization_id", "journal.building_id", "journal.id"],
            name="bank_account_journal_fkey",
            ondelete="RESTRICT",
        ),
        CheckConstraint("fund in ('working', 'reserve', 'other')", name="fund"),
        CheckConstraint("iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'", name="iban"),
        CheckConstraint("holder <> ''", name="holder"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    journal_id: UUID
    iban: str = Field(description="Without spaces")
    bic: str = Field(default="", sa_column_kwargs={"server_default": ""})
    holder: str = Field(description="Whose name the account is in: the association's own (art. 3.86 §3)")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    fund: str
    archived_at: datetime | None = moment_field()
    created_at: datetime = created_field()
