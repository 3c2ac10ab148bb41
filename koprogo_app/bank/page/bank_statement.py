"""One bank statement: what its movements are for."""

import reflex as rx

from koprogo_app.bank.state.bank_statement import MOST_PARTS, BankStatementPage
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import form, form_actions, form_error, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, cards, download, figure, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import trail

SHOWN, ABOUT = BankStatementPage.shown, BankStatementPage.about
COLUMNS = [
    GridColumn("day", t("Date")),
    GridColumn("who", t("Counterparty"), primary=True),
    GridColumn("text", t("Message")),
    GridColumn("amount", t("Amount"), kind="money"),
    GridColumn("target", t("For"), editable=True),
]


@page("/buildings/[building_id]/bank/[statement_id]", title=N_("Bank statement"), on_load=BankStatementPage.load)
def bank_statement() -> rx.Component:
    """The statement's figures, then its movements."""
    confirm = button(
        t("Confirm what is recognised ({count})", count=BankStatementPage.waiting.to_string()),
        kind="primary",
        on_click=BankStatementPage.confirm_all,
    )
    actions = rx.fragment(
        rx.cond(SHOWN.document != "", download(t("The bank's file"), SHOWN.document), rx.fragment()),
        rx.cond(
            BankStatementPage.write & SHOWN.removable,
            button(t("Remove the statement…"), on_click=BankStatementPage.ask("remove", "")),
            rx.fragment(),
        ),
        rx.cond(BankStatementPage.write & (BankStatementPage.waiting > 0), confirm, rx.fragment()),
    )
    over = trail(
        link(BankStatementPage.building, BankStatementPage.base), "/", link(t("Bank"), BankStatementPage.base + "/bank")
    )
    content = rx.fragment(
        page_header(t("Statement {name}", name=SHOWN.name), actions, over=over, under=SHOWN.account),
        blocks(_gap(), _figures(), _movements()),
        _split(),
        _undo(),
        _remove(),
    )
    return shown(BankStatementPage, content)


def _gap() -> rx.Component:
    return rx.cond(
        SHOWN.missing != "",
        callout("attention", t("Before this statement, {missing} is missing.", missing=SHOWN.missing)),
        rx.fragment(),
    )


def _figures() -> rx.Component:
    return cards(
        card(figure(t("Recognised without you"), BankStatementPage.recognised,
                    t(N_("{open} of {count} movement to post", "{open} of {count} movements to post"),
                      open=SHOWN.open, count=SHOWN.count))),
        card(figure(t("New balance"), SHOWN.new, mark=badge(SHOWN.agrees, SHOWN.agrees_kind))),
        card(figure(t("Old balance"), SHOWN.old, SHOWN.days)),
        columns=3,
    )  # fmt: skip


def _movements() -> rx.Component:
    movements = grid(
        t("Movements"),
        COLUMNS,
        rows=BankStatementPage.rows,
        outcomes=BankStatementPage.outcomes,
        on_save=BankStatementPage.save_cells,
        on_action=BankStatementPage.act,
        empty=t("Nothing moved in these days."),
        foot=rx.el.span(
            t("Type a name, an invoice's number or an account in the last column."), class_name="text-13 text-muted"
        ),
    )
    return rx.el.div(movements, class_name="kit-telling")


def _split() -> rx.Component:
    errors = BankStatementPage.errors

    def part(n: int) -> rx.Component:
        row = BankStatementPage.parts[n]
        fields = rx.el.div(
            text_field(f"target-{n}", t("For"), errors=errors, default_value=row.target, auto_complete="off"),
            text_field(f"amount-{n}", t("Amount"), errors=errors, default_value=row.amount, input_mode="decimal",
                       auto_complete="off"),
            class_name="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-3.5 items-start",
        )  # fmt: skip
        return rx.cond(BankStatementPage.parts.length() > n, fields, rx.fragment())

    return dialog(
        BankStatementPage, "split", t("Split a movement"),
        form(
            rx.el.p(ABOUT.name, " · ",
                    rx.el.span(ABOUT.amount, class_name="font-semibold tabular-nums")),
            rx.el.p(t("For each part a name, an invoice's number or an account. The last part may leave its amount "
                      "empty: it takes the rest."), class_name="text-13 text-muted"),
            form_error(errors),
            *[part(n) for n in range(MOST_PARTS)],
            form_actions(
                button(t("Post the parts"), kind="primary", type="submit"),
                rx.cond(
                    BankStatementPage.parts.length() < MOST_PARTS,
                    button(t("One more part"), on_click=BankStatementPage.more),
                    rx.fragment(),
                ),
                button(t("Cancel"), on_click=BankStatementPage.close),
            ),
            on_submit=BankStatementPage.split,
        ),
    )  # fmt: skip


def _undo() -> rx.Component:
    errors = BankStatementPage.errors
    return ask(
        BankStatementPage, "undo", t("Open this movement again"),
        rx.el.p(
            rx.cond(
                ABOUT.by_hand,
                t("Its entry was written by hand: it stays in the books, and the movement lets it go."),
                t("Its entry is taken back by a mirror entry; what it had paid is open again."),
            ),
            class_name="text-muted",
        ),
        text_field("reason", t("Reason"), errors=errors, required=True, auto_complete="off"),
        act=t("Open again"), on_submit=BankStatementPage.undo,
    )  # fmt: skip


def _remove() -> rx.Component:
    return ask(
        BankStatementPage, "remove", t("Remove this statement"),
        rx.el.p(
            t("Its movements go, and its file when nothing else came in it. Nothing of it is posted, so the books do "
              "not change; the audit trail keeps who removed it and why."),
            class_name="text-muted",
        ),
        text_field("reason", t("Reason"), errors=BankStatementPage.errors, required=True, auto_complete="off"),
        act=t("Remove the statement"), on_submit=BankStatementPage.remove, kind="danger",
    )  # fmt: skip
