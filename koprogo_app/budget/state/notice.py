"""What the building's overview says of its budget: none voted, lines that run over, a reserve that is short."""

import re
from uuid import UUID

import reflex as rx

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service.budgets import unvoted
from koprogo_app.budget.service.overview import rule_of_year
from koprogo_app.budget.service.variance import variance
from koprogo_app.budget.state.budget import NO_BUDGET
from koprogo_app.budget.state.common import rule_shown
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import acting, lang_of, may, workspace


class BudgetNotice(rx.State):
    """Alerts of the budget on the overview of a building; nothing for who may not read it."""

    lines: list[dict[str, str]] = []
    warning: str = ""
    reserve: dict[str, str] = {}
    link: str = ""
    percent: str = ""

    @handler("buildings.read")
    async def load(self) -> None:
        """Reads them for the page's address."""
        self.lines, self.warning, self.reserve = [], "", {}
        found = re.search(r"/buildings/([0-9a-f-]{36})/?$", self.router.url.path)
        if found is None:
            return
        building_id, lang = UUID(found[1]), await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                book = await books.book(w, building_id, "buildings.read")
                if not book.opened or not may("budget.read", book.organization_id, building_id):
                    return
                rows = await queries.budgets(w, building_id)
                self.warning = tr(lang, NO_BUDGET) if unvoted(rows, w.today) else ""
                running = next((row for row in rows if row.start <= w.today <= row.end and row.decided), None)
                if running is None:
                    return
                seen = await variance(w, building_id, running.year)
                rule = await rule_of_year(w, running)
        except KoproError:
            return
        self.link = f"{workspace(building_id)}/budget/variance?year={running.year}"
        self.percent = str(seen.percent)
        self.lines = [
            {
                "text": seen.name(row, lang),
                "actual": money(row.actual_to_date, lang),
                "budget": money(row.budget_to_date, lang),
            }
            for row in seen.over
        ]
        shown = rule_shown(rule, lang)
        self.reserve = shown if shown["kind"] == "refused" else {}
