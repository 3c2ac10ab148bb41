"""Whether statements of one account follow each other: what contradicts what is here."""

from collections.abc import Sequence
from typing import Any

from koprogo_app.bank.facts import Placed, name_of
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_


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
