"""Settling a year: the balances of its statements before they are booked, and what is paid of them after."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import checkbox_field, date_field, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    badge,
    blocks,
    button,
    button_link,
    callout,
    card,
    facts,
    link,
    page_header,
)
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import pick, t
from koprogo_app.statements.state.settlement import BalanceLine, YearBalances
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import trail, year_filter


@page("/buildings/[building_id]/settlement", title=N_("Settlement of the year"), on_load=YearBalances.load)
def settlement() -> rx.Component:
    """How the year stands, each co-owner's balance, and the act that comes next."""
    content = rx.fragment(
        page_header(
            rx.fragment(t("Settlement of the year"), " ", YearBalances.year),
            _acts(),
            over=trail(
                link(YearBalances.building, YearBalances.base), " · ",
                link(t("Reports"), YearBalances.base + "/reports"),
            ),
        ),
        blocks(
            rx.el.div(filter_bar(year_filter(YearBalances.years)), class_name="kit-table"),
            _state(),
            rx.cond(YearBalances.rows.length() > 0, _balances(), rx.fragment()),
        ),
        _book(),
        _take_back(),
    )  # fmt: skip
    return shown(YearBalances, content)


def _acts() -> rx.Component:
    book = button(t("Book the balances…"), kind="primary", on_click=YearBalances.ask("book", YearBalances.year))
    back = button(t("Take back…"), on_click=YearBalances.ask("take_back", YearBalances.booking.id))
    mine = rx.match(
        YearBalances.stage, ("ready", book), ("booked", rx.cond(YearBalances.write, back, rx.fragment())), rx.fragment()
    )
    return rx.fragment(button_link(t("Statements of the year"), YearBalances.statements), mine)


def _state() -> rx.Component:
    to_years = button_link(t("To the financial years"), YearBalances.base + "/years")
    open_year = callout(
        "information", t("The year is not closed: its charges may still change, and nothing is booked of them."),
        actions=[to_years],
    )  # fmt: skip
    refused = callout(
        "refused", pick(YearBalances.why.to(dict[str, str])), title=t("The balances cannot be booked"), role="alert",
        actions=[button_link(t("Statements of the year"), YearBalances.statements)],
    )  # fmt: skip
    closed = callout("information", t("The balances of this year are not booked yet."))
    ready = callout(
        "information",
        t("Nothing is booked yet. Each balance becomes a debt or a credit on the co-owner's account, and the "
          "statements go out with the day, the account number and the message to pay with."),
    )  # fmt: skip
    return rx.match(
        YearBalances.stage, ("open", open_year), ("refused", refused), ("closed", closed), ("ready", ready), _booked()
    )


def _booked() -> rx.Component:
    one = YearBalances.booking
    order = rx.cond(
        one.order != "",
        rx.el.p(t("Refunds in payment order"), " ", link(one.order, one.order_href), class_name="mt-2"),
        rx.fragment(),
    )
    return card(
        facts(
            (t("Booked on"), one.day),
            (t("Entry"), link(one.entry, one.entry_href)),
            (t("To pay by"), one.due),
            (t("Still to be paid"), rx.el.strong(YearBalances.sums.open, class_name="tabular-nums")),
        ),
        order,
        title=rx.fragment(t("The balances are booked"), " ", badge(t("booked"), "done")),
    )


def _balances() -> rx.Component:
    booked = YearBalances.stage == "booked"
    columns = [
        Column(t("Co-owner"), lambda x: link(x.owner, x.href), primary=True),
        Column(t("Costs"), lambda x: x.fund),
        Column(t("Called"), lambda x: x.called, kind="money"),
        Column(t("Share of the charges"), lambda x: x.cost, kind="money"),
        Column(t("Owes"), lambda x: x.owes, kind="money"),
        Column(t("In favour"), lambda x: x.favour, kind="money"),
        Column(t("State"), _line_state),
    ]
    sums = YearBalances.sums
    foot = rx.el.div(
        rx.el.span(t("Owed"), " ", rx.el.strong(sums.owes, class_name="tabular-nums")),
        rx.el.span(t("In favour of co-owners"), " ", rx.el.strong(sums.favour, class_name="tabular-nums")),
        rx.el.span(t("Result of the year in the books"), " ", rx.el.strong(sums.result, class_name="tabular-nums")),
        rx.cond(booked, rx.fragment(), badge(t("Adds up to the cent"), "done")),
        class_name="flex flex-wrap items-center gap-x-6 gap-y-1",
    )
    return table(t("Balances of the co-owners"), columns, YearBalances.rows, empty="", key=lambda x: x.id, foot=foot)


def _line_state(row: rx.Var[BalanceLine]) -> rx.Component:
    to_pay = rx.cond(row.open != "", badge(t("{amount} to pay", amount=row.open), "attention"), row.note)
    return rx.cond(row.settled, badge(t("settled"), "done"), to_pay)


def _book() -> rx.Component:
    errors = YearBalances.errors

    def choice(name: str, label: rx.Component, asked: rx.Var[bool]) -> rx.Component:
        field = select_field(name, label, YearBalances.choices, errors=errors, required=True, default_value="carry")
        return rx.cond(asked, field, rx.fragment())

    return ask(
        YearBalances, "book", t("Book the balances of {year}", year=YearBalances.year),
        rx.el.p(
            t("Co-owners owe {owed}; {favour} is in their favour. One entry books all of it; it can be taken back.",
              owed=YearBalances.sums.owes, favour=YearBalances.sums.favour),
            class_name="text-muted",
        ),
        date_field("due_on", t("To pay by"), errors=errors, required=True, default_value=YearBalances.due),
        choice("credit", t("What is in a co-owner's favour"), YearBalances.credits),
        choice("works_credit", t("What is in a co-owner's favour, of works"), YearBalances.works_credits),
        checkbox_field("send", t("Send the statements"), errors=errors, default_checked=True),
        checkbox_field("mail", t("By mail to who has an address; the others to print"), errors=errors,
                       default_checked=True),
        act=t("Book the balances"),
        on_submit=YearBalances.book,
    )  # fmt: skip


def _take_back() -> rx.Component:
    return ask(
        YearBalances, "take_back", t("Take the booking of {year} back", year=YearBalances.year),
        rx.el.p(
            t("Its entry is reversed: nobody owes these balances any more, and what was paid on them becomes a credit. "
              "A payment order of refunds is cancelled. The balances can be booked again."),
            class_name="text-muted",
        ),
        text_field("reason", t("Reason"), errors=YearBalances.errors, required=True, auto_complete="off"),
        act=t("Take back"), on_submit=YearBalances.take_back, kind="danger",
    )  # fmt: skip
