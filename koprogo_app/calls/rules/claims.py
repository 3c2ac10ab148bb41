"""The claim on an owner: from what is open on her account, her plans, interest and costs, to what is to pay now."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.calls.facts import ClaimedDebt, Coming, Extra, FundDue, PlanDue, kind_of
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.rules.plans import Term, followed
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.rules.netting import net, settling_order


@dataclass(frozen=True, slots=True)
class Agreed:
    """A plan that has not ended, of debts that were not taken back since."""

    id: UUID
    agreed_on: date
    cents: int
    terms: tuple[tuple[date, int], ...]
    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An owner's account by a day: debts after credits, what is called later, and the credit that is left."""

    debts: tuple[OpenItem, ...]
    later: tuple[OpenItem, ...]
    credit_cents: int


def account(items: Iterable[OpenItem], by: date) -> Account:
    """What was called by a day after the credits of that day, and what is called after it.

    A credit that is to be refunded pays no debt.
    """
    every = [item for item in items if not item.aside]
    now = [item for item in every if item.on <= by]
    credit = -sum(item.open_cents for item in now if item.open_cents < 0)
    debts, left = net([item for item in now if item.open_cents > 0], credit)
    later = [item for item in every if item.on > by and item.open_cents > 0]
    return Account(tuple(debts), tuple(later), left)


@dataclass(frozen=True, slots=True)
class Owed:
    """Where an owner's account stands: what is owed of what was called, less credits; what of it is past its day and
    not asked by a plan; the credit that no debt uses."""

    balance_cents: int = 0
    late_cents: int = 0
    credit_cents: int = 0


def owed(found: Account, planned: Collection[UUID], today: date) -> Owed:
    """The sums of an account."""
    late = [item for item in found.debts if item.due_on < today and item.line_id not in planned]
    balance = sum(item.open_cents for item in found.debts) - found.credit_cents
    return Owed(balance, sum(item.open_cents for item in late), found.credit_cents)


def plans_due(plans: Iterable[Agreed], debts: Sequence[OpenItem], today: date) -> list[PlanDue]:
    """How the running plans of an owner stand; one that is paid to its end is left out.

    A plan is kept until the day after a payment of it was due and is not paid whole. To pay now of a plan that is
    kept: its first payment that is open, even before its day.
    """
    found = []
    open_now = {item.line_id: item.open_cents for item in debts}
    for plan in plans:
        left = min(sum(open_now.get(line, 0) for line in plan.line_ids), plan.cents)
        if not left:
            continue
        terms = followed([Term(day, cents) for day, cents in plan.terms], plan.cents - left)
        open_terms = [term for term in terms if term.paid_cents < term.cents]
        kept = open_terms[0].due_on >= today
        due = open_terms[0].cents - open_terms[0].paid_cents if kept else 0
        found.append(
            PlanDue(plan.id, plan.agreed_on, kept, left, open_terms[0].due_on if kept else None, due, plan.line_ids)
        )
    return found


def kept_lines(plans: Iterable[PlanDue]) -> set[UUID]:
    """The debts that plans which are kept ask in instalments."""
    return {line for plan in plans if plan.kept for line in plan.line_ids}


def plan_order(plans: Iterable[PlanDue], debts: Sequence[OpenItem]) -> list[tuple[UUID, int]]:
    """What money meets first for plans that are kept: of which debts how many cents, in their order."""
    found = []
    for plan in plans:
        left = plan.due_cents
        for item in sorted((item for item in debts if item.line_id in plan.line_ids), key=settling_order):
            if part := min(left, item.open_cents):
                found.append((item.line_id, part))
                left -= part
    return found


@dataclass(frozen=True, slots=True)
class Sums:
    """What a claim adds up to; the fields are those of `facts.Claim`."""

    funds: tuple[FundDue, ...]
    charges_cents: int
    plan_cents: int
    interest_cents: int
    costs_cents: int
    later_cents: int
    credit_cents: int
    coming: tuple[Coming, ...]
    debts: tuple[ClaimedDebt, ...]

    @property
    def pay_cents(self) -> int:
        return sum(fund.cents for fund in self.funds)

    @property
    def late_cents(self) -> int:
        return sum(fund.late_cents for fund in self.funds)


