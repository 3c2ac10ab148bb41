"""Rows of ownership as plain values, the change a decision asks for, and reading them at a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from koprogo_app.law.calendar import in_force
from koprogo_app.law.refusal import refuse
from koprogo_app.law.shares import Holding, Right, ownership_problem

Shares = Mapping[tuple[UUID, Right], Fraction]
"""Who holds which right, for which fraction of the lot; the order is kept."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row of ownership, in force on [valid_from, valid_to[; an open end is None. `id` is None until written."""

    lot_id: UUID
    owner_id: UUID
    right: Right
    numerator: int
    denominator: int
    valid_from: date
    valid_to: date | None = None
    primary: bool = False
    id: UUID | None = None

    @property
    def share(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    @property
    def key(self) -> tuple[UUID, Right]:
        return self.owner_id, self.right


@dataclass(frozen=True, slots=True)
class OwnershipChange:
    """What to write. Rows not named stay as they are.

    `end`: row id and the first day it is out. `remove`: rows that would not last a day, because they began on that same
    day. `add`: new rows, without id. `rewrite`: row id and its corrected share. `clear_primary` and `set_primary`: the
    rows that stop and start being the lot's contact; an added row carries its own mark.
    """

    end: tuple[tuple[UUID, date], ...] = ()
    remove: tuple[UUID, ...] = ()
    add: tuple[HeldRow, ...] = ()
    rewrite: tuple[tuple[UUID, Fraction], ...] = ()
    clear_primary: tuple[UUID, ...] = ()
    set_primary: UUID | None = None

    @property
    def is_empty(self) -> bool:
        return self == OwnershipChange()


def current(rows: Iterable[HeldRow], on: date) -> list[HeldRow]:
    """The rows in force on a day, in the order given."""
    return [row for row in rows if in_force(on, row.valid_from, row.valid_to)]


def shares_of(rows: Iterable[HeldRow]) -> dict[tuple[UUID, Right], Fraction]:
    """The fractions per owner and right."""
    shares: dict[tuple[UUID, Right], Fraction] = {}
    for row in rows:
        shares[row.key] = shares.get(row.key, Fraction(0)) + row.share
    return shares


def holdings_of(rows: Iterable[HeldRow]) -> tuple[Holding, ...]:
    """The same rows as the law sees them: owner, right, fraction."""
    return tuple(Holding(str(row.owner_id), row.right, row.share) for row in rows)


def after(rows: Iterable[HeldRow], change: OwnershipChange) -> list[HeldRow]:
    """All rows, history included, once the change is written."""
    ends, rewrites = dict(change.end), dict(change.rewrite)
    kept = []
    for row in rows:
        if row.id is None or row.id in change.remove:
            continue
        share = rewrites.get(row.id, row.share)
        primary = row.id == change.set_primary or (row.primary and row.id not in change.clear_primary)
        valid_to = ends.get(row.id, row.valid_to)
        kept.append(
            replace(row, numerator=share.numerator, denominator=share.denominator, valid_to=valid_to, primary=primary)
        )
    return [*kept, *change.add]


def check_completeness(complete: bool, shares: Shares) -> bool:
    """Whether the lot is complete with these shares. A complete lot that would stop being so raises `Refused`."""
    problem = ownership_problem(Holding(str(owner), right, share) for (owner, right), share in shares.items())
    if problem is None:
        return True
    if not complete:
        return False
    reason = problem.refusal
    raise refuse(
        "This lot is complete and must stay so: its rights must add up to the whole. Change the other shares with it.",
        field=reason.field or "share",
    )


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Refuse a period that ends on or before the day it begins."""
    if valid_to is not None and valid_to <= valid_from:
        raise refuse("The period must end after it begins.", field="valid_to")


def check_no_later_change(rows: Sequence[HeldRow], on: date) -> None:
    """Refuse a change on a day after which the lot's ownership already changes again."""
    later = [row.valid_from for row in rows if row.valid_from > on]
    later += [row.valid_to for row in rows if row.valid_to is not None and row.valid_to > on]
    if later:
        raise refuse(
            "The ownership of this lot already changes on {day}. Choose that day or a later one.",
            field="on",
            day=max(later),
        )
