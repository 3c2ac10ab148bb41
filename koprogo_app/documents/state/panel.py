"""The documents panel of a detail page: of a lot, or of an invoice."""

import re
from typing import Any

import reflex as rx

from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.documents.state.lines import DocLine, line
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.lots import lot_detail
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import refuse
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import acting, as_id, lang_of, may, workspace

_SHOWN = 8


class Panel(rx.State):
    """The newest documents of what the page is about."""

    rows: list[DocLine] = []
    total: int = 0
    write: bool = False
    ready: bool = False
    building_id: str = ""
    lot_id: str = ""
    invoice_id: str = ""
    library: str = ""

    @handler("documents.read")
    async def load(self) -> Any:
        """Reads them for the page's address."""
        return await self._fill()

    @handler("documents.read")
    async def refresh(self) -> Any:
        """Reads them again, when the page has the panel."""
        return await self._fill()

    async def _fill(self) -> Any:
        found = re.search(
            r"/buildings/([0-9a-f-]{36})/(lots|invoices)/([0-9a-f-]{36})", self.router.url.path, re.IGNORECASE
        )
        if found is None:
            return None
        lang, of_lot, subject = await lang_of(self), found[2] == "lots", as_id(found[3])
        try:
            async with work(acting(lang)) as w:
                place = (await lot_detail(w, subject)).lot.building_id if of_lot else as_id(found[1])
                building = await building_row(w, place)
                entity = Choice(building_id=building.id, entity="invoice", entity_id=subject)
                page = await documents_page(w, Asked(per_page=_SHOWN), Choice(lot_id=subject) if of_lot else entity)
        except KoproError as error:
            return await refuse(self, error)
        self.rows, self.total = [line(one, lang) for one in page.rows], page.total
        self.building_id, self.lot_id = str(building.id), str(subject) if of_lot else ""
        self.invoice_id = "" if of_lot else str(subject)
        self.write = may("documents.write", building.organization_id, building.id)
        self.library = f"{workspace(building.id)}/documents"
        self.ready = True
        return None
