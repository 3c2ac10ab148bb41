"""Money of the working fund and of the reserve stands on separate accounts, in the association's name (art. 3.86)."""

from collections.abc import Collection, Mapping
from typing import Final

from koprogo_app.foundation.i18n import N_
from koprogo_app.law import accounts as law
from koprogo_app.law import articles
from koprogo_app.law.refusal import Refusal
from koprogo_app.payments.model.accounts import Fund

MISSING: Final[Mapping[str, str]] = {
    Fund.WORKING: N_("No bank account is registered for the working fund: the law asks for one."),
    Fund.RESERVE: N_("No bank account is registered for the reserve fund: the law asks for a separate one."),
}
CHART: Final[Mapping[str, str]] = {Fund.WORKING: law.WORKING_BANK, Fund.RESERVE: law.RESERVE_BANK, Fund.OTHER: "552"}
"""The account of the chart that a fund's first bank account is kept under."""
_FURTHER: Final[Mapping[str, str]] = {Fund.WORKING: "55", Fund.RESERVE: law.TERM_DEPOSITS, Fund.OTHER: "55"}
"""Where a second one goes: further reserve money among the deposits, so that it still covers the reserve fund."""


def missing_funds(funds: Collection[str]) -> list[Refusal]:
    """What the law misses among the accounts in use: at least one for each of the two funds."""
    return [Refusal(MISSING[fund], articles.FUNDS, {}, "fund") for fund in MISSING if fund not in funds]


def holder_refusal(holder: str, association: str, syndic: str) -> Refusal | None:
    """An account stands in the name of the association, never of its syndic."""
    if _plain(holder) == _plain(syndic) != _plain(association):
        return Refusal(
            N_("An account of the association stands in its own name, not in its syndic's."),
            articles.FUNDS,
            {},
            "holder",
        )
    return None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def account_for(fund: str, postable: Mapping[str, bool], taken: Collection[str]) -> tuple[str, bool]:
    """The code of the account a new bank account is kept under, and whether it must be made.

    The chart's own account, or one of its sub-accounts, when no other bank account has it; else a new one beside it.
    `postable`: every code of the chart, and whether it is posted on.
    """
    free = [code for code in sorted(postable) if code.startswith(CHART[fund]) and postable[code] and code not in taken]
    if free:
        return free[0], False
    heading = CHART[fund] if not postable.get(CHART[fund], False) else _FURTHER[fund]
    return next(code for n in range(1, 1000) if (code := f"{heading}{n}") not in postable), True


def journal_code(taken: Collection[str]) -> str:
    """The code of a further bank journal: BQ2, BQ3, …"""
    return next(code for n in range(2, 1000) if (code := f"BQ{n}") not in taken)
