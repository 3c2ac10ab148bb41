"""Who is late, by how much, for how long, and which step comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.errors import AgainstTheLaw, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import heed
from koprogo_app.law import recovery as law
from koprogo_app.law.calendar import add_working_days
from koprogo_app.law.interest import DayCount, Interest, Rates, interest_on
from koprogo_app.payments.rules import netting
from koprogo_app.recovery.facts import LAST_LEVEL, Asked, Debt, Policy
from koprogo_app.recovery.model import Basis

BUCKETS: Final = (30, 60, 90)
"""The last day of each age but the oldest, which has no end."""


@answer("late as late_cents")
@dataclass(frozen=True, slots=True)
class Ageing:
    """What is owed past its day, in cents, by the days it is late: 1-30, 31-60, 61-90, more; `later` is not due yet."""

    later: Annotated[int, Field(serialization_alias="later_cents")] = 0
    to_30: Annotated[int, Field(serialization_alias="to_30_cents")] = 0
    to_60: Annotated[int, Field(serialization_alias="to_60_cents")] = 0
    to_90: Annotated[int, Field(serialization_alias="to_90_cents")] = 0
    over_90: Annotated[int, Field(serialization_alias="over_90_cents")] = 0

    @property
    def late(self) -> int:
        """All that is past its day."""
        return self.to_30 + self.to_60 + self.to_90 + self.over_90

    def __add__(self, other: "Ageing") -> "Ageing":
        return Ageing(
            self.later + other.later, self.to_30 + other.to_30, self.to_60 + other.to_60,
            self.to_90 + other.to_90, self.over_90 + other.over_90,
        )  # fmt: skip


def ageing(debts: Iterable[Debt], today: date) -> Ageing:
    """The ages of what is open on a day."""
    sums = [0] * 5
    for debt in debts:
        days = debt.days_late(today)
        place = 0 if days < 1 else 1 + sum(days > last for last in BUCKETS)
        sums[place] += debt.open_cents
    return Ageing(*sums)


def net(debts: Sequence[Debt], credit_cents: int) -> list[Debt]:
    """The debts of one owner after her credits, oldest due first: nobody is reminded of what she has already paid.

    As payments do (art. 1254 of the old Civil Code), credits meet interest and costs first, then the oldest debt.
    """
    return netting.net(debts, credit_cents)[0]


def next_level(debt: Debt, policy: Policy, today: date) -> int:
    """The level that is to be prepared for a debt today; 0 for none.

    Each level is reached once, in order, from its day on, and not before the time to react to the one before is over.
    """
    done = max(debt.steps, default=0)
    if debt.charge or done >= LAST_LEVEL or debt.open_cents <= 0:
        return 0
    if debt.days_late(today) < policy.level(done + 1).days:
        return 0
    last = debt.steps.get(done)
    if last and (last.status == "prepared" or (last.react_by is not None and today <= last.react_by)):
        return 0
    return done + 1


def debt_interest(debt: Debt, policy: Policy, rates: Rates, until: date) -> Interest:
    """Interest of a debt up to a day (not included), by its payments; nothing before it begins to run."""
    start = debt.interest_from(policy)
    if start is None:
        return Interest()
    return interest_on(debt.cents, debt.payments, start, until, rates, count=DayCount(policy.day_count))


def charged(letters: Iterable[Asked]) -> dict[UUID, int]:
    """The interest that is on the account already, by debt: each letter brought it up to its own day."""
    found: dict[UUID, int] = {}
    for one in letters:
        if one.entry_id is not None:
            found[one.line_id] = max(found.get(one.line_id, 0), one.interest_cents)
    return found


def earlier(letters: Iterable[Asked], everything: Sequence[Debt], chosen: Iterable[UUID]) -> int:
    """What earlier letters for the chosen debts asked beside them and is still open, in cents.

    On the account: what is open of it there. Not on the account: the letter's costs; its interest runs on with the
    debt. Each letter counts with the oldest of its debts that is still open, and so in one later letter only.
    """
    by_letter: dict[UUID, list[Asked]] = {}
    for one in letters:
        by_letter.setdefault(one.reminder_id, []).append(one)
    open_now = {debt.line_id for debt in everything}
    wanted, total = set(chosen), 0
    for parts in by_letter.values():
        left = [one.line_id for one in parts if one.line_id in open_now]
        if left and left[0] in wanted:
            entry = parts[0].entry_id
            on_account = sum(d.open_cents for d in everything if d.charge and d.source_id == entry)
            total += parts[0].costs_cents if entry is None else on_account
    return total


def costs(policy: Policy, level: int, principal_cents: int, *, person: bool = True) -> int:
    """What a reminder costs, under the ceilings of Book XIX where the building keeps to them."""
    asked = policy.level(level).costs_cents
    if level == 1 or not (policy.guard and person):
        return asked if level > 1 else 0
    most = law.REMINDER_CAP_CENTS if level < LAST_LEVEL else law.indemnity_cap(principal_cents)
    return min(asked, most)


def bank_is_behind(last_statement: date | None, today: date, bank_days: int) -> bool:
    """Whether a payment may be on its way: the bank's newest statement is older than so many working days.

    A building that imports no statements is never held up by them.
    """
    return last_statement is not None and bank_days > 0 and last_statement < add_working_days(today, -bank_days)


def check_policy(policy: Policy) -> None:
    """Refuses a policy that makes no sense or that the law forbids. Raises Invalid, AgainstTheLaw on a field."""
    heed(law.first_reminder_refusal(policy.level(1).costs_cents), "costs_1")
    before = 0
    for step in policy.levels:
        heed(law.react_refusal(step.react_days), f"react_days_{step.level}")
        if step.days <= before:
            raise Invalid(f"days_{step.level}", N_("Each level comes later than the one before."))
        before = step.days
    if policy.basis == Basis.CLAUSE:
        if policy.clause_percent is None or policy.clause_percent <= 0:
            raise Invalid("clause_percent", N_("Type the rate of the clause."))
        if not policy.clause_reference.strip():
            raise AgainstTheLaw(
                "3.85 §1", N_("Say where the regulation has this clause: interest cannot be asked otherwise."),
                field="clause_reference",
            )  # fmt: skip


def by_owner(debts: Iterable[Debt]) -> dict[UUID, list[Debt]]:
    """The debts of each owner."""
    found: dict[UUID, list[Debt]] = {}
    for debt in debts:
        found.setdefault(debt.owner_id, []).append(debt)
    return found
