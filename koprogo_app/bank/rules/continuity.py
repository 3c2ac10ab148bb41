"""Whether statements of one account follow each other: what is missing between two, and what overlaps.

Numbers run from 1 within a year; banks that give none write 0, then only days and balances tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_, day


class Numbered(Protocol):
    """A statement as it is called."""

    @property
    def year(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def new_on(self) -> date: ...


class Ended(Protocol):
    """How a statement ended."""

    @property
    def year(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def new_cents(self) -> int: ...


class Placed(Ended, Protocol):
    """What is known of a statement here; a stored one and one in a file look the same."""

    @property
    def old_cents(self) -> int: ...
    @property
    def old_on(self) -> date: ...
    @property
    def new_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing before a statement: the numbers (first, last) of `year`, or only an amount when they are none."""

    year: int
    first: int
    last: int
    cents: int

    def shown(self) -> str:
        """The missing numbers as people write them: "2026/3", "2026/3-5"; "" when the bank numbers nothing."""
        if not self.first:
            return ""
        return f"{self.year}/{self.first}" + (f"-{self.last}" if self.last > self.first else "")


def name_of(one: Numbered) -> str:
    """How people call a statement: "2026/12", or its day when the bank gives no number."""
    return f"{one.year}/{one.number}" if one.number else day(one.new_on, "fr", "short")


def gap(before: Ended | None, one: Placed) -> Gap | None:
    """What is missing between a statement and the one before it; nothing before the first of all."""
    if before is None:
        return None
    cents = one.old_cents - before.new_cents
    if one.number and before.number:
        start = before.number if before.year == one.year else 0
        if one.number > start + 1:
            return Gap(one.year, start + 1, one.number - 1, cents)
    return Gap(one.year, 0, 0, cents) if cents else None


def in_order(statements: Sequence[Any]) -> list[Any]:
    """Statements of one account as they follow each other."""
    return sorted(statements, key=lambda s: (s.year, s.new_on, s.number))


def check_place(one: Placed, others: Sequence[Placed]) -> None:
    """Refuses a statement that contradicts those that are here. Raises Conflict, naming both."""
    for other in others:
        names: dict[str, Any] = {"number": name_of(one), "other": name_of(other)}
        numbered = bool(one.number and other.number and one.year == other.year)
        if numbered and one.number == other.number:
            raise Conflict(
                N_("Statement {number} is here already, with another content."), field="file", number=name_of(one)
            )
        if _broken(one, other, numbered):
            raise Conflict(N_("Statement {number} does not begin where statement {other} ended, or the reverse."),
                           field="file", **names)  # fmt: skip
        if _overlaps(one, other, numbered):
            raise Conflict(N_("Statement {number} covers days that statement {other} covers already."),
                           field="file", **names)  # fmt: skip


def _broken(one: Placed, other: Placed, numbered: bool) -> bool:
    if not numbered:
        return False
    return (one.number == other.number + 1 and one.old_cents != other.new_cents) or (
        one.number == other.number - 1 and one.new_cents != other.old_cents
    )


def _overlaps(one: Placed, other: Placed, numbered: bool) -> bool:
    neighbours = numbered and abs(one.number - other.number) == 1
    if one.old_on < other.new_on and other.old_on < one.new_on and not neighbours:
        return True
    return numbered and (one.number - other.number) * (one.new_on - other.new_on).days < 0


class Following(Placed, Protocol):
    """A statement that knows the one before it; None for the first."""

    @property
    def before_year(self) -> int | None: ...
    @property
    def before_number(self) -> int | None: ...
    @property
    def before_cents(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class _Before:
    year: int
    number: int
    new_cents: int


def gap_before(one: Following) -> Gap | None:
    """What is missing before a statement as it is listed."""
    if one.before_year is None or one.before_number is None or one.before_cents is None:
        return None
    return gap(_Before(one.before_year, one.before_number, one.before_cents), one)
