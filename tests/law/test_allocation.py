"""Cents over weights: exact, fair to a cent, mirrored, ties in order."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.law import Refused
from koprogo_app.law.allocation import allocate, allocate_by

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 10_000), st.fractions(0, 100, max_denominator=1_000)), min_size=1, max_size=40
).filter(any)
CENTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1, [5, 5], [1, 0]),
        (10, [0, 3, 0], [0, 10, 0]),
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (1000, [349, 405, 225], [356, 414, 230]),
        (100, [Fraction(1, 3), Fraction(2, 3)], [33, 67]),
        (5, [Fraction(1, 2), Fraction(1, 2), 0], [3, 2, 0]),
    ],
)
def test_worked_cases(cents: int, weights: list[int | Fraction], parts: list[int]) -> None:
    assert allocate(cents, weights) == parts


def test_the_largest_remainder_comes_before_the_order() -> None:
    # 10 cents over 1:2:4 = 1.43, 2.86, 5.71: the two missing cents go to 2.86 and 5.71, not to the first.
    assert allocate(10, [1, 2, 4]) == [1, 3, 6]


def test_by_key_keeps_the_keys() -> None:
    assert allocate_by(100, {"A1": 1, "A2": 1, "A3": 1}) == {"A1": 34, "A2": 33, "A3": 33}


@given(CENTS, WEIGHTS)
def test_sum_is_exact_and_each_part_within_a_cent(cents: int, weights: list[int | Fraction]) -> None:
    parts = allocate(cents, weights)
    total = sum(map(Fraction, weights))
    assert sum(parts) == cents
    assert all(abs(part - cents * weight / total) < 1 for part, weight in zip(parts, weights, strict=True))


@given(CENTS, WEIGHTS)
def test_a_credit_note_mirrors_its_invoice(cents: int, weights: list[int | Fraction]) -> None:
    assert allocate(-cents, weights) == [-part for part in allocate(cents, weights)]


@given(CENTS, WEIGHTS, st.fractions(Fraction(1, 50), 50))
def test_only_proportions_count(cents: int, weights: list[int | Fraction], scale: Fraction) -> None:
    assert allocate(cents, [weight * scale for weight in weights]) == allocate(cents, weights)


@given(CENTS, WEIGHTS)
def test_no_weight_carries_nothing_and_more_never_carries_less(cents: int, weights: list[int | Fraction]) -> None:
    parts = allocate(abs(cents), weights)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
    by_weight = sorted(zip(weights, parts, strict=True), key=lambda pair: pair[0])
    for (light, less), (heavy, more) in pairwise(by_weight):
        assert light == heavy or less <= more


def test_nobody_to_carry_it() -> None:
    with pytest.raises(Refused, match="nobody"):
        allocate(1, [0, 0])
    with pytest.raises(Refused, match="negative"):
        allocate(1, [2, -1])


def test_one_cent_back_is_the_mirror_of_one_cent() -> None:
    assert allocate(1, [1, 1, 1]) == [1, 0, 0] and allocate(-1, [1, 1, 1]) == [-1, 0, 0]
