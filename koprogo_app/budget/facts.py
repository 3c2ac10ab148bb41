"""What reads and rules both speak of: a budget's lines, the months of a year. Amounts are euro cents."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.law.calendar import add_months

Place = tuple[str, UUID | None]
"""Where an amount stands: an account by its code, and the key that divides it (None: the shares)."""


@answer()
@dataclass(frozen=True, slots=True)
class Line:
    """A line of a budget as it is kept; `key_id` None: the shares; `profile` empty: all months alike."""

    id: UUID
    budget_id: Hidden[UUID]
    position: Hidden[int]
    account_code: str
    nature: str
    key_id: UUID | None
    cents: int
    comment: str
    profile: list[int]
    version: Hidden[int]

    @property
    def place(self) -> Place:
        """Its account and key; a budget has one line for each."""
        return self.account_code, self.key_id


@dataclass(frozen=True, slots=True)
class Months:
    """A financial year month by month: `starts` the first day of each, `end` the last day of the last."""

    starts: tuple[date, ...]
    end: date

    @classmethod
    def of(cls, start: date, end: date) -> "Months":
        """The months of the days from `start` to `end`, both included."""
        starts = [start]
        while (following := add_months(start, len(starts))) <= end:
            starts.append(following)
        return cls(tuple(starts), end)

    @property
    def name(self) -> str:
        """How people call the year: 2026, or 2025-2026."""
        first, last = self.starts[0].year, self.end.year
        return str(first) if first == last else f"{first}-{last}"

    def __len__(self) -> int:
        return len(self.starts)

    def last_day(self, index: int) -> date:
        """The last day of a month, counted from 0."""
        return self.end if index == len(self) - 1 else self.starts[index + 1] - timedelta(days=1)

    def begun(self, day: date) -> int:
        """How many months have begun on a day: 0 before the year, all of them after it."""
        return sum(start <= day for start in self.starts)
