"""The instalment plans of a building."""

import reflex as rx

from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.calls.state.account import PlanLine, plan_line
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import id_after
from koprogo_app.workspace.state.page import PageState, loads


class Plans(PageState, rx.State):
    """Every plan, running ones first."""

    building: str = ""
    rows: list[PlanLine] = []

    load = loads("calls.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        self.building = (await books.open_book(w, building_id)).building_name
        self.rows = [plan_line(row, self.base, w.today, lang) for row in await plans_of(w, building_id)]
