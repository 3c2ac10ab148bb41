"""The instalment plans of a building."""

import reflex as rx

from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.calls.state.account import PlanLine, plan_line
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import acting, failure, id_after, lang_of, workspace


class Plans(rx.State):
    """Every plan, running ones first."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    rows: list[PlanLine] = []

    @handler("calls.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        try:
            lang, building_id = await lang_of(self), id_after(self, "buildings")
            async with work(acting(lang)) as w:
                book = await books.open_book(w, building_id)
                rows = await plans_of(w, building_id)
                today = w.today
            self.base, self.building = workspace(building_id), book.building_name
            self.rows = [plan_line(row, self.base, today, lang) for row in rows]
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)
