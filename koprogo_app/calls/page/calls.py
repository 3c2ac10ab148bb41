"""The calls of a building."""

import reflex as rx

from koprogo_app.calls.page.call_parts import call_tabs
from koprogo_app.calls.state.calls import CallLineView, Calls
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button_link, link, page_header
from koprogo_app.interface.table import Column, filter_bar, filter_select, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import places, trail


@page("/buildings/[building_id]/calls", title=N_("Calls for funds"), on_load=Calls.load)
def calls() -> rx.Component:
    """The list."""
    new = rx.cond(Calls.write, button_link(t("New call"), Calls.base + "/new-call", kind="primary"), rx.fragment())
    content = rx.fragment(
        page_header(t("Calls for funds"), new, over=trail(link(Calls.building, Calls.base))),
        call_tabs(Calls.base, "calls"),
        _table(),
    )
    return shown(Calls, content)


def _table() -> rx.Component:
    columns = [
        Column(t("Call"), lambda c: link(c.label, c.href), sort="label", primary=True),
        Column(t("Funds"), lambda c: c.funds),
        Column(t("Due"), lambda c: c.due, sort="due"),
        Column(t("Called"), lambda c: c.amount, kind="money", sort="cents"),
        Column(t("Paid"), _paid, kind="money"),
        Column(t("State"), lambda c: badge(c.state, c.kind), sort="status"),
    ]
    states = [
        ("", t("All states")),
        ("draft", t(P_("call", "draft"))),
        ("posted", t(P_("call", "posted"))),
        ("cancelled", t(P_("call", "taken back"))),
    ]
    return table(
        t("Calls for funds"),
        columns,
        Calls.rows,
        empty=t("No call yet. “New call” divides an amount over the lots and shows who would pay what."),
        key=lambda c: c.id,
        head=filter_bar(filter_select(t("State"), "status", states)),
        foot=places(Calls.at),
    )


def _paid(row: rx.Var[CallLineView]) -> rx.Component:
    return rx.cond(
        row.paid != "",
        rx.el.span(row.paid, rx.el.span(" · ", row.part, " %", class_name="text-muted")),
        rx.el.span("–", class_name="text-muted"),
    )
