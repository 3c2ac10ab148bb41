"""A new entry, written in a table."""

import reflex as rx

from koprogo_app.documents.page.sending import sending_dialog
from koprogo_app.documents.state.sending import Sending
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, link, page_header
from koprogo_app.interface.table import filter_bar
from koprogo_app.interface.text import t
from koprogo_app.ledger.state.new_entry import NewEntry
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail

COLUMNS = [
    GridColumn("account", t("Ledger account"), editable=True, primary=True),
    GridColumn("party", t("Co-owner or supplier"), kind="select", editable=True),
    GridColumn("label", t("Description"), editable=True),
    GridColumn("debit", t("Debit"), kind="money", editable=True),
    GridColumn("credit", t("Credit"), kind="money", editable=True),
]


@page("/buildings/[building_id]/new-entry", title=N_("Write an entry"), on_load=NewEntry.load)
def new_entry() -> rx.Component:
    """The document, the lines, the totals."""
    over = trail(link(NewEntry.building, NewEntry.base), "/", link(t("Journal"), NewEntry.base + "/entries"))
    content = rx.fragment(page_header(t("Write an entry"), over=over), _form(), sending_dialog())
    return shown(NewEntry, content)


def _form() -> rx.Component:
    errors = NewEntry.errors
    head = rx.el.div(
        select_field("journal", t("Journal"), NewEntry.journals, errors=errors, required=True),
        date_field("date", t("Date"), errors=errors, required=True, default_value=NewEntry.today),
        text_field("document_ref", t("Document"), errors=errors, required=True, auto_complete="off",
                   hint=t("Its number or name")),
        date_field("document_date", t("Date of the document"), errors=errors, required=True,
                   default_value=NewEntry.today),
        text_field("label", t("Description"), errors=errors, auto_complete="off"),
        _file(),
        class_name="kit-card p-4 grid grid-cols-1 gap-3.5 sm:grid-cols-2 lg:grid-cols-3 items-start",
    )  # fmt: skip
    return form(
        head,
        _lines(),
        form_error(errors),
        form_actions(
            button(t("Post"), kind="primary", type="submit"),
            button(t("More lines"), on_click=NewEntry.more),
            button(t("Cancel"), on_click=NewEntry.give_up),
        ),
        on_submit=NewEntry.post,
        class_name="grid grid-cols-1 gap-3.5",
    )


def _file() -> rx.Component:
    """The scan that supports the entry: one of the building's documents."""
    nothing = rx.Var.create([{"value": "", "label": "–"}]).to(list[dict[str, str]])
    chosen = select_field(
        "document", t("Stored document"), nothing + NewEntry.files, errors=NewEntry.errors,
        on_focus=NewEntry.list_files,
    )  # fmt: skip
    add = button(t("Add documents"), kind="link", on_click=Sending.start(NewEntry.building_id))
    return rx.el.div(chosen, add)


def _lines() -> rx.Component:
    totals = NewEntry.totals
    live = rx.el.div(
        rx.el.span(t("Debit"), " ", rx.el.strong(totals.debit, class_name="tabular-nums")),
        rx.el.span(t("Credit"), " ", rx.el.strong(totals.credit, class_name="tabular-nums")),
        badge(totals.text, totals.kind),
        role="status",
        class_name="flex flex-wrap items-center gap-x-4 gap-y-1",
    )
    accounts = rx.el.details(
        rx.el.summary(t("Find an account"), class_name="cursor-pointer kit-link"),
        rx.el.ul(
            rx.foreach(
                NewEntry.accounts,
                lambda a: rx.el.li(rx.el.span(a["value"], class_name="tabular-nums me-2"), a["label"]),
            ),
            class_name="mt-2 max-h-64 overflow-y-auto text-13 sm:columns-2",
            tab_index=0,
            aria_label=t("Chart of accounts"),
        ),
        class_name="px-3.5 py-2",
    )
    return rx.el.div(
        grid(t("Lines"), COLUMNS, rows=NewEntry.rows, outcomes=NewEntry.outcomes, on_save=NewEntry.save_cells, empty="",
             head=filter_bar(live)),
        accounts,
    )  # fmt: skip
