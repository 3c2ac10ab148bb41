"""Preparing reminders: what is due for its next level today, once; what was paid meanwhile is dropped.

- `prepare(w, building_id) -> Prepared`
- `refresh(w, reminder_id) -> Figures | None` — a prepared reminder's amounts as they are today
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.calls.service.claims import kept_lines
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.law.allocation import allocate
from koprogo_app.law.interest import Interest
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import Debt, Policy
from koprogo_app.recovery.model import Channel, Reminder, ReminderDebt, Status
from koprogo_app.recovery.queries import debts as accounts
from koprogo_app.recovery.queries import holding, policy, reminders
from koprogo_app.recovery.rules import arrears

PAID: Final = "paid"
"""The reason of a reminder that needed no sending any more."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The reminders that are new, and how many were dropped because they are paid."""

    new: tuple[UUID, ...] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a letter asks for: the debts with what is open of each, all interest of each, the letter's costs in cents.

    `charged_cents` of the interest are on the account already; `earlier_cents`: interest and costs of earlier letters
    for these debts that are still open.
    """

    debts: tuple[Debt, ...]
    interests: tuple[Interest, ...]
    costs_cents: int
    charged_cents: int = 0
    earlier_cents: int = 0

    @property
    def interest(self) -> Interest:
        return sum(self.interests, Interest())

    @property
    def interest_cents(self) -> int:
        """Interest that is not on the account yet."""
        return max(0, self.interest.cents - self.charged_cents)

    def parts(self) -> list[int]:
        """All interest, rounded once, shared over the debts."""
        return allocate(self.interest.cents, [one.exact for one in self.interests])

    @property
    def principal_cents(self) -> int:
        return sum(debt.open_cents for debt in self.debts)

    @property
    def total_cents(self) -> int:
        return self.principal_cents + self.interest_cents + self.costs_cents + self.earlier_cents


async def lock(w: Work, building_id: UUID) -> None:
    """One at a time prepares a building, until the transaction ends."""
    await w.value("select pg_advisory_xact_lock(hashtextextended('recovery ' || %(b)s::text, 0))", b=str(building_id))


async def prepare(w: Work, building_id: UUID) -> Prepared:
    """Prepares what is due in a building today (`recovery.write`); run again, it finds nothing more to do.

    Owners whose account is paused, and debts under an instalment plan that is kept, are left alone.
    """
    book = await books.open_book(w, building_id, "recovery.write")
    await lock(w, building_id)
    rules = await policy.policy_of(w, building_id)
    everything = [
        debt
        for account in await accounts.accounts(w, building_id)
        for debt in arrears.net(account.debts, account.credit_cents)
    ]
    dropped = await _brought_up(w, building_id, everything)
    open_debts = await _quiet_left_out(w, building_id, everything)
    late = [(debt, arrears.next_level(debt, rules, w.today)) for debt in open_debts]
    groups: dict[tuple[UUID, int], list[Debt]] = {}
    for debt, level in late:
        if level:
            groups.setdefault((debt.owner_id, level), []).append(debt)
    people = await reminders.debtors(w, [owner for owner, _ in groups])
    whole = arrears.by_owner(everything)
    new = [
        await _prepare_one(w, book, rules, people[owner], level, found, whole[owner])
        for (owner, level), found in groups.items()
    ]
    return Prepared(tuple(new), dropped)


async def _brought_up(w: Work, building_id: UUID, now: Sequence[Debt]) -> int:
    """Prepared reminders whose debts have changed get today's amounts; returns how many need no sending any more."""
    left = {debt.line_id: debt.open_cents for debt in now}
    changed = {
        one.reminder_id
        for one in await reminders.waiting_debts(w, building_id)
        if left.get(one.line_id) != one.open_cents
    }
    return sum([await refresh(w, reminder_id) is None for reminder_id in sorted(changed)])


async def _quiet_left_out(w: Work, building_id: UUID, debts: Sequence[Debt]) -> list[Debt]:
    """What may be reminded of today: no paused owner, no debt under a plan that is kept."""
    quiet = await holding.paused(w, building_id)
    planned = await kept_lines(w, building_id)
    return [debt for debt in debts if debt.owner_id not in quiet and debt.line_id not in planned]


