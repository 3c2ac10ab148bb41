"""What a budget asks of each lot, and the calls for funds that ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.budget.model import Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.provisions import Provisions, calendar, provisions
from koprogo_app.budget.service.variance import SHARES
from koprogo_app.estate.queries.keys import WeightRow, key_weights, keys_of
from koprogo_app.estate.service.lawful import lawful
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import tr

KINDS: Final[dict[str, str]] = {
    Nature.ORDINARY: "working",
    Nature.RESERVE: "reserve",
    Nature.EXTRAORDINARY: "extraordinary",
}
"""The fund that a line's provisions are called for; the reserve's part is told apart (art. 3.86 §3)."""


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
    for key in {line.key_id for line in lines if line.cents}:
        rows = lots if key is None else await key_weights(w, building_id, key, on=on)
        weights[key] = {one.lot_id: one.weight or 0 for one in rows}
    with lawful():
        asked = provisions(lines, calendar(row.frequency, row.months, row.called_on), weights)
    keys: dict[UUID | None, str] = {key.id: key.name for key in await keys_of(w, building_id, archived=True)}
    return ProvisionsView(row, asked, lots, weights, keys, await queries.calls_of(w, row.id))
