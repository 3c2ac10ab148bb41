"""What reads and rules both speak of: how a statement is called, and what is missing between two of one account.

Numbers run from 1 within a year, which for some banks begins a few days before or after New Year. Banks that give no
number write 0: then days and balances tell, and a statement that touches another begins or ends with its balance.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from koprogo_app.foundation.i18n import day


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
    if not cents and one.number == before.number + 1:
        return None  # numbered on over New Year
    if one.number and before.number:
        start = before.number if before.year == one.year else 0
        if one.number > start + 1:
            return Gap(one.year, start + 1, one.number - 1, cents)
    return Gap(one.year, 0, 0, cents) if cents else None
