"""The general ledger: every movement, or those of one account or one person."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, link
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.reports import Moves
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import part_filter, places, year_filter


@page("/buildings/[building_id]/ledger", title=N_("General ledger"), on_load=[Moves.load, BooksSeal.load])
def general_ledger() -> rx.Component:
    """The movements with their running balance; each leads to its entry."""
    content = rx.fragment(
        books_header(t("General ledger"), Moves, "ledger", under=rx.cond(Moves.subject != "", Moves.subject, "")),
        _table(),
        _people(),
    )
    return shown(Moves, content)


def _table() -> rx.Component:
    columns = [
        Column(t("Date"), lambda m: m.day),
        Column(t("Ledger account"), lambda m: m.code),
        Column(t("Entry"), lambda m: link(m.entry, m.href), primary=True),
        Column(t("Document"), lambda m: m.document),
        Column(t("Description"), lambda m: rx.fragment(m.label, " ", rx.el.span(m.party, class_name="text-muted"))),
        Column(t("Debit"), lambda m: m.debit, kind="money"),
        Column(t("Credit"), lambda m: m.credit, kind="money"),
        Column(t("Balance"), lambda m: m.balance, kind="money"),
        Column(
            t("Matched"),
            lambda m: rx.cond(m.matched, badge(t(P_("line of an entry", "matched")), "done"), rx.fragment()),
        ),
    ]
    return table(
        t("General ledger"),
        columns,
        Moves.rows,
        empty=t("Nothing was posted here in these days."),
        key=lambda m: m.id,
        head=filter_bar(
            search_field(t("Account number, for instance 4101"), name="account"),
            year_filter(Moves.years),
            part_filter(),
        ),
        foot=places(Moves.at),
    )


def _people() -> rx.Component:
    columns = [
        Column(t("Name"), lambda p: link(p.name, p.href), primary=True),
        Column(t("Role"), lambda p: p.kind),
        Column(t("Balance"), lambda p: p.balance, kind="money"),
    ]
    return rx.el.section(
        rx.el.h2(t("Individual accounts"), class_name="text-15 font-strong mt-6 mb-2"),
        table(t("Individual accounts"), columns, Moves.people, empty=t("Nobody yet."), key=lambda p: p.id),
    )
