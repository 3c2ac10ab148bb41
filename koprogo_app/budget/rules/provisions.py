"""Provisions: what a budget asks of each lot, instalment by instalment, exact to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.budget.facts import Line, Months
from koprogo_app.budget.model import Frequency, Nature
from koprogo_app.law.allocation import allocate

Weights = Mapping[UUID, int]
"""The weight of each lot in a key, in the order of the deed."""
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one key divides in one instalment: the total, and each lot's part of it (they add up to it)."""

    nature: str
    key_id: UUID | None
    cents: int
    by_lot: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is asked on a day."""

    on: date
    parts: tuple[Part, ...]

    @property
    def cents(self) -> int:
        return sum(part.cents for part in self.parts)


@dataclass(frozen=True, slots=True)
class Provisions:
    """A year's instalments."""

    instalments: tuple[Instalment, ...]

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.instalments)

    def of_lot(self, lot_id: UUID, nature: str = "") -> int:
        """What a lot is asked over the year, of one nature or of all."""
        return sum(
            part.by_lot.get(lot_id, 0) for one in self.instalments for part in one.parts if nature in ("", part.nature)
        )

    def of_instalment(self, index: int, lot_id: UUID) -> int:
        """What a lot is asked in one instalment."""
        return sum(part.by_lot.get(lot_id, 0) for part in self.instalments[index].parts)


def calendar(frequency: str, months: Months, own: Sequence[date] = ()) -> list[date]:
    """The days on which provisions are asked: each month's first day, each quarter's, or days of one's own."""
    if frequency == Frequency.FREE:
        return sorted(set(own))
    step = _QUARTER if frequency == Frequency.QUARTERLY else 1
    return list(months.starts[::step])


def by_key(lines: Sequence[Line]) -> dict[tuple[str, UUID | None], int]:
    """The lines summed by nature and key, in the order of the natures."""
    sums: dict[tuple[str, UUID | None], int] = {}
    for nature in Nature:
        for line in lines:
            if line.nature == nature and line.cents:
                sums[nature.value, line.key_id] = sums.get((nature.value, line.key_id), 0) + line.cents
    return sums


def provisions(lines: Sequence[Line], days: Sequence[date], weights: Mapping[UUID | None, Weights]) -> Provisions:
    """Divides a budget: its lines summed by nature and key, each sum over the days, each instalment over the lots.

    The lots of an instalment add up to it, the instalments to the year. Raises `Refused` when a key that must carry
    something has no weight.
    """
    sums = by_key(lines)
    over_days = {which: allocate(cents, [1] * len(days)) for which, cents in sums.items()}
    return Provisions(
        tuple(
            Instalment(
                day,
                tuple(
                    _part(nature, key, over_days[nature, key][index], weights[key])
                    for nature, key in sums
                    if over_days[nature, key][index]
                ),
            )
            for index, day in enumerate(days)
        )
    )


def _part(nature: str, key: UUID | None, cents: int, weights: Weights) -> Part:
    return Part(nature, key, cents, dict(zip(weights, allocate(cents, list(weights.values())), strict=True)))
