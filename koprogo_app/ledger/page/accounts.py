"""The chart of accounts of a building, as a tree with balances."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import checkbox_field, date_field, form, form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, button_link, card, link, page_header
from koprogo_app.interface.table import Column, filter_bar, filter_select, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.accounts import AccountLine, Accounts
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import row_of, trail, year_filter


@page("/buildings/[building_id]/accounts", title=N_("Chart of accounts"), on_load=[Accounts.load, BooksSeal.load])
def accounts() -> rx.Component:
    """The tree; before the accounts are open, how to open them."""
    actions = rx.cond(
        Accounts.write,
        rx.fragment(
            button_link(t("Write an entry"), Accounts.base + "/new-entry", kind="primary"),
            button(t("Add an account"), on_click=Accounts.ask("add", "")),
            button_link(t("Take over balances"), Accounts.base + "/take-over"),
        ),
        rx.fragment(),
    )
    opened = rx.fragment(books_header(t("Chart of accounts"), Accounts, "accounts", actions), _tree(), _new())
    closed = rx.fragment(
        page_header(t("Accounts"), over=trail(link(Accounts.building, Accounts.base))),
        rx.cond(Accounts.write, _opening(), rx.el.p(t("The accounts of this building have not been opened yet."))),
    )
    return shown(Accounts, rx.cond(Accounts.opened, opened, closed))


def _opening() -> rx.Component:
    errors = Accounts.errors
    simplified = checkbox_field(
        "simplified",
        t("Simplified accounts: a shorter chart, allowed under 20 main lots"),
        errors=errors,
        hint=t("You can add any account of your own later."),
    )
    return card(
        rx.el.p(
            t(
                "Opening makes the chart of the royal decree of 12 July 2012, the journals and the first year. "
                "You can take over balances from your former program afterwards."
            ),
            class_name="text-muted mb-3.5 max-w-prose",
        ),
        form(
            form_error(errors),
            date_field(
                "first_day", t("First day of the first financial year"), errors=errors, required=True,
                default_value=Accounts.first_day, class_name="kit-input max-w-48",
            ),
            rx.cond(Accounts.may_simplify, simplified, rx.fragment()),
            form_actions(button(t("Open the accounts"), kind="primary", type="submit")),
            on_submit=Accounts.open_books,
        ),
        title=t("Open the accounts of this building"),
        class_name="max-w-2xl",
    )  # fmt: skip


def _tree() -> rx.Component:
    show = [("", t("Accounts with a balance")), ("all", t("The whole chart"))]
    columns = [
        Column(t("Ledger account"), _account, primary=True),
        Column(t("Balance"), lambda a: rx.cond(a.heading, rx.el.span(a.balance, class_name="text-muted"), a.balance),
               kind="money"),
        Column("", _acts),
    ]  # fmt: skip
    return table(
        t("Chart of accounts"),
        columns,
        Accounts.rows,
        empty=t("No account has a balance in this year. Show the whole chart, or write an entry."),
        key=lambda a: a.id,
        head=filter_bar(
            search_field(t("Search a number or a name")),
            filter_select(t("Accounts"), "show", show),
            year_filter(Accounts.years),
            rx.el.span(Accounts.days, class_name="ms-auto text-13 text-muted"),
        ),
    )


def _account(row: rx.Var[AccountLine]) -> rx.Component:
    depth = rx.match(row.depth, (0, ""), (1, "ps-4"), (2, "ps-8"), (3, "ps-12"), "ps-16")
    weight = rx.cond(row.heading, "font-semibold", "font-normal")
    return rx.el.div(
        link(rx.fragment(rx.el.span(row.code, class_name="tabular-nums me-2"), row.label), row.href,
             class_name="hover:underline"),
        rx.cond(row.own, rx.fragment(" ", badge(t("own"))), rx.fragment()),
        rx.cond(row.archived, rx.fragment(" ", badge(t("no longer used"), "attention")), rx.fragment()),
        class_name=rx.Var.create("min-w-52 ") + depth.to(str) + " " + weight.to(str),
    )  # fmt: skip


def _acts(row: rx.Var[AccountLine]) -> rx.Component:
    retire = button(t("Stop using"), kind="link", on_click=Accounts.use(row.id, False))
    again = button(t("Use again"), kind="link", on_click=Accounts.use(row.id, True))
    return rx.cond(Accounts.write & row.own, rx.cond(row.archived, again, retire), rx.fragment())


def _new() -> rx.Component:
    errors = Accounts.errors
    return dialog(
        Accounts, "add", t("Add an account"),
        form(
            form_error(errors),
            text_field(
                "code", t("Number"), errors=errors, required=True, input_mode="numeric", auto_complete="off",
                hint=t("Below an account of the chart: 55101 for a bank account, 612101 for a second meter"),
            ),
            row_of(
                text_field("fr", t("Name in French"), errors=errors),
                text_field("nl", t("Name in Dutch"), errors=errors),
                text_field("de", t("Name in German"), errors=errors),
                text_field("en", t("Name in English"), errors=errors),
            ),
            form_actions(
                button(t("Add"), kind="primary", type="submit"), button(t("Cancel"), on_click=Accounts.close)
            ),
            on_submit=Accounts.create,
        ),
    )  # fmt: skip