def sums(found: Account, plans: Sequence[PlanDue], agreed: Mapping[UUID, Agreed], extra: Extra, today: date) -> Sums:
    """What is to pay now, for which fund, and what comes."""
    planned = kept_lines(plans)
    free = [item for item in found.debts if item.line_id not in planned]
    now: dict[CallKind, int] = dict.fromkeys(CallKind, 0)
    late: dict[CallKind, int] = dict.fromkeys(CallKind, 0)
    coming = []
    for item in free:
        kind = kind_of(item.account)
        now[kind] += item.open_cents
        if item.due_on < today:
            late[kind] += item.open_cents
        else:
            coming.append(Coming(item.due_on, kind, item.open_cents, True, False))
    plan_cents = 0
    for plan in plans:
        if plan.kept:
            covered = [item for item in found.debts if item.line_id in plan.line_ids]
            payments = _payments(plan, agreed[plan.plan_id], covered)
            coming += payments
            for one in payments:
                if one.asked:
                    now[one.kind] += one.cents
                    plan_cents += one.cents
    interest, costs, credit = _met(extra.interest_cents, extra.costs_cents, found.credit_cents)
    now[CallKind.WORKING] += interest + costs
    called, _rest = net(found.later, credit)
    coming += [Coming(item.due_on, kind_of(item.account), item.open_cents, False, False) for item in called]
    owed = sum(item.open_cents for item in found.debts) - sum(item.open_cents for item in free)
    return Sums(
        tuple(FundDue(kind, now[kind], late[kind]) for kind in CallKind if now[kind]),
        sum(item.open_cents for item in free), plan_cents, interest, costs, owed - plan_cents + extra.later_cents,
        credit, tuple(_together(coming)), tuple(_debt(item, planned, today) for item in found.debts),
    )  # fmt: skip


def _met(interest: int, costs: int, credit: int) -> tuple[int, int, int]:
    """Interest and costs that are not on the account, after a credit that no debt used; and what is left of it."""
    of_interest = min(interest, credit)
    of_costs = min(costs, credit - of_interest)
    return interest - of_interest, costs - of_costs, credit - of_interest - of_costs


def _payments(plan: PlanDue, agreed: Agreed, covered: Sequence[OpenItem]) -> list[Coming]:
    """The open payments of a plan, each with the funds it is for: money meets the debts in their order."""
    debts = deque((kind_of(item.account), item.open_cents) for item in sorted(covered, key=settling_order))
    terms = followed([Term(day, cents) for day, cents in agreed.terms], agreed.cents - plan.left_cents)
    found = []
    for term in terms:
        left = term.cents - term.paid_cents
        while left and debts:
            kind, cents = debts.popleft()
            part = min(left, cents)
            found.append(Coming(term.due_on, kind, part, term.due_on == plan.due_on, True))
            left -= part
            if cents > part:
                debts.appendleft((kind, cents - part))
    return found


def _together(coming: Iterable[Coming]) -> list[Coming]:
    added: dict[tuple[date, CallKind, bool, bool], int] = {}
    for one in coming:
        key = (one.due_on, one.kind, one.asked, one.plan)
        added[key] = added.get(key, 0) + one.cents
    order = list(CallKind)
    keys = sorted(added, key=lambda key: (key[0], order.index(key[1]), key[2], key[3]))
    return [Coming(day, kind, added[day, kind, asked, plan], asked, plan) for day, kind, asked, plan in keys]


def _debt(item: OpenItem, planned: Collection[UUID], today: date) -> ClaimedDebt:
    return ClaimedDebt(
        item.line_id, item.entry_id, kind_of(item.account), item.label, item.lot, item.on, item.due_on, item.cents,
        item.open_cents, item.due_on < today, item.line_id in planned, item.ancillary,
    )  # fmt: skip
