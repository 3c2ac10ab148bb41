"""The invoices of a building."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import (
    date_field,
    form,
    form_actions,
    form_error,
    money_field,
    select_field,
    text_field,
)
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, card, cards, empty_state, figure, link
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.purchases.page.parts import invoices_header
from koprogo_app.purchases.state.invoices import InvoiceLineView, Invoices
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import part_filter, places, row_of, year_filter


@page("/buildings/[building_id]/invoices", title=N_("Invoices"), on_load=Invoices.load)
def invoices() -> rx.Component:
    """The list, and the two ways an invoice comes in."""
    write = rx.cond(
        Invoices.write,
        rx.fragment(
            button(t("Enter an invoice"), kind="primary", on_click=Invoices.add("")),
            button(t("Take in an electronic invoice"), on_click=Invoices.ask("receive", "")),
        ),
        rx.fragment(),
    )
    content = rx.fragment(
        invoices_header(t("Invoices"), Invoices, "invoices", write), blocks(_figures(), _table()), _new(), _electronic()
    )
    return shown(Invoices, content)


def _figures() -> rx.Component:
    told, base = Invoices.figures, Invoices.base + "/invoices"
    to_pay = t(N_("{count} invoice to pay", "{count} invoices to pay"), count=told["unpaid"].to(int))
    return cards(
        card(figure(t("Open with suppliers"), told["open"], to_pay)),
        card(figure(t("To approve"), told["submitted"], link(t("Show them"), base + "?status=submitted"))),
        card(figure(t("Drafts and rejected"), told["drafts"], link(t("Show the drafts"), base + "?status=draft"))),
        columns=3,
    )  # fmt: skip


def _table() -> rx.Component:
    columns = [
        Column(t("Date"), lambda x: x.day, sort="dated"),
        Column(t("Invoice"), _number, sort="number", primary=True),
        Column(t("Supplier"), lambda x: x.supplier, sort="supplier"),
        Column(t("Due on"), _due, sort="due"),
        Column(t("Amount"), lambda x: x.amount, kind="money", sort="total"),
        Column(t("State"), lambda x: badge(x.state, x.kind)),
        Column(t("Entry"), lambda x: rx.cond(x.entry != "", link(x.entry, x.entry_href), rx.fragment())),
    ]

    def filter_of(name: str, label: rx.Var[str], options: rx.Var[list[dict[str, str]]]) -> rx.Component:
        return QueryField.create(name=name, label=label, class_name="kit-input", options=options)

    return table(
        t("Invoices"),
        columns,
        Invoices.rows,
        empty=t("No invoice here yet. Enter one, or take in an electronic one."),
        key=lambda x: x.id,
        head=filter_bar(
            search_field(t("Search a number or a supplier")),
            filter_of("status", t("State"), Invoices.statuses),
            filter_of("supplier", t("Supplier"), Invoices.suppliers),
            year_filter(Invoices.years),
            part_filter(),
        ),
        foot=places(Invoices.at),
    )


def _number(row: rx.Var[InvoiceLineView]) -> rx.Component:
    papers = rx.fragment(" ", badge(t("{count} doc.", count=row.papers), "neutral"))
    return rx.el.span(
        link(row.number, row.href),
        rx.cond(row.credit, rx.fragment(" ", badge(t("credit note"), "neutral")), rx.fragment()),
        rx.cond(row.papers != "", papers, rx.fragment()),
    )


def _due(row: rx.Var[InvoiceLineView]) -> rx.Component:
    return rx.cond(row.late, badge(t("late: {day}", day=row.due), "refused"), rx.el.span(row.due))


def _new() -> rx.Component:
    errors = Invoices.errors
    missing = empty_state(
        t("No supplier yet"), t("An invoice needs its supplier first."),
        link(t("Add a supplier"), Invoices.base + "/suppliers", class_name="kit-button kit-primary"),
    )  # fmt: skip
    fields = form(
        form_error(errors),
        select_field("supplier_id", t("Supplier"), Invoices.choices, errors=errors, required=True),
        row_of(
            select_field("kind", t("Kind"), Invoices.kinds, errors=errors, required=True),
            text_field("number", t("Number"), errors=errors, required=True, auto_complete="off"),
            date_field("dated", t("Date"), errors=errors, required=True, default_value=Invoices.today),
            date_field("due_on", t("Due on"), errors=errors),
        ),
        text_field("communication", t("Message with the payment"), errors=errors, auto_complete="off",
                   hint=t("Structured, as +++090/9337/55493+++, or free")),
        row_of(
            select_field("paid_by", t("How it is paid"), Invoices.means, errors=errors, required=True),
            money_field("prepaid_cents", t("Paid in advance"), errors=errors),
        ),
        form_actions(button(t("Go on to its lines"), kind="primary", type="submit"),
                     button(t("Cancel"), on_click=Invoices.close)),
        on_submit=Invoices.create,
    )  # fmt: skip
    return dialog(Invoices, "add", t("Enter an invoice"), rx.cond(Invoices.choices.length() > 1, fields, missing))


def _electronic() -> rx.Component:
    zone = dropzone(
        t("Drop the electronic invoice here"),
        endpoint=f"/api/v1/buildings/{Invoices.building_id}/invoices/import",
        accept=".xml,.pdf,.zip",
        max_size=10_000_000,
        on_uploaded=Invoices.received,
        hint=t("XML (UBL of Peppol, or CII), a PDF with one inside (Factur-X), or a ZIP of them; 10 MB at most"),
    )
    note = rx.el.p(
        t(
            "Its lines become a draft; its supplier is found by the enterprise number or the account, or added; "
            "its totals are checked."
        ),
        class_name="text-muted",
    )
    return dialog(Invoices, "receive", t("Take in an electronic invoice"), blocks(note, zone))
