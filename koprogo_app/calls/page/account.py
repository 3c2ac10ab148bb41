"""An owner's account."""

from typing import Any

import reflex as rx

from koprogo_app.calls.page.paying import how_to_pay
from koprogo_app.calls.state.account import AccountPage, LetterLine, MoveView, OpenLine, PlanLine, TermLine
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, money_field, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, card, cards, facts, figure, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import places, trail

SHOWN, ERRORS = AccountPage.shown, AccountPage.errors


@page("/buildings/[building_id]/owners/[owner_id]/account", title=N_("Owner's account"), on_load=AccountPage.load)
def account() -> rx.Component:
    """What is open and why, how to pay it, every line."""
    over = rx.cond(
        AccountPage.office,
        trail(link(SHOWN.building, AccountPage.base), "/", link(t("Calls for funds"), AccountPage.base + "/calls")),
        trail(link(t("Home"), "/home"), "/", SHOWN.building),
    )
    content = rx.fragment(
        page_header(
            rx.cond(AccountPage.office, t("Account of {name}", name=SHOWN.name), t("My account")),
            rx.cond(AccountPage.write, _acts(), rx.fragment()), over=over,
        ),
        blocks(
            _figures(),
            _pay(),
            _open(),
            rx.foreach(AccountPage.plans, _plan),
            _moves(),
            rx.cond(AccountPage.settled.length() > 0, _settled(), rx.fragment()),
            rx.cond(AccountPage.letters.length() > 0, _letters(), rx.fragment()),
        ),
        _pay_dialog(),
        _refund_dialog(),
        _plan_dialog(),
        _end_dialog(),
    )  # fmt: skip
    return shown(AccountPage, content)


def _acts() -> rx.Component:
    return rx.fragment(
        button(t("Record a payment"), kind="primary", on_click=AccountPage.ask("pay", "")),
        rx.cond(
            SHOWN.has_credit,
            rx.fragment(
                button(t("Use the credit"), on_click=AccountPage.use_credit),
                button(t("Refund…"), on_click=AccountPage.ask("refund", "")),
            ),
            rx.fragment(),
        ),
        rx.cond(
            SHOWN.has_debt,
            button(t("Agree on a plan…"), on_click=AccountPage.ask_plan("")),
            rx.fragment(),
        ),
    )


def _figures() -> rx.Component:
    asking = AccountPage.asking
    return cards(
        card(figure(t("To pay now"), asking.pay, mark=badge(asking.state, asking.kind.to(str)))),
        card(figure(t("Of which late"), SHOWN.late)),
        card(figure(t(P_("money of an owner", "Credit")), SHOWN.credit)),
        card(figure(t("Balance in the books"), SHOWN.balance)),
        columns=4,
    )


def _pay() -> rx.Component:
    none, message = rx.el.span("–", class_name="text-muted"), AccountPage.asking.message
    return card(
        facts((t("Structured message"), rx.cond(message != "", message, none))),
        how_to_pay(AccountPage.asking),
        title=t("How to pay"),
    )


def _source(label: rx.Var[str], href: rx.Var[str]) -> rx.Component:
    return rx.cond(href != "", link(label, href, class_name="kit-link font-normal"), rx.el.span(label))


def _open() -> rx.Component:
    def pay(row: rx.Var[OpenLine]) -> rx.Component:
        act = button(t("Pay"), kind="link", on_click=AccountPage.ask("pay", row.id))
        return rx.cond(AccountPage.write & row.debt, act, rx.fragment())

    columns = [
        Column(t("Open item"), lambda x: _source(x.label, x.href), primary=True),
        Column(t("Due on"), lambda x: x.due),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
        Column(t("Still open"), lambda x: rx.el.strong(x.open), kind="money"),
        Column(t("State"), lambda x: badge(x.state, x.kind)),
        Column("", pay),
    ]
    return rx.el.section(
        rx.el.h2(t("Open items"), class_name="text-15 font-strong mb-2"),
        table(t("Open items"), columns, AccountPage.open, empty=t("Nothing is open."), key=lambda x: x.id),
        class_name="min-w-0",
    )


