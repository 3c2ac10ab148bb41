"""Booking the balances of a year: each co-owner's account (410) against the result (14), the funds apart. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.foundation.i18n import N_
from koprogo_app.law.accounts import OWNERS_EXTRAORDINARY, OWNERS_WORKING
from koprogo_app.law.refusal import Refusal
from koprogo_app.law.values import Cents
from koprogo_app.ledger.rules.posting import DraftLine
from koprogo_app.statements.model import Fund

OWED: Final[Mapping[Fund, tuple[str, ...]]] = {
    Fund.WORKING: (OWNERS_WORKING,),
    Fund.WORKS: (OWNERS_EXTRAORDINARY, OWNERS_WORKING),
}
"""The owners' account of each fund; the working fund's where the chart has none for works."""
FUNDS: Final[Mapping[Fund, str]] = {Fund.WORKING: N_("Running costs"), Fund.WORKS: N_("Works and extraordinary costs")}


@dataclass(frozen=True, slots=True)
class Balance:
    """What one co-owner was asked and bore of a fund, in cents."""

    owner_id: UUID
    fund: Fund
    called: int
    cost: int

    @property
    def cents(self) -> int:
        """Positive: she owes it; negative: it is in her favour."""
        return self.cost - self.called


def total(found: Sequence[Balance], fund: Fund) -> int:
    """The balances of a fund together."""
    return sum(one.cents for one in found if one.fund is fund)


def differing(found: Sequence[Balance], results: Mapping[Fund, int]) -> Refusal | None:
    """Why balances cannot be booked: those of a fund must be its result in the books, to the cent."""
    for fund, result in results.items():
        if (balances := total(found, fund)) != result:
            return Refusal(
                N_("The co-owners' balances are {balances} together, the result of the year in the books {result}. "
                   "Look for entries on 69, 79 or 70 that name no co-owner."),
                None,
                {"balances": Cents(balances), "result": Cents(result)},
            )  # fmt: skip
    return None


def entry_lines(
    found: Sequence[Balance], owed: Mapping[Fund, str], result: str, label: str
) -> tuple[list[Balance], list[DraftLine]]:
    """The balances that are not zero, and the lines of the entry: theirs in the same order, then the result's.

    `owed`: the account of each fund, `result` that of the result.
    """
    booked = [one for one in found if one.cents]
    lines = [DraftLine(owed[one.fund], one.cents, one.owner_id, label=label) for one in booked]
    for fund in Fund:
        if cents := total(booked, fund):
            lines.append(DraftLine(result, -cents, label=label))
    return booked, lines
