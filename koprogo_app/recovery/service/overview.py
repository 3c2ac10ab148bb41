"""A building's arrears and one owner's claim, worked out from the books and the policy.

- `arrears(w, building_id) -> Overview` — every owner who is late (`recovery.read`)
- `claim(w, building_id, owner_id) -> Claim` — what one owner owes, with interest to date (also for herself)
- `portfolio(w) -> list[BuildingArrears]` — the buildings one may read, those with arrears first
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer

from koprogo_app.calls.facts import Claim as Asking
from koprogo_app.calls.facts import Extra
from koprogo_app.calls.service import claims
from koprogo_app.calls.service.claims import kept_lines
from koprogo_app.foundation.answers import Ids, Plain, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.law.interest import Interest
from koprogo_app.law.recovery import Prescription, prescription
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import LAST_LEVEL, Asked, Debt, Policy
from koprogo_app.recovery.model import Status
from koprogo_app.recovery.queries import debts as accounts
from koprogo_app.recovery.queries import holding, names, policy
from koprogo_app.recovery.queries.reminders import ReminderRow, asked, debtors, reminders
from koprogo_app.recovery.rules import arrears as rules
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service.sending import bank_behind
from koprogo_app.workspace.queries.paging import scope


@answer()
@dataclass(frozen=True, slots=True)
class OwnerArrears:
    """One late owner: the ages of her debts, interest to date, the level reached, what comes next and what holds it.

    `prepared`: reminders that wait for a click, lowest level first. `next_on`: the first day of the next level, None
    when all were sent or one waits.
    """

    owner_id: UUID
    owner: str
    ages: Ageing
    interest_cents: Annotated[int, Field(description="Interest to date, rounded once")]
    level: Annotated[int, Field(description="Highest level sent: 0 none, 1 friendly, 2 firm, 3 formal notice")]
    oldest_due: date
    days: int
    prescription: Annotated[Plain[Prescription], Field(description="`far`, `near` or `past` (five years)")]
    prepared: Annotated[Ids[tuple[ReminderRow, ...]], Field(description="Reminders that wait to be sent")]
    next_level: int
    next_on: date | None
    pause: Annotated[
        holding.PauseRow | None,
        PlainSerializer(lambda pause: pause.kind if pause else "", return_type=str),
        Field(description="Kind of the pause, or empty", serialization_alias="paused"),
    ]
    planned: Annotated[bool, Field(description="An instalment plan that is kept covers some of it")]


@dataclass(frozen=True, slots=True)
class Overview:
    """The late owners of a building, those who owe most first; `by_level` is cents past due by the level reached."""

    building: str
    organization_id: UUID
    rows: tuple[OwnerArrears, ...]
    total: Ageing
    policy: Policy
    bank_behind: bool
    by_level: dict[int, int] = field(default_factory=dict)


async def arrears(w: Work, building_id: UUID) -> Overview:
    """Who is late in a building (`recovery.read`). Raises NotFound, Forbidden, Conflict before the books are opened."""
    book = await books.open_book(w, building_id, "recovery.read")
    policy_now = await policy.policy_of(w, building_id)
    later = await policy.later_rates(w)
    waiting: dict[UUID, list[ReminderRow]] = {}
    for reminder in await reminders(w, building_id, status=Status.PREPARED):
        waiting.setdefault(reminder.owner_id, []).append(reminder)
    paused, planned = await holding.paused(w, building_id), await kept_lines(w, building_id)
    rows, total, by_level = [], Ageing(), dict.fromkeys(range(LAST_LEVEL + 1), 0)
    open_accounts = await accounts.accounts(w, building_id)
    owners = [one.owner_id for one in open_accounts]
    known, letters = await names.names(w, owners), await asked(w, building_id, owners)
    people = await debtors(w, owners)
    for account in open_accounts:
        found = rules.net(account.debts, account.credit_cents)
        ages = rules.ageing(found, w.today)
        total += ages
        if not ages.late:
            continue
        for debt in found:
            if debt.days_late(w.today) > 0:
                by_level[debt.level] += debt.open_cents
        rates = policy_now.rates(later, person=people[account.owner_id].kind == "person")
        interest = _not_charged(
            sum((rules.debt_interest(d, policy_now, rates, w.today) for d in found), Interest()),
            letters[account.owner_id], found,
        )  # fmt: skip
        rows.append(
            _row(account.owner_id, known.get(account.owner_id, ""), found, ages, interest, policy_now, w.today,
                 tuple(sorted(waiting.get(account.owner_id, ()), key=lambda r: r.level)),
                 paused.get(account.owner_id), any(d.line_id in planned for d in found))
        )  # fmt: skip
    rows.sort(key=lambda row: (-row.ages.late, row.owner))
    return Overview(
        book.building_name, book.organization_id, tuple(rows), total, policy_now, await bank_behind(w, building_id),
        by_level,
    )  # fmt: skip


def _not_charged(found: Interest, letters: Sequence[Asked], debts: Sequence[Debt]) -> int:
    """Interest of some debts in cents, without what is on the account already."""
    charged = rules.charged(letters)
    return max(0, found.cents - sum(charged.get(debt.line_id, 0) for debt in debts))


def _row(
    owner_id: UUID, owner: str, found: Sequence[Debt], ages: Ageing, interest: int, policy_now: Policy, today: date,
    prepared: tuple[ReminderRow, ...], pause: holding.PauseRow | None, planned: bool,
) -> OwnerArrears:  # fmt: skip
    late = [debt for debt in found if debt.days_late(today) > 0]
    oldest = min(debt.due_on for debt in late)
    coming = [step for debt in late if (step := _next(debt, policy_now)) is not None]
    level, on = min(coming, key=lambda step: step[1]) if coming and not prepared else (0, None)
    return OwnerArrears(
        owner_id, owner, ages, interest, max(debt.level for debt in late), oldest, (today - oldest).days,
        prescription(oldest, today), prepared, level, on, pause, planned,
    )  # fmt: skip


def _next(debt: Debt, policy_now: Policy) -> tuple[int, date] | None:
    """The level a debt reaches next and the first day of it."""
    done = max(debt.steps, default=0)
    if debt.charge or done >= LAST_LEVEL:
        return None
    on = debt.due_on + timedelta(days=policy_now.level(done + 1).days)
    last = debt.steps.get(done)
    if last and last.react_by:
        on = max(on, last.react_by + timedelta(days=1))
    return done + 1, on


@dataclass(frozen=True, slots=True)
class Claim:
    """What one owner owes on a day: debts still open, interest on all that was reminded of, costs of the letters.

    `interest` is all that has run; `charged_cents` of it is in the books already, among the debts. `asked` is what
    every page and paper asks of her: of a plan that is kept only its payments.
    """

    debts: tuple[Debt, ...]
    interest: Interest
    charged_cents: int
    costs_cents: int
    ages: Ageing
    asked: Asking

    @property
    def open_cents(self) -> int:
        return sum(debt.open_cents for debt in self.debts)

    @property
    def interest_cents(self) -> int:
        """Interest that is not in the books yet."""
        return max(0, self.interest.cents - self.charged_cents)

    @property
    def total_cents(self) -> int:
        """All that is owed, what a plan asks later with it."""
        return self.asked.owed_cents


@dataclass(frozen=True, slots=True)
class _Run:
    """What has run on an owner's debts: `debts` what is left of them, `interests` of each that bears any, by line."""

    debts: tuple[Debt, ...]
    interests: dict[UUID, Interest]
    charged: dict[UUID, int]
    costs: tuple[tuple[int, frozenset[UUID]], ...]

    def interest(self, lines: Collection[UUID]) -> Interest:
        return sum((found for line, found in self.interests.items() if line in lines), Interest())

    def interest_cents(self, lines: Collection[UUID]) -> int:
        """Interest of some debts that is not in the books yet, rounded once."""
        return max(0, self.interest(lines).cents - sum(self.charged.get(line, 0) for line in lines))


