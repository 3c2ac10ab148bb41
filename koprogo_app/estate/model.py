"""Organisations, buildings, lots, owners, who holds what, and the allocation keys."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlmodel import Field, SQLModel, String

from koprogo_app.foundation.model import Period, created_field, id_field, json_field, moment_field, period_field


def _inside(table: str, column: str, name: str, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], name=name, ondelete=ondelete
    )


class Organization(SQLModel, table=True):
    """A syndic's office, professional or volunteer: the tenant."""

    __tablename__ = "organization"
    __table_args__ = (CheckConstraint("kind in ('professional', 'volunteer')", name="kind"),)
    id: UUID = id_field()
    name: str
    kind: str = "professional"
    enterprise_number: str | None = Field(default=None, description="Ten digits, without dots")
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "BE"
    lang: str = "fr"
    created_at: datetime = created_field()


class Building(SQLModel, table=True):
    """A co-ownership (ACP / VME): the association and its building."""

    __tablename__ = "building"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="building_tenant"),
        UniqueConstraint("organization_id", "name", name="building_name_once"),
        CheckConstraint("deed_total > 0", name="deed_total"),
        CheckConstraint("fiscal_month between 1 and 12 and fiscal_day between 1 and 31", name="fiscal_start"),
        CheckConstraint(
            "(assembly_month is null) = (assembly_day is null) and assembly_month between 1 and 12 "
            "and assembly_day between 1 and 31",
            name="assembly_period",
        ),
    )
    id: UUID = id_field()
    organization_id: UUID = Field(foreign_key="organization.id", ondelete="RESTRICT")
    name: str = Field(description="Name of the association of co-owners")
    enterprise_number: str | None = Field(default=None, description="Ten digits, without dots")
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "BE"
    deed_total: int = Field(sa_type=BigInteger, description="Total of the shares in the base deed (art. 3.85 §1)")
    provisional_acceptance: date | None = Field(default=None, description="Of the common parts (art. 3.86 §3)")
    fiscal_month: int = 1
    fiscal_day: int = 1
    assembly_month: int | None = Field(default=None, description="First day of the 15-day period (art. 3.87 §2)")
    assembly_day: int | None = None
    langs: list[str] = Field(
        default_factory=lambda: ["fr"],
        sa_type=ARRAY(String),
        sa_column_kwargs={"server_default": text("'{fr}'")},
        nullable=False,
    )
    archived_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class LotStatus(StrEnum):
    """A lot stays a draft, out of votes and calls, until its ownership is complete."""

    DRAFT = "draft"
    COMPLETE = "complete"


