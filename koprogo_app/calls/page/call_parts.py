"""What the pages of calls share."""

import reflex as rx

from koprogo_app.interface.parts import Text, tabs
from koprogo_app.interface.text import t


def call_tabs(base: rx.Var[str], here: str) -> rx.Component:
    """Calls and plans beside each other."""
    # Translators: calls for funds, beside the accounts and the plans
    pages = (("calls", t("Calls")), ("owner-accounts", t("Owners' accounts")), ("plans", t("Instalment plans")))
    return tabs(t("Calls for funds"), base, pages, here)


def bar(part: rx.Var[str], label: Text) -> rx.Component:
    """How much of an amount is paid, as a bar; the figures stand beside it."""
    return rx.el.svg(
        rx.el.svg.rect(width="100", height="4", class_name="fill-line-soft"),
        rx.el.svg.rect(width=part, height="4", class_name="fill-accent"),
        view_box="0 0 100 4",
        custom_attrs={"preserveAspectRatio": "none"},
        role="img",
        aria_label=label,
        class_name="w-full h-2 rounded-md",
    )
