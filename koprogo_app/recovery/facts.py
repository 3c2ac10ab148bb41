"""What reads and rules both speak of: a building's policy, an owner's debts, what was sent for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.interest import DayCount, Rates
from koprogo_app.recovery.model import Basis, Channel, Start

LAST_LEVEL: Final = 3
LEVEL_NAMES: Final[dict[int, str]] = {1: N_("Friendly reminder"), 2: N_("Firm reminder"), 3: N_("Formal notice")}


@answer()
@dataclass(frozen=True, slots=True)
class Level:
    """One step: `days` after the due date, how it goes out, what it costs, days to react."""

    level: int
    days: Annotated[int, Field(description="After the due date")]
    channel: str
    costs_cents: int = 0
    automatic: bool = False
    react_days: int = 14


DEFAULT_LEVELS: Final = (
    Level(1, 15, Channel.EMAIL),
    Level(2, 30, Channel.EMAIL),
    Level(3, 60, Channel.REGISTERED),
)


@answer()
@dataclass(frozen=True, slots=True)
class Policy:
    """How a building recovers: its levels, and what interest rests on."""

    basis: Annotated[str, Field(description="`none`, `statutory` (civil rate from the formal notice) or `clause`")] = (
        Basis.STATUTORY
    )
    clause_percent: Decimal | None = None
    clause_start: str = Start.NOTICE
    clause_reference: str = ""
    day_count: str = DayCount.FIXED
    guard: bool = False
    bank_days: int = 3
    charges_first: Annotated[
        bool, Field(description="Payments meet the charges before interest and costs (by law it is the other way)")
    ] = False
    version: int = 0
    levels: tuple[Level, ...] = DEFAULT_LEVELS

    def level(self, number: int) -> Level:
        """The step of that number, 1 to 3."""
        return self.levels[number - 1]

    def rates(self, later: Mapping[int, Decimal], *, person: bool = True) -> Rates:
        """The rates that apply to an owner; the ceiling protects natural persons only."""
        clause = self.clause_percent if self.basis == Basis.CLAUSE else None
        return Rates(later, clause=clause, ceiling=self.guard and person)


@dataclass(frozen=True, slots=True)
class Step:
    """A level that a debt has reached."""

    line_id: UUID
    level: int
    status: str
    sent_on: date | None
    react_by: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter that was sent asked for one debt: `interest_cents` all that had run for it by then.

    `costs_cents` are the letter's own. `entry_id`: the entry by which its interest and costs are on the account.
    Interest that was put there when a payment came counts as a letter of its own, after all of them.
    """

    reminder_id: UUID
    level: int
    costs_cents: int
    entry_id: UUID | None
    line_id: UUID
    due_on: date
    interest_cents: int


@dataclass(frozen=True, slots=True)
class Debt:
    """A line of an owner's account that she owes, or owed until lately.

    `payments` are (day, cents) in the order they came; `open_cents` what is left, also after credits that nobody has
    set against a debt yet. `charge`: interest or costs, which bear no interest and are not reminded of by themselves.
    `notice_on`: the day of the formal notice for it.
    """

    line_id: UUID
    owner_id: UUID
    account: str
    lot_id: UUID | None
    lot: str
    label: str
    on: date
    due_on: date
    cents: int
    open_cents: int
    source: str
    source_id: UUID
    charge: bool = False
    payments: tuple[tuple[date, int], ...] = ()
    notice_on: date | None = None
    steps: Mapping[int, Step] = field(default_factory=dict)

    def days_late(self, today: date) -> int:
        """Days since the due date; 0 or less when it is not late."""
        return (today - self.due_on).days

    @property
    def ancillary(self) -> bool:
        """Whether money meets it before the charges."""
        return self.charge

    @property
    def level(self) -> int:
        """The highest level sent for it; 0 when none was."""
        return max((n for n, step in self.steps.items() if step.status == "sent"), default=0)

    def interest_from(self, policy: Policy) -> date | None:
        """The first day that bears interest: after the due date by a clause that says so, else the formal notice."""
        if self.charge or policy.basis == Basis.NONE:
            return None
        if policy.basis == Basis.CLAUSE and policy.clause_start == Start.DUE:
            return self.due_on + timedelta(days=1)
        return self.notice_on
