"""The documents panel of a detail page: of a lot, or of an invoice."""

import reflex as rx

from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.documents.state.lines import DocLine, line
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.lots import lot_detail
from koprogo_app.foundation.database import Work
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import id_after, may, workspace
from koprogo_app.workspace.state.page import PageState, here, loads, reads

_SHOWN = 8


class Panel(PageState, rx.State):
    """The newest documents of what the page is about; `record` is the lot or the invoice."""

    rows: list[DocLine] = []
    total: int = 0
    write: bool = False
    record: str = ""
    library: str = ""

    load = loads("documents.read")

    @reads("documents.read")
    async def refresh(self, w: Work, lang: str) -> None:
        """Reads them again, when the page has the panel."""
        if here(self) == self.place:
            await self._fill(w, lang)

    async def _fill(self, w: Work, lang: str) -> None:
        of_lot = "/lots/" in self.place
        subject = id_after(self, "lots" if of_lot else "invoices")
        if of_lot:
            building_id, choice = (await lot_detail(w, subject)).lot.building_id, Choice(lot_id=subject)
        else:
            building_id = id_after(self, "buildings")
            choice = Choice(building_id=building_id, entity="invoice", entity_id=subject)
        building = await building_row(w, building_id)
        page = await documents_page(w, Asked(per_page=_SHOWN), choice)
        self.rows, self.total, self.record = [line(one, lang) for one in page.rows], page.total, str(subject)
        self.write = may("documents.write", building.organization_id, building.id)
        self.library = f"{workspace(building.id)}/documents"
