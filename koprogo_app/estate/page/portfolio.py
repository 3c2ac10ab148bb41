"""The syndic's buildings, with what needs attention in each."""

from typing import Any

import reflex as rx

from koprogo_app.estate.state.portfolio import Mark, Portfolio
from koprogo_app.estate.words import FLAGS
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import select_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, empty_state, link, page_header
from koprogo_app.interface.slot import slot
from koprogo_app.interface.table import Column, filter_select
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import chosen
from koprogo_app.workspace.page.records import add_dialog, none_at_all, record_list


@page("/portfolio", title=N_("Buildings"), on_load=Portfolio.load)
def portfolio() -> rx.Component:
    """The table of buildings, or the way to the first one."""
    may_add = Portfolio.offices.length() > 0
    add = button(t("Add a building"), kind="primary", on_click=Portfolio.ask("add", ""))
    flags = [*[(name, t(label)) for name, label in FLAGS.items()], ("archived", t(P_("buildings", "Archived")))]
    # On a phone the flags stand below the name, and the figures wait on the building's own page.
    return record_list(
        Portfolio,
        header=lambda _: page_header(t("Buildings"), rx.cond(may_add & ~none_at_all(Portfolio), add, rx.fragment())),
        nothing=empty_state(
            t("No building yet"),
            t("A building is an association of co-owners with its lots. Add it, then import its lots and owners."),
            rx.cond(may_add, add, rx.fragment()),
        ),
        empty=t("No building fits these filters."),
        search=t("Search a building, a street, a city…"),
        filters=[filter_select(t("What needs attention"), "show", chosen(flags, t("All buildings")))],
        path="/buildings",
        cells={"name": _name, "lots_total": lambda row: row.more["shares"]},
        more=[Column(t("To look at"), _marks, wide=True)],
        parts=[slot("portfolio"), add_dialog(Portfolio, t("Add a building"), t("Add the building"), _office())],
    )


def _name(row: Any) -> rx.Component:
    address = row.more["address"]
    under = rx.cond(Portfolio.offices.length() > 1, address + " · " + row.more["office"], address)
    return rx.el.div(
        link(row.cells["name"], row.links["name"], class_name="kit-link font-semibold"),
        rx.el.p(under, class_name="text-13 text-muted font-normal"),
        rx.el.div(_marks(row), class_name="sm:hidden mt-2 font-normal"),
        class_name="sm:min-w-72",
    )


def _marks(row: Any) -> rx.Component:
    def one(flag: rx.Var[Mark]) -> rx.Component:
        return link(badge(flag.text, flag.kind), flag.href, class_name="hover:underline")

    calm = rx.el.span(t(P_("warnings", "nothing")), class_name="text-muted")
    return rx.cond(
        row.marks.length() > 0, rx.el.div(rx.foreach(row.marks, one), class_name="flex flex-wrap gap-1.5"), calm
    )


def _office() -> rx.Component:
    return rx.cond(
        Portfolio.offices.length() > 1,
        select_field("office", t("Syndic's office"), Portfolio.offices, errors=Portfolio.errors, required=True),
        rx.fragment(),
    )
