"""Which line of a budget an account belongs to, and what a line may be."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from koprogo_app.budget.facts import Line
from koprogo_app.budget.model import Nature
from koprogo_app.law.accounts import PRIVATE_COSTS
from koprogo_app.law.allocation import allocate

_EXTRAORDINARY: Final = ("611", "66")
"""Exceptional works and exceptional charges of the chart (royal decree of 12 July 2012)."""
_RESULT: Final = "69"
_RESERVE: Final = "70"
GROUP_LENGTH: Final = 3


def default_nature(code: str) -> Nature:
    """What a line on an account is, unless somebody says otherwise."""
    if code.startswith(_RESERVE):
        return Nature.RESERVE
    return Nature.EXTRAORDINARY if code.startswith(_EXTRAORDINARY) else Nature.ORDINARY


def natures_of(code: str) -> tuple[Nature, ...]:
    """What a line on an account may be."""
    if code.startswith(_RESERVE):
        return (Nature.RESERVE,)
    return (Nature.ORDINARY, Nature.EXTRAORDINARY)


def line_of(code: str, lines: Collection[str]) -> str:
    """The line that an account belongs to: the longest of the lines' codes that it begins with; "" for none."""
    return next((code[:n] for n in range(len(code), 0, -1) if code[:n] in lines), "")


def group_of(code: str) -> str:
    """The heading of the chart that a line is summed under."""
    return code[:GROUP_LENGTH]


def by_month(cents: int, profile: Sequence[int], months: int) -> list[int]:
    """An amount over the months of a year, exact; alike when the profile is empty or made for another length."""
    weights = list(profile) if len(profile) == months and any(profile) else [1] * months
    return allocate(cents, weights)


def ordinary_charges(costs: Mapping[str, int], lines: Collection[Line]) -> int:
    """The ordinary charges among a year's costs by account, in cents (art. 3.86 §3).

    Left out: what that year's budgets call extraordinary or, where they say nothing, what the chart does; private
    costs, which their owner bears; what is carried forward.
    """
    natures = {line.account_code: line.nature for line in lines}
    total = 0
    for code, cents in costs.items():
        if not code.startswith("6") or code.startswith((PRIVATE_COSTS, _RESULT)):
            continue
        line = line_of(code, natures)
        if (natures[line] if line else default_nature(code)) == Nature.ORDINARY:
            total += cents
    return total
