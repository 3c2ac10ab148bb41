"""The provisions of a budget: what each lot is asked and when, and the call for funds that asks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.budget.model import NATURE_NAMES, Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.provisions import Part
from koprogo_app.budget.service.budgets import plan as set_days
from koprogo_app.budget.service.provisions import ProvisionsView, call_funds, preview
from koprogo_app.budget.state.common import BudgetLink, budget_links, chosen, name_of, where
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, money, number, tr
from koprogo_app.interface.form import Problem, problem
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import NO_PROBLEM, PageState, Sent, Told, acts, loads, submits


@dataclass(frozen=True)
class LotLine:
    """What a lot is asked: by nature, in one instalment or over the year."""

    id: str = ""
    lot: str = ""
    query: str = ""
    ordinary: str = ""
    extraordinary: str = ""
    reserve: str = ""
    total: str = ""


@dataclass(frozen=True)
class KeyLine:
    """What a key divides; `quota` the weights of all lots, or of one lot beside them, whose part is `part`."""

    id: str = ""
    key: str = ""
    nature: str = ""
    cents: str = ""
    quota: str = ""
    part: str = ""


@dataclass(frozen=True)
class DayLine:
    """An instalment."""

    query: str = ""
    day: str = ""
    ordinary: str = ""
    extraordinary: str = ""
    reserve: str = ""
    total: str = ""


class ProvisionsPage(PageState, rx.State):
    """The provisions. In the address: `year`, `n`, `on` (an instalment, by its day), `lot` (a lot explained)."""

    building: str = ""
    budget_id: str = ""
    query: str = ""
    name: str = ""
    has: bool = False
    editable: bool = False
    may_call: bool = False
    called: str = ""
    decided: bool = False
    frequency: str = ""
    days: str = ""
    choices: list[BudgetLink] = []
    instalments: list[DayLine] = []
    on: str = ""
    keyed: list[KeyLine] = []
    lot: str = ""
    lots: list[LotLine] = []
    sums: LotLine = LotLine()
    proof: str = ""
    problem: Problem = NO_PROBLEM

    load = loads("budget.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id, "budget.read")
        rows = await queries.budgets(w, building_id)
        row = chosen(rows, self.router.url.query_parameters, w.today.year)
        self.building, self.choices, self.has = book.building_name, budget_links(rows, lang), row is not None
        self.problem, self.budget_id = NO_PROBLEM, str(row.id) if row else ""
        if row is None:
            return
        self._show(row, lang)
        self.editable = row.editable and may("budget.write", row.organization_id, building_id)
        self.may_call = row.decided and may("calls.write", row.organization_id, building_id)
        try:
            seen = await preview(w, building_id, row.year, row.number)
        except KoproError as error:
            # The days can be set all the same; why nothing can be divided stands above them.
            self.problem, self.called, self.instalments = problem(error), "", []
            self.keyed, self.lots = [], []
            return
        self._show_parts(seen, lang)

    def _show(self, row: BudgetRow, lang: str) -> None:
        self.name, self.query, self.decided = name_of(row, lang), where(row), row.decided
        self.frequency = row.frequency
        self.days = " ".join(shown_day(day, lang) for day in row.called_on)

    def _show_parts(self, seen: ProvisionsView, lang: str) -> None:
        asked = seen.provisions
        self.called = f"{self.base}/calls/{seen.calls[0]}" if seen.calls else ""
        self.instalments = [
            DayLine(f"{self.query}&on={one.on.isoformat()}", shown_day(one.on, lang), **_figures(one.parts, lang))
            for one in asked.instalments
        ]
        on = self.router.url.query_parameters.get("on", "")
        picked = [one for one in asked.instalments if one.on.isoformat() == on] or list(asked.instalments)
        self.on = shown_day(picked[0].on, lang) if on and len(picked) == 1 else ""
        parts = [part for one in picked for part in one.parts]
        days = f"{self.query}&on={on}" if self.on else self.query
        self.lots = [
            LotLine(
                str(lot.lot_id), lot.number, f"{days}&lot={lot.lot_id}#keys", **_figures(parts, lang, lot.lot_id)
            )
            for lot in seen.lots
        ]  # fmt: skip
        self.sums = LotLine("", "", **_figures(parts, lang))
        asked_for = self.router.url.query_parameters.get("lot", "")
        lot_id = next((lot.lot_id for lot in seen.lots if str(lot.lot_id) == asked_for), None)
        self.lot = next((lot.number for lot in seen.lots if lot.lot_id == lot_id), "")
        self.keyed = _keyed(seen, parts, lot_id, lang)
        total = sum(part.cents for part in parts)
        added = sum(part.by_lot.get(lot.lot_id, 0) for part in parts for lot in seen.lots)
        self.proof = money(total, lang) if total == added else ""

    @submits("budget.write", done=N_("The days of the provisions are set."))
    async def plan(self, w: Work, sent: Sent) -> None:
        """Sets when the provisions are asked."""
        await set_days(w, sent.id("budget"), sent.typed("frequency", "called_on"))

    @acts("calls.write")
    async def call(self, w: Work, budget: str) -> Told:
        """Makes the call for funds of all these provisions, and opens it."""
        row = await queries.budget_by_id(w, as_id(budget))
        call_id = await call_funds(w, row.building_id, row.year, row.number)
        return Told(N_("The call for funds is drafted. Look at it, then post it."), go=f"{self.base}/calls/{call_id}")


def _keyed(seen: ProvisionsView, parts: Sequence[Part], lot: UUID | None, lang: str) -> list[KeyLine]:
    """What each key divides, by nature; of a lot its weight in the key and the part that follows from it."""
    found: dict[tuple[str, UUID | None], list[Part]] = {}
    for part in parts:
        found.setdefault((part.nature, part.key_id), []).append(part)
    lines = []
    for (nature, key), same in found.items():
        weights = seen.weights[key]
        quota = number(sum(weights.values()), lang)
        own = sum(part.by_lot.get(lot, 0) for part in same) if lot else 0
        lines.append(
            KeyLine(
                f"{nature} {key}", seen.key_name(key, lang), tr(lang, NATURE_NAMES[nature]),
                amount(sum(part.cents for part in same), lang),
                f"{number(weights.get(lot, 0), lang)} / {quota}" if lot else quota,
                amount(own, lang) if lot else "",
            )
        )  # fmt: skip
    return lines


def _figures(parts: Sequence[Part], lang: str, lot: UUID | None = None) -> dict[str, str]:
    """What parts ask by nature and together: of one lot, or of all."""

    def cents(nature: str) -> int:
        return sum((part.cents if lot is None else part.by_lot.get(lot, 0)) for part in parts if part.nature == nature)

    shown = {nature.value: amount(cents(nature), lang, blank=True) for nature in Nature}
    return shown | {"total": amount(sum(cents(nature) for nature in Nature), lang)}


NATURES = {nature.value: NATURE_NAMES[nature] for nature in Nature}
