"""What the pages of invoices share: their name under the building, and the pages beside them."""

from typing import Any

import reflex as rx

from koprogo_app.estate.page.parts import trail
from koprogo_app.interface.parts import Text, link, page_header
from koprogo_app.interface.text import t


def invoices_header(title: Text, state: Any, here: str, *actions: rx.Component) -> rx.Component:
    """The page's name under its building, and the other pages of what the association buys."""
    return rx.fragment(
        page_header(title, *actions, over=trail(link(state.building, state.base))), tabs(state.base, here)
    )


def tabs(base: rx.Var[str], here: str) -> rx.Component:
    """The pages beside each other."""
    pages = (
        ("invoices", t("Invoices")),
        ("suppliers", t("Suppliers")),
        ("payment-orders", t("Payment orders")),
        ("charge-rules", t("Rules")),
    )
    look = "whitespace-nowrap py-2 border-b-2 min-h-9 max-sm:min-h-touch"
    marks = {
        True: f"{look} border-accent font-semibold",
        False: f"{look} border-transparent text-muted hover:text-text",
    }
    return rx.el.nav(
        *[
            link(
                label, base + f"/{name}", class_name=marks[name == here],
                **({"aria_current": "page"} if name == here else {}),
            )
            for name, label in pages
        ],
        aria_label=t("Invoices"),
        class_name="flex gap-x-5 overflow-x-auto mb-3.5 border-b border-line",
    )  # fmt: skip
