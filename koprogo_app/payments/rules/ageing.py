"""How old what is owed is: not yet due, then 30, 90 and more days late. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from koprogo_app.payments.facts import OpenItem

BUCKETS: Final = (0, 30, 90, None)
"""Days late up to which an amount stands in each class; None: any longer."""


@dataclass(frozen=True, slots=True)
class Aged:
    """Cents owed in each class of `BUCKETS`, and the credits that no debt has used (negative)."""

    owed: tuple[int, ...]
    credit: int

    @property
    def balance(self) -> int:
        """Debts less credits."""
        return sum(self.owed) + self.credit


def aged(items: Iterable[OpenItem], today: date) -> Aged:
    """Open items by age on a day; an item is late from the day after it was due."""
    owed, credit = [0] * len(BUCKETS), 0
    for item in items:
        if item.open_cents < 0:
            credit += item.open_cents
            continue
        late = (today - item.due_on).days
        at = next(i for i, most in enumerate(BUCKETS) if most is None or late <= most)
        owed[at] += item.open_cents
    return Aged(tuple(owed), credit)
