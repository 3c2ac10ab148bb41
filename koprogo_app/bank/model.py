"""Bank statements, their movements, what each movement is for, and what was learnt of who pays.

Amounts are euro cents, positive when money comes in. A movement is posted when it names an entry that nobody has taken
back; it never changes otherwise, and goes only with its whole statement while nothing of it is posted.
"""

from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from koprogo_app.foundation.model import created_field, id_field, same_building, same_organization
from koprogo_app.ledger.model import of_ledger

_ONE_TARGET = "(owner_id is not null)::int + (supplier_id is not null)::int + (account <> '')::int = 1"


class MatchedBy(StrEnum):
    """How it was found what a movement is for; none of them: not found yet."""

    OGM = "ogm"
    ACCOUNT = "account"
    ORDER = "order"
    NAME = "name"
    RULE = "rule"
    COSTS = "costs"
    TRANSFER = "transfer"
    ENTRY = "entry"
    PERSON = "person"


class BankStatement(SQLModel, table=True):
    """A statement of an account, whole: its movements lead from the old balance to the new one."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="bank_statement_tenant"),
        UniqueConstraint("bank_account_id", "digest", name="bank_statement_once"),
        same_building("bank_account", "bank_account_id", "bank_statement_account_fkey"),
        same_organization("document", "document_id", "bank_statement_document_fkey"),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("old_on <= new_on", name="days"),
        CheckConstraint("format in ('coda', 'camt')", name="format"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        Index(
            "bank_statement_number_once", "bank_account_id", "year", "number", unique=True,
            postgresql_where=sql("number > 0"),
        ),
        Index("bank_statement_list", "organization_id", "building_id", "new_on"),
    )  # fmt: skip
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    bank_account_id: UUID
    year: int
    number: int = Field(description="The bank's, from 1 each year; 0 when it gives none")
    old_cents: int = Field(sa_type=BigInteger)
    old_on: Day
    new_cents: int = Field(sa_type=BigInteger)
    new_on: Day
    format: str
    digest: str = Field(description="SHA-256 of what it says, the same in whichever file it comes")
    document_id: UUID | None = Field(default=None, description="The file it came in")
    imported_by: UUID | None = None
    created_at: datetime = created_field()


class BankMovement(SQLModel, table=True):
    """A movement of a statement, or a detail that breaks one down (`parent_id`) and is not counted again."""

    __tablename__ = "bank_movement"
    __table_args__ = (
        UniqueConstraint("organization_id", "building_id", "id", name="bank_movement_tenant"),
        UniqueConstraint("statement_id", "position", name="bank_movement_position"),
        UniqueConstraint("entry_id", name="bank_movement_entry_once"),
        same_building("bank_statement", "statement_id", "bank_movement_statement_fkey"),
        same_building("bank_movement", "parent_id", "bank_movement_parent_fkey"),
        same_building("entry", "entry_id", "bank_movement_entry_fkey"),
        CheckConstraint("cents <> 0 or parent_id is not null", name="cents"),
        CheckConstraint("parent_id is null or entry_id is null", name="detail"),
        CheckConstraint("ogm ~ '^([0-9]{12})?$'", name="ogm"),
        CheckConstraint(
            "matched_by in ('', 'ogm', 'account', 'order', 'name', 'rule', 'costs', 'transfer', 'entry', 'person')",
            name="matched_by",
        ),
        Index("bank_movement_payer", "organization_id", "building_id", "iban"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    statement_id: UUID
    position: int
    parent_id: UUID | None = None
    cents: int = Field(sa_type=BigInteger)
    booked_on: Day
    value_on: Day
    iban: str = Field(default="", description="The other account, as the bank writes it, without spaces")
    name: str = ""
    text: str = Field(default="", description="The payer's words")
    ogm: str = Field(default="", description="The twelve digits of a valid structured message")
    code: str = Field(default="", description="The bank's code of the operation")
    reference: str = Field(default="", description="The bank's reference")
    ultimate: str = Field(
        default="",
        sa_column_kwargs={"server_default": ""},
        description="On whose behalf the other side pays or is paid",
    )
    returned: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="The bank sends back an earlier payment; the other side is that of the earlier one",
    )
    entry_id: UUID | None = None
    matched_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    alone: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="Posted as the program proposed it with certainty",
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": sql("1")})


class MovementPart(SQLModel, table=True):
    """What a person said a movement, or a part of it, is for: an owner, a supplier or an account; then posted so."""

    __tablename__ = "movement_part"
    __table_args__ = (
        UniqueConstraint("movement_id", "position", name="movement_part_position"),
        same_building("bank_movement", "movement_id", "movement_part_movement_fkey", "CASCADE"),
        same_organization("owner", "owner_id", "movement_part_owner_fkey"),
        same_organization("supplier", "supplier_id", "movement_part_supplier_fkey"),
        same_building("entry_line", "line_id", "movement_part_line_fkey"),
        CheckConstraint(_ONE_TARGET, name="target"),
        CheckConstraint("cents <> 0", name="cents"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    movement_id: UUID
    position: int
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    account: str = Field(default="", sa_column_kwargs={"server_default": ""})
    line_id: UUID | None = Field(default=None, description="The open line it pays first: an invoice's, a call's")
    cents: int = Field(sa_type=BigInteger)
    label: str = Field(default="", sa_column_kwargs={"server_default": ""})


class MatchRule(SQLModel, table=True):
    """What was learnt: money that comes from (or goes to) this payer is for that owner, supplier or account."""

    __tablename__ = "match_rule"
    __table_args__ = (
        UniqueConstraint("building_id", "payer", "incoming", name="match_rule_once"),
        of_ledger("match_rule_ledger_fkey"),
        same_organization("owner", "owner_id", "match_rule_owner_fkey"),
        same_organization("supplier", "supplier_id", "match_rule_supplier_fkey"),
        CheckConstraint(_ONE_TARGET, name="target"),
        CheckConstraint("payer <> ''", name="payer"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    payer: str = Field(description="The other account's number; without one, the name or the words without figures")
    sole: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="A person said that this account pays, or is paid, for this one only",
    )
    incoming: bool
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    account: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_by: UUID | None = None
    created_at: datetime = created_field()
