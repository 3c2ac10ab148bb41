"""The claim on an owner, as every page, paper and answer tells it: what is due, where it is paid, what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.foundation.paper.epc import epc_payload
from koprogo_app.law.accounts import OWNERS_EXTRAORDINARY, OWNERS_RESERVE

FUND_NAMES: Final = {
    CallKind.WORKING: N_("Working fund"),
    CallKind.RESERVE: N_("Reserve fund"),
    CallKind.EXTRAORDINARY: N_("Extraordinary costs"),
}


def kind_of(account: str) -> CallKind:
    """For what an amount on an owner's account is owed; interest and costs are the working fund's."""
    if account.startswith(OWNERS_RESERVE):
        return CallKind.RESERVE
    return CallKind.EXTRAORDINARY if account.startswith(OWNERS_EXTRAORDINARY) else CallKind.WORKING


def shortened(terms: Sequence[tuple[date, int]], cents: int) -> list[tuple[date, int]]:
    """The terms of a plan as far as its debts still go: what of them was taken back is taken off the last ones."""
    result, left = [], cents
    for day, part in terms:
        if taken := min(part, left):
            result.append((day, taken))
        left -= taken
    return result


@answer("payload")
@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer to make: to whom, where, how much, with which message, for which funds."""

    holder: str
    iban: Annotated[str, Field(examples=["BE68539007547034"])]
    bic: str
    cents: int
    communication: Annotated[str, Field(description="The twelve digits", examples=["000100000128"])]
    kinds: tuple[CallKind, ...]

    @property
    def payload(self) -> str:
        """The text of the payment code (EPC)."""
        return epc_payload(self.holder, self.iban, self.cents, show_communication(self.communication), self.bic)


@answer()
@dataclass(frozen=True, slots=True)
class ClaimedDebt:
    """A debt with what is open of it after credits; `planned`: a plan that is kept asks it in instalments."""

    line_id: UUID
    entry_id: UUID
    kind: CallKind
    label: str
    lot: str
    on: date
    due_on: date
    cents: int
    open_cents: int
    late: bool
    planned: bool
    ancillary: Annotated[bool, Field(description="Interest or costs that are on the account")]


@answer()
@dataclass(frozen=True, slots=True)
class FundDue:
    """What is to be paid now for one fund, and how much of it is past its day."""

    kind: CallKind
    cents: int
    late_cents: int


@answer()
@dataclass(frozen=True, slots=True)
class Coming:
    """An amount and the day by which it is to be paid; `asked`: it is in the sum to pay now already."""

    due_on: date
    kind: CallKind
    cents: int
    asked: bool
    plan: Annotated[bool, Field(description="A payment of an instalment plan")]


@answer()
@dataclass(frozen=True, slots=True)
class PlanDue:
    """A running plan: what is left under it, and its next payment. One that is not kept asks for nothing: its debts
    are due as if there were none."""

    plan_id: UUID
    agreed_on: date
    kept: bool
    left_cents: int
    due_on: date | None
    due_cents: int
    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What is asked of an owner beside what is on her account: interest and costs of letters, in cents.

    `later_cents`: what of both is not asked while a plan is kept. `paused`: why nothing is sent to her, or empty.
    """

    interest_cents: int = 0
    costs_cents: int = 0
    later_cents: int = 0
    paused: str = ""
    paused_until: date | None = None


@answer()
@dataclass(frozen=True, slots=True)
class Claim:
    """What an owner owes in a building on a day, and how it is paid.

    `pay_cents` is the sum to pay now: charges that were called by then, the payments of plans that are due, interest
    and costs, credits taken off. `transfers` pay it, one for each bank account; `unpayable` are the funds that have no
    account to pay on.
    """

    building_id: UUID
    owner_id: UUID
    on: date
    communication: Annotated[str, Field(description="The owner's structured message here: twelve digits")]
    pay_cents: int
    late_cents: Annotated[int, Field(description="Charges past their day, of what is to pay now")]
    charges_cents: Annotated[int, Field(description="Charges to pay now, without those of a plan")]
    plan_cents: Annotated[int, Field(description="Payments of plans to pay now")]
    interest_cents: Annotated[int, Field(description="Interest to date that is not on the account")]
    costs_cents: Annotated[int, Field(description="Costs of letters that are not on the account")]
    later_cents: Annotated[int, Field(description="Owed, and not asked now: the rest of the plans")]
    credit_cents: Annotated[int, Field(description="In the owner's favour")]
    funds: tuple[FundDue, ...]
    transfers: tuple[Transfer, ...]
    unpayable: Annotated[tuple[FundDue, ...], Field(description="What no bank account is registered for")]
    coming: tuple[Coming, ...]
    debts: tuple[ClaimedDebt, ...]
    plans: tuple[PlanDue, ...]
    paused: Annotated[str, Field(description="Why recovery is paused: `dispute`, `restriction`, `other`, or empty")]
    paused_until: date | None

    @property
    def owed_cents(self) -> int:
        """All that is owed, the rest of the plans with it."""
        return self.pay_cents + self.later_cents