def _moves() -> rx.Component:
    def entry(row: rx.Var[MoveView]) -> rx.Component:
        return _source(row.entry, row.entry_href)

    columns = [
        Column(t("Date"), lambda x: x.day),
        Column(t("Description"), lambda x: _source(x.label, x.href), primary=True),
        Column(t(P_("account of an owner", "Entry")), entry),
        Column(t(P_("account of an owner", "Asked")), lambda x: x.debit, kind="money"),
        Column(t("Paid"), lambda x: x.credit, kind="money"),
        Column(t("Balance"), lambda x: x.balance, kind="money"),
    ]
    return rx.el.section(
        rx.el.h2(t("Every line"), class_name="text-15 font-strong mb-2"),
        table(
            t("Every line"), columns, AccountPage.moves, key=lambda x: x.id,
            empty=t("Nothing was asked or paid yet."), foot=places(AccountPage.at),
        ),
        class_name="min-w-0",
    )  # fmt: skip


def _settled() -> rx.Component:
    def undo(row: Any) -> rx.Component:
        act = button(t(P_("settling", "Undo")), kind="link", on_click=AccountPage.undo(row.id))
        return rx.cond(AccountPage.write, act, rx.fragment())

    columns = [
        Column(t("Payment"), lambda x: x.payment, primary=True),
        Column(t("Paid for"), lambda x: x.debt),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
        Column("", undo),
    ]
    shown = table(t("Which payment paid what"), columns, AccountPage.settled, empty="", key=lambda x: x.id)
    first = rx.el.p(
        t("By law a payment meets interest and costs that were asked, then the oldest charge (art. 1254 of the old "
          "Civil Code), unless the payer names the debt, or a plan or the regulation says otherwise."),
        class_name="text-13 text-muted mb-2",
    )  # fmt: skip
    summary = rx.el.summary(t("Which payment paid what"), class_name="text-15 font-strong cursor-pointer mb-2")
    return rx.el.details(summary, first, shown, class_name="min-w-0")


def _letters() -> rx.Component:
    def one(row: rx.Var[LetterLine]) -> rx.Component:
        return rx.el.li(
            rx.el.a(row.label, href=row.href, target="_blank", class_name="kit-link"),
            rx.el.span(t(P_("letter", "due on {day}"), day=row.due), class_name="text-13 text-muted ms-2"),
            class_name="py-1.5 border-b border-line-soft last:border-0",
        )

    return card(rx.el.ul(rx.foreach(AccountPage.letters, one)), title=t("Letters"))


def _plan(plan: rx.Var[PlanLine]) -> rx.Component:
    def term(one: rx.Var[TermLine]) -> rx.Component:
        return rx.el.li(
            rx.el.span(one.due),
            rx.el.span(one.paid, " / ", one.amount, class_name="ms-auto tabular-nums"),
            rx.cond(
                one.done,
                badge(t(P_("payment of a plan", "paid")), "done"),
                badge(t(P_("payment of a plan", "open")), "neutral"),
            ),
            class_name="flex items-center gap-4 py-1.5 border-b border-line-soft last:border-0",
        )

    end = rx.cond(
        AccountPage.write & plan.running,
        button(t("End the plan…"), on_click=AccountPage.ask("end", plan.id)),
        rx.fragment(),
    )
    return card(
        rx.el.p(
            t("Agreed on {day}: {amount}, {paid} of it paid.", day=plan.agreed, amount=plan.amount, paid=plan.paid),
            class_name="text-muted",
        ),
        rx.cond(plan.note != "", rx.el.p(plan.note, class_name="text-muted"), rx.fragment()),
        rx.el.ul(rx.foreach(plan.terms.to(list[TermLine]), term), class_name="mt-2"),
        title=rx.fragment(t("Instalment plan"), " ", badge(plan.state, plan.kind)),
        aside=end,
    )


