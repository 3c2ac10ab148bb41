"""The association's bank accounts and their statements."""

import reflex as rx

from koprogo_app.bank.state.bank import Bank, StatementLine
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import form_error
from koprogo_app.interface.grid import grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, blocks, button, callout, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import places, trail
from koprogo_app.workspace.page.records import add_dialog, columns

_MOST_BYTES = 10_000_000


@page("/buildings/[building_id]/bank", title=N_("Bank"), on_load=Bank.load)
def bank() -> rx.Component:
    """Accounts, the place to drop a file, statements."""
    add = rx.cond(
        Bank.rows.length() > 0,
        button(t("Add a bank account"), on_click=Bank.ask("add", "")),
        button(t("Add a bank account"), kind="primary", on_click=Bank.ask("add", "")),
    )
    content = rx.fragment(
        page_header(
            t("Bank"),
            link(t("Known payers"), Bank.base + "/payers"),
            rx.cond(Bank.write, add, rx.fragment()),
            over=trail(link(Bank.building, Bank.base)),
        ),
        blocks(_warnings(), rx.cond(Bank.rows.length() > 0, _with_accounts(), _first_steps())),
        add_dialog(Bank, t("Add a bank account")),
    )
    return shown(Bank, content)


def _warnings() -> rx.Component:
    return rx.cond(
        Bank.warnings.length() > 0,
        callout(
            "attention",
            rx.foreach(Bank.warnings, lambda text: rx.el.p(text, " ", article_tag("3.86 §3"))),
        ),
        rx.fragment(),
    )


def _first_steps() -> rx.Component:
    return rx.el.p(
        t("Add the association's accounts first; then drop the files of the bank here."), class_name="text-muted"
    )


def _with_accounts() -> rx.Component:
    accounts = rx.cond(Bank.write, _accounts(True), _accounts(False))
    return blocks(rx.cond(Bank.write, _file(), rx.fragment()), accounts, _statements())


def _accounts(write: bool) -> rx.Component:
    return grid(
        t("Bank accounts"),
        columns(Bank, write),
        rows=Bank.rows,
        outcomes=Bank.outcomes,
        on_save=Bank.save_cells,
        on_action=Bank.act,
        empty="",
    )


def _file() -> rx.Component:
    return blocks(
        form_error(Bank.file_errors),
        rx.cond(
            Bank.said.length() > 0,
            callout("information", rx.foreach(Bank.said, rx.el.p), role="status"),
            rx.fragment(),
        ),
        dropzone(
            t("Drop the bank's file here"),
            endpoint=Bank.base.replace("/buildings/", "/api/v1/bank/files/"),
            accept=".cod,.coda,.xml,.txt",
            max_size=_MOST_BYTES,
            on_uploaded=Bank.take,
            hint=t("CODA or CAMT.053. The whole file is taken in, or nothing of it; twice the same file does no harm."),
        ),
    )


def _statements() -> rx.Component:
    columns = [
        Column(t("Statement"), lambda s: link(s.name, s.href), primary=True),
        Column(t("Account number"), lambda s: rx.el.span(s.account, class_name="whitespace-nowrap")),
        Column(t("Days"), lambda s: rx.el.span(s.days, class_name="whitespace-nowrap")),
        Column(t("Old balance"), lambda s: s.old, kind="money"),
        Column(t("New balance"), lambda s: s.new, kind="money"),
        Column(t("State"), _state),
    ]
    return table(
        t("Bank statements"),
        columns,
        Bank.statements,
        empty=t("No statement yet. Drop the bank's file above."),
        key=lambda s: s.id,
        foot=places(Bank.at),
    )


def _state(row: rx.Var[StatementLine]) -> rx.Component:
    gap = rx.cond(row.missing != "", rx.fragment(" ", badge(row.missing, "refused")), rx.fragment())
    return rx.fragment(badge(row.state, row.kind), gap)
