"""What the platform's pages share."""

from typing import Any

import reflex as rx

from koprogo_app.interface.locale import Locale
from koprogo_app.interface.parts import button_link, empty_state
from koprogo_app.interface.table import pager
from koprogo_app.interface.text import pick, t
from koprogo_app.workspace.page.parts import Again


def loaded(state: Any, content: rx.Component) -> rx.Component:
    """The content once it is there; a calm sign of waiting before. Another language reads the state again."""
    waiting = rx.el.p(t("Loading…"), role="status", class_name="text-muted py-10 text-center")
    return rx.fragment(Again.create(lang=Locale.lang, on_change=state.load), rx.cond(state.ready, content, waiting))


def unless_failed(state: Any, content: rx.Component) -> rx.Component:
    """The content, or why it cannot be shown."""
    why = empty_state(t("This page cannot be shown"), pick(state.failed), button_link(t("To the start"), "/"))
    return rx.cond(state.failed.contains("en"), rx.el.div(why, role="alert"), loaded(state, content))


def pages_of(state: Any) -> rx.Component:
    """The pager of a state whose `at` holds the kit's values."""
    at = state.at
    return pager(at["page"], at["pages"], at["total"], at["first"], at["last"])


def two(*fields: rx.Component) -> rx.Component:
    """Fields side by side where there is room."""
    return rx.el.div(*fields, class_name="grid gap-3.5 sm:grid-cols-2 items-start")
