"""Who votes for a lot, and how many heads the co-owners are (art. 3.87 §1, §5, §6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from koprogo_app.law.articles import VOTES_ARE_SHARES, VOTING_SUSPENDED, Article
from koprogo_app.law.calendar import in_force
from koprogo_app.law.refusal import N_, Refusal
from koprogo_app.law.shares import Holding, Right, is_complete


@dataclass(frozen=True, slots=True)
class Mandate:
    """The person whom the holders of a lot named to vote for it, in force on [valid_from, valid_to[; None is open."""

    person: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class VotingRight:
    """Who votes for a lot on a day. `voter` is None when nobody may: `refusal` then says why."""

    voter: str | None
    refusal: Refusal | None
    article: Article

    @property
    def suspended(self) -> bool:
        return self.voter is None


def voting_right(holdings: Sequence[Holding], mandates: Iterable[Mandate], on: date) -> VotingRight:
    """The voting right of a lot whose holdings in force on `on` are given.

    A lot whose ownership is not complete does not vote. One person with the whole lot votes. As soon as several hold
    it, or hold different rights on it (spouses too), the right is suspended until they name one mandatary (art. 3.87 §1
    al. 2).
    """
    if not is_complete(holdings):
        incomplete = Refusal("This lot does not vote: its ownership is not complete.")
        return VotingRight(None, incomplete, VOTES_ARE_SHARES)
    holders = community(holdings)
    if len(holders) == 1:
        return VotingRight(next(iter(holders)), None, VOTES_ARE_SHARES)
    in_office = [mandate for mandate in mandates if in_force(on, mandate.valid_from, mandate.valid_to)]
    if in_office:
        return VotingRight(max(in_office, key=lambda mandate: mandate.valid_from).person, None, VOTING_SUSPENDED)
    return VotingRight(None, Refusal(_suspended_because(holdings), VOTING_SUSPENDED), VOTING_SUSPENDED)


def needs_mandatary(holdings: Sequence[Holding]) -> bool:
    """Whether the holders of a lot must name one mandatary to vote: several persons, whatever their rights."""
    return len(community(holdings)) > 1


def community(holdings: Iterable[Holding]) -> frozenset[str]:
    """The persons who hold a lot together."""
    return frozenset(holding.owner for holding in holdings)


def heads(lots: Iterable[Sequence[Holding]]) -> int:
    """How many co-owners the lots have: one head per person, one per community of the same persons, any number of lots.

    The law does not say how to count those who hold together; counting each community once is the usual reading.
    """
    return len({holders for lot in lots if (holders := community(lot))})


def _suspended_because(holdings: Sequence[Holding]) -> str:
    if all(holding.right is Right.FULL for holding in holdings):
        return N_("The vote of this lot is suspended until its owners name one mandatary.")
    return N_("The vote of this lot is suspended until the holders of the rights on it name one mandatary.")
