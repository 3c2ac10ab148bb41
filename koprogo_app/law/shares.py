"""Who holds a lot and for how much: exact fractions per right, what is missing, and how to mend it.

Full and bare ownership of a lot together are the whole; full ownership and the rights of enjoyment (usufruct, use,
habitation, superficies, emphyteusis) together are the whole as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from koprogo_app.law.refusal import N_, Refusal

TOLERANCE: Final = Fraction(1, 10_000)
"""How far a total may be from 1, because people type 33.33 % three times; the bound itself is accepted."""


class Right(StrEnum):
    """The right somebody has on a lot."""

    FULL = "full"
    BARE = "bare"
    USUFRUCT = "usufruct"
    USE = "use"
    HABITATION = "habitation"
    SUPERFICIES = "superficies"
    EMPHYTEUSIS = "emphyteusis"

    @property
    def owns(self) -> bool:
        """Whether it counts on the side of ownership (full, bare)."""
        return self in (Right.FULL, Right.BARE)

    @property
    def enjoys(self) -> bool:
        """Whether it counts on the side of enjoyment (all but bare)."""
        return self is not Right.BARE


class Side(StrEnum):
    """The two totals of a lot that must be whole."""

    OWNERSHIP = "ownership"
    ENJOYMENT = "enjoyment"

    def holds(self, right: Right) -> bool:
        """Whether that right counts on this side."""
        return right.owns if self is Side.OWNERSHIP else right.enjoys


@dataclass(frozen=True, slots=True)
class Holding:
    """One right of one owner on a lot: `share` is a fraction of the whole lot, `owner` any stable key of the person."""

    owner: str
    right: Right
    share: Fraction


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the shares of a lot per side; 1 is the whole."""

    ownership: Fraction
    enjoyment: Fraction

    def of(self, side: Side) -> Fraction:
        return self.ownership if side is Side.OWNERSHIP else self.enjoyment


@dataclass(frozen=True, slots=True)
class Gap:
    """What one side lacks (`missing` > 0) or has too much (`missing` < 0)."""

    side: Side
    total: Fraction

    @property
    def missing(self) -> Fraction:
        return 1 - self.total


@dataclass(frozen=True, slots=True)
class OwnershipProblem:
    """Why the ownership of a lot is not complete: the sides that are not whole, and the sentences to show."""

    gaps: tuple[Gap, ...]
    refusals: tuple[Refusal, ...]

    @property
    def refusal(self) -> Refusal:
        """The first sentence, for places that show one."""
        return self.refusals[0]


