"""The reports of a building: the list of them, and each as a page that shows what its paper and its workbook hold."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import reflex as rx

from koprogo_app.calls.state.paying import WayLine
from koprogo_app.documents.service.bundling import bundle_of
from koprogo_app.documents.words import size_text
from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper.epc import qr_image
from koprogo_app.foundation.paper.report import Column, Report, Row, Table
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import refuse
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.ledger.queries.periods import running, year_options
from koprogo_app.statements.service import report_job, report_list
from koprogo_app.statements.service.own_buildings import own_owner
from koprogo_app.workspace.reports import Kind, Query
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, may, workspace
from koprogo_app.workspace.state.page import PageState, Told, acts, loads

MOST: Final = 1_000
"""Lines of a table that a page shows; the paper holds all of them."""


@dataclass(frozen=True)
class CellOut:
    """A cell, ready to show; `out` when its link leaves the program's pages (a document).

    `label`: its heading, for a phone, where nothing stands above it; the words of headings and sums need none.
    """

    text: str = ""
    href: str = ""
    kind: str = "text"
    out: bool = False
    label: str = ""


@dataclass(frozen=True)
class LineOut:
    """A row: `style` group, sum or nothing."""

    id: str = ""
    style: str = ""
    cells: list[CellOut] = ()  # type: ignore[assignment]


@dataclass(frozen=True)
class TableOut:
    """A table with its headings; `more`: how many rows are not shown."""

    title: str = ""
    heads: list[CellOut] = ()  # type: ignore[assignment]
    rows: list[LineOut] = ()  # type: ignore[assignment]
    more: int = 0


def shown_table(table: Table, lang: str, *, office: bool) -> TableOut:
    """A table of a report as a page shows it. `office`: links to the books too, which an owner cannot open."""

    def cell(row: Row, column: Column) -> CellOut:
        href = str(row.get("_links", {}).get(column.key, ""))
        out = href.startswith("/api/")
        text = column.shown(row.get(column.key), lang)
        label = "" if row.get("_style") and column.kind in ("text", "code") else column.label
        return CellOut(text, href if office or out or "/reports/" in href else "", column.kind, out, label)

    def line(at: int, row: Row, style: str) -> LineOut:
        return LineOut(str(at), style, [cell(row, column) for column in table.columns])

    rows = [line(at, row, str(row.get("_style", ""))) for at, row in enumerate(table.rows[:MOST])]
    rows += [line(MOST + at, {**row, "_style": "sum"}, "sum") for at, row in enumerate(table.feet)]
    heads = [CellOut(column.label, kind=column.kind) for column in table.columns]
    return TableOut(table.title, heads, rows, max(0, len(table.rows) - MOST))


@dataclass(frozen=True)
class ReportEntry:
    """A report in the list."""

    name: str = ""
    title: str = ""
    hint: str = ""
    href: str = ""
    pdf: str = ""
    xlsx: str = ""


class Reports(PageState, rx.State):
    """The list of reports. In the address: `year`."""

    building: str = ""
    years: list[dict[str, str]] = []
    entries: list[ReportEntry] = []
    fec: str = ""

    load = loads("reports.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, named = id_after(self, "buildings"), self.router.url.query_parameters.get("year", "")
        book = await books.open_book(w, building_id, "reports.read")
        years = await books.years(w, building_id)
        year = next((y for y in years if y.name == named), running(years, w.today))
        self.years = year_options(years, w.today, named)
        self.building = book.building_name
        self.entries = [_entry(kind, building_id, year.name, lang) for kind in report_list.listed()]
        self.fec = f"/api/v1/reports/fec/{building_id}/{year.name}"


def _entry(kind: Kind, building_id: UUID, year: str, lang: str) -> ReportEntry:
    name, url = kind.name, kind.address(building_id, year, Query(year))
    pdf, xlsx = (f"{url}&format={form}&lang={lang}" if url else "" for form in ("pdf", "xlsx"))
    page = f"{workspace(building_id)}/reports/{name}?year={year}"
    if name == "general-ledger":
        # Its page draws it by a job: of most buildings it has dozens of sheets.
        pdf = page
    return ReportEntry(name, tr(lang, kind.title), tr(lang, kind.hint), page, pdf, xlsx)


@dataclass(frozen=True)
class FactLine:
    """A fact at the head of a report."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Drawn:
    """The PDF of a long report, which a job draws: `status` (nothing, going, ready, failed), how far, its address."""

    status: str = ""
    value: str = "0"
    of: str = "1"
    told: str = ""
    size: str = ""
    href: str = ""


