"""Closing the financial years of several buildings."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.state.close_years import Closable, CloseYears
from koprogo_app.workspace.page.kit import shown


@page("/close-years", title=N_("Close financial years"), on_load=[CloseYears.load, CloseYears.follow])
def close_years() -> rx.Component:
    """The years that are over, the ticks, and how the work goes."""
    close = button(
        t("Close the chosen years"), kind="primary", on_click=CloseYears.close_chosen(CloseYears.chosen),
        disabled=CloseYears.chosen.length() == 0,
    )  # fmt: skip
    under = t("Each building's first open year that is over. The work goes on when you leave this page.")
    content = rx.fragment(page_header(t("Close financial years"), close, under=under), blocks(_progress(), _table()))
    return shown(CloseYears, content)


def _progress() -> rx.Component:
    going = rx.el.div(
        rx.el.p(
            t(N_("{done} of {count} year done", "{done} of {count} years done"),
              done=CloseYears.ended, count=CloseYears.asked)
        ),
        rx.el.progress(
            value=CloseYears.ended.to_string(), max=CloseYears.asked.to_string(), class_name="w-full mt-2",
            aria_label=t("Close financial years"),
        ),
        role="status",
        class_name="kit-card p-4",
    )  # fmt: skip
    return rx.cond(CloseYears.asked > 0, going, rx.fragment())


def _table() -> rx.Component:
    columns = [
        Column("", _tick),
        Column(t("Building"), lambda y: link(y.building, y.href), primary=True),
        Column(t("Year"), lambda y: y.year),
        Column(t("Days"), lambda y: y.days),
        Column(t("Entries"), lambda y: y.count, kind="number"),
        Column(t("State"), _state),
    ]
    head = rx.el.div(button(t("Choose all or none"), on_click=CloseYears.toggle_all), class_name="kit-filter")
    return table(
        t("Financial years"),
        columns,
        CloseYears.rows,
        empty=t("No year is waiting: every year that is over is closed."),
        key=lambda y: y.id,
        head=rx.cond(CloseYears.rows.length() > 0, head, rx.fragment()),
    )


def _tick(row: rx.Var[Closable]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox", checked=CloseYears.chosen.contains(row.id), on_change=CloseYears.toggle(row.id),
            disabled=~row.free, aria_label=t("Choose {title}", title=row.building), class_name="size-4 accent-accent",
        ),
        class_name="flex items-center justify-center min-h-9 min-w-9",
    )  # fmt: skip


def _state(row: rx.Var[Closable]) -> rx.Component:
    return rx.el.div(
        badge(row.state, row.kind),
        rx.cond(row.reason != "", rx.el.p(row.reason, class_name="text-13 text-muted max-w-prose"), rx.fragment()),
    )
