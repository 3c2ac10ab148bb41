"""The journal of a building."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.form import select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, button_link, link
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.entries import Entries
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import part_filter, places, year_filter


@page("/buildings/[building_id]/entries", title=N_("Journal"), on_load=[Entries.load, BooksSeal.load])
def entries() -> rx.Component:
    """The list."""
    write = rx.cond(
        Entries.write,
        rx.fragment(
            button_link(t("Write an entry"), Entries.base + "/new-entry", kind="primary"),
            button(t("Add a journal"), on_click=Entries.ask_add("")),
        ),
        rx.fragment(),
    )
    content = rx.fragment(books_header(t("Journal"), Entries, "entries", write), _table(), _new_journal())
    return shown(Entries, content)


def _table() -> rx.Component:
    columns = [
        Column(t("Date"), lambda e: e.day, sort="date"),
        Column(t("Entry"), lambda e: link(e.name, e.href), sort="journal", primary=True),
        Column(t("Document"), lambda e: e.document, sort="document"),
        Column(t("Description"), lambda e: e.label),
        Column(t("Amount"), lambda e: e.amount, kind="money"),
        Column(t("State"), lambda e: rx.cond(e.state != "", badge(e.state, e.kind), rx.fragment())),
    ]
    return table(
        t("Journal"),
        columns,
        Entries.rows,
        empty=t("No entry fits these filters."),
        key=lambda e: e.id,
        head=filter_bar(
            search_field(t("Search a document, a name, a text…")),
            QueryField.create(name="journal", label=t("Journal"), class_name="kit-input", options=Entries.journals),
            year_filter(Entries.years),
            part_filter(),
        ),
        foot=places(Entries.at),
    )


def _new_journal() -> rx.Component:
    errors = Entries.errors
    account = select_field(
        "account", t("Its bank or cash account"), Entries.accounts, errors=errors, required=True,
        hint=t("A new bank account first gets an account of its own below 55 in the chart."),
    )  # fmt: skip
    return ask(
        Entries, "add", t("Add a journal"),
        select_field(
            "kind", t("Kind"), Entries.kinds, errors=errors, required=True, value=Entries.kind,
            on_change=Entries.choose,
        ),
        text_field("code", t("Code"), errors=errors, required=True, auto_complete="off", max_length=6,
                   hint=t("Two to six letters or digits; numbers run on their own in it")),
        text_field("name", t("Name"), errors=errors, auto_complete="off"),
        rx.cond(Entries.money, account, rx.fragment()),
        act=t("Add"), on_submit=Entries.create,
    )  # fmt: skip
