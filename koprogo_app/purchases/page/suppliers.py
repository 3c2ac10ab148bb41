"""The suppliers, edited in place."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.text import t
from koprogo_app.purchases.page.parts import invoices_header
from koprogo_app.purchases.state.suppliers import Suppliers
from koprogo_app.workspace.page.records import record_page


@page("/buildings/[building_id]/suppliers", title=N_("Suppliers"), on_load=Suppliers.load)
def suppliers() -> rx.Component:
    """The table."""
    return record_page(
        Suppliers,
        header=lambda add: invoices_header(t("Suppliers"), Suppliers, "suppliers", add),
        new=t("Add a supplier"),
        empty=t("No supplier yet. Add one; an electronic invoice brings its own."),
        search=t("Search a name, a number, a city"),
        path="suppliers",
    )
