"""Many amounts in one pass: to the cent what the law's own splitting gives, one by one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from koprogo_app.law.allocation import allocate
from koprogo_app.law.refusal import Refused
from koprogo_app.statements.rules.allocation import allocate_many

WEIGHTS = st.lists(st.integers(0, 12), min_size=1, max_size=8).filter(any)
AMOUNTS = st.integers(-(10**4), 10**4) | st.integers(-(10**14), 10**14)


@example([(10**14, [10**9, 1])])  # 10^23 is beyond 64 bits
@example([(2**31, [2**31, 1])])  # 2^62, the first product that is left to the law
@given(st.lists(st.tuples(AMOUNTS, WEIGHTS | st.lists(st.integers(1, 10**9), min_size=1, max_size=4)), max_size=8))
def test_it_is_the_laws_splitting(drawn: list[tuple[int, list[int]]]) -> None:
    amounts, weights = [amount for amount, _ in drawn], [weights for _, weights in drawn]
    assert allocate_many(amounts, weights) == [allocate(amount, of) for amount, of in drawn]


def test_what_the_law_refuses_is_refused() -> None:
    assert allocate_many([0, 5], [[0, 0], [1, 1]]) == [[0, 0], [3, 2]]
    assert allocate_many([7], [[10**18, 10**18]]) == [[4, 3]]
    assert allocate_many([5, 0], [[1], []]) == [[5], []]
    for amount, weights in ((5, [0, 0]), (5, [1, -1])):
        with pytest.raises(Refused):
            allocate_many([amount], [weights])


def test_many_quotas_at_once() -> None:
    """36,000 of them: an amount of each of 600 invoices over 60 lots."""
    weights = [[1 + (place * 7 + invoice) % 400 for place in range(60)] for invoice in range(600)]
    amounts = [invoice * 1_237 - 300_000 for invoice in range(600)]
    parts = allocate_many(amounts, weights)
    assert [sum(of) for of in parts] == amounts and parts[599] == allocate(amounts[599], weights[599])
