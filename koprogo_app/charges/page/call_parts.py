"""What the pages of calls share."""

from typing import Any

import reflex as rx

from koprogo_app.interface.parts import Text, link
from koprogo_app.interface.text import t


def tabs(base: rx.Var[str], here: str) -> rx.Component:
    """Calls and plans beside each other."""
    pages = (("calls", t("Calls")), ("owner-accounts", t("Owners' accounts")), ("plans", t("Instalment plans")))
    look = "whitespace-nowrap py-2 border-b-2 min-h-9 max-sm:min-h-touch"
    marks = {
        True: f"{look} border-accent font-semibold",
        False: f"{look} border-transparent text-muted hover:text-text",
    }
    return rx.el.nav(
        *[
            link(label, base + f"/{name}", class_name=marks[name == here],
                 **({"aria_current": "page"} if name == here else {}))
            for name, label in pages
        ],
        aria_label=t("Calls for funds"),
        class_name="flex gap-x-5 overflow-x-auto mb-3.5 border-b border-line",
    )  # fmt: skip


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


def blocks(*children: Any) -> rx.Component:
    """Blocks below each other; one that is wider than the screen scrolls in itself."""
    return rx.el.div(*children, class_name="grid grid-cols-1 gap-3.5")