class ReportPage(PageState, rx.State):
    """One report. In the address: its name, `year`, `owner`, `call`, `invoice`."""

    building: str = ""
    title: str = ""
    office: bool = False
    asks: list[str] = []
    years: list[dict[str, str]] = []
    people: list[dict[str, str]] = []
    head: list[FactLine] = []
    tables: list[TableOut] = []
    notes: list[str] = []
    pay: list[WayLine] = []
    pdf: str = ""
    xlsx: str = ""
    long: bool = False
    paper: Drawn = Drawn()
    _run: str = ""

    load = loads("buildings.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, name = id_after(self, "buildings"), self._name()
        kind = report_list.report_kind(name)
        asked = await self._asked(w, building_id, kind, lang)
        report = await report_list.make(w, name, building_id, asked, lang)
        self.long = self.office and report_job.is_long(report)
        self._show_run(await report_job.standing(w, name, building_id, asked, lang) if self.long else None, lang)
        self.asks = list(kind.asks)
        self._show(report, kind.address(building_id, asked.year, asked), lang)

    @acts("reports.read")
    async def draw(self, w: Work) -> Told:
        """Has the paper of a long report drawn, and follows the work."""
        building_id, name, lang = id_after(self, "buildings"), self._name(), w.principal.lang
        asked = await self._asked(w, building_id, report_list.report_kind(name), lang)
        self._show_run(await report_job.ask(w, name, building_id, asked, lang), lang)
        # The report itself stays as it is shown: to make it again takes seconds.
        return Told(then="follow", refill=False)

    def _show_run(self, run: Run | None, lang: str) -> None:
        """Shows the run that draws the paper."""
        self.paper = _drawn(run, lang) if run else Drawn()
        self._run = str(run.id) if run and self.paper.status == "going" else ""

    @handler("buildings.read", background=True)
    async def follow(self) -> None:
        """Shows how far the paper is until it is drawn; the page may be left meanwhile."""
        async with self:
            run, lang = self._run, await lang_of(self)
        if not run:
            return

        async def read() -> Run:
            async with work(acting(lang)) as w:
                return await bundle_of(w, UUID(run))

        try:
            async for found in following(read):
                async with self:
                    if self._run != run:
                        return
                    self.paper = _drawn(found, lang)
        except KoproError as error:  # its day is over: it can be asked for again
            async with self:
                self.paper = Drawn()
                await refuse(self, error)

    def _name(self) -> str:
        found = re.search(r"/reports/([a-z-]+)/?$", self.router.url.path)
        return found[1] if found else ""

    async def _asked(self, w: Work, building_id: UUID, kind: Kind, lang: str) -> Query:
        """What the address asks for, and what else may be chosen."""
        query, years = self.router.url.query_parameters, await books.years(w, building_id)
        organization = await organization_of_building(w, building_id)
        self.office = may("reports.read", organization, building_id)
        owner_id = as_id(query["owner"], "owner") if query.get("owner") else None
        if not self.office and "owner" in kind.asks and owner_id is None:
            owner_id = await own_owner(w, building_id)
        self.people = await _people(w, building_id, kind.name, lang) if self.office else []
        if owner_id is None and kind.name == "owner-account" and self.people:
            owner_id = as_id(self.people[0]["value"])
        year = query.get("year", "")
        if years:
            self.years = year_options(years, w.today, year)
            year = year or running(years, w.today).name
        call_id = as_id(query["call"], "call") if query.get("call") else None
        invoice_id = as_id(query["invoice"], "invoice") if query.get("invoice") else None
        return Query(year, owner_id=owner_id, call_id=call_id, invoice_id=invoice_id)

    def _show(self, report: Report, url: str, lang: str) -> None:
        self.title, self.building = report.title, report.subtitle
        self.head = [FactLine(*pair) for pair in report.head]
        self.tables = [shown_table(table, lang, office=self.office) for table in report.tables]
        self.notes = list(report.notes)
        self.pay = [
            WayLine(qr_image(one.payload), money(one.cents, lang), one.holder, one.iban, one.message)
            for one in report.pay
        ]
        self.pdf, self.xlsx = (f"{url}&format={form}&lang={lang}" for form in ("pdf", "xlsx"))


def _drawn(run: Run, lang: str) -> Drawn:
    status = {"done": "ready", "failed": "failed"}.get(run.status, "going")
    return Drawn(
        status, str(run.done), str(run.total), tr(lang, "{done} of {total}", done=run.done, total=run.total),
        size_text(run.size, lang) if run.size else "", f"/api/v1/documents/bundles/{run.id}/content",
    )  # fmt: skip


async def _people(w: Work, building_id: UUID, name: str, lang: str) -> list[dict[str, str]]:
    """Whose report it may be: for the statement first everybody's, for an account suppliers too."""
    rows = await parties(w, building_id)
    if name == "owner-charges":
        everybody = [{"value": "", "label": tr(lang, N_("All co-owners"))}]
        return everybody + [{"value": str(row.id), "label": row.name} for row in rows if row.kind == "owner"]
    return [{"value": str(row.id), "label": row.name} for row in rows] if name == "owner-account" else []
