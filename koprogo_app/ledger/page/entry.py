"""One entry."""

import reflex as rx

from koprogo_app.documents.page.card import card_dialog
from koprogo_app.documents.state.card import Card
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, facts, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import sum_row
from koprogo_app.ledger.state.entry import EntryPage, PostedLine
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import trail

SHOWN = EntryPage.shown


@page("/buildings/[building_id]/entries/[entry_id]", title=N_("Entry"), on_load=EntryPage.load)
def entry() -> rx.Component:
    """The entry with its lines, its document and its seal."""
    reverse = rx.cond(
        EntryPage.may_reverse, button(t("Take back…"), on_click=EntryPage.ask("reverse", "")), rx.fragment()
    )
    over = trail(link(EntryPage.building, EntryPage.base), "/", link(t("Journal"), EntryPage.base + "/entries"))
    content = rx.fragment(
        page_header(SHOWN.name, reverse, over=over, under=SHOWN.label),
        blocks(_state(), _lines(), _card()),
        _ask(),
        card_dialog(),
    )
    return shown(EntryPage, content)


def _state() -> rx.Component:
    return rx.fragment(
        rx.cond(
            SHOWN.reversed_by != "",
            callout("attention", t("Taken back by"), " ", link(SHOWN.reversed_by, SHOWN.reversed_by_href)),
            rx.fragment(),
        ),
        rx.cond(
            SHOWN.reverses != "",
            callout("information", t("Takes back"), " ", link(SHOWN.reverses, SHOWN.reverses_href), " – ",
                    SHOWN.reason),
            rx.fragment(),
        ),
    )  # fmt: skip


def _lines() -> rx.Component:
    columns = [
        Column(t("Ledger account"), _account, primary=True),
        Column(t("Co-owner or supplier"), _party),
        Column(t("Description"), lambda x: x.label),
        Column(t("Debit"), lambda x: x.debit, kind="money"),
        Column(t("Credit"), lambda x: x.credit, kind="money"),
    ]
    total = rx.el.table(rx.el.tbody(sum_row(t("Total"), SHOWN.total, SHOWN.total)), class_name="ms-auto [&_td]:ps-6")
    return table(t("Lines"), columns, EntryPage.rows, empty="", key=lambda x: x.id, foot=total)


def _account(line: rx.Var[PostedLine]) -> rx.Component:
    return link(
        rx.fragment(rx.el.span(line.code, class_name="tabular-nums me-2"), line.account),
        line.account_href,
        class_name="kit-link font-normal",
    )


def _party(line: rx.Var[PostedLine]) -> rx.Component:
    matched = rx.cond(
        line.matched, rx.fragment(" ", badge(t(P_("line of an entry", "matched")), "done")), rx.fragment()
    )
    return rx.cond(
        line.party_href != "", rx.el.span(link(line.party, line.party_href), matched), rx.el.span(line.party)
    )


def _card() -> rx.Component:
    return card(
        facts(
            (t("Date"), SHOWN.day),
            (t("Document"), rx.fragment(SHOWN.document, " · ", SHOWN.document_day)),
            (t("Invoice or call"), _source()),
            (t("Stored document"), _file()),
            (t("Posted by"), rx.fragment(SHOWN.by, " · ", SHOWN.at)),
            (t("Seal"), rx.el.span(t("no. {number}", number=SHOWN.seal), " · ", rx.el.code(SHOWN.hash))),
        ),
        title=t("Document and seal"),
        class_name="max-w-2xl",
    )


def _source() -> rx.Component:
    leads = link(SHOWN.source, SHOWN.source_href)
    return rx.cond(SHOWN.source != "", leads, rx.el.span(t(P_("source of an entry", "none")), class_name="text-muted"))


def _file() -> rx.Component:
    opens = button(SHOWN.file, kind="link", on_click=Card.show(SHOWN.file_id))
    return rx.cond(SHOWN.file_id != "", opens, rx.el.span(t(P_("file", "none")), class_name="text-muted"))


def _ask() -> rx.Component:
    return ask(
        EntryPage, "reverse", t("Take this entry back"),
        rx.el.p(t("A mirror entry is posted: what is in debit goes to credit. Both stay in the books."),
                class_name="text-muted"),
        text_field("reason", t("Reason"), errors=EntryPage.errors, required=True, auto_complete="off"),
        act=t("Take back"), on_submit=EntryPage.reverse,
    )  # fmt: skip
