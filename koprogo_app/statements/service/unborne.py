"""Costs of a year that nobody bears, by name: the invoice, its day, its key.

- `unborne(w, shared, building_id) -> list[Unborne]`
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.estate.queries.bearing import key_gaps
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import Refusal
from koprogo_app.law.values import Cents
from koprogo_app.statements.queries import statement as queries
from koprogo_app.statements.rules.statement import Expense
from koprogo_app.statements.service.shared_costs import Shared

_BEGINS = N_("Nobody bears {amount} of {what}, {day}: the key “{key}” only begins on {since}.")
_EMPTY = N_("Nobody bears {amount} of {what}, {day}: no lot has a weight in the key “{key}” then.")
_NO_HOLDER = N_("Nobody bears {amount} of {what}, {day}: a lot that is charged has no co-owner.")


@dataclass(frozen=True, slots=True)
class Unborne:
    """A cost, or a part of it, that is charged to nobody: `what` names it; `since`: when its key begins."""

    expense: Expense
    cents: int
    what: str
    key: str = ""
    since: date | None = None

    @property
    def refusal(self) -> Refusal:
        """Why it is borne by nobody."""
        said: dict[str, object] = {"amount": Cents(self.cents), "what": self.what, "day": self.expense.on}
        if not self.key:
            return Refusal(_NO_HOLDER, None, said)
        if self.since is not None and self.since > self.expense.on:
            return Refusal(_BEGINS, None, said | {"key": self.key, "since": self.since})
        return Refusal(_EMPTY, None, said | {"key": self.key})


async def unborne(w: Work, shared: Shared, building_id: UUID) -> list[Unborne]:
    """The costs of a shared-out year that nobody bears, by day; the caller has authorised the building."""
    portions = shared.by_owner.get(None, ())
    cents: defaultdict[UUID, int] = defaultdict(int)
    lots: dict[UUID, bool] = {}
    expenses = {one.expense.id: one.expense for one in portions}
    for one in portions:
        cents[one.expense.id] += one.cents
        lots[one.expense.id] = one.lot_id is not None
    asked = {(e.key_id, e.on) for e in expenses.values() if e.key_id and not lots[e.id]}
    gaps = await key_gaps(w, building_id, asked)
    numbers = await queries.invoice_names(w, {e.invoice_id for e in expenses.values() if e.invoice_id})
    found = []
    for expense in sorted(expenses.values(), key=lambda e: (e.on, e.entry, e.id)):
        if not cents[expense.id]:
            continue
        what = numbers.get(expense.invoice_id, "") if expense.invoice_id else ""
        gap = gaps.get((expense.key_id, expense.on)) if expense.key_id else None
        found.append(
            Unborne(
                expense, cents[expense.id], what or f"{expense.entry} {expense.label}".strip(),
                gap.key if gap else "", gap.since if gap else None,
            )
        )  # fmt: skip
    return found
