"""The accounts of an association of co-owners (royal decree of 12 July 2012): codes with a meaning, what may be added
to the chart, what must hold before a year is closed, and where its result goes.

A balance is in euro cents, debit minus credit: money owed to the association and costs are positive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from koprogo_app.law import articles
from koprogo_app.law.buildings import LARGE_BUILDING
from koprogo_app.law.refusal import Refusal
from koprogo_app.law.values import Cents


class AccountKind(StrEnum):
    """Where an account stands in the statements; a mixed one stands on the side of its balance."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    EXPENSE = "expense"
    INCOME = "income"
    MIXED = "mixed"


class PartyRule(StrEnum):
    """Whose individual account a line on an account must name."""

    NONE = "none"
    OWNER = "owner"
    SUPPLIER = "supplier"


WORKING_FUND: Final = "100"
RESULT: Final = "14"
RESERVE_FUND: Final = "160"
EARMARKED_RESERVE: Final = "161"
OWNERS_RESERVE: Final = "4100"
OWNERS_WORKING: Final = "4101"
OWNERS_EXTRAORDINARY: Final = "4102"
FORMER_OWNERS: Final = "415"
SUPPLIERS: Final = "440"
TERM_DEPOSITS: Final = "53"
RESERVE_BANK: Final = "550"
WORKING_BANK: Final = "551"
CASH: Final = "57"
MONEY_ACCOUNTS: Final = ("53", "55", "57")
INTERNAL_TRANSFERS: Final = "58"
SUSPENSE: Final = "499"
PRIVATE_COSTS: Final = "643"
RESERVE_CALLS: Final = "700"

_PARTIES: Final = {
    "410": PartyRule.OWNER,
    "415": PartyRule.OWNER,
    "417": PartyRule.OWNER,
    "440": PartyRule.SUPPLIER,
}
_LONGEST_CODE: Final = 10
_SHORTEST_PARENT: Final = 2
_SIMPLE_LENGTH: Final = 3
_SIMPLE_DETAIL: Final = ("410", "610", "612")
"""Headings whose four-digit accounts a small association still needs: owners by fund, upkeep and supplies by nature."""


def party_rule(code: str) -> PartyRule:
    """Co-owners' accounts (410, 415, 417) name a co-owner, the suppliers' account (440) a supplier.

    So each individual account can be consulted at any time, and its sum is the control account's balance.
    """
    return next((rule for prefix, rule in _PARTIES.items() if code.startswith(prefix)), PartyRule.NONE)


def parent_code(code: str, codes: Collection[str]) -> str:
    """The nearest heading of a code among `codes`: its longest proper prefix there; "" for a class."""
    return next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in codes), "")


def own_account_refusal(code: str, codes: Collection[str]) -> Refusal | None:
    """Whether an association may add `code` to its chart: only below a code of the decree, which stays as it is."""
    if not code.isascii() or not code.isdigit() or len(code) > _LONGEST_CODE:
        return Refusal("An account number is made of at most {max} digits.", None, {"max": _LONGEST_CODE}, "code")
    if code in codes:
        return Refusal("Account {code} exists already.", None, {"code": code}, "code")
    if len(parent_code(code, codes)) < _SHORTEST_PARENT:
        return Refusal(
            "Your own accounts stand below an account of the chart: {code} does not.",
            articles.CHART_DECREE,
            {"code": code},
            "code",
        )
    return None


def simplified_refusal(main_lots: int) -> Refusal | None:
    """Simplified accounts are for associations of fewer than twenty main lots."""
    if main_lots < LARGE_BUILDING:
        return None
    return Refusal(
        "Simplified accounts are allowed under {limit} main lots; this building has {count}.",
        articles.CHART_DECREE,
        {"limit": LARGE_BUILDING, "count": main_lots},
        "simplified",
    )


def in_simplified_chart(code: str) -> bool:
    """Whether the short chart offered to a small association holds the code."""
    if len(code) <= _SIMPLE_LENGTH:
        return True
    return len(code) == _SIMPLE_LENGTH + 1 and code.startswith(_SIMPLE_DETAIL)


def under(balances: Mapping[str, int], *prefixes: str) -> int:
    """Sum of the balances of the accounts below these codes, in cents."""
    return sum(cents for code, cents in balances.items() if code.startswith(prefixes))


@dataclass(frozen=True, slots=True)
class ReserveCover:
    """Reserve fund against what covers it, in cents; `shortage` is 0 when it is covered."""

    fund: int
    money: int
    called: int

    @property
    def shortage(self) -> int:
        return max(0, self.fund - self.money - self.called)


