"""The two funds, what a year is closed with, and its result, to the cent; the chart's own rules."""

import pytest

from koprogo_app.law import accounts as law
from koprogo_app.law.accounts import Obstacle


@pytest.mark.parametrize(
    ("account", "short"),
    [("551", 0), ("57", 0), ("4101", 0), ("410", 0), ("550", 1_00), ("53", 1_00), ("4100", 1_00)],
)
def test_the_working_fund_is_covered_by_all_money_but_the_reserves(account: str, short: int) -> None:
    assert law.working_cover({"100": -1_00, account: 1_00}).shortage == short


@pytest.mark.parametrize("account", ["440", "451", "48", "489", "14", "701", "610"])
def test_the_working_fund_is_covered_once_debts_provisions_and_the_result_are_paid(account: str) -> None:
    covered = {"100": -100_00, "551": 150_00, account: -50_00}
    assert law.working_cover(covered).shortage == 0
    assert law.working_cover({**covered, account: -50_01}).shortage == 1
    assert law.working_cover({**covered, "551": 149_99}).shortage == 1
    assert law.working_cover({**covered, "100": -100_01}).shortage == 1


def test_what_the_working_fund_is_made_of_is_told() -> None:
    balances = {"100": -90, "551": 70, "550": 900, "4101": 40, "4100": 800, "440": -12, "48": -3, "14": -4, "610": 9,
                "701": -6, "700": -500}  # fmt: skip
    assert law.working_cover(balances) == law.WorkingCover(fund=90, money=70, called=40, debts=15, result=1)
    assert law.working_cover({"100": 5}).shortage == 0


def test_the_reserve_is_covered_by_its_bank_its_deposits_and_its_own_calls() -> None:
    balances = {"160": -60, "161": -20, "700": -20, "550": 50, "53": 30, "4100": 20, "551": 900, "4101": 900}
    found = law.reserve_cover(balances)
    assert (found.fund, found.money, found.called, found.shortage) == (100, 80, 20, 0)
    for account in ("160", "161", "700", "550", "53", "4100"):
        assert law.reserve_cover({**balances, account: balances[account] - 1}).shortage == 1
        assert law.reserve_cover({**balances, account: balances[account] + 1}).shortage == 0


def test_what_stands_in_the_way_of_closing() -> None:
    assert law.closing_obstacles({"160": -5, "550": 5, "551": 9}) == {}
    for balances, obstacle, message in (
        ({"58": 1}, Obstacle.TRANSFERS, "58"), ({"580": -1}, Obstacle.TRANSFERS, "58"),
        ({"643": 1}, Obstacle.PRIVATE, "643"), ({"6431": -1}, Obstacle.PRIVATE, "643"),
        ({"160": -6, "550": 5}, Obstacle.RESERVE, "reserve fund"),
    ):  # fmt: skip
        found = law.closing_obstacles(balances)
        assert list(found) == [obstacle] and message in found[obstacle].message
        assert abs(found[obstacle].params["amount"]) == 1
        assert found[obstacle].article is not None
    (shares,) = law.closing_obstacles({}, 7).values()
    assert shares.params["amount"] == 7 and "shares" in shares.message
    assert law.closing_obstacles({"58": 5, "580": -5}) == {}
    assert frozenset({Obstacle.RESERVE, Obstacle.SHARES}) == law.ACCEPTABLE


def test_a_part_of_the_fund_in_nobodys_name_counts_where_another_part_has_one() -> None:
    assert law.unnamed_share(0, 5) == 0
    assert law.unnamed_share(1, 5) == law.unnamed_share(-1, -5) == 5
    assert law.unnamed_share(9, 0) == 0


def test_the_result_goes_to_the_reserve_and_forward_and_leaves_nothing() -> None:
    balances = {"610": 70, "643": 0, "700": -40, "7001": -2, "701": -100, "551": 72}
    found = law.appropriation(balances)
    assert found == {"610": -70, "700": 40, "7001": 2, "701": 100, "160": -42, "14": -30}
    assert sum(found.values()) == 0
    assert law.appropriation({"610": 5, "701": -5}) == {"610": -5, "701": 5}
    assert law.appropriation({"551": 5}) == {}


CHART = ("4", "41", "410", "4100", "61", "610")


def test_a_code_stands_below_the_longest_code_that_it_begins_with() -> None:
    for code, parent in (("41007", "4100"), ("4107", "410"), ("410", "41"), ("41", "4"), ("4", ""), ("99", "")):
        assert law.parent_code(code, CHART) == parent


@pytest.mark.parametrize(
    ("code", "reason"),
    [("41007", ""), ("6101", ""), ("4100000007", ""), ("41000000007", "at most"),
     ("41a", "at most"), ("4\u0661", "at most"),
     ("410", "exists already"), ("42", "stand below"), ("99", "stand below")],
)  # fmt: skip
def test_ones_own_accounts_stand_below_those_of_the_decree(code: str, reason: str) -> None:
    refusal = law.own_account_refusal(code, CHART)
    assert (refusal is None) is (not reason)
    assert refusal is None or (reason in refusal.message and refusal.field == "code")


def test_simplified_accounts_are_for_fewer_than_twenty_lots() -> None:
    assert law.simplified_refusal(19) is None
    for count in (20, 21):
        refused = law.simplified_refusal(count)
        assert refused is not None and refused.params == {"limit": 20, "count": count}
    short = {"1": True, "410": True, "4100": True, "6101": True, "6121": True, "6111": False, "41001": False}
    assert {code: law.in_simplified_chart(code) for code in short} == short


@pytest.mark.parametrize(
    ("code", "whose"),
    [("410", "owner"), ("4101", "owner"), ("415", "owner"), ("417", "owner"), ("440", "supplier"), ("4401", "supplier"),
     ("41", "none"), ("416", "none"), ("441", "none"), ("551", "none")],
)  # fmt: skip
def test_whose_account_a_line_must_name(code: str, whose: str) -> None:
    assert law.party_rule(code) == whose
