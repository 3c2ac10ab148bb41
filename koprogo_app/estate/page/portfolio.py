"""The syndic's buildings, with what needs attention in each."""

import reflex as rx

from koprogo_app.estate.state.portfolio import BuildingLine, Mark, Portfolio
from koprogo_app.estate.words import FLAGS
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, empty_state, link, page_header
from koprogo_app.interface.slot import slot
from koprogo_app.interface.table import Column, filter_bar, filter_select, pager, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import chosen, row_of


@page("/portfolio", title=N_("Buildings"), on_load=Portfolio.load)
def portfolio() -> rx.Component:
    """The table of buildings, or the way to the first one."""
    may_add = Portfolio.offices.length() > 0
    add = button(t("Add a building"), kind="primary", on_click=Portfolio.ask("add", ""))
    nothing = empty_state(
        t("No building yet"),
        t("A building is an association of co-owners with its lots. Add it, then import its lots and owners."),
        rx.cond(may_add, add, rx.fragment()),
    )
    none_at_all = (Portfolio.rows.length() == 0) & ~Portfolio.filtered
    content = rx.fragment(
        page_header(t("Buildings"), rx.cond(may_add & ~none_at_all, add, rx.fragment())),
        rx.cond(none_at_all, nothing, _table()),
        slot("portfolio"),
        _new(),
    )
    return shown(Portfolio, content)


def _table() -> rx.Component:
    flags = [*[(name, t(label)) for name, label in FLAGS.items()], ("archived", t(P_("buildings", "Archived")))]
    columns = [
        Column(t("Building"), _name, sort="name", primary=True),
        Column(t("Lots"), lambda b: b.lots, kind="number", sort="lots"),
        Column(t("Main lots"), lambda b: b.main, kind="number", wide=True),
        Column(t("Shares"), lambda b: b.shares, kind="number", wide=True),
        Column(t("To look at"), _marks, wide=True),
    ]
    # On a phone the flags stand below the name, and the figures wait on the building's own page.
    return table(
        t("Buildings"),
        columns,
        Portfolio.rows,
        empty=t("No building fits these filters."),
        key=lambda b: b.id,
        head=filter_bar(
            search_field(t("Search a building, a street, a city…")),
            filter_select(t("What needs attention"), "show", chosen(flags, t("All buildings"))),
        ),
        foot=pager(
            Portfolio.at["page"],
            Portfolio.at["pages"],
            Portfolio.at["total"],
            Portfolio.at["first"],
            Portfolio.at["last"],
        ),
    )


def _name(row: rx.Var[BuildingLine]) -> rx.Component:
    under = rx.cond(Portfolio.offices.length() > 1, row.address + " · " + row.office, row.address)
    return rx.el.div(
        link(row.name, row.href, class_name="kit-link font-semibold"),
        rx.el.p(under, class_name="text-13 text-muted font-normal"),
        rx.el.div(_marks(row), class_name="sm:hidden mt-2 font-normal"),
        class_name="sm:min-w-72",
    )


def _marks(row: rx.Var[BuildingLine]) -> rx.Component:
    def one(flag: rx.Var[Mark]) -> rx.Component:
        return link(badge(flag.text, flag.kind), flag.href, class_name="hover:underline")

    calm = rx.el.span(t(P_("warnings", "nothing")), class_name="text-muted")
    return rx.cond(
        row.marks.length() > 0, rx.el.div(rx.foreach(row.marks, one), class_name="flex flex-wrap gap-1.5"), calm
    )


def _new() -> rx.Component:
    errors = Portfolio.errors
    office = rx.cond(
        Portfolio.offices.length() > 1,
        select_field("office", t("Syndic's office"), Portfolio.offices, errors=errors, required=True),
        rx.fragment(),
    )
    return dialog(
        Portfolio,
        "add",
        t("Add a building"),
        form(
            form_error(errors),
            office,
            text_field(
                "name", t("Name of the association"), errors=errors, required=True, hint=t("As in its statutes")
            ),
            row_of(
                text_field(
                    "enterprise_number", t("Enterprise number"), errors=errors, hint=t("Ten digits, as 0403.170.701")
                ),
                text_field(
                    "deed_total",
                    t("Total of shares in the base deed"),
                    errors=errors,
                    required=True,
                    input_mode="numeric",
                    hint=t("For instance 1,000 or 10,000"),
                ),
            ),
            text_field("street", t("Street and number"), errors=errors, auto_complete="off"),
            row_of(
                text_field("postal_code", t("Postal code"), errors=errors),
                text_field("city", t("City"), errors=errors),
            ),
            date_field(
                "provisional_acceptance",
                t("Provisional acceptance of the common parts"),
                errors=errors,
                hint=t("The reserve fund is due five years later (art. 3.86 §3)"),
            ),
            form_actions(
                button(t("Add the building"), kind="primary", type="submit"),
                button(t("Cancel"), on_click=Portfolio.close),
            ),
            on_submit=Portfolio.create,
        ),
    )
