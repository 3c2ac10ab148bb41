"""What the building's overview says of its budget: none voted, lines that run over, a reserve that is short."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service.budgets import unvoted
from koprogo_app.budget.service.overview import rule_of_year
from koprogo_app.budget.service.variance import variance
from koprogo_app.budget.state.budget import NO_BUDGET
from koprogo_app.budget.state.common import ReserveNote, reserve_note
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import id_after, may
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class OverLine:
    """A line that runs over: what it cost to date, what was budgeted."""

    text: str = ""
    actual: str = ""
    budget: str = ""


class BudgetNotice(PageState, rx.State):
    """Alerts of the budget on the overview of a building; nothing for who may not read it."""

    lines: list[OverLine] = []
    warning: str = ""
    reserve: ReserveNote = ReserveNote()
    link: str = ""
    percent: str = ""

    load = loads("buildings.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        self.lines, self.warning, self.reserve = [], "", ReserveNote()
        book = await books.book(w, building_id, "buildings.read")
        if not book.opened or not may("budget.read", book.organization_id, building_id):
            return
        rows = await queries.budgets(w, building_id)
        self.warning = tr(lang, NO_BUDGET) if unvoted(rows, w.today) else ""
        running = next((row for row in rows if row.start <= w.today <= row.end and row.decided), None)
        if running is None:
            return
        seen = await variance(w, building_id, running.year)
        self.link = f"{self.base}/budget/variance?year={running.year}"
        self.percent = str(seen.percent)
        self.lines = [
            OverLine(seen.name(row, lang), money(row.actual_to_date, lang), money(row.budget_to_date, lang))
            for row in seen.over
        ]
        reserve = reserve_note(await rule_of_year(w, running), lang)
        self.reserve = reserve if reserve.kind == "refused" else ReserveNote()
