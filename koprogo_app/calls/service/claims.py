"""The claim on an owner: the one answer to what she owes, where and when she pays it.

- `claim(w, building_id, owner_id, by=…) -> Claim` — whole, with interest, costs, plans and how to pay
- `accounts(w, building_id) -> dict[owner, Account]` — every owner's debts after credits, for lists and figures
- `owed(w, building_id) -> dict[owner, Owed]` — their sums
- `kept_lines(w, building_id)` — the debts that plans ask in instalments

What areas above know of a claim (interest, costs of letters, pauses) they give to `EXTRAS`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.calls.facts import Claim, Extra
from koprogo_app.calls.queries.plans import PlanRow, plans_of
from koprogo_app.calls.rules import claims as rules
from koprogo_app.calls.rules.claims import Account, Agreed, Owed
from koprogo_app.calls.service.paying import transfers, without_account
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.manifests import Hook
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.queries.references import references
from koprogo_app.payments.service.references import payment_reference
from koprogo_app.payments.service.settling import Order

Asked = Callable[[Work, UUID, UUID, Collection[UUID]], Awaitable[Extra]]
"""Takes the building, the owner, and the debts that a plan asks in instalments."""
EXTRAS: Final = Hook[Asked]("calls.extras")


async def claim(w: Work, building_id: UUID, owner_id: UUID, *, by: date | None = None) -> Claim:
    """What an owner owes today of all that is called by a day, today when none is given (`ledger.read`, or herself).

    Raises NotFound, Forbidden, Conflict before the accounts are opened.
    """
    found = rules.account(await open_items(w, building_id, owner_id=owner_id), max(by or w.today, w.today))
    agreed = {plan.id: plan for plan in _running(await plans_of(w, building_id, owner_id))}
    plans = rules.plans_due(agreed.values(), found.debts, w.today)
    extra = await _extra(w, building_id, owner_id, rules.kept_lines(plans))
    sums = rules.sums(found, plans, agreed, extra, w.today)
    amounts = {fund.kind: fund.cents for fund in sums.funds}
    message = (await references(w, building_id)).get(owner_id, "")
    if sums.pay_cents and not message:
        message = await payment_reference(w, building_id, owner_id)
    ways = await transfers(w, building_id, amounts, message)
    missing = without_account(amounts, ways)
    return Claim(
        building_id, owner_id, w.today, message, sums.pay_cents, sums.late_cents, sums.charges_cents, sums.plan_cents,
        sums.interest_cents, sums.costs_cents, sums.later_cents, sums.credit_cents, sums.funds, tuple(ways),
        tuple(fund for fund in sums.funds if fund.kind in missing), sums.coming, sums.debts, tuple(plans),
        extra.paused, extra.paused_until,
    )  # fmt: skip


async def _extra(w: Work, building_id: UUID, owner_id: UUID, planned: Collection[UUID]) -> Extra:
    parts = [await asked(w, building_id, owner_id, planned) for asked in EXTRAS.given()]
    return Extra(
        sum(part.interest_cents for part in parts), sum(part.costs_cents for part in parts),
        sum(part.later_cents for part in parts), next((part.paused for part in parts if part.paused), ""),
        next((part.paused_until for part in parts if part.paused), None),
    )  # fmt: skip


def _running(plans: list[PlanRow]) -> list[Agreed]:
    return [
        Agreed(plan.id, plan.agreed_on, plan.cents, tuple(plan.terms), tuple(plan.line_ids))
        for plan in plans
        if plan.ended_at is None
    ]


async def accounts(w: Work, building_id: UUID) -> dict[UUID, Account]:
    """Each owner's account by today: debts after credits (`ledger.read`)."""
    mine: dict[UUID, list[OpenItem]] = {}
    for item in await open_items(w, building_id):
        if item.owner_id is not None:
            mine.setdefault(item.owner_id, []).append(item)
    return {owner: rules.account(items, w.today) for owner, items in mine.items()}


async def owed(w: Work, building_id: UUID) -> dict[UUID, Owed]:
    """Where each owner's account stands today (`ledger.read`)."""
    found = await accounts(w, building_id)
    planned = await _kept(w, building_id, found)
    return {owner: rules.owed(one, planned, w.today) for owner, one in found.items()}


async def kept_lines(w: Work, building_id: UUID) -> set[UUID]:
    """The debts under a plan that is kept today: they are asked in instalments, nobody is reminded (`ledger.read`)."""
    return await _kept(w, building_id)


async def _kept(w: Work, building_id: UUID, found: Mapping[UUID, Account] | None = None) -> set[UUID]:
    running = _running(await plans_of(w, building_id))
    if not running:
        return set()
    known = await accounts(w, building_id) if found is None else found
    debts = [debt for one in known.values() for debt in one.debts]
    return rules.kept_lines(rules.plans_due(running, debts, w.today))


async def plans_first(w: Work, building_id: UUID, owner_id: UUID, on: date) -> Order:
    """A payment meets first what plans that are kept on its day ask now: that is what was agreed."""
    plans = _running(await plans_of(w, building_id, owner_id))
    debts = rules.account(await open_items(w, building_id, owner_id=owner_id), on).debts
    return Order(tuple(rules.plan_order(rules.plans_due(plans, debts, on), debts)))
