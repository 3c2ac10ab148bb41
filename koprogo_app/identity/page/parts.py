"""What the pages before sign-in share."""

from typing import Any

import reflex as rx

from koprogo_app.interface.parts import Text, callout
from koprogo_app.interface.text import pick

LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English")]


def said(state: Any) -> rx.Component:
    """What the last try brought, above the form; stays until the next."""
    text = pick(state.said)
    return rx.cond(
        state.said.contains("en"),
        rx.match(
            state.said_kind,
            ("done", callout("done", text, role="status")),
            ("information", callout("information", text, role="status")),
            callout("refused", text, role="alert"),
        ),
        rx.fragment(),
    )


def entry(title: Text, *children: Any, under: Text | None = None) -> rx.Component:
    """A narrow card with its title: the shape of every page before sign-in."""
    return rx.el.div(
        rx.el.h1(title, class_name="text-23 font-strong"),
        rx.el.p(under, class_name="text-muted") if under is not None else rx.fragment(),
        *children,
        class_name="kit-card grid gap-4 p-5 sm:p-7",
    )
