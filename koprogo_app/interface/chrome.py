"""The parts written in JavaScript that surround the pages; their code is `assets/kit/chrome.jsx`."""

from typing import Any

import reflex as rx


class Chrome(rx.Component):
    """Base of the small components in `chrome.jsx`."""

    library = "$/public/kit/chrome.jsx"


class Modal(Chrome):
    """See interface.dialog."""

    tag = "Modal"
    open: rx.Var[bool]
    label: rx.Var[str]
    narrow: rx.Var[bool]
    close_label: rx.Var[str]
    record: rx.Var[str]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


class Menu(Chrome):
    """A `<details>` whose children show below it; `label` names it when its summary is not words enough."""

    tag = "Menu"
    label: rx.Var[str]
    summary: rx.Var[str]


class Drawer(Chrome):
    """The navigation of a phone."""

    tag = "Drawer"
    open_label: rx.Var[str]
    close_label: rx.Var[str]
    label: rx.Var[str]


class Arrival(Chrome):
    """Moves the focus to `#main` after a move to another page, and keeps `<html lang>`."""

    tag = "Arrival"
    lang: rx.Var[str]


class SkipLink(Chrome):
    """Leads the keyboard to `#main`."""

    tag = "SkipLink"


class NavLink(Chrome):
    """A link of the navigation, marked when the page is at or below it (`exact`: only at it)."""

    tag = "NavLink"
    to: rx.Var[str]
    exact: rx.Var[bool]
    badge: rx.Var[int]
    badge_label: rx.Var[str]


class Tabs(Chrome):
    """See interface.parts.tabs."""

    tag = "Tabs"
    label: rx.Var[str]


class QueryLink(Chrome):
    """A link that sets these values in the page's query (empty ones go) and keeps the rest."""

    tag = "QueryLink"
    values: rx.Var[dict[str, Any]]
    current: rx.Var[bool]


class SortLink(Chrome):
    """A column heading that sets `sort=field`, then `sort=-field`."""

    tag = "SortLink"
    field: rx.Var[str]


class QueryField(Chrome):
    """A search field, a day (`type` "date") or with `options` a choice, kept in the page's query under `name`."""

    tag = "QueryField"
    name: rx.Var[str]
    label: rx.Var[str]
    placeholder: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]
    type: rx.Var[str]
