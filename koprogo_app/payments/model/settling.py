"""What settles what, and the message by which an owner's payments are known."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, same_building, same_organization
from koprogo_app.ledger.model import of_ledger


class Settlement(SQLModel, table=True):
    """So many cents of a debit settled by a credit of the same person on the same account.

    The database refuses more than either line holds, and takes settlements away with an entry that is reversed.
    `order_id`: the payment order that deducts this credit note from this invoice.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        of_ledger("settlement_ledger_fkey"),
        same_building("entry_line", "debit_line_id", "settlement_debit_fkey"),
        same_building("entry_line", "credit_line_id", "settlement_credit_fkey"),
        same_building("payment_order", "order_id", "settlement_order_fkey"),
        Index("settlement_debit", "debit_line_id"),
        Index("settlement_order", "order_id", postgresql_where=text("order_id is not null")),
        CheckConstraint("cents > 0", name="cents"),
        Index("settlement_credit", "credit_line_id"),
        Index("settlement_building", "organization_id", "building_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    debit_line_id: UUID
    credit_line_id: UUID
    cents: int = Field(sa_type=BigInteger)
    order_id: UUID | None = None
    user_id: UUID | None = None
    created_at: datetime = created_field()


class LineTerm(SQLModel, table=True):
    """What is agreed of a line of a person's account that neither a call nor an invoice stands behind.

    `due_on`: the day by which it is due. `set_aside`: a credit that is to be refunded; it pays no debt meanwhile.
    """

    __tablename__ = "line_term"
    __table_args__ = (
        same_building("entry_line", "line_id", "line_term_line_fkey"),
        Index("line_term_building", "organization_id", "building_id"),
    )
    line_id: UUID = Field(primary_key=True)
    organization_id: UUID
    building_id: UUID
    due_on: date | None = None
    set_aside: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class PaymentReference(SQLModel, table=True):
    """The structured message (OGM/VCS) of an owner in a building, the same on all he is asked to pay there."""

    __tablename__ = "payment_reference"
    __table_args__ = (
        same_organization("building", "building_id", "payment_reference_building_fkey"),
        same_organization("owner", "owner_id", "payment_reference_owner_fkey"),
        UniqueConstraint("base", name="payment_reference_base_once"),
        UniqueConstraint("building_id", "owner_id", name="payment_reference_once"),
        CheckConstraint("base between 1 and 9999999999", name="base"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    owner_id: UUID
    base: int = Field(
        default=None,
        sa_type=BigInteger,
        nullable=False,
        sa_column_kwargs={"server_default": text("nextval('payment_reference_base')")},
        description="The first ten digits, given by the database",
    )
    created_at: datetime = created_field()