def reserve_cover(balances: Mapping[str, int]) -> ReserveCover:
    """The reserve fund (160, 161 and the calls of the year, 700) against its own bank account (550), its term deposits
    (53) and the reserve calls that co-owners still owe (4100): reserve money stands apart (art. 3.86 §3)."""
    return ReserveCover(
        fund=-under(balances, RESERVE_FUND, EARMARKED_RESERVE, RESERVE_CALLS),
        money=under(balances, RESERVE_BANK, TERM_DEPOSITS),
        called=under(balances, OWNERS_RESERVE),
    )


@dataclass(frozen=True, slots=True)
class WorkingCover:
    """Working fund against what covers it, in cents: money beside the reserve's, claims on co-owners, less debts and
    less the result, which is the co-owners' own. `shortage` is 0 when it is covered."""

    fund: int
    money: int
    called: int
    debts: int
    result: int

    @property
    def shortage(self) -> int:
        return max(0, self.fund - (self.money + self.called - self.debts - self.result))


def working_cover(balances: Mapping[str, int]) -> WorkingCover:
    """The working fund (100) against the money that is not the reserve's (class 5 without 550 and 53) and what
    co-owners still owe (41 without 4100), once debts (44, 45, 48) are paid and the result (14, classes 6 and 7 without
    700) is settled with the co-owners: what is missing lies with the reserve or elsewhere (art. 3.86 §3)."""
    return WorkingCover(
        fund=-under(balances, WORKING_FUND),
        money=under(balances, "5") - under(balances, RESERVE_BANK, TERM_DEPOSITS),
        called=under(balances, "41") - under(balances, OWNERS_RESERVE),
        debts=-under(balances, "44", "45", "48"),
        result=-under(balances, RESULT, "6", "7") + under(balances, RESERVE_CALLS),
    )


class Obstacle(StrEnum):
    """What stands in the way of closing a year."""

    TRANSFERS = "transfers"
    PRIVATE = "private"
    RESERVE = "reserve"
    SHARES = "shares"


ACCEPTABLE: Final = frozenset({Obstacle.RESERVE, Obstacle.SHARES})
"""What a year may be closed with nevertheless, when the reason is written down."""


def closing_obstacles(balances: Mapping[str, int], unnamed: int = 0) -> dict[Obstacle, Refusal]:
    """What must be put right before a year is closed, given every account's balance on its last day.

    Money on its way between own accounts has arrived (58 = 0), private costs have been charged to their owners
    (643 = 0), the reserve fund is covered, and the co-owners' shares in the working fund add up to it: `unnamed` is
    what is left of it in nobody's name.
    """
    found: dict[Obstacle, Refusal] = {}
    if left := under(balances, INTERNAL_TRANSFERS):
        found[Obstacle.TRANSFERS] = Refusal(
            "Internal transfers (58) must end at zero: {amount} has not arrived.",
            articles.CHART_DECREE,
            {"amount": Cents(left)},
        )
    if left := under(balances, PRIVATE_COSTS):
        found[Obstacle.PRIVATE] = Refusal(
            "Private costs (643) must end at zero: {amount} has not been charged to its owner.",
            articles.CHART_DECREE,
            {"amount": Cents(left)},
        )
    if short := reserve_cover(balances).shortage:
        found[Obstacle.RESERVE] = Refusal(
            "The reserve fund is not covered by its bank account and unpaid calls: {amount} is missing.",
            articles.FUNDS,
            {"amount": Cents(short)},
        )
    if unnamed:
        found[Obstacle.SHARES] = Refusal(
            "The co-owners' shares in the working fund (100) differ from it by {amount}.",
            articles.FUNDS,
            {"amount": Cents(unnamed)},
        )
    return found


def unnamed_share(named: int, unnamed: int) -> int:
    """What of the working fund stands in nobody's name, in cents, where some of it stands in a co-owner's: then the
    shares do not add up. A fund without any name is held by shares in the common parts: nothing is missing."""
    return abs(unnamed) if named else 0


def appropriation(balances: Mapping[str, int]) -> dict[str, int]:
    """The amounts (debit minus credit, cents) of the entry that ends a year, by account: every cost and income account
    returns to zero, reserve calls (700) go to the reserve fund (160), the rest is carried forward (14)."""
    result = {code: -cents for code, cents in balances.items() if code[:1] in "67" and cents}
    reserve = under(balances, RESERVE_CALLS)
    rest = sum(cents for code, cents in balances.items() if code[:1] in "67") - reserve
    for code, cents in ((RESERVE_FUND, reserve), (RESULT, rest)):
        if cents:
            result[code] = cents
    return result
