"""One report: what its paper and its workbook hold, with links to what stands behind each figure."""

import reflex as rx

from koprogo_app.calls.page.paying import way
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import blocks, button, callout, card, download, link, page_header
from koprogo_app.interface.table import filter_bar, said_again
from koprogo_app.interface.text import t
from koprogo_app.statements.page.sending import sending
from koprogo_app.statements.state.reports import CellOut, FactLine, LineOut, ReportPage, TableOut
from koprogo_app.statements.state.sending import Sending
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import progress, trail, year_filter

ON_LOAD = [ReportPage.load, Sending.load, ReportPage.follow, Sending.follow]


@page("/buildings/[building_id]/reports/[report]", title=N_("Report"), on_load=ON_LOAD)
def report() -> rx.Component:
    """The report's facts, filters, tables and notes."""
    content = rx.fragment(
        page_header(
            ReportPage.title,
            rx.cond(ReportPage.long, _drawn(), download(t("PDF"), ReportPage.pdf)),
            download(t("XLSX"), ReportPage.xlsx),
            over=_over(),
        ),
        blocks(
            sending(),
            _drawing(),
            rx.cond(ReportPage.asks.length() > 0, _filters(), rx.fragment()),
            _head(),
            rx.cond(ReportPage.pay.length() > 0, _pay(), rx.fragment()),
            rx.foreach(ReportPage.tables, _table),
            rx.el.div(
                rx.foreach(ReportPage.notes, lambda note: rx.el.p(note, class_name="mt-1")),
                class_name="text-13 text-muted max-w-prose",
            ),
        ),
    )
    return shown(ReportPage, content)


def _drawn() -> rx.Component:
    """Of a long report: asks for its PDF, or gives it."""
    return rx.match(
        ReportPage.paper.status,
        ("ready", download(t("Save the PDF ({size})", size=ReportPage.paper.size), ReportPage.paper.href)),
        ("going", rx.fragment()),
        button(t("Make the PDF"), on_click=ReportPage.draw),
    )


def _drawing() -> rx.Component:
    paper = ReportPage.paper
    note = t("This report is long. You may leave this page; the work goes on, and the PDF stays here for a day.")
    going = progress(t("Making the PDF"), paper.told, paper.value, paper.of, note=note)
    failed = callout("refused", t("The PDF could not be made. Try again."), role="alert")
    return rx.match(paper.status, ("going", going), ("failed", failed), rx.fragment())


def _over() -> rx.Component:
    here = rx.cond(
        ReportPage.office,
        rx.fragment(
            link(ReportPage.building, ReportPage.base), " · ", link(t("Reports"), ReportPage.base + "/reports")
        ),
        rx.el.span(ReportPage.building),
    )
    return trail(here)


def _filters() -> rx.Component:
    person = QueryField.create(name="owner", label=t("Co-owner"), class_name="kit-input", options=ReportPage.people)
    return rx.el.div(
        filter_bar(
            rx.cond(ReportPage.asks.contains("year"), year_filter(ReportPage.years), rx.fragment()),
            rx.cond(ReportPage.people.length() > 0, person, rx.fragment()),
        ),
        class_name="kit-table",
    )


def _head() -> rx.Component:
    def fact(one: rx.Var[FactLine]) -> rx.Component:
        return rx.el.div(
            rx.el.dt(one.name, class_name="text-13 text-muted"),
            rx.el.dd(one.value, class_name="font-semibold"),
            class_name="min-w-0",
        )

    return rx.el.dl(rx.foreach(ReportPage.head, fact), class_name="kit-card p-4 flex flex-wrap gap-x-10 gap-y-3")


def _pay() -> rx.Component:
    return card(rx.foreach(ReportPage.pay, way), title=t("How to pay"))


def _table(table: rx.Var[TableOut]) -> rx.Component:
    grid = rx.el.table(
        rx.el.thead(rx.el.tr(rx.foreach(table.heads, _heading))),
        rx.el.tbody(rx.foreach(table.rows, _line)),
        aria_label=table.title,
        class_name=rx.cond(table.heads.length() > 3, "kit-cards", ""),
    )
    return rx.el.section(
        rx.el.h2(table.title, class_name="text-15 font-strong mt-2 mb-2"),
        rx.el.div(
            rx.el.div(grid, class_name="kit-scroll", tab_index=0, role="region", aria_label=table.title),
            rx.cond(
                table.rows.length() == 0, rx.el.p(t("Nothing in these days."), class_name="kit-empty"), rx.fragment()
            ),
            rx.cond(
                table.more > 0,
                rx.el.p(
                    t(
                        N_(
                            "{count} more line stands in the PDF and the workbook.",
                            "{count} more lines stand in the PDF and the workbook.",
                        ),
                        count=table.more,
                    ),
                    class_name="px-4 py-3 text-13 text-muted",
                ),
                rx.fragment(),
            ),
            class_name="kit-table",
        ),
        key=table.title,
    )


def _look(kind: rx.Var[str]) -> rx.Var[str]:
    return rx.match(
        kind, ("money", "kit-money"), ("number", "kit-number"), ("percent", "kit-number"),
        ("date", "kit-text whitespace-nowrap"), ("code", "kit-text whitespace-nowrap"), "kit-text",
    )  # fmt: skip


def _heading(head: rx.Var[CellOut]) -> rx.Component:
    return rx.el.th(head.text, scope="col", class_name=_look(head.kind))


def _line(line: rx.Var[LineOut]) -> rx.Component:
    cells = rx.foreach(line.cells, _cell)
    return rx.match(
        line.style,
        ("group", rx.el.tr(cells, key=line.id, class_name="font-semibold [&>*]:pt-4")),
        ("sum", rx.el.tr(cells, key=line.id, class_name="font-semibold")),
        rx.el.tr(cells, key=line.id),
    )


def _cell(cell: rx.Var[CellOut]) -> rx.Component:
    away = rx.el.a(cell.text, href=cell.href, target="_blank", reload_document=True, class_name="kit-link")
    told = rx.cond(cell.href == "", cell.text, rx.cond(cell.out, away, link(cell.text, cell.href)))
    return rx.el.td(told, class_name=_look(cell.kind), **said_again(cell.label))
