"""Splitting money so that the parts add up to the whole, to the cent (art. 3.81, 3.85 §1: by value or utility).

The law does not say how to round. Ours, the same everywhere: largest remainder, ties by the order given.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeVar

from koprogo_app.law.refusal import refuse

K = TypeVar("K", bound=Hashable)


def allocate(cents: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split `cents` over `weights`, in cents, in the same order.

    The parts add up exactly, each is less than one cent from its exact part, equal remainders are served in order, and
    a negative amount gives the mirror image of the positive one. A weight of 0 gets 0. Raises `Refused` for a negative
    weight, or when there is something to split and no weight to carry it.
    """
    whole = _integers(weights)
    total = sum(whole)
    if total == 0:
        if cents:
            raise refuse("There is nobody to carry this amount: every weight is 0.")
        return [0] * len(whole)
    if cents < 0:
        return [-part for part in _largest_remainder(-cents, whole, total)]
    return _largest_remainder(cents, whole, total)


def allocate_by(cents: int, weights: Mapping[K, int | Fraction]) -> dict[K, int]:
    """The same as `allocate`, by key; ties follow the order of the mapping."""
    return dict(zip(weights, allocate(cents, list(weights.values())), strict=True))


def _integers(weights: Sequence[int | Fraction]) -> list[int]:
    """The same proportions in whole numbers."""
    if any(weight < 0 for weight in weights):
        raise refuse("A weight cannot be negative.")
    scale = lcm(*(weight.denominator for weight in weights))
    return [int(weight * scale) for weight in weights]


def _largest_remainder(cents: int, weights: list[int], total: int) -> list[int]:
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(cents * weight, total)
        parts.append(part)
        remainders.append(remainder)
    missing = cents - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: -remainders[index])
    for index in by_remainder[:missing]:
        parts[index] += 1
    return parts