async def _run(w: Work, building_id: UUID, owner_id: UUID) -> _Run:
    policy_now = await policy.policy_of(w, building_id)
    rates = policy_now.rates(await policy.later_rates(w), person=await names.is_person(w, owner_id))
    found = await accounts.accounts(w, building_id, owner_id)
    left = [debt for account in found for debt in rules.net(account.debts, account.credit_cents)]
    every = {debt.line_id: debt for debt in await accounts.reminded_debts(w, building_id, owner_id)}
    every |= {debt.line_id: debt for account in found for debt in account.debts}
    ordered = sorted(every.values(), key=lambda debt: (debt.due_on, str(debt.line_id)))
    letters = (await asked(w, building_id, [owner_id]))[owner_id]
    lines: dict[UUID, set[UUID]] = {}
    for one in letters:
        lines.setdefault(one.reminder_id, set()).add(one.line_id)
    costs = {one.reminder_id: one.costs_cents for one in letters if one.entry_id is None}
    return _Run(
        tuple(left), {debt.line_id: rules.debt_interest(debt, policy_now, rates, w.today) for debt in ordered},
        rules.charged(letters), tuple((cents, frozenset(lines[letter])) for letter, cents in costs.items()),
    )  # fmt: skip


async def extra(w: Work, building_id: UUID, owner_id: UUID, planned: Collection[UUID]) -> Extra:
    """What is asked of an owner beside what is on her account; while a plan is kept, nothing more for what it covers
    (`ledger.read`, or the owner herself)."""
    run = await _run(w, building_id, owner_id)
    free = set(run.interests) - set(planned)
    interest = run.interest_cents(free)
    costs = sum(cents for cents, lines in run.costs if not lines & set(planned))
    later = run.interest_cents(run.interests) - interest + sum(cents for cents, _ in run.costs) - costs
    pause = (await holding.paused(w, building_id)).get(owner_id)
    return Extra(interest, costs, max(0, later), pause.kind if pause else "", pause.until if pause else None)


