"""Tables to read: real `<table>`, sorted and paged through the page's query, so a view can be linked and shared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from koprogo_app.foundation.i18n import P_
from koprogo_app.interface.chrome import QueryField, QueryLink, SortLink
from koprogo_app.interface.parts import Text
from koprogo_app.interface.text import t

_FEW = 3
"""Columns that a phone shows beside each other."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, how a row shows in it, and, when it can be sorted, its name in the query (`sort=name`)."""

    label: Text
    cell: Callable[[Any], Any]
    kind: Literal["text", "number", "money"] = "text"
    sort: str = ""
    primary: bool = False
    """The column that names the row (a row heading); one a table."""
    wide: bool = False
    """Left out on a phone, where the row's other cells or its own page say it."""


def table(
    label: Text,
    columns: Sequence[Column],
    rows: rx.Var[Any],
    *,
    empty: Text,
    head: rx.Component | None = None,
    foot: rx.Component | None = None,
    key: Callable[[Any], Any] | None = None,
) -> rx.Component:
    """Rows of a state var. `head` stands above (filter_bar), `foot` below (pager); `key` gives a row its identity.

    On a phone a row of more than three columns is a card of its own, each value under its heading.
    """
    cards = sum(not column.wide for column in columns) > _FEW

    def line(row: Any) -> rx.Component:
        cells = [
            (rx.el.th if c.primary else rx.el.td)(
                c.cell(row),
                class_name=_look(c),
                **({"scope": "row"} if c.primary else said_again(c.label) if cards else {}),
            )
            for c in columns
        ]
        return rx.el.tr(*cells, **({"key": key(row)} if key else {}))

    grid = rx.el.table(
        rx.el.thead(rx.el.tr(*[_heading(c) for c in columns])),
        rx.el.tbody(rx.foreach(rows, line)),
        aria_label=label,
        class_name="kit-cards" if cards else "",
    )
    return rx.el.div(
        head or rx.fragment(),
        # A table wider than the screen scrolls in its own box, reachable by keyboard.
        rx.el.div(grid, class_name="kit-scroll", tab_index=0, role="region", aria_label=label),
        rx.cond(rows.length() == 0, rx.el.p(empty, class_name="kit-empty"), rx.fragment()),
        rx.el.div(foot, class_name="kit-foot") if foot is not None else rx.fragment(),
        class_name="kit-table",
    )


def said_again(label: Text) -> dict[str, Any]:
    """What tells a cell its heading where a phone shows it without the row of headings."""
    return {"custom_attrs": {"data-label": label}}


def _heading(column: Column) -> rx.Component:
    inside = SortLink.create(column.label, field=column.sort) if column.sort else column.label
    return rx.el.th(inside, scope="col", class_name=_look(column))


def _look(column: Column) -> str:
    return f"kit-{column.kind} max-sm:hidden" if column.wide else f"kit-{column.kind}"


def filter_bar(*children: rx.Component) -> rx.Component:
    """The row of filters above a table; what stands at its end goes in `rx.el.div(…, class_name="ms-auto")`."""
    return rx.el.div(*children, class_name="kit-filter", role="search")


def search_field(label: Text, name: str = "q") -> rx.Component:
    """A search kept in the query; the page's `on_load` runs again when it changes."""
    return QueryField.create(name=name, label=label, placeholder=label, class_name="kit-input")


def filter_select(label: Text, name: str, options: Sequence[tuple[str, Text]]) -> rx.Component:
    """A choice kept in the query; the first option should have the value "" and mean all."""
    return QueryField.create(
        name=name,
        label=label,
        class_name="kit-input",
        options=[{"value": value, "label": text} for value, text in options],
    )


def pager(
    page: rx.Var[int], pages: rx.Var[int], total: rx.Var[int], first: rx.Var[int], last: rx.Var[int]
) -> rx.Component:
    """“1–25 of 60”, with the pages before and after. Pages count from 1; `page=` in the query."""
    return rx.el.nav(
        rx.el.span(t("{first}–{last} of {total}", first=first, last=last, total=total)),
        rx.cond(
            page > 1, QueryLink.create(t("Previous"), values={"page": page - 1}, class_name="kit-link"), rx.fragment()
        ),
        rx.cond(
            page < pages,
            QueryLink.create(t(P_("page", "Next")), values={"page": page + 1}, class_name="kit-link"),
            rx.fragment(),
        ),
        aria_label=t("Pages"),
        class_name="flex gap-4",
    )
