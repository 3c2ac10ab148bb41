"""Lots and owners of a building, edited in place."""

import reflex as rx

from koprogo_app.estate.page.parts import KIND_OPTIONS, decision_fields
from koprogo_app.estate.state.lots import PROBLEMS, Chip, Lots, NewShare
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import QueryLink
from koprogo_app.interface.form import form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, button, button_link, empty_state, link, page_header
from koprogo_app.interface.table import filter_bar, filter_select, pager, search_field
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import button_menu, chosen, menu_download, row_of, trail

COLUMNS = [
    GridColumn("number", t("Lot"), primary=True, sortable=True, editable=True),
    GridColumn("kind", t("Kind"), kind="select", editable=True, sortable=True, options=KIND_OPTIONS),
    GridColumn("floor", t("Floor"), kind="number", editable=True, sortable=True),
    GridColumn("area", t("m²"), kind="number", editable=True, sortable=True),
    GridColumn("share", t("Shares"), kind="number", editable=True, sortable=True),
    GridColumn("holders", t("Owners"), line=True, sortable=True),
    GridColumn("part", t("Part"), kind="number", editable=True, line=True),
    GridColumn("voting", t("Voter")),
    GridColumn("open", t("Detail")),
]


@page("/buildings/[building_id]/lots", title=N_("Lots and owners"), on_load=Lots.load)
def lots() -> rx.Component:
    """The table, or what to do while there is no lot."""
    content = rx.cond(Lots.head.lots > 0, _table(), _nothing_yet())
    return shown(Lots, rx.fragment(_header(), content, _new_lot(), _decision()))


def _header() -> rx.Component:
    over = trail(
        link(Lots.head.about, Lots.base), rx.el.span(Lots.head.council), article_tag(Lots.head.council_article)
    )
    file = rx.Var.create("/api/v1") + Lots.base + "/export?lang=" + Locale.lang + "&format="
    export = button_menu(t("Export"), menu_download("CSV", file + "csv"), menu_download("Excel (XLSX)", file + "xlsx"))
    actions = rx.cond(
        Lots.head.write,
        rx.fragment(
            button_link(t("Import"), Lots.base + "/import"),
            export,
            button(t("Add a lot"), kind="primary", on_click=Lots.ask("add", "")),
        ),
        rx.cond(Lots.head.export, export, rx.fragment()),
    )
    return page_header(t("Lots and owners"), actions, over=over)


def _table() -> rx.Component:
    return grid(
        t("Lots and owners"),
        COLUMNS,
        rows=Lots.rows,
        outcomes=Lots.outcomes,
        on_save=Lots.save_cells,
        on_action=Lots.act,
        empty=t("No lot fits these filters."),
        head=_filters(),
        foot=pager(Lots.at["page"], Lots.at["pages"], Lots.at["total"], Lots.at["first"], Lots.at["last"]),
    )


def _filters() -> rx.Component:
    problems = [(name, t(label)) for name, label in PROBLEMS.items()]
    rows = [
        ("", t("{count} rows", count=25)),
        ("100", t("{count} rows", count=100)),
        ("500", t("{count} rows", count=500)),
    ]
    return filter_bar(
        search_field(t("Search a lot, a name…")),
        filter_select(t("Kind"), "kind", chosen(KIND_OPTIONS, t("All kinds"))),
        filter_select(t("State"), "show", chosen(problems, t("All states"))),
        filter_select(t("Rows a page"), "per", rows),
        rx.foreach(Lots.chips, _chip),
        rx.el.div(badge(Lots.sum.text, Lots.sum.kind), class_name="ms-auto", id="share-sum", role="status"),
    )


def _chip(chip: rx.Var[Chip]) -> rx.Component:
    values = {"show": chip.show, "page": "", "kind": "", "q": ""}
    return QueryLink.create(chip.text, values=values, class_name="kit-badge kit-information hover:underline")


def _nothing_yet() -> rx.Component:
    return empty_state(
        t("No lot yet"),
        t("Import the lots and their owners from a spreadsheet, or add them one by one."),
        rx.cond(Lots.head.write, button_link(t("Import a spreadsheet"), Lots.base + "/import"), rx.fragment()),
    )


def _new_lot() -> rx.Component:
    errors = Lots.errors
    return dialog(
        Lots,
        "add",
        t("Add a lot"),
        form(
            form_error(errors),
            row_of(
                text_field("number", t("Number"), errors=errors, required=True, hint=t("As in the base deed")),
                select_field("kind", t("Kind"), KIND_OPTIONS, errors=errors, required=True),
                text_field("floor", t("Floor"), errors=errors, input_mode="numeric"),
                text_field("area", t("Area in m²"), errors=errors, input_mode="decimal"),
                text_field(
                    "share",
                    t("Shares"),
                    errors=errors,
                    required=True,
                    input_mode="numeric",
                    hint=t("Over the total in the base deed"),
                ),
            ),
            form_actions(
                button(t("Add the lot"), kind="primary", type="submit"), button(t("Cancel"), on_click=Lots.close)
            ),
            on_submit=Lots.create,
        ),
    )


def _decision() -> rx.Component:
    errors = Lots.errors
    kinds = [
        ("change", t("A new division, decided by all co-owners")),
        ("correction", t("A correction: the deed already says so")),
    ]
    return dialog(
        Lots,
        "decide",
        t("Change shares by decision"),
        rx.el.p(
            t("The lots add up to the deed. Their division changes only by a decision of all co-owners."),
            " ",
            article_tag("3.88 §3"),
            class_name="text-muted mb-3",
        ),
        rx.el.ul(rx.foreach(Lots.pending, _pending), class_name="mb-4"),
        form(
            form_error(errors),
            decision_fields(errors),
            select_field("kind", t("What it is"), kinds, errors=errors, required=True),
            form_actions(
                button(t("Change the shares"), kind="primary", type="submit"), button(t("Cancel"), on_click=Lots.close)
            ),
            on_submit=Lots.decide,
        ),
    )


def _pending(one: rx.Var[NewShare]) -> rx.Component:
    change = t("Lot {lot}: {before} → {after} shares", lot=one.number, before=one.before, after=one.after)
    return rx.el.li(
        rx.el.span(change),
        button(
            t("Leave out"),
            kind="link",
            on_click=Lots.leave_out(one.lot),
            aria_label=t("Leave out lot {lot}", lot=one.number),
        ),
        class_name="flex justify-between gap-4 py-1.5 border-b border-line-soft last:border-0",
    )
