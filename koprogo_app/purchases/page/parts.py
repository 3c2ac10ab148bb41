"""What the pages of invoices share: their name under the building, and the pages beside them."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import P_
from koprogo_app.interface.parts import Text, link, page_header, tabs
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import trail


def invoices_header(title: Text, state: Any, here: str, *actions: rx.Component) -> rx.Component:
    """The page's name under its building, and the other pages of what the association buys."""
    return rx.fragment(
        page_header(title, *actions, over=trail(link(state.building, state.base))), _tabs(state.base, here)
    )


def _tabs(base: rx.Var[str], here: str) -> rx.Component:
    """The pages beside each other."""
    pages = (
        ("invoices", t("Invoices")),
        ("suppliers", t("Suppliers")),
        ("payment-orders", t("Payment orders")),
        ("charge-rules", t(P_("invoices", "Rules"))),
    )
    return tabs(t("Invoices"), base, pages, here)
