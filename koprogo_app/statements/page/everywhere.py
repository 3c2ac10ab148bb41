"""What waits in all buildings: put into the slot of the portfolio."""

import reflex as rx

from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import link
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.statements.state.today import WaitingEverywhere, WaitingLine
from koprogo_app.workspace.page.kit import page_part


def waiting_everywhere() -> rx.Component:
    """Each number leads to the list it counts; nothing while nothing waits."""
    columns = [
        Column(t("Building"), lambda row: link(row.building, row.href), primary=True),
        Column(
            t("Invoices to approve"), lambda row: _to(row, row.approve, "/invoices?status=submitted"), kind="number"
        ),
        Column(t("Bank lines to match"), lambda row: _to(row, row.match, "/bank"), kind="number"),
        Column(t("Calls in draft"), lambda row: _to(row, row.drafts, "/calls?status=draft"), kind="number"),
    ]
    rows = WaitingEverywhere.rows
    shown = rx.el.section(
        rx.el.h2(t("What waits"), class_name="text-15 font-strong mt-6 mb-2"),
        table(t("What waits"), columns, rows, key=lambda row: row.id, empty=t("Nothing waits.")),
    )
    content = rx.cond(rows.length() > 0, shown, rx.fragment())
    return rx.fragment(OnPath.create(on_path=WaitingEverywhere.load), page_part(WaitingEverywhere, content))


def _to(row: rx.Var[WaitingLine], count: rx.Var[str], where: str) -> rx.Component:
    return rx.cond(count != "", link(count, row.href + where), rx.fragment())
