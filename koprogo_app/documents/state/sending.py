"""Sending documents: what is said of them before they go, and where they go."""

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
from koprogo_app.estate.queries.lots import lots_page
from koprogo_app.estate.queries.owners import owners_page
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import refuse
from koprogo_app.settings import settings
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import acting, as_id, lang_of, may

ACCEPT: Final = ENDINGS
_SAID: Final = ("kind", "visibility", "owner_id", "lot_id", "dated", "lang")
_TO_SEE: Final = {
    "co_owners": "documents.read_co_owners",
    "board": "documents.read_board",
    "syndic": "documents.read_syndic",
    "owner": "documents.read_owner",
}


class Sending(rx.State):
    """The dialog in which files are sent."""

    sending: bool = False
    title: str = ""
    said: dict[str, str] = {}
    endpoint: str = ""
    limit: int = 50_000_000
    limit_text: str = "50"
    levels: list[dict[str, str]] = []
    lots: list[dict[str, str]] = []
    owners: list[dict[str, str]] = []
    received: int = 0
    _building: str = ""
    _belongs: dict[str, str] = {}
    _document: str = ""

    @handler("documents.write")
    async def start(self, building_id: str, lot_id: str) -> Any:
        """Opens the dialog for a building, or one of its lots."""
        return await self._begin(building_id, {"lot_id": lot_id}, {})

    @handler("documents.write")
    async def start_for(self, building_id: str, entity: str, entity_id: str) -> Any:
        """Opens the dialog for what a page is about: an invoice, whose papers its council reads too."""
        said = {"kind": "invoice", "visibility": "board"} if entity == "invoice" else {}
        return await self._begin(building_id, said, {"entity": entity, "entity_id": entity_id})

    async def _begin(self, building_id: str, first: dict[str, str], belongs: dict[str, str]) -> Any:
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                row = await building_row(w, as_id(building_id))
                found = await lots_page(w, row.id, Asked(per_page=500))
                people = await owners_page(w, row.organization_id, Asked(per_page=500), building_id=row.id)
                today = w.today
        except KoproError as error:
            return await refuse(self, error)
        seen = frozenset(v for v, p in _TO_SEE.items() if may(p, row.organization_id, row.id))
        self.levels = options(WHO, lang, seen)
        self.lots = [{"value": str(lot.id), "label": lot.number} for lot in found.rows]
        self.owners = [{"value": str(one.id), "label": one.full_name} for one in people.rows]
        self.said = {
            "kind": "other", "visibility": "syndic" if "syndic" in seen else "board", "owner_id": "", "lot_id": "",
            "dated": today.isoformat(), "lang": row.langs[0], **first,
        }  # fmt: skip
        self._belongs = belongs
        self._building, self._document, self.title = building_id, "", ""
        return self._open()

    @handler("documents.write")
    async def start_version(self, document_id: str) -> Any:
        """Opens the dialog for the next version of a document."""
        try:
            async with work(acting(await lang_of(self))) as w:
                row = (await document_detail(w, as_id(document_id))).row
        except KoproError as error:
            return await refuse(self, error)
        self._document, self.title = str(row.id), row.title
        return self._open()

    def _open(self) -> None:
        self.limit = settings().upload_megabytes * 1_000_000
        self.limit_text = str(settings().upload_megabytes)
        self.sending, self.received = True, 0
        self._aim()

    def _aim(self) -> None:
        """Where the files go, with what is said of them."""
        if self._document:
            self.endpoint = "/api/documents?" + urlencode({"document_id": self._document})
            return
        said = {k: v for k, v in self.said.items() if v and (k != "owner_id" or self.said["visibility"] == "owner")}
        self.endpoint = "/api/documents?" + urlencode({"building_id": self._building, **said, **self._belongs})

    @handler("documents.write")
    async def say(self, field: str, value: str) -> None:
        """Changes what is said of the files to come."""
        if field in _SAID and (field != "kind" or value in KINDS):
            self.said = {**self.said, field: value}
            self._aim()

    @handler("documents.write")
    async def arrived(self, document_id: str) -> Any:
        """A file was received: the lists show it."""
        UUID(document_id)
        self.received += 1
        return [Library.refresh, Panel.refresh]

    @handler("documents.write")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.sending = False
