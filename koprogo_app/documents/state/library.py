"""The library: of one building, or everything that the person may see."""

from collections.abc import Sequence
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
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import notify
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, may, page_position, page_request
from koprogo_app.workspace.state.page import PageState, Told, acts, here, loads, reads

_MOST = 500


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


@dataclass(frozen=True)
class Bundle:
    """How far the zip of the chosen documents is; `url` where it is once it is there."""

    done: int = 0
    total: int = 0
    size: str = ""
    url: str = ""


class Library(PageState, rx.State):
    """One page of documents, with their tree. In the address: `q`, `kind`, `year`, `who`, `due`, `page`, `sort`."""

    home: str = ""
    building: str = ""
    building_id: str = ""
    rows: list[DocLine] = []
    at: dict[str, int] = {}
    branches: list[KindBranch] = []
    everything: str = ""
    shown: str = ""
    write: bool = False
    chosen: list[str] = []
    bundle: Bundle = Bundle()
    _run: str = ""
    _chosen_on: str = ""

    load = loads("documents.read")

    def _arrive(self) -> None:
        if self._chosen_on != self.place:
            self._chosen_on = self.place
            self._choose([])

    @reads("documents.read")
    async def refresh(self, w: Work, lang: str) -> None:
        """Reads the list again, when it is what the page shows."""
        if here(self) == self.place:
            await self._fill(w, lang)

    async def _fill(self, w: Work, lang: str) -> None:
        query = self.router.url.query_parameters
        building_id = id_after(self, "buildings") if self.base else None
        self.home, self.building, self.building_id, self.write = f"{self.base}/documents", "", "", False
        if building_id is not None:
            row = await building_row(w, building_id)
            self.building, self.building_id = row.name, str(row.id)
            self.write = may("documents.write", row.organization_id, row.id) and not row.archived
        choice = _choice(query, building_id)
        page = await documents_page(w, page_request(query), choice)
        found = await tree(w, building_id)
        self.rows = [line(one, lang, with_building=building_id is None) for one in page.rows]
        self.at = page_position(page)
        self.branches, self.everything = _branches(found, self.home, query, lang), str(sum(b.count for b in found))
        year = str(choice.year or "")
        self.shown = " ".join(x for x in (tr(lang, KINDS[choice.kind]) if choice.kind else "", year) if x)

    @handler("documents.read")
    async def toggle(self, document_id: str) -> None:
        """Takes a document into the choice, or out of it."""
        if document_id in self.chosen:
            self._choose([one for one in self.chosen if one != document_id])
        else:
            self._choose([*self.chosen, document_id])

    @handler("documents.read")
    async def toggle_all(self) -> None:
        """Takes the whole page, or nothing."""
        page = [row.id for row in self.rows]
        self._choose([] if set(page) <= set(self.chosen) else [*self.chosen, *page])

    @handler("documents.read")
    async def choose_none(self) -> None:
        """Empties the choice."""
        self._choose([])

    def _choose(self, ids: Sequence[str]) -> None:
        """Takes these, and forgets the zip of those before."""
        self.chosen, self.bundle, self._run = list(dict.fromkeys(ids))[:_MOST], Bundle(), ""

    @acts("documents.read")
    async def zip(self, w: Work) -> Told:
        """Has the chosen documents put together, and follows the work."""
        row = await ask_bundle(w, [as_id(one) for one in self.chosen])
        self._run, self.bundle = str(row.id), Bundle(total=row.total)
        return Told(then="follow")

    @handler("documents.read", background=True)
    async def follow(self) -> None:
        """Shows how far the zip is until it is there; the page may be left meanwhile."""
        async with self:
            run, lang = self._run, await lang_of(self)
        if not run:
            return

        async def read() -> Run:
            async with work(acting(lang)) as w:
                return await bundle_of(w, UUID(run))

        async for row in following(read):
            async with self:
                if self._run != run:
                    return
                if row.status == "failed":
                    self._choose(self.chosen)
                    await notify(self, "refused", N_("The documents could not be put together. Try again."))
                else:
                    self.bundle = _bundle(row, lang)


def _bundle(row: Run, lang: str) -> Bundle:
    if row.status != "done":
        return Bundle(row.done, row.total)
    return Bundle(row.done, row.total, size_text(row.size or 0, lang), f"/api/v1/documents/bundles/{row.id}/content")


def _choice(query: Any, building_id: UUID | None) -> Choice:
    """What an address asks for; what is not offered there counts as not asked."""
    kind, year, who = query.get("kind", ""), query.get("year", ""), query.get("who", "")
    return Choice(
        text=query.get("q", ""), building_id=building_id, kind=kind if kind in KINDS else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        visibility=who if who in WHO else "", due=query.get("due") == "1",
    )  # fmt: skip


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