async def claim(w: Work, building_id: UUID, owner_id: UUID) -> Claim:
    """What an owner owes today (`ledger.read`, or the owner herself). Raises NotFound, Forbidden."""
    run = await _run(w, building_id, owner_id)
    return Claim(
        run.debts, run.interest(run.interests), sum(run.charged.get(line, 0) for line in run.interests),
        sum(cents for cents, _ in run.costs), rules.ageing(run.debts, w.today),
        await claims.claim(w, building_id, owner_id),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuildingArrears:
    """The arrears of one building of the portfolio; `waiting`: owners with a reminder to send by hand."""

    building_id: UUID
    building: str
    ages: Ageing
    owners: int
    waiting: int


async def portfolio(w: Work) -> list[BuildingArrears]:
    """The arrears of each building with opened books that one may read (`recovery.read`), most first."""
    where = scope(w, "recovery.read")
    if where.nowhere:
        raise Forbidden
    result = []
    for place in await names.open_buildings(w, **where.params):
        found = await accounts.accounts(w, place.id)
        ages = [rules.ageing(rules.net(one.debts, one.credit_cents), w.today) for one in found]
        quiet, planned = set(await holding.paused(w, place.id)), await kept_lines(w, place.id)
        quiet |= {one.owner_id for one in found if any(debt.line_id in planned for debt in one.debts)}
        waiting = len({r.owner_id for r in await reminders(w, place.id, status=Status.PREPARED)} - quiet)
        total = sum(ages, Ageing())
        result.append(BuildingArrears(place.id, place.name, total, sum(a.late > 0 for a in ages), waiting))
    return sorted(result, key=lambda row: (-row.ages.late, row.building))