async def _prepare_one(
    w: Work, book: books.Book, rules: Policy, who: reminders.Debtor, level: int, found: Sequence[Debt],
    everything: Sequence[Debt],
) -> UUID:  # fmt: skip
    step = rules.level(level)
    figures = await worked_out(w, book.building_id, rules, who, level, found, everything)
    channel = Channel.POST if step.channel == Channel.EMAIL and not who.email else Channel(step.channel)
    row = await w.add(
        Reminder(
            organization_id=book.organization_id, building_id=book.building_id, owner_id=who.id, level=level,
            channel=channel, lang=who.lang, prepared_on=w.today, principal_cents=figures.principal_cents,
            interest_cents=figures.interest_cents, costs_cents=figures.costs_cents, react_days=step.react_days,
            earlier_cents=figures.earlier_cents,
            # A letter on paper needs a hand: only mails go out by themselves.
            automatic=step.automatic and channel is Channel.EMAIL, user_id=w.principal.user_id,
        )
    )  # fmt: skip
    for debt, interest in zip(found, figures.parts(), strict=True):
        w.session.add(
            ReminderDebt(
                reminder_id=row.id, line_id=debt.line_id, organization_id=book.organization_id,
                building_id=book.building_id, level=level, due_on=debt.due_on, label=debt.label[:500],
                open_cents=debt.open_cents, interest_cents=interest,
            )
        )  # fmt: skip
    await w.flush()
    await audited(w, "reminder.prepared", row)
    return row.id


async def worked_out(
    w: Work, building_id: UUID, rules: Policy, who: reminders.Debtor, level: int, found: Sequence[Debt],
    everything: Sequence[Debt],
) -> Figures:  # fmt: skip
    """Principal, interest to date and costs of some of the debts of one owner."""
    person = who.kind == "person"
    rates = rules.rates(await policy.later_rates(w), person=person)
    interests = tuple(arrears.debt_interest(debt, rules, rates, w.today) for debt in found)
    principal = sum(debt.open_cents for debt in found)
    letters = (await reminders.asked(w, building_id, [who.id]))[who.id]
    charged, lines = arrears.charged(letters), [debt.line_id for debt in found]
    return Figures(
        tuple(found), interests, arrears.costs(rules, level, principal, person=person),
        sum(charged.get(line, 0) for line in lines), arrears.earlier(letters, everything, lines),
    )  # fmt: skip


async def refresh(w: Work, reminder_id: UUID) -> Figures | None:
    """A prepared reminder with today's amounts, written down when they changed; None when all of it is paid: then it is
    cancelled, and its debts could be reminded of again, were the payment to come back."""
    row = await w.get(Reminder, reminder_id)
    everything = await _account(w, row)
    open_now = {debt.line_id: debt for debt in everything}
    named = await reminders.debts_of(w, reminder_id)
    left = [open_now[one.line_id] for one in named if one.line_id in open_now]
    gone = [one.line_id for one in named if one.line_id not in open_now]
    if not left:
        await _drop(w, row)
        return None
    rules = await policy.policy_of(w, row.building_id)
    who = (await reminders.debtors(w, [row.owner_id]))[row.owner_id]
    figures = await worked_out(w, row.building_id, rules, who, row.level, left, everything)
    if gone:
        await w.execute(
            "delete from reminder_debt where reminder_id = %(r)s and line_id = any(%(gone)s)", r=row.id, gone=gone
        )
    await w.execute(
        """update reminder_debt d set open_cents = n.cents, interest_cents = n.interest
             from unnest(%(lines)s::uuid[], %(cents)s::bigint[], %(interest)s::bigint[]) n (line, cents, interest)
            where d.reminder_id = %(r)s and d.line_id = n.line
              and (d.open_cents, d.interest_cents) is distinct from (n.cents, n.interest)""",
        r=row.id, lines=[debt.line_id for debt in left], cents=[debt.open_cents for debt in left],
        interest=figures.parts(),
    )  # fmt: skip
    row.principal_cents, row.interest_cents, row.costs_cents, row.earlier_cents = (
        figures.principal_cents, figures.interest_cents, figures.costs_cents, figures.earlier_cents,
    )  # fmt: skip
    w.session.add(row)
    await w.flush()
    return figures


async def _account(w: Work, row: Reminder) -> list[Debt]:
    found = await accounts.accounts(w, row.building_id, row.owner_id)
    return [debt for account in found for debt in arrears.net(account.debts, account.credit_cents)]


async def _drop(w: Work, row: Reminder) -> None:
    await w.execute("delete from reminder_debt where reminder_id = %(r)s", r=row.id)
    row.status, row.reason = Status.CANCELLED, PAID
    w.session.add(row)
    await w.flush()
    await audited(w, "reminder.cancelled", row)


async def audited(w: Work, action: str, row: Reminder) -> None:
    """Records an act on a reminder."""
    await audit(
        w, action, "reminder", row.id, organization_id=row.organization_id, building_id=row.building_id,
        after={"level": row.level, "owner": row.owner_id, "principal_cents": row.principal_cents,
               "status": str(row.status), "reason": row.reason},
    )  # fmt: skip
