"""What the pages of documents share: the table, the tree, the choice, the dialogs."""

from typing import Any

import reflex as rx

from koprogo_app.documents.page.card import card_dialog
from koprogo_app.documents.page.sending import sending_dialog
from koprogo_app.documents.state.card import Card
from koprogo_app.documents.state.library import KindBranch, Library, YearLeaf
from koprogo_app.documents.state.lines import DocLine
from koprogo_app.documents.words import WHO
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.parts import badge, button, card, download, link
from koprogo_app.interface.table import Column, filter_bar, filter_select, pager, search_field, table
from koprogo_app.interface.text import t


def shelves(*, office: bool) -> rx.Component:
    """The tree beside the table; on a phone above it, folded."""
    return rx.fragment(
        rx.el.div(
            rx.el.details(
                rx.el.summary(
                    t("Kinds and years"),
                    rx.el.span("▾", aria_hidden="true"),
                    class_name="font-semibold min-h-touch flex items-center justify-between",
                ),
                _tree(),
                class_name="kit-card px-4 lg:hidden",
            ),
            rx.el.div(card(_tree(), title=t("Kinds and years")), class_name="hidden lg:block"),
            rx.el.div(_choice(), _table(office=office), class_name="min-w-0 grid grid-cols-1 gap-3.5 content-start"),
            class_name="grid grid-cols-1 gap-3.5 lg:grid-cols-[15rem_minmax(0,1fr)] items-start",
        ),
        card_dialog(),
        sending_dialog(),
    )


def _leaf(label: Any, count: Any, href: Any, here: Any, *, deep: bool = False) -> rx.Component:
    return link(
        rx.fragment(
            rx.el.span(label, class_name="truncate"),
            rx.el.span(count, class_name=rx.cond(here, "text-13", "text-muted text-13")),
        ),
        href,
        aria_current=rx.cond(here, "page", "false"),
        class_name="flex justify-between items-center gap-3 rounded-md px-2 min-h-9 max-lg:min-h-touch "
        "hover:bg-accent-soft aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold"
        + (" ps-6" if deep else ""),
    )


def _tree() -> rx.Component:
    def year(leaf: rx.Var[YearLeaf]) -> rx.Component:
        return rx.el.li(_leaf(leaf.label, leaf.count, leaf.href, leaf.here, deep=True))

    def branch(one: rx.Var[KindBranch]) -> rx.Component:
        return rx.el.li(
            _leaf(one.label, one.count, one.href, one.here),
            rx.cond(one.here, rx.el.ul(rx.foreach(one.years, year)), rx.fragment()),
        )

    everything = _leaf(t(P_("documents", "Everything")), Library.everything, Library.home, Library.shown == "")
    return rx.el.nav(
        rx.el.ul(rx.el.li(everything), rx.foreach(Library.branches, branch)),
        aria_label=t("Kinds and years"),
        class_name="-mx-2 pb-2",
    )


def _choice() -> rx.Component:
    """What is chosen, and what can be done with it: a zip, its progress, its address."""
    going = rx.el.div(
        rx.el.progress(
            value=Library.bundle.done.to_string(), max=Library.bundle.total.to_string(),
            aria_label=t("Putting the documents together"), class_name="flex-1 min-w-24",
            custom_attrs={"aria-valuenow": Library.bundle.done, "aria-valuemax": Library.bundle.total},
        ),
        rx.el.span(
            t("{done} of {total}", done=Library.bundle.done.to_string(), total=Library.bundle.total.to_string()),
            class_name="text-13 text-muted",
        ),
        class_name="flex flex-1 items-center gap-3",
    )  # fmt: skip
    ready = download(t("Save the zip ({size})", size=Library.bundle.size), Library.bundle.url)
    make = button(t("Put together as a zip"), on_click=Library.zip)
    what = rx.cond(Library.bundle.url != "", ready, rx.cond(Library.bundle.total > 0, going, make))
    bar = rx.el.div(
        rx.el.span(
            t(N_("{count} document chosen", "{count} documents chosen"), count=Library.chosen.length()),
            class_name="font-semibold",
        ),
        what,
        button(t("Choose none"), kind="link", on_click=Library.choose_none),
        role="status",
        class_name="kit-card px-4 py-2.5 flex flex-wrap items-center gap-3",
    )
    return rx.cond(Library.chosen.length() > 0, bar, rx.fragment())


def _tick(row: rx.Var[DocLine]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox", checked=Library.chosen.contains(row.id), on_change=Library.toggle(row.id).stop_propagation,
            aria_label=t("Choose {title}", title=row.title), class_name="size-4 accent-accent",
        ),
        class_name="flex items-center justify-center min-h-9 min-w-9",
    )  # fmt: skip


def name_of(row: rx.Var[DocLine]) -> rx.Component:
    """The title, which opens the document, and where it belongs."""
    return rx.el.div(
        rx.el.button(
            row.title, type="button", on_click=Card.show(row.id), class_name="kit-link font-semibold text-start"
        ),
        rx.el.p(
            rx.el.span(row.kind, " · ", row.dated, " · ", class_name="sm:hidden"),
            rx.cond(row.under != "", rx.fragment(row.under, " · "), rx.fragment()),
            row.type,
            " ",
            row.size,
            class_name="text-13 text-muted font-normal",
        ),
        class_name="min-w-48 sm:min-w-64 py-1",
    )


def who_mark(row: rx.Var[DocLine]) -> rx.Component:
    """Who may see it: what all may see is quiet, what few may see stands out."""
    return rx.cond(
        row.level == "co_owners", rx.el.span(row.who, class_name="text-muted"), badge(row.who, "information")
    )


def _table(*, office: bool) -> rx.Component:
    at = Library.at
    columns = [
        Column(rx.el.span(t("Choice"), class_name="kit-unseen"), _tick),
        Column(t("Title"), name_of, sort="title", primary=True),
        Column(t("Kind"), lambda d: d.kind, sort="kind", wide=True),
        Column(t("Date"), lambda d: d.dated, kind="number", sort="dated", wide=True),
        *([Column(t("Who may see it"), who_mark, wide=True)] if office else []),
        *([Column(t("Kept until"), lambda d: d.kept, kind="number", sort="destroy_on", wide=True)] if office else []),
    ]  # fmt: skip
    filters = [search_field(t("Search titles and words…"))]
    if office:
        levels = [("", t("Any visibility")), *((level, t(label)) for level, label in WHO.items())]
        filters += [
            filter_select(t("Who may see it"), "who", levels),
            filter_select(t("Keeping"), "due", [("", t("Kept and due")), ("1", t("May be destroyed today"))]),
        ]
    every = rx.cond(
        Library.rows.length() > 0,
        rx.el.div(button(t("Choose this page"), kind="link", on_click=Library.toggle_all), class_name="ms-auto"),
        rx.fragment(),
    )
    return table(
        t("Documents"),
        columns,
        Library.rows,
        empty=rx.cond(
            Library.everything == "0",
            t("No document yet."),
            t("No document fits these filters."),
        ),
        key=lambda d: d.id,
        head=filter_bar(*filters, every),
        foot=pager(at["page"], at["pages"], at["total"], at["first"], at["last"]),
    )
