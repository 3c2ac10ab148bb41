"""Agreeing on an instalment plan with an owner who is late, and ending it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.calls.model.plans import InstalmentPlan, PlanDebt, PlanTerm
from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.calls.rules import plans as rules
from koprogo_app.calls.rules.plans import Term
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.open_items import open_items


async def agree(
    w: Work, building_id: UUID, owner_id: UUID, terms: Sequence[Term], *, lines: Sequence[UUID] = (),
    agreed_on: date | None = None, note: str = "",
) -> InstalmentPlan:  # fmt: skip
    """Writes a plan down (`payments.write`): the named debts, or all that is called by today, paid over these terms.

    Raises Invalid when the terms do not add up to the debts, Conflict when another running plan covers one of them.
    """
    book = await books.open_book(w, building_id, "payments.write")
    called = await open_items(w, building_id, owner_id=owner_id, on=w.today)
    debts = [item for item in called if item.open_cents > 0]
    covered = {line for plan in await plans_of(w, building_id, owner_id) if not plan.ended_at for line in plan.line_ids}
    chosen = [item for item in debts if item.line_id in lines] if lines else debts
    if not chosen or (lines and len(chosen) < len(set(lines))):
        raise Invalid("lines", N_("This is no longer open: choose among the open items."))
    if covered & {item.line_id for item in chosen}:
        raise Conflict(N_("Another plan covers one of these debts already: end it first."))
    ready = rules.check(terms, sum(item.open_cents for item in chosen))
    where: dict[str, Any] = {"organization_id": book.organization_id, "building_id": building_id}
    plan = await w.add(InstalmentPlan(**where, owner_id=owner_id, agreed_on=agreed_on or w.today,
                                      note=note.strip()[:500], user_id=w.principal.user_id))  # fmt: skip
    w.session.add_all(PlanTerm(**where, plan_id=plan.id, due_on=term.due_on, cents=term.cents) for term in ready)
    w.session.add_all(PlanDebt(**where, plan_id=plan.id, line_id=one.line_id, cents=one.open_cents) for one in chosen)
    await w.flush()
    await _audited(w, plan, "plan.agreed", terms=len(ready), cents=sum(term.cents for term in ready))
    return plan


async def end(w: Work, plan_id: UUID, reason: str) -> InstalmentPlan:
    """Ends a plan (`payments.write`): the debts stand as before. Raises Invalid without a reason."""
    plan = await w.get(InstalmentPlan, plan_id)
    await books.open_book(w, plan.building_id, "payments.write")
    if not reason.strip():
        raise Invalid("reason", N_("Say why the plan ends."))
    if plan.ended_at is not None:
        raise Conflict(N_("This plan has ended already."))
    plan.ended_at, plan.ended_reason = w.now, reason.strip()[:500]
    await w.add(plan)
    await _audited(w, plan, "plan.ended", reason=plan.ended_reason)
    return plan


async def _audited(w: Work, plan: InstalmentPlan, act: str, **after: object) -> None:
    await audit(
        w, act, "instalment_plan", plan.id, organization_id=plan.organization_id, building_id=plan.building_id,
        after={"owner_id": plan.owner_id, **after},
    )  # fmt: skip
