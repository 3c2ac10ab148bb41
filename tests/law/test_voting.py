"""Who votes for a lot, and how many heads there are (art. 3.87 §1, §5)."""

from datetime import date
from fractions import Fraction

import pytest

from koprogo_app.law.shares import Holding, Right
from koprogo_app.law.voting import Mandate, heads, needs_mandatary, voting_right

DAY = date(2026, 6, 18)
HALF = Fraction(1, 2)
COUPLE = [Holding("Anne", Right.FULL, HALF), Holding("Jean", Right.FULL, HALF)]
DIVIDED = [Holding("Frédérique", Right.USUFRUCT, Fraction(1)), Holding("Ursula", Right.BARE, Fraction(1))]


def test_one_full_owner_votes() -> None:
    right = voting_right([Holding("Anne", Right.FULL, Fraction(1))], [], DAY)
    assert right.voter == "Anne"
    assert right.article.code == "3.87 §6"


@pytest.mark.parametrize("holdings", [COUPLE, DIVIDED])
def test_several_holders_are_suspended_until_they_name_a_mandatary(holdings: list[Holding]) -> None:
    assert needs_mandatary(holdings)
    before = voting_right(holdings, [Mandate("Jean", date(2026, 7, 1))], DAY)
    assert before.suspended
    assert before.refusal is not None
    assert before.refusal.article is not None
    assert ("its owners" in before.refusal.message) is (holdings is COUPLE)
    assert before.refusal.article.text("fr") == "art. 3.87 §1, al. 2"
    assert voting_right(holdings, [Mandate("Jean", DAY)], DAY).voter == "Jean"


def test_a_mandate_ends_before_its_last_day() -> None:
    ended = [Mandate("Anne", date(2026, 1, 1), DAY)]
    assert voting_right(COUPLE, ended, DAY).voter is None
    assert voting_right(COUPLE, [*ended, Mandate("Jean", DAY)], DAY).voter == "Jean"


def test_of_several_mandates_in_office_the_newest_counts_whatever_their_order() -> None:
    older, newer = Mandate("Anne", date(2026, 1, 1)), Mandate("Jean", date(2026, 2, 1))
    assert voting_right(COUPLE, [older, newer], DAY).voter == voting_right(COUPLE, [newer, older], DAY).voter == "Jean"


def test_one_person_alone_names_nobody() -> None:
    assert not needs_mandatary([Holding("Anne", Right.FULL, Fraction(1))]) and not needs_mandatary([])


def test_one_right_that_is_not_full_is_told_as_a_right() -> None:
    mixed = [Holding("Anne", Right.FULL, HALF), Holding("Jean", Right.BARE, HALF), Holding("Léa", Right.USUFRUCT, HALF)]
    refusal = voting_right(mixed, [], DAY).refusal
    assert refusal is not None and "holders of the rights" in refusal.message


def test_a_mandatary_may_be_somebody_else() -> None:
    assert voting_right(COUPLE, [Mandate("their lawyer", DAY)], DAY).voter == "their lawyer"


def test_one_person_with_all_rights_votes() -> None:
    both = [Holding("Anne", Right.BARE, Fraction(1)), Holding("Anne", Right.USUFRUCT, Fraction(1))]
    assert voting_right(both, [], DAY).voter == "Anne"


@pytest.mark.parametrize(
    "holdings", [[], [Holding("Anne", Right.FULL, HALF)], [Holding("A", Right.USUFRUCT, Fraction(1))]]
)
def test_an_incomplete_lot_does_not_vote(holdings: list[Holding]) -> None:
    right = voting_right(holdings, [Mandate("Anne", DAY)], DAY)
    assert right.voter is None
    assert right.refusal is not None
    assert "not complete" in right.refusal.message


def test_heads_are_persons_and_communities_whatever_their_lots() -> None:
    anne = [Holding("Anne", Right.FULL, Fraction(1))]
    assert heads([anne, anne]) == 1
    assert heads([anne, COUPLE]) == 2
    assert heads([COUPLE, list(reversed(COUPLE))]) == 1
    assert heads([COUPLE, DIVIDED, anne, []]) == 3
