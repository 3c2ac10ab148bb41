"""Instalment plans: what an owner who is late pays by agreement, and when."""

from datetime import date as Day
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, moment_field, same_building, same_organization
from koprogo_app.ledger.model import of_ledger


class InstalmentPlan(SQLModel, table=True):
    """An agreement on some of an owner's debts. Whether it is kept is read from what is paid, never typed."""

    __tablename__ = "instalment_plan"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="instalment_plan_tenant"),
        of_ledger("instalment_plan_ledger_fkey"),
        same_organization("owner", "owner_id", "instalment_plan_owner_fkey"),
        CheckConstraint("(ended_at is null) = (ended_reason = '')", name="ended"),
        Index("instalment_plan_owner", "organization_id", "building_id", "owner_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    agreed_on: Day
    note: str = ""
    user_id: UUID | None = None
    ended_at: datetime | None = moment_field()
    ended_reason: str = ""
    created_at: datetime = created_field()


class PlanTerm(SQLModel, table=True):
    """An amount of a plan and the day by which it is to be paid."""

    __tablename__ = "plan_term"
    __table_args__ = (
        same_building("instalment_plan", "plan_id", "plan_term_plan_fkey", "CASCADE"),
        UniqueConstraint("plan_id", "due_on", name="plan_term_once"),
        CheckConstraint("cents > 0", name="cents"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    plan_id: UUID
    due_on: Day
    cents: int = Field(sa_type=BigInteger)


class PlanDebt(SQLModel, table=True):
    """A debt that a plan covers, and how much of it was open when the plan was agreed."""

    __tablename__ = "plan_debt"
    __table_args__ = (
        same_building("instalment_plan", "plan_id", "plan_debt_plan_fkey", "CASCADE"),
        same_building("entry_line", "line_id", "plan_debt_line_fkey"),
        UniqueConstraint("plan_id", "line_id", name="plan_debt_once"),
        CheckConstraint("cents > 0", name="cents"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    plan_id: UUID
    line_id: UUID
    cents: int = Field(sa_type=BigInteger)
