"""What every page of the books shows: where one is among them, and the seal."""

from typing import Any

import reflex as rx

from koprogo_app.interface.parts import Text, badge, callout, link, page_header, tabs
from koprogo_app.interface.text import pick, t
from koprogo_app.ledger.state.seal import BooksSeal, FindingLine, Named
from koprogo_app.workspace.page.parts import trail


def books_header(title: Text, state: Any, here: str, *actions: rx.Component, under: Text | None = None) -> rx.Component:
    """The page's name under its building, the other pages of the books, and the seal."""
    return rx.fragment(
        page_header(title, *actions, over=trail(link(state.building, state.base)), under=under),
        _tabs(state.base, here),
        seal(),
    )


def _tabs(base: rx.Var[str], here: str) -> rx.Component:
    """The pages of the books beside each other."""
    pages = (
        ("accounts", t("Chart of accounts")),
        ("entries", t("Journal")),
        ("ledger", t("General ledger")),
        ("matching", t("Matching of lines")),
        ("trial-balance", t("Trial balance")),
        ("statements", t("Statements")),
        ("years", t("Financial years")),
    )
    return tabs(t("Accounts"), base, pages, here)


def seal() -> rx.Component:
    """What was checked in the books; open when something is to be mended."""
    summary = rx.el.summary(
        badge(BooksSeal.title, BooksSeal.kind),
        rx.el.span(t("what is checked"), class_name="ms-2 text-13 text-muted"),
        class_name="cursor-pointer min-h-9 content-center ps-5 -indent-5 [&>*]:indent-0",
    )
    found = rx.el.ul(rx.foreach(BooksSeal.lines, _finding), class_name="kit-card mt-1 px-4 py-2 text-14")
    whole = rx.cond(
        BooksSeal.ready & (BooksSeal.title != ""),
        rx.el.details(summary, found, class_name="mb-3.5", open=BooksSeal.kind == "refused"),
        rx.fragment(),
    )
    why = callout("refused", pick(BooksSeal.failed.to(dict[str, str])), role="alert")
    failed = rx.el.div(why, class_name="mb-3.5")
    return rx.cond(BooksSeal.failed.en != "", failed, whole)


def _finding(line: rx.Var[FindingLine]) -> rx.Component:
    signs = rx.match(line.kind, ("done", "✓ "), ("attention", "! "), "✗ ")
    colours = rx.match(line.kind, ("done", "text-done"), ("attention", "text-attention"), "text-refused")
    return rx.el.li(
        rx.el.span(signs, aria_hidden="true", class_name=colours),
        line.text,
        rx.foreach(line.named.to(list[Named]), lambda e: rx.el.span(" ", link(e.name, e.href))),
        class_name="py-1.5 border-b border-line-soft last:border-0",
    )


def sum_row(label: Text, *cells: Any) -> rx.Component:
    """The last row of a table of figures."""
    return rx.el.tr(
        rx.el.th(label, scope="row", class_name="kit-text"),
        *[rx.el.td(cell, class_name="kit-money font-semibold") for cell in cells],
    )
