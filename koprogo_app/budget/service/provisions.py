"""What a budget asks of each lot, and the calls for funds that ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from koprogo_app.budget.model import BudgetCall, Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.provisions import Provisions, by_key, calendar, provisions
from koprogo_app.budget.service.variance import SHARES
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service import calls
from koprogo_app.estate.queries.keys import WeightRow, key_weights, keys_of
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.lawful import lawful
from koprogo_app.identity.access import require
from koprogo_app.purchases.queries.settings import charge_rules

KINDS: Final[dict[str, str]] = {
    Nature.ORDINARY: "working",
    Nature.RESERVE: "reserve",
    Nature.EXTRAORDINARY: "extraordinary",
}
"""The fund that a line's provisions are called for; the reserve's part is told apart (art. 3.86 §3)."""
LABEL: Final = N_("Provisions {year}")


@dataclass(frozen=True, slots=True)
class ProvisionsView:
    """The provisions of a budget: `lots` in the order of the deed, `weights` of each key by lot, `keys` by name,
    `calls` the calls for funds made of it."""

    budget: BudgetRow
    provisions: Provisions
    lots: list[WeightRow]
    weights: Mapping[UUID | None, Mapping[UUID, int]]
    keys: Mapping[UUID | None, str]
    calls: list[UUID]

    def key_name(self, key_id: UUID | None, lang: str) -> str:
        """What a key is called; the shares by a name of their own."""
        return self.keys.get(key_id) or tr(lang, SHARES)


async def preview(w: Work, building_id: UUID, year: int, number: int = 0) -> ProvisionsView:
    """The provisions of a budget by the weights of today, before its year by those of its first day (`budget.read`).

    Raises NotFound, Invalid when a key that must carry something has no weights.
    """
    row = await queries.budget(w, building_id, year, number)
    lines = await queries.lines_of(w, row.id)
    on = max(row.start, min(w.today, row.end))
    weights: dict[UUID | None, Mapping[UUID, int]] = {}
    lots: list[WeightRow] = await key_weights(w, building_id, None, on=on)
    drafts = set(await queries.draft_lots(w, building_id))
    for key in {line.key_id for line in lines if line.cents}:
        rows = lots if key is None else await key_weights(w, building_id, key, on=on)
        weights[key] = {one.lot_id: 0 if one.lot_id in drafts else one.weight or 0 for one in rows}
    with lawful():
        asked = provisions(lines, calendar(row.frequency, row.months, row.called_on), weights)
    keys: dict[UUID | None, str] = {key.id: key.name for key in await keys_of(w, building_id, archived=True)}
    return ProvisionsView(row, asked, lots, weights, keys, await queries.calls_of(w, row.id))


async def call_funds(w: Work, building_id: UUID, year: int, number: int = 0) -> UUID:
    """Drafts the call for funds that asks a voted budget's provisions (`calls.write`); whoever posts it sees it first.

    Raises Conflict when the budget is not voted, or a call of it stands.
    """
    row = await queries.budget(w, building_id, year, number)
    require(w, "calls.write", row.organization_id, row.building_id)
    await w.execute("select from budget where id = %(b)s for update", b=row.id)
    if not row.decided:
        raise Conflict(N_("Funds are called once the assembly has voted the budget (art. 3.89 §5 16°)."))
    if await queries.calls_of(w, row.id):
        raise Conflict(N_("The provisions of this budget are called already."))
    lines = await queries.lines_of(w, row.id)
    days = (await charge_rules(w, building_id)).call_days
    call = await calls.save(
        w,
        building_id,
        calls.Wanted(
            tr(w.principal.lang, LABEL, year=row.name) + (f" – {row.label}" if row.label else ""),
            [
                calls.PartWanted(CallKind(KINDS[nature]), cents, key)
                for (nature, key), cents in by_key(lines).items()
                if cents
            ],
            [(day, day + timedelta(days=days)) for day in calendar(row.frequency, row.months, row.called_on)],
            row.voted_on,
            row.decision or row.document_title,
        ),
    )
    await w.add(
        BudgetCall(call_id=call.id, organization_id=row.organization_id, building_id=building_id, budget_id=row.id)
    )
    await audit(
        w,
        "budget.called",
        "budget",
        row.id,
        organization_id=row.organization_id,
        building_id=building_id,
        after={"call": call.id},
    )
    return call.id
