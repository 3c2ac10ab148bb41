"""Deciding changes of ownership: a transfer, a new or leaving owner, a share, the contact of a lot.

Every decision takes all rows of one lot, history included, and the day it takes effect; it gives the rows to end and to
add, so that the past stays. A decision that cannot be taken raises `Refused`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from koprogo_app.estate.rules.holding import (
    HeldRow,
    OwnershipChange,
    Shares,
    check_completeness,
    check_no_later_change,
    current,
    shares_of,
)
from koprogo_app.law.refusal import refuse
from koprogo_app.law.shares import Right


@dataclass(frozen=True, slots=True)
class Part:
    """What one acquirer gets: `share` of the whole lot (None: all there is), as `right` (None: the seller's)."""

    owner_id: UUID
    share: Fraction | None = None
    right: Right | None = None


def transfer(
    rows: Sequence[HeldRow], on: date, seller: UUID, parts: Sequence[Part], *, right: Right | None = None
) -> OwnershipChange:
    """Move a right, or a part of it, from `seller` to others from the day `on`.

    A full owner may give the bare ownership and keep the usufruct, or the reverse; a bare owner who receives the
    usufruct becomes full owner. `right` says which right is moved when the seller holds several. The totals of the lot
    do not change. Raises `Refused` when the seller does not hold so much, or when a later change is already recorded.
    """
    check_no_later_change(rows, on)
    held = shares_of(current(rows, on))
    sold = _sold_right(held, seller, right)
    wanted = _wanted(parts, sold, held[seller, sold])
    shares = _without_sold(held, seller, sold, wanted)
    for part in wanted:
        key = (part.owner_id, part.right)
        shares[key] = shares.get(key, Fraction(0)) + part.share
    for owner in dict.fromkeys(part.owner_id for part in wanted):
        _consolidate(shares, owner)
    change = _written(rows, shares, on)
    if not change.add:
        raise refuse("This transfer changes nothing.", field="owner")
    return change


def set_shares(rows: Sequence[HeldRow], shares: Shares, on: date, *, complete: bool, lot_id: UUID) -> OwnershipChange:
    """Make `shares` the ownership of the lot from the day `on`; a share of 0 leaves out that right.

    `complete` is the lot's status before: a complete lot must stay complete. A lot's status after is
    `check_completeness(complete, shares)`.
    """
    check_no_later_change(rows, on)
    kept = {key: share for key, share in shares.items() if share}
    if any(not 0 < share <= 1 for share in kept.values()):
        raise refuse("A share must be more than 0 and at most the whole.", field="share")
    check_completeness(complete, kept)
    return _written(rows, kept, on, lot_id)


def set_share(
    rows: Sequence[HeldRow], on: date, owner: UUID, right: Right, share: Fraction, *, complete: bool
) -> OwnershipChange:
    """Change the share of one owner from the day `on`. Raises `Refused` when he does not hold that right."""
    held = shares_of(current(rows, on))
    if (owner, right) not in held:
        raise _not_held()
    return set_shares(rows, held | {(owner, right): share}, on, complete=complete, lot_id=rows[0].lot_id)


def add_owner(
    rows: Sequence[HeldRow], on: date, owner: UUID, right: Right, share: Fraction, *, complete: bool, lot_id: UUID
) -> OwnershipChange:
    """Let one more owner hold a right from the day `on`. The first owner of a lot is its contact."""
    held = shares_of(current(rows, on))
    if (owner, right) in held:
        raise refuse("This person already holds this right on this lot.", field="owner")
    return set_shares(rows, held | {(owner, right): share}, on, complete=complete, lot_id=lot_id)


def remove_owner(
    rows: Sequence[HeldRow], on: date, owner: UUID, *, right: Right | None = None, complete: bool
) -> OwnershipChange:
    """End what an owner holds (one right, or all) on the day `on`. On a complete lot only a transfer can do that."""
    held = shares_of(current(rows, on))
    gone = {key for key in held if key[0] == owner and right in (None, key[1])}
    if not gone:
        raise _not_held()
    if complete:
        raise refuse("This lot is complete: transfer the share to somebody else instead of removing it.", field="owner")
    left = {key: share for key, share in held.items() if key not in gone}
    return set_shares(rows, left, on, complete=False, lot_id=rows[0].lot_id)


def correct_shares(rows: Sequence[HeldRow], shares: Shares, on: date, *, complete: bool) -> OwnershipChange:
    """Mend shares that were recorded wrongly: the rows in force on `on` are rewritten, their period stays.

    `shares` names the rows to mend. Raises `Refused` for a right nobody holds, or when a complete lot would not be.
    """
    in_force = {row.key: row for row in current(rows, on)}
    if any(key not in in_force for key in shares):
        raise _not_held()
    if any(not 0 < share <= 1 for share in shares.values()):
        raise refuse("A share must be more than 0 and at most the whole.", field="share")
    check_completeness(complete, shares_of(in_force.values()) | dict(shares))
    changed = ((in_force[key], share) for key, share in shares.items() if in_force[key].share != share)
    return OwnershipChange(rewrite=tuple((row.id, share) for row, share in changed if row.id))


def change_contact(rows: Sequence[HeldRow], on: date, owner: UUID) -> OwnershipChange:
    """Make `owner` the one contact of the lot; he must hold a right on it on that day."""
    in_force = current(rows, on)
    chosen = next((row for row in in_force if row.owner_id == owner), None)
    if chosen is None:
        raise _not_held()
    clear = tuple(row.id for row in in_force if row.primary and row is not chosen and row.id)
    return OwnershipChange(clear_primary=clear, set_primary=None if chosen.primary else chosen.id)


@dataclass(frozen=True, slots=True)
class _Wanted:
    owner_id: UUID
    share: Fraction
    right: Right


def _sold_right(held: Shares, seller: UUID, right: Right | None) -> Right:
    rights = [key[1] for key in held if key[0] == seller and right in (None, key[1])]
    if not rights:
        raise _not_held("seller")
    if len(rights) > 1:
        raise refuse("The seller holds several rights on this lot: say which one is transferred.", field="right")
    return rights[0]


def _wanted(parts: Sequence[Part], sold: Right, whole: Fraction) -> list[_Wanted]:
    """The parts with their share and right filled in, each of them possible by itself."""
    if not parts:
        raise refuse("Nobody receives the share.", field="owner")
    wanted = [_Wanted(part.owner_id, whole if part.share is None else part.share, part.right or sold) for part in parts]
    if any(part.share <= 0 for part in wanted):
        raise refuse("A share must be more than 0.", field="share")
    if any(part.right is not sold and sold is not Right.FULL for part in wanted):
        raise refuse("Only a full owner can transfer another right than the one he holds.", field="right")
    return wanted


def _without_sold(
    held: Shares, seller: UUID, sold: Right, wanted: Sequence[_Wanted]
) -> dict[tuple[UUID, Right], Fraction]:
    """The shares before anybody receives: the seller keeps what he does not give, on each side of his right."""
    share = held[seller, sold]
    owning = (share if sold.owns else Fraction(0)) - sum(part.share for part in wanted if part.right.owns)
    enjoying = (share if sold.enjoys else Fraction(0)) - sum(part.share for part in wanted if part.right.enjoys)
    if owning < 0 or enjoying < 0:
        given = share - min(owning, enjoying)
        raise refuse(
            "The seller holds {held}, less than the {given} to transfer.",
            field="share",
            held=share,
            given=given,
        )
    full = min(owning, enjoying)
    rest = {Right.FULL: full, Right.BARE: owning - full}
    rest[Right.USUFRUCT if sold is Right.FULL else sold] = (enjoying if sold.enjoys else owning) - full
    left = {key: held_share for key, held_share in held.items() if key != (seller, sold)}
    for right, kept in rest.items():
        if kept:
            left[seller, right] = left.get((seller, right), Fraction(0)) + kept
    return left


def _consolidate(shares: dict[tuple[UUID, Right], Fraction], owner: UUID) -> None:
    """Who has the bare ownership and the enjoyment of the same share has full ownership of it."""
    for right in (Right.USUFRUCT, Right.USE, Right.HABITATION, Right.SUPERFICIES, Right.EMPHYTEUSIS):
        both = min(shares.get((owner, Right.BARE), Fraction(0)), shares.get((owner, right), Fraction(0)))
        if not both:
            continue
        shares[owner, Right.FULL] = shares.get((owner, Right.FULL), Fraction(0)) + both
        for given_up in (Right.BARE, right):
            shares[owner, given_up] -= both
            if not shares[owner, given_up]:
                del shares[owner, given_up]


def _written(rows: Sequence[HeldRow], shares: Shares, on: date, lot_id: UUID | None = None) -> OwnershipChange:
    """The rows to end and to add so that `shares` hold from `on`; rows that already say so are left alone."""
    in_force = current(rows, on)
    kept = [row for row in in_force if shares.get(row.key) == row.share]
    ended = [row for row in in_force if row not in kept]
    known = {row.key for row in kept}
    lot = lot_id or rows[0].lot_id
    added = [
        HeldRow(lot, owner, right, share.numerator, share.denominator, on)
        for (owner, right), share in shares.items()
        if (owner, right) not in known
    ]
    marked, clear, mark = _contact(in_force, kept, added)
    return OwnershipChange(
        end=tuple((row.id, on) for row in ended if row.id and row.valid_from < on),
        remove=tuple(row.id for row in ended if row.id and row.valid_from == on),
        add=tuple(marked),
        clear_primary=clear,
        set_primary=mark,
    )


def _contact(
    before: Sequence[HeldRow], kept: Sequence[HeldRow], added: Sequence[HeldRow]
) -> tuple[list[HeldRow], tuple[UUID, ...], UUID | None]:
    """Exactly one contact after the change: the same person while he holds anything, else the first who comes in."""
    old = next((row.owner_id for row in before if row.primary), None)
    candidates: list[HeldRow] = [*kept, *added]
    chosen = next((row for row in candidates if row.owner_id == old), None)
    chosen = chosen or next(iter(_newcomers(before, added)), None) or next(iter(candidates), None)
    clear = tuple(row.id for row in kept if row.primary and row is not chosen and row.id)
    mark = chosen.id if chosen is not None and not chosen.primary else None
    return [replace(row, primary=row is chosen) for row in added], clear, mark


def _newcomers(before: Iterable[HeldRow], added: Iterable[HeldRow]) -> list[HeldRow]:
    known = {row.owner_id for row in before}
    return [row for row in added if row.owner_id not in known]


def _not_held(field: str = "owner") -> Exception:
    return refuse("This person does not hold this right on this lot on that day.", field=field)
