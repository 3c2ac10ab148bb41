"""The documents panel of a detail page: the lot's now; the invoice's, the meeting's and the ticket's when they come."""

import re
from typing import Any

import reflex as rx

from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.documents.state.lines import DocLine, line
from koprogo_app.estate.queries.lots import lot_detail
from koprogo_app.estate.queries.paging import Asked
from koprogo_app.estate.state.common import acting, as_id, lang_of, may, workspace
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import refuse

_SHOWN = 8


class Panel(rx.State):
    """The newest documents of what the page is about."""

    rows: list[DocLine] = []
    total: int = 0
    write: bool = False
    ready: bool = False
    building_id: str = ""
    lot_id: str = ""
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
        found = re.search(r"/buildings/([0-9a-f-]{36})/lots/([0-9a-f-]{36})", self.router.url.path)
        if found is None:
            return None
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                lot = await lot_detail(w, as_id(found[2]))
                page = await documents_page(w, Asked(per_page=_SHOWN), Choice(lot_id=lot.lot.id))
        except KoproError as error:
            return await refuse(self, error)
        self.rows, self.total = [line(one, lang) for one in page.rows], page.total
        self.building_id, self.lot_id = str(lot.lot.building_id), str(lot.lot.id)
        self.write = may("documents.write", lot.organization_id, lot.lot.building_id)
        self.library = f"{workspace(lot.lot.building_id)}/documents"
        self.ready = True
        return None
