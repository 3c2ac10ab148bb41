"""Which line of a budget an amount in the books belongs to, and what a line may be.

A budget may divide one account by several keys: it has a line for each. In the books an amount is known by its account
and key: the key of the invoice's line, or of the call; what was posted without either has none, and goes by the shares.
An amount belongs to the lines of the longest code that its account begins with; among those

1. to the line of its own key;
2. else to the line by the shares, which takes what no other line of that account names;
3. else, when that account has one line only, to that line: whoever gave one key budgeted the account as a whole;
4. else to none: it is shown as not budgeted, under its account and key.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from koprogo_app.budget.facts import Line, Place
from koprogo_app.budget.model import Nature
from koprogo_app.law.accounts import PRIVATE_COSTS
from koprogo_app.law.allocation import allocate

_EXTRAORDINARY: Final = ("611", "66")
"""Exceptional works and exceptional charges of the chart (royal decree of 12 July 2012)."""
_RESULT: Final = "69"
_RESERVE: Final = "70"
GROUP_LENGTH: Final = 3

Held = Mapping[str, Sequence[UUID | None]]
"""The keys under which each account has a line."""


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


def held_by(places: Iterable[Place]) -> Held:
    """Accounts with the keys of their lines, each once."""
    found: dict[str, list[UUID | None]] = {}
    for code, key in places:
        if key not in found.setdefault(code, []):
            found[code].append(key)
    return found


def place_of(place: Place, held: Held) -> Place:
    """The line that an amount belongs to, by its account and key; the place itself when it belongs to none."""
    code, key = place
    own = line_of(code, held)
    if not own:
        return place
    keys = held[own]
    if key in keys:
        return own, key
    if None in keys:
        return own, None
    return (own, keys[0]) if len(keys) == 1 else place


def summed(amounts: Mapping[Place, int], held: Held) -> dict[Place, int]:
    """Amounts by the line that each belongs to."""
    found: dict[Place, int] = {}
    for place, cents in amounts.items():
        name = place_of(place, held)
        found[name] = found.get(name, 0) + cents
    return found


def group_of(code: str) -> str:
    """The heading of the chart that a line is summed under."""
    return code[:GROUP_LENGTH]


def by_month(cents: int, profile: Sequence[int], months: int) -> list[int]:
    """An amount over the months of a year, exact; alike when the profile is empty or made for another length."""
    weights = list(profile) if len(profile) == months and any(profile) else [1] * months
    return allocate(cents, weights)


def ordinary_charges(costs: Mapping[Place, int], lines: Collection[Line]) -> int:
    """The ordinary charges among a year's costs by account and key, in cents (art. 3.86 §3).

    Left out: what that year's budgets call extraordinary or, where they say nothing, what the chart does; private
    costs, which their owner bears; what is carried forward.
    """
    natures = {line.place: line.nature for line in lines}
    held = held_by(natures)
    total = 0
    for place, cents in costs.items():
        code = place[0]
        if not code.startswith("6") or code.startswith((PRIVATE_COSTS, _RESULT)):
            continue
        if natures.get(place_of(place, held), default_nature(code)) == Nature.ORDINARY:
            total += cents
    return total
