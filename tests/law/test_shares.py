"""Ownership of a lot: what is whole, what is missing, how to mend it; and shares as people type them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation.i18n import share_text, tr
from koprogo_app.law import Refused
from koprogo_app.law.shares import (
    TOLERANCE,
    Holding,
    Mend,
    Right,
    Side,
    is_complete,
    ownership_problem,
    ownership_totals,
    suggestions,
)
from koprogo_app.law.written import parse_share

THIRD, HALF = Fraction(1, 3), Fraction(1, 2)


def held(*shares: tuple[Right, Fraction | int | str]) -> list[Holding]:
    return [Holding(chr(ord("a") + index), right, Fraction(share)) for index, (right, share) in enumerate(shares)]


@pytest.mark.parametrize(
    "holdings",
    [
        held((Right.FULL, 1)),
        held((Right.FULL, THIRD), (Right.FULL, THIRD), (Right.FULL, THIRD)),
        held((Right.BARE, 1), (Right.USUFRUCT, 1)),
        held((Right.BARE, HALF), (Right.BARE, HALF), (Right.USUFRUCT, 1)),
        held((Right.FULL, HALF), (Right.BARE, HALF), (Right.USUFRUCT, HALF)),
        held((Right.BARE, 1), (Right.EMPHYTEUSIS, 1)),
        held((Right.BARE, 1), (Right.USE, HALF), (Right.HABITATION, HALF)),
        held((Right.FULL, "0.3333"), (Right.FULL, "0.3333"), (Right.FULL, "0.3333")),
    ],
)
def test_whole_ownership(holdings: list[Holding]) -> None:
    assert ownership_problem(holdings) is None


def test_the_tolerance_is_one_ten_thousandth() -> None:
    assert is_complete(held((Right.FULL, 1 - TOLERANCE)))
    assert is_complete(held((Right.FULL, 1 + TOLERANCE)))
    assert not is_complete(held((Right.FULL, 1 - TOLERANCE - Fraction(1, 10**9))))
    assert not is_complete(held((Right.FULL, 1 + TOLERANCE + Fraction(1, 10**9))))


def test_what_is_missing() -> None:
    problem = ownership_problem(held((Right.FULL, THIRD), (Right.FULL, THIRD)))
    assert problem is not None
    assert [gap.missing for gap in problem.gaps] == [THIRD, THIRD]
    assert len(problem.refusals) == 1
    assert str(problem.refusal) == "The shares add up to 2/3: 1/3 is missing."


def test_what_is_too_much() -> None:
    problem = ownership_problem(held((Right.FULL, "0.6"), (Right.FULL, "0.6")))
    assert problem is not None
    assert str(problem.refusal) == "The shares add up to 6/5: 1/5 too much."
    assert problem.refusal.params["total"] == Fraction(6, 5)


def test_each_side_says_its_own() -> None:
    problem = ownership_problem(held((Right.BARE, 1), (Right.USUFRUCT, HALF)))
    assert problem is not None
    assert [(gap.side, gap.missing) for gap in problem.gaps] == [(Side.ENJOYMENT, HALF)]
    assert str(problem.refusal).startswith("Full ownership and usufruct (or use) add up to 1/2")
    both = ownership_problem(held((Right.BARE, "1.5"), (Right.USUFRUCT, HALF)))
    assert both is not None
    assert len(both.refusals) == 2


def test_a_lot_without_owner() -> None:
    problem = ownership_problem([])
    assert problem is not None
    assert problem.refusal.message == "This lot has no owner yet."
    assert [gap.missing for gap in problem.gaps] == [1, 1]


def test_a_share_of_nothing_is_no_share() -> None:
    problem = ownership_problem(held((Right.FULL, 1), (Right.FULL, 0)))
    assert problem is not None
    assert problem.refusal.field == "share"


def shares_after(holdings: list[Holding], mend: Mend, owner: str = "") -> list[Fraction]:
    chosen = [one for one in suggestions(holdings) if (one.mend, one.owner) == (mend, owner)]
    return [one.share for one in chosen[0].holdings]


def test_split_equally_gives_exact_thirds() -> None:
    typed = held((Right.FULL, "0.3333"), (Right.FULL, "0.3333"), (Right.FULL, "0.3333"))
    assert shares_after(typed, Mend.SPLIT_EQUALLY) == [THIRD] * 3


def test_give_the_rest_to_one() -> None:
    holdings = held((Right.FULL, "0.5"), (Right.FULL, "0.2"))
    assert shares_after(holdings, Mend.GIVE_REST, "b") == [HALF, HALF]
    assert shares_after(holdings, Mend.GIVE_REST, "a") == [Fraction("0.8"), Fraction("0.2")]


def test_take_the_excess_only_from_who_has_so_much() -> None:
    holdings = held((Right.FULL, 1), (Right.FULL, "0.2"))
    mends = {(one.mend, one.owner) for one in suggestions(holdings)}
    assert (Mend.TAKE_EXCESS, "a") in mends
    assert (Mend.TAKE_EXCESS, "b") not in mends


def test_split_equally_keeps_full_ownership_beside_divided_rights() -> None:
    holdings = held((Right.FULL, HALF), (Right.BARE, "0.1"), (Right.BARE, "0.1"), (Right.USUFRUCT, "0.1"))
    assert shares_after(holdings, Mend.SPLIT_EQUALLY) == [HALF, Fraction(1, 4), Fraction(1, 4), HALF]


def test_bare_ownership_alone_can_become_full() -> None:
    holdings = held((Right.BARE, HALF), (Right.BARE, HALF))
    mend = next(one for one in suggestions(holdings) if one.mend is Mend.MAKE_FULL)
    assert [one.right for one in mend.holdings] == [Right.FULL, Right.FULL]


def test_nothing_to_mend() -> None:
    assert suggestions(held((Right.BARE, 1), (Right.USUFRUCT, 1))) == ()
    assert suggestions([]) == ()


HOLDINGS = st.lists(
    st.builds(Holding, st.sampled_from("abcd"), st.sampled_from(Right), st.fractions(0, 1, max_denominator=60)),
    min_size=1,
    max_size=6,
)


@given(HOLDINGS)
def test_every_suggestion_makes_the_lot_whole(holdings: list[Holding]) -> None:
    for suggestion in suggestions(holdings):
        assert ownership_problem(suggestion.holdings) is None
        assert ownership_totals(suggestion.holdings).ownership == 1
        assert [(one.owner) for one in suggestion.holdings] == [(one.owner) for one in holdings]


@given(HOLDINGS)
def test_a_problem_exactly_when_a_side_is_not_whole(holdings: list[Holding]) -> None:
    totals = ownership_totals(holdings)
    whole = abs(1 - totals.ownership) <= TOLERANCE and abs(1 - totals.enjoyment) <= TOLERANCE
    positive = all(one.share > 0 for one in holdings)
    assert is_complete(holdings) == (whole and positive)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("1/3", THIRD),
        (" 1 / 3 ", THIRD),
        ("1/1", 1),
        ("½", HALF),
        ("33,3333 %", Fraction(333333, 1_000_000)),
        ("33.3333", Fraction(333333, 1_000_000)),
        ("50%", HALF),
        ("50", HALF),
        ("0,5", Fraction(1, 200)),
        ("1", Fraction(1, 100)),
        ("100", 1),
        ("100,00\u00a0%", 1),
        (50, HALF),
        (33.3333, Fraction(333333, 1_000_000)),
        (100 / 3, THIRD),
        (100 / 7, Fraction(1, 7)),
        (Decimal("12.5"), Fraction(1, 8)),
        (Decimal("1E+1"), Fraction(1, 10)),
        (THIRD, THIRD),
    ],
)
def test_shares_as_typed(typed: object, share: Fraction) -> None:
    assert parse_share(typed) == share  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "missing"),
        ("a third", "not a share"),
        ("0", "more than 0"),
        ("0 %", "more than 0"),
        ("4/3", "more than the whole"),
        ("101", "more than the whole"),
        ("1/0", "divided by 0"),
        ("-5", "not a share"),
        ("1.000,5 %", "not a share"),
        ("12.3456789012", "too many digits"),
        (float("nan"), "not a share"),
        (float("inf"), "not a share"),
        (True, "not a share"),
        ("9" * 500, "not a share"),
    ],
)
def test_shares_that_cannot_be(typed: object, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        parse_share(typed, field="percentage")  # type: ignore[arg-type]
    assert refused.value.refusal.field == "percentage"


BILLIONTH, NEAR = Fraction(1, 10**9), Fraction(1, 10**10)


def test_a_share_is_exact_up_to_a_billionth() -> None:
    assert parse_share(BILLIONTH) == BILLIONTH
    for share in (Fraction(1, 10**9 + 1), Fraction(1, 10**11)):
        with pytest.raises(Refused, match="too many digits"):
            parse_share(share)


def test_what_a_machine_rounded_is_the_thousandth_it_is_near_to() -> None:
    assert parse_share(THIRD + NEAR) == parse_share(THIRD - NEAR) == THIRD
    assert parse_share(Fraction(1, 1000) + NEAR / 10) == Fraction(1, 1000)
    for share in (THIRD + NEAR + NEAR / 10**6, THIRD - NEAR - NEAR / 10**6, Fraction(1, 1001) + NEAR / 10):
        with pytest.raises(Refused, match="too many digits"):
            parse_share(share)


def test_a_long_text_is_not_read_by_its_beginning() -> None:
    assert parse_share(" " * 58 + "50") == HALF
    with pytest.raises(Refused, match="not a share"):
        parse_share(" " * 59 + "50")
    with pytest.raises(Refused) as refused:
        parse_share("x" * 41)
    assert refused.value.refusal.params == {"typed": "x" * 40}


@given(st.fractions(0, 1, max_denominator=1000).filter(bool), st.sampled_from(["fr", "nl", "de", "en"]))
def test_what_is_shown_reads_back(share: Fraction, lang: str) -> None:
    assert parse_share(share_text(share, lang)) == share


@pytest.mark.parametrize(
    ("share", "lang", "text"),
    [
        (THIRD, "fr", "1/3"),
        (HALF, "fr", "50\u00a0%"),
        (HALF, "en", "50%"),
        (Fraction(1, 8), "nl", "12,5\u00a0%"),
        (Fraction(333333, 1_000_000), "de", "33,3333\u00a0%"),
        (Fraction(1), "fr", "100\u00a0%"),
        (Fraction(10007, 100_003), "en", "≈ 10.0067%"),
    ],
)
def test_shares_as_shown(share: Fraction, lang: str, text: str) -> None:
    assert share_text(share, lang) == text
    assert tr(lang, "{part}", part=share) == text
