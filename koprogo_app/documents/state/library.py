"""The library: of one building, or everything that the person may see."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from koprogo_app.documents.queries.library import Branch, Choice, documents_page, tree
from koprogo_app.documents.service.bundling import ask_bundle, bundle_of
from koprogo_app.documents.state.lines import DocLine, line
from koprogo_app.documents.words import KINDS, WHO, size_text
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.workspace.state.common import acting, as_id, asked, failure, id_after, lang_of, may, place, workspace

_TURNS = 1200


@dataclass(frozen=True)
class YearLeaf:
    """A year of a kind."""

    label: str = ""
    href: str = ""
    count: str = ""
    here: bool = False


@dataclass(frozen=True)
class KindBranch:
    """A kind with its years; opened when it is the one that is shown."""

    label: str = ""
    href: str = ""
    count: str = ""
    here: bool = False
    years: list[YearLeaf] = field(default_factory=list)


class Library(rx.State):
    """One page of documents, with their tree."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    rows: list[DocLine] = []
    at: dict[str, int] = {}
    branches: list[KindBranch] = []
    everything: str = ""
    shown: str = ""
    write: bool = False
    office: bool = False
    chosen: list[str] = []
    zip_done: int = 0
    zip_total: int = 0
    zip_size: str = ""
    zip_url: str = ""

    @handler("documents.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            base = self._base()
            if self.base != base:
                self.base, self.ready, self.chosen = base, False, []
                self._forget_zip()
                yield
            await self._fill()
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    def _base(self) -> str:
        path = self.router.url.path
        return f"{workspace(id_after(self, 'buildings'))}/documents" if "/buildings/" in path else "/documents"

    @handler("documents.read")
    async def refresh(self) -> None:
        """Reads the list again, when it is what the page shows."""
        if self.router.url.path.rstrip("/").endswith("/documents"):
            await self._fill()

    async def _fill(self) -> None:
        lang, query = await lang_of(self), self.router.url.query_parameters
        building_id = id_after(self, "buildings") if "/buildings/" in self.router.url.path else None
        kind, year = query.get("kind", ""), query.get("year", "")
        choice = Choice(
            text=query.get("q", ""), building_id=building_id, kind=kind if kind in KINDS else "",
            year=int(year) if year.isdigit() and len(year) == 4 else None,
            visibility=query.get("who", "") if query.get("who", "") in WHO else "", due=query.get("due") == "1",
        )  # fmt: skip
        async with work(acting(lang)) as w:
            if building_id is not None:
                row = await building_row(w, building_id)
                self.building = row.name
                self.write = may("documents.write", row.organization_id, row.id) and not row.archived
                self.office = may("documents.read_syndic", row.organization_id, row.id)
            else:
                self.building, self.write, self.office = "", False, False
            page = await documents_page(w, asked(query), choice)
            found = await tree(w, building_id)
        self.rows = [line(one, lang, with_building=building_id is None) for one in page.rows]
        self.at = place(page)
        self.branches, self.everything = _branches(found, self.base, query, lang), str(sum(b.count for b in found))
        self.shown = " ".join(x for x in (tr(lang, KINDS[kind]) if kind in KINDS else "", year) if x)

    @handler("documents.read")
    async def toggle(self, document_id: str) -> None:
        """Takes a document into the choice, or out of it."""
        if document_id in self.chosen:
            self.chosen = [one for one in self.chosen if one != document_id]
        elif len(self.chosen) < 500:
            self.chosen = [*self.chosen, document_id]
        self._forget_zip()

    @handler("documents.read")
    async def toggle_all(self) -> None:
        """Takes the whole page, or nothing."""
        here = [row.id for row in self.rows]
        self.chosen = [] if set(here) <= set(self.chosen) else list(dict.fromkeys([*self.chosen, *here]))[:500]
        self._forget_zip()

    @handler("documents.read")
    async def choose_none(self) -> None:
        """Empties the choice."""
        self.chosen = []
        self._forget_zip()

    def _forget_zip(self) -> None:
        self.zip_done, self.zip_total, self.zip_size, self.zip_url = 0, 0, "", ""

    @handler("documents.read", background=True)
    async def zip(self) -> None:
        """Has the chosen documents put together, and shows how far it is."""
        async with self:
            ids = [as_id(one) for one in self.chosen]
            who = acting(await lang_of(self))
            self._forget_zip()
        try:
            async with work(who) as w:
                row = await ask_bundle(w, ids)
            async with self:
                self.zip_total = row.total
            await self._follow(row.id, who)
        except KoproError as error:
            async with self:
                self._forget_zip()
                await refuse(self, error)

    async def _follow(self, bundle_id: UUID, who: Any) -> None:
        async def read() -> Run:
            async with work(who) as w:
                return await bundle_of(w, bundle_id)

        async for row in following(read):
            async with self:
                if not self.zip_total:
                    return
                self.zip_done = row.done
                if row.status == "done":
                    self.zip_size = size_text(row.size or 0, await lang_of(self))
                    self.zip_url = f"/api/v1/documents/bundles/{bundle_id}/content"
                if row.status == "failed":
                    self._forget_zip()
                    await notify(self, "refused", N_("The documents could not be put together. Try again."))


def _branches(found: list[Branch], base: str, query: Any, lang: str) -> list[KindBranch]:
    kind, year = query.get("kind", ""), query.get("year", "")
    made = []
    for name, label in KINDS.items():
        of_kind = [b for b in found if b.kind == name]
        if not of_kind:
            continue
        years = [
            YearLeaf(
                str(b.year), f"{base}?{urlencode({'kind': name, 'year': b.year})}", str(b.count),
                name == kind and str(b.year) == year,
            )
            for b in of_kind
        ]  # fmt: skip
        total, here = str(sum(b.count for b in of_kind)), name == kind
        made.append(
            KindBranch(tr(lang, label), f"{base}?{urlencode({'kind': name})}", total, here, years if here else [])
        )
    return made
