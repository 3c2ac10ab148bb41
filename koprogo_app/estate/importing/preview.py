"""What a file of lots and owners would create, and everything that is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from koprogo_app.estate.importing.columns import Column
from koprogo_app.foundation.i18n import tr
from koprogo_app.law.buildings import LotKind, main_lots
from koprogo_app.law.shares import Right


class Severity(StrEnum):
    """An error stops the import; a warning deserves a look; a notice only tells what was done."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark on the file.

    `line` counts from 1 as an editor or a spreadsheet does, 0 for the whole file; `column` is the heading as the file
    writes it, `position` its place from 1 (0: the whole line). `code` is stable for programs; `message` is an English
    sentence with `{name}` places for the catalogues.
    """

    severity: Severity
    code: str
    message: str
    line: int = 0
    column: str = ""
    position: int = 0
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in a language."""
        return tr(lang, self.message, **self.params)

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it ("E12"); empty when the remark is on a whole line or file."""
        if not (self.line and self.position):
            return ""
        letters, rest = "", self.position
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.line}"


@dataclass(frozen=True, slots=True)
class ImportedLot:
    """A lot: `share` is its integer numerator over the deed total, `area` in m² with at most two decimals."""

    number: str
    kind: LotKind
    share: int
    floor: int | None = None
    area: Decimal | None = None
    line: int = 0

    @property
    def key(self) -> str:
        """The same for two spellings of one number ("a1.1", "A1.1 ")."""
        return lot_key(self.number)


@dataclass(frozen=True, slots=True)
class ImportedOwner:
    """A person or company. `key` names the owner inside this preview; `reference` is the file's own code for it.

    `lang` is "" when the file does not say; `enterprise_number` is ten digits or "". `company` tells a company from a
    person. A person's `name` is the family name when the file lets them be told apart.
    """

    key: str
    name: str
    first_name: str = ""
    company: bool = False
    enterprise_number: str = ""
    email: str = ""
    phone: str = ""
    lang: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    reference: str = ""
    line: int = 0

    @property
    def display_name(self) -> str:
        return f"{self.name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class ImportedOwnership:
    """A right of an owner (`owner_key`) on a lot (`lot_key`), as a fraction of the whole; one a lot is primary."""

    lot_key: str
    owner_key: str
    right: Right
    share: Fraction
    primary: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts to compare with the deed: lots, main lots, owners, ownerships, the sum of the integer shares."""

    lots: int
    main_lots: int
    owners: int
    ownerships: int
    shares: int


@dataclass(frozen=True, slots=True)
class Source:
    """How the file was read. `columns` gives for each known column the heading the file has for it."""

    format: str = ""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_line: int = 0
    columns: Mapping[Column, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole file, understood. With any error nothing may be imported."""

    lots: tuple[ImportedLot, ...] = ()
    owners: tuple[ImportedOwner, ...] = ()
    ownerships: tuple[ImportedOwnership, ...] = ()
    problems: tuple[Problem, ...] = ()
    source: Source = Source()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity is Severity.WARNING)

    @property
    def importable(self) -> bool:
        """Whether there is something to import and no error."""
        return bool(self.lots) and not self.errors

    @property
    def totals(self) -> Totals:
        return Totals(
            len(self.lots),
            main_lots(lot.kind for lot in self.lots),
            len(self.owners),
            len(self.ownerships),
            sum(lot.share for lot in self.lots),
        )


def lot_key(number: str) -> str:
    """The same for two spellings of one lot number."""
    return " ".join(number.casefold().split())
