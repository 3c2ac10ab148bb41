"""What all pages are made of besides the kit."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.interface.chrome import Menu, QueryField
from koprogo_app.interface.parts import Text
from koprogo_app.interface.table import filter_select, pager
from koprogo_app.interface.text import t
from koprogo_app.workspace.periods import MONTH_PARTS, PARTS


def law_tag(article: rx.Var[str]) -> rx.Component:
    """An article as the state wrote it in the reader's language, “art. 3.90” or “AR 12/07/2012”."""
    return rx.el.span(article, class_name="kit-article")


def button_menu(label: Text, *entries: rx.Component) -> rx.Component:
    """A few things to choose from behind one button."""
    look = (
        "kit-end [&>summary]:min-h-9 [&>summary]:px-3.5 [&>summary]:border [&>summary]:border-line "
        "[&>summary]:rounded-md [&>summary]:bg-surface [&>summary]:font-semibold [&>summary]:hover:border-line-field "
        "max-sm:[&>summary]:min-h-touch"
    )
    return Menu.create(*entries, label=label, summary=label, class_name=look)


def menu_download(label: Text, href: str | rx.Var[str]) -> rx.Component:
    """A file in such a menu."""
    return rx.el.a(label, href=href, download=True, reload_document=True, class_name="kit-item")


def row_of(*children: rx.Component) -> rx.Component:
    """Fields side by side where there is room."""
    return rx.el.div(*children, class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-2 items-start")


def trail(*parts: Any) -> rx.Component:
    """What stands above a page's name."""
    return rx.el.span(*parts, class_name="kit-thumbs flex flex-wrap items-center gap-x-2 gap-y-1")


def chosen(options: Sequence[tuple[str, Text]], everything: Text) -> list[tuple[str, Text]]:
    """The options of a filter, after the one that means all."""
    return [("", everything), *options]


def places(at: rx.Var[dict[str, int]]) -> rx.Component:
    """Which rows of how many; nothing when there is none."""
    return rx.cond(at["total"] > 0, pager(at["page"], at["pages"], at["total"], at["first"], at["last"]), rx.fragment())


def year_filter(options: rx.Var[list[dict[str, str]]]) -> rx.Component:
    """The financial year of a report, kept in the address."""
    return QueryField.create(name="year", label=t("Financial year"), class_name="kit-input", options=options)


def part_filter() -> rx.Component:
    """The whole year, a quarter of it or a month."""
    quarters = [(name, t(label)) for name, label in PARTS.items()]
    months = [(name, t("Month {number}", number=number)) for number, name in enumerate(MONTH_PARTS, 1)]
    return filter_select(t("Part of the year"), "part", [("", t("Whole year")), *quarters, *months])


def progress(title: Text, told: Text, value: Any, of: Any, *, note: Text | None = None) -> rx.Component:
    """How far a long act is: what is done, in words and as a bar; `note` instead of that the page may be left."""
    below = t("You may leave this page; the work goes on.") if note is None else note
    return rx.el.div(
        rx.el.p(t("{name}: {value}", name=title, value=told)),
        rx.el.progress(value=value.to(str), max=of.to(str), class_name="w-full mt-2", aria_label=title),
        rx.el.p(below, class_name="text-13 text-muted mt-1"),
        role="status",
        class_name="kit-card p-4",
    )
