"""What a bank's file says, whatever its format: statements, each with its movements. Amounts are euro cents."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_

EURO: Final = "EUR"
_NO_ACCOUNT: Final = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "UNKNOWN", "NONREF", "NONE", "N/A", "NA"})


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement: `cents` is positive when money comes in. `details` break it down and are never counted again.

    `iban` is the other account as the bank writes it, without spaces; `ogm` the twelve digits of a valid structured
    message; `code` the bank's code of the operation. `ultimate`: on whose behalf the other side pays or is paid;
    `returned`: the bank sends back an earlier payment, whose other side it names.
    """

    cents: int
    booked_on: date
    value_on: date
    name: str = ""
    iban: str = ""
    bic: str = ""
    text: str = ""
    ogm: str = ""
    code: str = ""
    reference: str = ""
    ultimate: str = ""
    returned: bool = False
    details: Sequence["Movement"] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of one account. `number` runs within a year, 0 where the bank gives none; `line`: where it begins."""

    iban: str
    number: int
    old_cents: int
    old_on: date
    new_cents: int
    new_on: date
    holder: str = ""
    bic: str = ""
    currency: str = EURO
    movements: Sequence[Movement] = ()
    line: int = field(default=1, compare=False)

    @property
    def year(self) -> int:
        """The year in which it is numbered."""
        return self.new_on.year

    @property
    def credit_cents(self) -> int:
        """What came in."""
        return sum(m.cents for m in self.movements if m.cents > 0)

    @property
    def debit_cents(self) -> int:
        """What went out, as a positive amount."""
        return -sum(m.cents for m in self.movements if m.cents < 0)

    def digest(self) -> str:
        """The same for the same statement, whichever file and format it came in: SHA-256, hexadecimal."""
        head = [self.iban, self.number, self.old_cents, self.old_on, self.new_cents, self.new_on]
        moves = [[m.cents, m.booked_on] for m in self.movements]
        return hashlib.sha256(repr([[str(v) for v in part] for part in (head, *moves)]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth saying of a file that is accepted: an English message and its values."""

    message: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A whole file, read and checked."""

    format: str
    statements: tuple[Statement, ...]
    remarks: tuple[Remark, ...] = ()


def refused(message: str, **params: Any) -> Invalid:
    """The refusal of a whole file."""
    return Invalid("file", message, **params)


def account_number(text: str) -> str:
    """The number of the other account without spaces; "" for what only fills the field: it is nobody's account."""
    plain = "".join(text.split()).upper()
    return "" if plain in _NO_ACCOUNT or not plain.strip("0-.X*") else plain


def squeezed(text: str) -> str:
    """A text without the filling a fixed format puts between its words."""
    return " ".join(text.split())


def each(statement: Statement) -> Iterator[tuple[int, Movement, Movement | None]]:
    """Movements and their details, numbered from 1 in their order, each detail with its movement."""
    number = 0
    for movement in statement.movements:
        number += 1
        yield number, movement, None
        for detail in movement.details:
            number += 1
            yield number, detail, movement


def none_twice(statements: Sequence[Statement]) -> None:
    """Refuses a file that holds the same statement twice."""
    seen = sorted(statements, key=lambda s: (s.iban, s.year, s.number, s.line))
    for one, two in pairwise(seen):
        if two.number and (one.iban, one.year, one.number) == (two.iban, two.year, two.number):
            raise refused(N_("Line {line}: statement {number} stands in this file twice."),
                          line=two.line, number=f"{two.year}/{two.number}")  # fmt: skip
