"""The suppliers, edited in place."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.dialog import dialog
from koprogo_app.interface.form import form, form_actions, form_error, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button
from koprogo_app.interface.table import filter_bar, filter_select, search_field
from koprogo_app.interface.text import t
from koprogo_app.purchases.page.parts import invoices_header
from koprogo_app.purchases.state.suppliers import Suppliers
from koprogo_app.workspace.page.parts import loaded, places, row_of


def _columns(write: bool) -> list[GridColumn]:
    texts = [
        ("name", t("Supplier"), True), ("enterprise_number", t("Enterprise number"), True),
        ("iban", t("Account number"), False), ("default_account", t("Usual account"), False),
        ("email", t("E-mail"), False), ("street", t("Street"), False), ("postal_code", t("Postal code"), False),
        ("city", t("City"), True),
    ]  # fmt: skip
    made = [
        GridColumn(name, label, editable=write, primary=name == "name", sortable=sort) for name, label, sort in texts
    ]
    made += [
        GridColumn("invoices", t("Invoices"), kind="number", sortable=True),
        GridColumn("open", t("Owed"), kind="money", sortable=True),
    ]
    return [*made, GridColumn("state", t("Use"))] if write else made


@page("/buildings/[building_id]/suppliers", title=N_("Suppliers"), on_load=Suppliers.load)
def suppliers() -> rx.Component:
    """The table."""
    add = rx.cond(Suppliers.write, button(t("Add a supplier"), kind="primary", on_click=Suppliers.add), rx.fragment())
    content = rx.fragment(
        invoices_header(t("Suppliers"), Suppliers, "suppliers", add),
        rx.cond(Suppliers.write, _table(True), _table(False)),
        _new(),
    )
    return loaded(Suppliers.failed, Suppliers.ready, Suppliers.load, content)


def _table(write: bool) -> rx.Component:
    return grid(
        t("Suppliers"),
        _columns(write),
        rows=Suppliers.rows,
        outcomes=Suppliers.outcomes,
        on_save=Suppliers.save_cells,
        on_action=Suppliers.act,
        empty=t("No supplier yet. Add one; an electronic invoice brings its own."),
        head=filter_bar(
            search_field(t("Search a name, a number, a city")),
            filter_select(t("Use"), "show", [("", t("In use")), ("archived", t("All, also no longer used"))]),
        ),
        foot=places(Suppliers.at),
    )


def _new() -> rx.Component:
    errors = Suppliers.errors

    def field(name: str, label: rx.Var[str], **props: object) -> rx.Component:
        return text_field(name, label, errors=errors, auto_complete="off", **props)

    return dialog(
        t("Add a supplier"),
        form(
            form_error(errors),
            field("name", t("Name"), required=True),
            row_of(
                field("enterprise_number", t("Enterprise number"), hint=t("Ten digits, such as 0403.101.217")),
                field("iban", t("Account number"), hint=t("Such as BE68 5390 0754 7034")),
                field("default_account", t("Usual account"), hint=t("Of the chart, such as 61011")),
                field("email", t("E-mail")),
            ),
            row_of(field("street", t("Street")), field("postal_code", t("Postal code")), field("city", t("City"))),
            form_actions(button(t("Add"), kind="primary", type="submit"), button(t("Cancel"), on_click=Suppliers.stop)),
            on_submit=Suppliers.create,
        ),
        open=Suppliers.adding,
        on_close=Suppliers.stop,
    )
