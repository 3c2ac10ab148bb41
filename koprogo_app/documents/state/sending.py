"""Sending documents: what is said of them before they go, and where they go."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from koprogo_app.documents.acceptance.types import ENDINGS
from koprogo_app.documents.queries.library import document_detail
from koprogo_app.documents.state.library import Library
from koprogo_app.documents.state.panel import Panel
from koprogo_app.documents.words import KINDS, WHO, options
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.lots import lot_detail, lots_page
from koprogo_app.estate.service.owners import OWNER
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.guard import handler
from koprogo_app.settings import settings
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import as_id, id_after, may
from koprogo_app.workspace.state.page import PageState, opening

ACCEPT: Final = ENDINGS
_TO_SEE: Final = {
    "co_owners": "documents.read_co_owners",
    "board": "documents.read_board",
    "syndic": "documents.read_syndic",
    "owner": "documents.read_owner",
}


@dataclass(frozen=True)
class Said:
    """What is said of the files to come."""

    kind: str = "other"
    visibility: str = "syndic"
    owner_id: str = ""
    lot_id: str = ""
    dated: str = ""
    lang: str = ""


class Sending(PageState, rx.State):
    """The dialog in which files are sent; its record is what they are for: a building, a lot, an invoice, or the
    document of which they are the next version."""

    title: str = ""
    said: Said = Said()
    endpoint: str = ""
    limit: int = 50_000_000
    limit_text: str = "50"
    levels: list[dict[str, str]] = []
    lots: list[dict[str, str]] = []
    owners: list[dict[str, str]] = []
    _goes: dict[str, str] = {}

    @opening("documents.write", "building")
    async def start(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog for the building of the page."""
        await self._begin(w, lang, self._of_page("buildings", record))

    @opening("documents.write", "lot")
    async def start_lot(self, w: Work, lang: str, record: str) -> None:
        """Opens it for the lot of the page."""
        lot = (await lot_detail(w, self._of_page("lots", record))).lot
        await self._begin(w, lang, lot.building_id, lot_id=str(lot.id))

    @opening("documents.write", "invoice")
    async def start_invoice(self, w: Work, lang: str, record: str) -> None:
        """Opens it for the invoice of the page, whose papers its council reads too."""
        invoice_id = self._of_page("invoices", record)
        await self._begin(w, lang, id_after(self, "buildings"), kind="invoice", visibility="board")
        self._goes |= {"entity": "invoice", "entity_id": str(invoice_id)}
        self._aim()

    @opening("documents.write", "version")
    async def start_version(self, w: Work, lang: str, record: str) -> None:
        """Opens it for the next version of a document."""
        row = (await document_detail(w, as_id(record))).row
        self.title, self._goes = row.title, {"document_id": str(row.id)}
        self._aim()

    def _of_page(self, segment: str, record: str) -> UUID:
        """The record, which must be the one that the page is about. Raises Conflict when it is another by now."""
        found = id_after(self, segment)
        if record != str(found):
            raise Conflict(N_("This belongs to another page than the one that is open now: nothing was done."))
        return found

    async def _begin(self, w: Work, lang: str, building_id: UUID, **first: str) -> None:
        row = await building_row(w, building_id)
        found = await lots_page(w, row.id, Asked(per_page=500))
        people = await OWNER.page(w, None, Asked(per_page=500), building_id=row.id)
        seen = frozenset(v for v, p in _TO_SEE.items() if may(p, row.organization_id, row.id))
        self.levels = options(WHO, lang, seen)
        self.lots = [{"value": str(lot.id), "label": lot.number} for lot in found.rows]
        self.owners = [{"value": str(one.id), "label": one.full_name} for one in people.rows]
        said = Said("other", "syndic" if "syndic" in seen else "board", dated=w.today.isoformat(), lang=row.langs[0])
        self.said, self._goes = replace(said, **first), {"building_id": str(row.id)}
        self._aim()

    def _aim(self) -> None:
        """Where the files go, with what is said of them."""
        self.limit = settings().upload_megabytes * 1_000_000
        self.limit_text = str(settings().upload_megabytes)
        said = {} if "document_id" in self._goes else {k: v for k, v in asdict(self.said).items() if v}
        if self.said.visibility != "owner":
            said.pop("owner_id", None)
        self.endpoint = "/api/documents?" + urlencode({**said, **self._goes})

    @handler("documents.write")
    async def say(self, field: str, value: str) -> None:
        """Changes what is said of the files to come."""
        if field in Said.__dataclass_fields__ and (field != "kind" or value in KINDS):
            self.said = replace(self.said, **{field: value})
            self._aim()

    @handler("documents.write")
    async def arrived(self, document_id: str) -> Any:
        """A file was received: the lists show it."""
        UUID(document_id)
        return [Library.refresh, Panel.refresh]
