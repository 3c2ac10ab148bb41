"""What bounds the recovery of charges: caps for private persons, prescription, and the association's privilege."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from koprogo_app.law import articles
from koprogo_app.law.calendar import add_working_days, add_years
from koprogo_app.law.refusal import Refusal

REACT_DAYS: Final = 14
"""Calendar days a debtor has to react to a reminder (Book XIX of the Code of Economic Law; our rule for everybody)."""
PRESCRIPTION_YEARS: Final = 5
REMINDER_CAP_CENTS: Final = 750
"""What a reminder after the first may cost, apart from postage, under Book XIX."""


def indemnity_cap(principal_cents: int) -> int:
    """The most that a clause may ask besides interest, in whole cents (Book XIX of the Code of Economic Law).

    Up to €150: €20. Up to €500: €30 and 10 % of what is above 150. Above: €65 and 5 % of what is above 500, at most
    €2,000. The law does not apply to co-owners' charges; a building may take it as its own limit.
    """
    if principal_cents <= 0:
        return 0
    if principal_cents <= 150_00:
        return 20_00
    if principal_cents <= 500_00:
        return 30_00 + (principal_cents - 150_00) // 10
    return min(2_000_00, 65_00 + (principal_cents - 500_00) // 20)


def react_by(sent_on: date, *, posted: bool, days: int = REACT_DAYS) -> date:
    """The last day to react to a reminder: `days` from the day after a mail, or the third working day after posting.

    A mail of 1 June leaves until 15 June; a letter posted on Monday 1 June 2026 counts from Thursday 4 June.
    """
    first = add_working_days(sent_on, 3) if posted else sent_on + timedelta(days=1)
    return first + timedelta(days=days - 1)


class Prescription(StrEnum):
    """How near a debt is to the end of the time in which it can be claimed."""

    FAR = "far"
    NEAR = "near"
    PAST = "past"


def prescribed_on(due_on: date) -> date:
    """The first day on which charges called periodically can no longer be claimed, unless it was interrupted: the day
    after five years from their due date, whose last day still counts (art. 2277, 2260 and 2261 of the old Civil Code).

    Due on 6 March 2018, they can be claimed on 6 March 2023 and no longer on the 7th.
    """
    return add_years(due_on, PRESCRIPTION_YEARS) + timedelta(days=1)


def prescription(due_on: date, today: date) -> Prescription:
    """How near it is: within a year of the end it is time to summon."""
    end = prescribed_on(due_on)
    if today >= end:
        return Prescription.PAST
    return Prescription.NEAR if today >= add_years(end, -1) else Prescription.FAR


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim against one lot, split by the privilege: cents."""

    privileged: int
    ordinary: int


def privileged(debts: Iterable[tuple[date, int]], previous_year: date) -> Claim:
    """What of a lot's debts is privileged (art. 27, 7° of the Mortgage Act): that of the current and the previous
    financial year. `debts` are (day the charge arose, cents); `previous_year` is the first day of the previous
    financial year.

    1,000 of 2023, 1,500 of 2024, 2,000 of 2025 and 600 of 2026, deed in 2026: 2,600 privileged, 2,500 ordinary.
    """
    inside = outside = 0
    for day, cents in debts:
        if day >= previous_year:
            inside += cents
        else:
            outside += cents
    return Claim(inside, outside)


def react_refusal(days: int) -> Refusal | None:
    """Refuse less than fourteen days to react."""
    if days >= REACT_DAYS:
        return None
    return Refusal("Leave at least {days} days to react.", articles.CONSUMER_DEBT, {"days": REACT_DAYS}, "react_days")


def first_reminder_refusal(costs_cents: int) -> Refusal | None:
    """Refuse costs on the first reminder."""
    if costs_cents == 0:
        return None
    return Refusal("The first reminder is free.", articles.CONSUMER_DEBT, field="costs")
