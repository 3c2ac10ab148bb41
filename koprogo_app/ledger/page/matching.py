"""Matching (lettrage): which lines of a co-owner or supplier settle each other."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, button_link, link
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.common import PartyLine
from koprogo_app.ledger.state.matching import GroupLine, MatchingPage, TickLine
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import shown


@page("/buildings/[building_id]/matching", title=N_("Matching of lines"), on_load=[MatchingPage.load, BooksSeal.load])
def matching() -> rx.Component:
    """Whom; then the lines, what is proposed, and what is matched."""
    subject = rx.cond(
        MatchingPage.subject != "",
        t("{name}: balance {amount}", name=MatchingPage.subject, amount=MatchingPage.balance),
        "",
    )
    others = rx.cond(
        MatchingPage.subject != "",
        button_link(t("Somebody else"), MatchingPage.base + "/matching"),
        rx.fragment(),
    )
    content = rx.fragment(
        books_header(t("Matching of lines"), MatchingPage, "matching", others, under=subject),
        rx.cond(MatchingPage.subject != "", blocks(_proposed(), _lines(), _matched()), _people()),
    )
    return shown(MatchingPage, content)


def _people() -> rx.Component:
    columns = [
        Column(t("Name"), lambda p: link(p.name, p.href), primary=True),
        Column(t("Role"), lambda p: p.kind, wide=True),
        Column(t("Balance"), lambda p: p.balance, kind="money"),
    ]

    def key(row: rx.Var[PartyLine]) -> rx.Var[str]:
        return row.id

    return table(
        t("Whose lines?"),
        columns,
        MatchingPage.people,
        empty=t("Nothing was posted on a co-owner's or supplier's account yet."),
        key=key,
    )


def _proposed() -> rx.Component:
    columns = [
        Column(t("Entries"), lambda g: g.names, primary=True),
        Column(t("Why"), lambda g: g.note),
        Column(t("Ledger account"), lambda g: g.account),
        Column(t("Amount"), lambda g: g.amount, kind="money"),
        Column("", _take),
    ]
    every = rx.cond(
        MatchingPage.write,
        button(t("Match all of them"), kind="primary", on_click=MatchingPage.take_all(MatchingPage.party)),
        rx.fragment(),
    )
    head = rx.el.div(
        rx.el.h2(t("Proposed"), class_name="text-15 font-strong"), rx.el.div(every, class_name="ms-auto"),
        class_name="kit-filter",
    )  # fmt: skip
    proposals = table(t("Proposed"), columns, MatchingPage.proposed, empty="", key=lambda g: g.id, head=head)
    return rx.cond(MatchingPage.proposed.length() > 0, proposals, rx.fragment())


def _take(row: rx.Var[GroupLine]) -> rx.Component:
    return rx.cond(MatchingPage.write, button(t("Match"), on_click=MatchingPage.match(row.lines)), rx.fragment())


def _lines() -> rx.Component:
    columns = [
        Column("", _tick),
        Column(t("Date"), lambda m: m.day),
        Column(t("Ledger account"), lambda m: m.account),
        Column(t("Entry"), lambda m: link(m.entry, m.href), primary=True),
        Column(t("Document"), lambda m: m.document),
        Column(t("Description"), lambda m: m.label),
        Column(t("Debit"), lambda m: m.debit, kind="money"),
        Column(t("Credit"), lambda m: m.credit, kind="money"),
    ]
    return table(
        t("Open lines"),
        columns,
        MatchingPage.rows,
        empty=t("Everything is settled: no line is open."),
        key=lambda m: m.id,
        head=rx.el.div(rx.el.h2(t("Open lines"), class_name="text-15 font-strong"), _sum(), class_name="kit-filter"),
    )


def _sum() -> rx.Component:
    chosen = MatchingPage.chosen.length()
    bar = rx.el.div(
        rx.el.span(t(N_("{count} line chosen", "{count} lines chosen"), count=chosen), class_name="font-semibold"),
        badge(MatchingPage.sums.text, MatchingPage.sums.kind),
        button(
            t("Match"),
            kind="primary",
            on_click=MatchingPage.match(MatchingPage.chosen),
            disabled=~MatchingPage.sums.fits,
        ),
        button(t("Choose none"), kind="link", on_click=MatchingPage.choose_none),
        role="status",
        class_name="ms-auto flex flex-wrap items-center gap-3",
    )
    hint = rx.el.span(t("Tick lines that add up to zero."), class_name="ms-auto text-13 text-muted")
    return rx.cond(MatchingPage.write, rx.cond(chosen > 0, bar, hint), rx.fragment())


def _tick(row: rx.Var[TickLine]) -> rx.Component:
    box = rx.el.label(
        rx.el.input(
            type="checkbox", checked=MatchingPage.chosen.contains(row.id), on_change=MatchingPage.toggle(row.id),
            aria_label=t("Choose {title}", title=row.entry), class_name="size-4 accent-accent",
        ),
        class_name="flex items-center justify-center min-h-9 min-w-9",
    )  # fmt: skip
    return rx.cond(MatchingPage.write, box, rx.fragment())


def _matched() -> rx.Component:
    columns = [
        Column(t("Entries"), lambda g: g.names, primary=True),
        Column(t("Matched on"), lambda g: g.note),
        Column(t("Ledger account"), lambda g: g.account),
        Column(t("Amount"), lambda g: g.amount, kind="money"),
        Column("", _undo),
    ]
    head = rx.el.div(rx.el.h2(t("Matched lines"), class_name="text-15 font-strong"), class_name="kit-filter")
    settled = table(t("Matched lines"), columns, MatchingPage.matched, empty="", key=lambda g: g.id, head=head)
    return rx.cond(MatchingPage.matched.length() > 0, settled, rx.fragment())


def _undo(row: rx.Var[GroupLine]) -> rx.Component:
    return rx.cond(
        MatchingPage.write, button(t("Unmatch"), kind="link", on_click=MatchingPage.undo(row.id)), rx.fragment()
    )
