"""What reads and rules both speak of: facts about accounts and entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field


@dataclass(frozen=True, slots=True)
class PostingAccount:
    """What posting must know of an account."""

    id: UUID
    code: str
    party: str
    postable: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class EntryName:
    """An entry as people call it: "OD 12 (2026)"."""

    id: str
    journal: str
    number: int
    year: int

    def __str__(self) -> str:
        return f"{self.journal} {self.number} ({self.year})"


@dataclass(frozen=True, slots=True)
class FundShares:
    """The working fund (100), in cents of credit: what stands in co-owners' names, and the rest with its entries."""

    named: int = 0
    unnamed: int = 0
    entries: tuple[EntryName, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database was asked, in one moment; entries named where a check failed."""

    entries: int
    balances: Mapping[str, int]
    unbalanced: tuple[EntryName, ...] = ()
    broken_links: tuple[EntryName, ...] = ()
    head_agrees: bool = True
    gaps: tuple[EntryName, ...] = ()
    nameless: tuple[EntryName, ...] = ()
    uncarried: tuple[EntryName, ...] = ()
    transfers: tuple[EntryName, ...] = ()
    private: tuple[EntryName, ...] = ()
    fund: FundShares = FundShares()


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line on a person's account; `cents` positive in debit, `entry` as people call it ("APP 3")."""

    id: UUID
    entry_id: UUID
    account: Annotated[str, Field(examples=["4101"])]
    on: date
    entry: Annotated[str, Field(examples=["APP 3"])]
    document_ref: str
    label: str
    cents: int