class Mend(StrEnum):
    """The one-click mends."""

    SPLIT_EQUALLY = "split_equally"
    GIVE_REST = "give_rest"
    TAKE_EXCESS = "take_excess"
    MAKE_FULL = "make_full"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mend that makes the lot whole: what it does, to whom (empty: to all) and the holdings after it, same order."""

    mend: Mend
    owner: str
    message: str
    holdings: tuple[Holding, ...]


_MESSAGES: Final = {
    Mend.SPLIT_EQUALLY: N_("Split equally"),
    Mend.GIVE_REST: N_("Give the rest to {owner}"),
    Mend.TAKE_EXCESS: N_("Take the excess from {owner}"),
    Mend.MAKE_FULL: N_("Make it full ownership"),
}


def ownership_totals(holdings: Iterable[Holding]) -> Totals:
    """The exact sums of the two sides."""
    held = list(holdings)
    return Totals(
        sum((one.share for one in held if one.right.owns), Fraction(0)),
        sum((one.share for one in held if one.right.enjoys), Fraction(0)),
    )


def ownership_problem(holdings: Iterable[Holding]) -> OwnershipProblem | None:
    """What keeps a lot from being complete, or None when both sides are whole within `TOLERANCE`."""
    held = list(holdings)
    if not held:
        nobody = Refusal("This lot has no owner yet.")
        return OwnershipProblem(_gaps(Totals(Fraction(0), Fraction(0))), (nobody,))
    if any(one.share <= 0 for one in held):
        return OwnershipProblem((), (Refusal("A share must be more than 0.", field="share"),))
    gaps = _gaps(ownership_totals(held))
    if not gaps:
        return None
    divided = any(one.right is not Right.FULL for one in held)
    return OwnershipProblem(gaps, tuple(_gap_refusals(gaps, divided)))


def is_complete(holdings: Iterable[Holding]) -> bool:
    """Whether both sides of the lot are whole within `TOLERANCE`."""
    return ownership_problem(holdings) is None


def suggestions(holdings: Sequence[Holding]) -> tuple[Suggestion, ...]:
    """The mends that make these holdings whole to the last digit; none when they are already exactly so."""
    if not holdings or ownership_totals(holdings) == Totals(Fraction(1), Fraction(1)):
        return ()
    candidates = [Suggestion(Mend.SPLIT_EQUALLY, "", _MESSAGES[Mend.SPLIT_EQUALLY], _split_equally(holdings))]
    if all(one.right is Right.BARE for one in holdings):
        full = tuple(replace(one, right=Right.FULL) for one in holdings)
        candidates.append(Suggestion(Mend.MAKE_FULL, "", _MESSAGES[Mend.MAKE_FULL], full))
    if len(holdings) > 1:
        candidates += [_balance_on(holdings, index) for index in range(len(holdings))]
    useful = [one for one in candidates if one.holdings != tuple(holdings) and _exactly_whole(one.holdings)]
    return tuple(useful)


def _gaps(totals: Totals) -> tuple[Gap, ...]:
    sides = (Gap(side, totals.of(side)) for side in Side)
    return tuple(gap for gap in sides if abs(gap.missing) > TOLERANCE)


def _gap_refusals(gaps: tuple[Gap, ...], divided: bool) -> Iterable[Refusal]:
    """One sentence per side; one in all when there is only full ownership, where both sides say the same."""
    for gap in gaps if divided else gaps[:1]:
        params = {"total": gap.total, "difference": abs(gap.missing)}
        yield Refusal(_gap_message(gap, divided), None, params, "share")


def _gap_message(gap: Gap, divided: bool) -> str:
    missing = gap.missing > 0
    if not divided:
        if missing:
            return N_("The shares add up to {total}: {difference} is missing.")
        return N_("The shares add up to {total}: {difference} too much.")
    if gap.side is Side.OWNERSHIP:
        if missing:
            return N_("Full and bare ownership add up to {total}: {difference} is missing.")
        return N_("Full and bare ownership add up to {total}: {difference} too much.")
    if missing:
        return N_("Full ownership and usufruct (or use) add up to {total}: {difference} is missing.")
    return N_("Full ownership and usufruct (or use) add up to {total}: {difference} too much.")


def _split_equally(holdings: Sequence[Holding]) -> tuple[Holding, ...]:
    """Equal shares on each side; full ownership that stands beside divided rights keeps its share."""
    groups = Counter(_group(one.right) for one in holdings)
    divided = set(groups) != {Right.FULL}
    full = sum((one.share for one in holdings if one.right is Right.FULL), Fraction(0)) if divided else Fraction(0)
    return tuple(
        one if divided and one.right is Right.FULL else replace(one, share=(1 - full) / groups[_group(one.right)])
        for one in holdings
    )


def _group(right: Right) -> Right:
    """Rights that share one side between them: every right of enjoyment counts as usufruct."""
    return right if right.owns else Right.USUFRUCT


def _balance_on(holdings: Sequence[Holding], index: int) -> Suggestion:
    """Let one holding take what is missing, or give what is too much, on its side."""
    one = holdings[index]
    totals = ownership_totals(holdings)
    missing = 1 - (totals.ownership if one.right.owns else totals.enjoyment)
    mended = replace(one, share=one.share + missing)
    mend = Mend.GIVE_REST if missing > 0 else Mend.TAKE_EXCESS
    return Suggestion(mend, one.owner, _MESSAGES[mend], (*holdings[:index], mended, *holdings[index + 1 :]))


def _exactly_whole(holdings: Sequence[Holding]) -> bool:
    whole = ownership_totals(holdings) == Totals(Fraction(1), Fraction(1))
    return whole and all(one.share > 0 for one in holdings)