class Lot(SQLModel, table=True):
    """A private part with its share in the common parts."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="lot_tenant"),
        _inside("building", "building_id", "lot_building_fkey"),
        Index(
            "lot_number_once", "building_id", text("lower(number)"), unique=True,
            postgresql_where=text("retired_on is null"),
        ),
        Index("lot_building", "organization_id", "building_id"),
        CheckConstraint("share >= 0", name="share"),
        CheckConstraint("area is null or area > 0", name="area"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("status in ('draft', 'complete')", name="status"),
        CheckConstraint(
            "kind in ('apartment', 'house', 'shop', 'office', 'cellar', 'garage', 'parking', 'other')", name="kind"
        ),
        CheckConstraint("(status = 'complete') = (complete_from is not null)", name="complete_from"),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    number: str
    position: int = Field(default=0, description="Order in the deed; decides ties when a cent is left over")
    kind: str
    floor: int | None = None
    area: Decimal | None = Field(default=None, sa_type=Numeric(9, 2), description="Net floor area, m²")
    share: int = Field(sa_type=BigInteger, description="Numerator over the building's deed total")
    status: str = LotStatus.DRAFT
    complete_from: date | None = Field(default=None, description="Day from which ownership must total 1")
    retired_on: date | None = Field(default=None, description="Day it was split or merged away")
    version: int = 1
    created_at: datetime = created_field()


class Owner(SQLModel, table=True):
    """A person or a company that holds, or held, rights on lots."""

    __tablename__ = "owner"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="owner_tenant"),
        Index("owner_name", "organization_id", "name"),
        Index("owner_user", "user_id"),
        CheckConstraint("kind in ('person', 'company')", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        CheckConstraint("email_consent_on is null or email <> ''", name="consent"),
    )
    id: UUID = id_field()
    organization_id: UUID = Field(foreign_key="organization.id", ondelete="RESTRICT")
    kind: str = "person"
    name: str = Field(description="Family name, or the company's name")
    first_name: str = ""
    enterprise_number: str | None = None
    lang: str = "fr"
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "BE"
    email_consent_on: date | None = Field(
        default=None, description="Day of the individual, explicit, written consent to convocation by e-mail (3.87 §3)"
    )
    email_consent_ref: str = ""
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id", ondelete="SET NULL")
    version: int = 1
    created_at: datetime = created_field()


class Ownership(SQLModel, table=True):
    """A right of an owner on a lot, as a fraction, for a period. Ended, not deleted: it is the lot's history."""

    __tablename__ = "ownership"
    __table_args__ = (
        _inside("lot", "lot_id", "ownership_lot_fkey"),
        _inside("owner", "owner_id", "ownership_owner_fkey"),
        CheckConstraint("numerator > 0 and denominator > 0 and numerator <= denominator", name="fraction"),
        CheckConstraint("not isempty(period) and not lower_inf(period)", name="period"),
        CheckConstraint(
            '"right" in (\'full\', \'bare\', \'usufruct\', \'use\', \'habitation\', \'superficies\', \'emphyteusis\')',
            name="right",
        ),
        ExcludeConstraint(
            ("lot_id", "="), ("owner_id", "="), ("right", "="), ("period", "&&"),
            name="ownership_no_overlap", using="gist",
        ),
        Index("ownership_lot", "organization_id", "lot_id"),
        Index("ownership_owner", "organization_id", "owner_id"),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    lot_id: UUID
    owner_id: UUID
    right: str = "full"
    numerator: int = Field(default=1, sa_type=BigInteger)
    denominator: int = Field(default=1, sa_type=BigInteger)
    primary_contact: bool = False
    period: Period = period_field()
    created_at: datetime = created_field()


class Mandatary(SQLModel, table=True):
    """Who votes for a lot held by several (art. 3.87 §1 al. 2); named in writing by the holders."""

    __tablename__ = "mandatary"
    __table_args__ = (
        _inside("lot", "lot_id", "mandatary_lot_fkey"),
        _inside("owner", "owner_id", "mandatary_owner_fkey"),
        CheckConstraint("not isempty(period) and not lower_inf(period)", name="period"),
        ExcludeConstraint(("lot_id", "="), ("period", "&&"), name="mandatary_no_overlap", using="gist"),
        Index("mandatary_lot", "organization_id", "lot_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    lot_id: UUID
    owner_id: UUID
    reference: str = Field(default="", description="The writing by which the syndic was told")
    period: Period = period_field()
    created_at: datetime = created_field()


class AllocationKey(SQLModel, table=True):
    """How a charge is divided: by value or by utility (art. 3.81); the shares themselves are the default key."""

    __tablename__ = "allocation_key"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", name="allocation_key_tenant"),
        _inside("building", "building_id", "allocation_key_building_fkey"),
        Index("allocation_key_name_once", "building_id", text("lower(name)"), unique=True),
        Index("allocation_key_building", "organization_id", "building_id"),
        CheckConstraint("kind in ('value', 'utility')", name="kind"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    name: str
    kind: str = "utility"
    basis: str = Field(default="", description="Reasoned criteria or clause of the deed it rests on (art. 3.85 §1)")
    starts_on: date | None = Field(
        default=None, description="The first day it divides costs; its first weights begin then"
    )
    archived_at: datetime | None = moment_field()
    created_at: datetime = created_field()


class KeyWeight(SQLModel, table=True):
    """The weight of one lot in one key, for a period."""

    __tablename__ = "key_weight"
    __table_args__ = (
        _inside("allocation_key", "key_id", "key_weight_key_fkey", "CASCADE"),
        _inside("lot", "lot_id", "key_weight_lot_fkey"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("not isempty(period) and not lower_inf(period)", name="period"),
        ExcludeConstraint(
            ("key_id", "="), ("lot_id", "="), ("period", "&&"), name="key_weight_no_overlap", using="gist"
        ),
        Index("key_weight_key", "organization_id", "key_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    key_id: UUID
    lot_id: UUID
    weight: int = Field(sa_type=BigInteger)
    period: Period = period_field()
    created_at: datetime = created_field()


class ShareDecision(SQLModel, table=True):
    """The decision or deed that allowed a change in the division of shares, a split or a merge (art. 3.88 §3)."""

    __tablename__ = "share_decision"
    __table_args__ = (
        _inside("building", "building_id", "share_decision_building_fkey"),
        CheckConstraint("kind in ('change', 'split', 'merge', 'correction')", name="kind"),
        CheckConstraint("reference <> ''", name="reference"),
        Index("share_decision_building", "organization_id", "building_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    kind: str
    decided_on: date
    reference: str
    detail: dict[str, Any] | None = json_field()
    user_id: UUID | None = None
    created_at: datetime = created_field()