def _money_fields() -> list[rx.Component]:
    return [
        rx.el.div(
            money_field("amount", t("Amount"), errors=ERRORS, required=True),
            date_field("date", t("Date"), errors=ERRORS, required=True, default_value=AccountPage.today),
            class_name="grid grid-cols-2 gap-3.5 items-start",
        ),
        select_field("journal", t("Bank or cash"), AccountPage.journals, errors=ERRORS, required=True),
        text_field("reference", t("Reference"), errors=ERRORS, required=True, auto_complete="off",
                   hint=t("The bank statement or the receipt, such as “Statement 12”")),
    ]  # fmt: skip


def _pay_dialog() -> rx.Component:
    oldest = [rx.el.option(t("The oldest debt first"), value="")]
    choice = rx.el.div(
        rx.el.label(t("What it pays"), html_for="f-aim", class_name="block mb-1 text-13 font-semibold"),
        rx.el.select(
            *oldest,
            rx.foreach(
                AccountPage.open,
                lambda o: rx.cond(o.debt, rx.el.option(o.label, " · ", o.open, value=o.id), rx.fragment()),
            ),
            name="aim", id="f-aim", default_value=AccountPage.dialog.record, class_name="kit-input",
        ),
        rx.el.p(t("What is paid too much stays as credit."), class_name="mt-1 text-13 text-muted"),
    )  # fmt: skip
    return ask(
        AccountPage, "pay", t("Record a payment"), *_money_fields(), choice, act=t("Record"), on_submit=AccountPage.pay,
    )  # fmt: skip


def _refund_dialog() -> rx.Component:
    return ask(
        AccountPage, "refund", t("Refund"),
        rx.el.p(t("Out of the credit of {amount}.", amount=SHOWN.credit), class_name="text-muted"),
        *_money_fields(),
        act=t("Record the refund"), on_submit=AccountPage.refund,
    )  # fmt: skip


def _plan_dialog() -> rx.Component:
    def term(one: rx.Var[TermLine]) -> rx.Component:
        return rx.el.li(
            one.due, rx.el.span(one.amount, class_name="ms-auto tabular-nums"), class_name="flex gap-4 py-1"
        )

    fields = [
        rx.el.div(
            text_field("count", t("Monthly payments"), errors=ERRORS, required=True, input_mode="numeric",
                       default_value="3"),
            date_field("first", t("First on"), errors=ERRORS, required=True, default_value=AccountPage.today),
            class_name="grid grid-cols-2 gap-3.5 items-start",
        ),
        text_field("note", t("Note"), errors=ERRORS, auto_complete="off", hint=t("How and with whom it was agreed")),
    ]  # fmt: skip
    return dialog(
        AccountPage, "plan", t("Agree on a plan"),
        form(
            rx.el.p(t("All that is open today, in equal monthly payments."), class_name="text-muted"),
            *fields,
            form_error(ERRORS),
            form_actions(button(t("Show the payments"), type="submit")),
            on_submit=AccountPage.propose,
            id="plan",
        ),
        rx.cond(
            AccountPage.sketch.length() > 0,
            rx.el.ul(rx.foreach(AccountPage.sketch, term), class_name="mt-3"),
            rx.fragment(),
        ),
        form_actions(
            button(t("Agree"), kind="primary", on_click=AccountPage.agree, disabled=AccountPage.sketch.length() == 0),
            button(t("Cancel"), on_click=AccountPage.close),
        ),
        narrow=True,
    )  # fmt: skip


def _end_dialog() -> rx.Component:
    return ask(
        AccountPage, "end", t("End the plan"),
        rx.el.p(t("The debts stand as before, and reminders go on."), class_name="text-muted"),
        text_field("reason", t("Reason"), errors=ERRORS, required=True, auto_complete="off"),
        act=t("End the plan"), on_submit=AccountPage.end, kind="danger",
    )  # fmt: skip
