"""Whether statements of one account follow each other: what contradicts what is here."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Protocol

from koprogo_app.bank.facts import Numbered, Placed, name_of
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_


def in_order(statements: Sequence[Any]) -> list[Any]:
    """Statements of one account as they follow each other."""
    return sorted(statements, key=lambda s: (s.year, s.new_on, s.number))


class Dated(Numbered, Protocol):
    """A statement as far as its numbering matters."""

    @property
    def old_cents(self) -> int: ...
    @property
    def new_cents(self) -> int: ...


def numbering_year(one: Dated, others: Sequence[Placed]) -> int:
    """The year in which a statement is numbered: that of its last day, but for numbers that begin anew before New Year
    or go on after it, as its balance proves."""
    year = one.new_on.year
    earlier = [o for o in others if o.number and one.number and o.new_on <= one.new_on]
    before = max(earlier, key=lambda o: (o.new_on, o.year, o.number), default=None)
    if before is None or before.new_cents != one.old_cents:
        return year
    if one.new_on.month == _DECEMBER and before.year == year and one.number <= min(before.number, _FIRST_NUMBERS):
        return year + 1
    if before.year == year + 1 and one.number == before.number + 1:
        return year + 1
    if one.new_on.month == _JANUARY and before.year == year - 1 and one.number == before.number + 1 > 2:
        return year - 1
    return year


_JANUARY, _DECEMBER = 1, 12
_FIRST_NUMBERS: Final = 5
"""So many numbers of the next year a bank may give in the last days of December."""
_NEXT: Final = timedelta(days=1)


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
        if numbered and (one.number - other.number) * (one.new_on - other.new_on).days < 0:
            raise Conflict(N_("Statement {number} is dated before statement {other}, or after it, against its number."),
                           field="file", **names)  # fmt: skip
    _check_unnumbered(one, others)


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
    # The old balance is that of the evening before for some banks, of the first morning for others.
    days = one.old_on == one.new_on and other.old_on < one.new_on <= other.new_on
    days = days or (other.old_on == other.new_on and one.old_on < other.new_on <= one.new_on)
    return days and not (one.number and other.number) and not _chained(one, other)


def _chained(one: Placed, other: Placed) -> bool:
    return one.old_cents == other.new_cents or one.new_cents == other.old_cents


def _check_unnumbered(one: Placed, others: Sequence[Placed]) -> None:
    """Where numbers say nothing, a statement without room for another before it begins with the balance at which that
    one ended; so for the one after it."""
    twins = [o for o in others if (o.old_on, o.new_on, o.old_cents) == (one.old_on, one.new_on, one.old_cents)]
    if twin := next((o for o in twins if one.old_cents != one.new_cents and not (one.number and o.number)), None):
        raise _gap_in_balance(one, twin)
    before = [o for o in others if o.new_on <= one.old_on or (o.new_on == one.new_on and o.old_on <= one.old_on)]
    after = [o for o in others if o not in before]
    if before:
        last = max(o.new_on for o in before)
        near = [o for o in before if o.new_on == last]
        if one.old_on - last <= _NEXT and not any(_follows(one, o) for o in near):
            raise _gap_in_balance(one, near[-1])
    if after:
        first = min(o.old_on for o in after)
        near = [o for o in after if o.old_on == first]
        if first - one.new_on <= _NEXT and not any(_follows(o, one) for o in near):
            raise _gap_in_balance(one, near[0])


def _follows(one: Placed, before: Placed) -> bool:
    """Whether a statement can stand after another: by its number, else by its balance."""
    return bool(one.number and before.number) or one.old_cents == before.new_cents


def _gap_in_balance(one: Placed, other: Placed) -> Conflict:
    return Conflict(
        N_("Statement {number} and statement {other} follow each other, but the balance of one is not that of the "
           "other: one between them is missing, or one of them is here already in another form."),
        field="file", number=name_of(one), other=name_of(other),
    )  # fmt: skip
