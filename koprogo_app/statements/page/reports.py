"""The reports of a building: each opens as a page, as PDF, as workbook."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chart import chart
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import blocks, card, cards, download, link, page_header
from koprogo_app.interface.table import filter_bar
from koprogo_app.interface.text import t
from koprogo_app.statements.state.figures import Figures
from koprogo_app.statements.state.reports import ReportEntry, Reports
from koprogo_app.workspace.page.kit import page_part, shown
from koprogo_app.workspace.page.parts import trail, year_filter


@page("/buildings/[building_id]/reports", title=N_("Reports"), on_load=[Reports.load, Figures.load])
def reports() -> rx.Component:
    """Every report, for the chosen year."""
    content = rx.fragment(
        page_header(
            t("Reports"), over=trail(link(Reports.building, Reports.base)),
            under=t("Each report reads the same on screen, on paper and in a workbook, and says whether it adds up."),
        ),
        rx.el.div(filter_bar(year_filter(Reports.years)), class_name="kit-table mb-3.5"),
        cards(rx.foreach(Reports.entries, _entry), columns=3),
        rx.el.section(
            rx.el.h2(t("For an auditor's software"), class_name="text-15 font-strong"),
            rx.el.p(
                t("All entries of the year as one file of 18 columns (FEC), tab-separated."),
                class_name="text-muted mt-1 mb-3",
            ),
            download(t("Entries file (FEC)"), Reports.fec),
            class_name="kit-card p-4 mt-3.5",
        ),
        page_part(Figures, _figures()),
    )  # fmt: skip
    return shown(Reports, content)


def _figures() -> rx.Component:
    return rx.el.div(
        rx.el.h2(t("In figures"), class_name="text-18 font-strong mt-5 mb-2"),
        blocks(
            card(
                chart(
                    t("Costs by nature"), Figures.costs, on_pick=Figures.pick,
                    empty=t("No cost in this year yet. Approve an invoice, or write an entry."),
                ),
                title=t("Costs by nature"),
            ),
            card(
                chart(t("Money of both funds"), Figures.cash, empty=t("No money in this year yet.")),
                title=t("Money of both funds"),
            ),
            card(
                chart(t("Arrears by age"), Figures.arrears, empty=t("Nobody owes anything today.")),
                title=t("Arrears by age"),
            ),
        ),
    )  # fmt: skip


def _entry(one: rx.Var[ReportEntry]) -> rx.Component:
    files = rx.el.p(
        rx.cond(one.pdf == one.href, link("PDF", one.href), _file("PDF", one.pdf, one.title)),
        _file("XLSX", one.xlsx, one.title),
        class_name="mt-3 flex gap-4 text-13",
    )
    return rx.el.section(
        rx.el.h2(link(one.title, one.href), class_name="text-15 font-strong"),
        rx.el.p(one.hint, class_name="text-muted mt-1"),
        rx.cond(one.pdf != "", files, rx.fragment()),
        key=one.name,
        class_name="kit-card p-4 min-w-0",
    )


def _file(form: str, href: rx.Var[str], title: rx.Var[str]) -> rx.Component:
    return rx.el.a(
        form, rx.el.span(" – ", title, class_name="sr-only"), href=href, download=True, reload_document=True,
        class_name="kit-link",
    )  # fmt: skip
