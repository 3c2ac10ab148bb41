"""What an import of lots and owners will do: what is known, what the file says, what follows."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from koprogo_app.estate.importing import ImportedLot, ImportedOwner, Preview, Problem, Severity, lot_key
from koprogo_app.law.shares import Right

Action = Literal["new", "changed", "same"]


@dataclass(slots=True)
class KnownLot:
    """A lot the building already has, and who holds it today."""

    id: UUID
    number: str
    kind: str
    floor: int | None
    area: Decimal | None
    share: int
    complete: bool
    held: list[dict[str, Any]]

    @property
    def key(self) -> str:
        """The same for two spellings of its number."""
        return lot_key(self.number)

    @property
    def shares(self) -> dict[tuple[UUID, Right], Fraction]:
        """Who holds which right, and how much of it."""
        return {(UUID(h["owner"]), Right(h["right"])): Fraction(h["n"], h["d"]) for h in self.held}


@dataclass(slots=True)
class KnownOwner:
    """An owner the organisation already has."""

    id: UUID
    kind: str
    name: str
    first_name: str
    enterprise_number: str | None
    lang: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    country: str


@dataclass(slots=True)
class PlannedLot:
    """A lot of the file: what happens to it, which fields change, whether its ownership is whole."""

    lot: ImportedLot
    known: KnownLot | None
    changes: dict[str, Any]
    rights: list[tuple[str, Right, Fraction, bool]]
    complete: bool
    new_rights: bool

    @property
    def action(self) -> Action:
        """What the import does to the lot."""
        if self.known is None:
            return "new"
        return "changed" if self.changes or self.new_rights else "same"


@dataclass(slots=True)
class PlannedOwner:
    """An owner of the file: what happens to him and which fields change."""

    owner: ImportedOwner
    known: KnownOwner | None
    changes: dict[str, Any]

    @property
    def action(self) -> Action:
        """What the import does to the owner."""
        return "new" if self.known is None else "changed" if self.changes else "same"


@dataclass(slots=True)
class ImportPlan:
    """What an import does. `problems` are those of the file and those against what is already there."""

    preview: Preview
    since: date
    lots: list[PlannedLot] = field(default_factory=list)
    owners: list[PlannedOwner] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    @property
    def importable(self) -> bool:
        """Whether it can be applied."""
        return bool(self.lots) and not any(p.severity is Severity.ERROR for p in self.problems)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is already so."""
        return all(one.action == "same" for one in self.lots) and all(one.action == "same" for one in self.owners)

    def count(self, what: Literal["lots", "owners"], action: Action) -> int:
        """How many lots or owners are new, changed or the same."""
        if what == "lots":
            return sum(one.action == action for one in self.lots)
        return sum(one.action == action for one in self.owners)
