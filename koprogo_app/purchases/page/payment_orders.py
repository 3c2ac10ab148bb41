"""Paying suppliers."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, download, facts, link
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.purchases.page.parts import invoices_header
from koprogo_app.purchases.state.payment_orders import DueView, OrderView, PaymentOrders
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import places, row_of

ORDER = PaymentOrders.order


@page("/buildings/[building_id]/payment-orders", title=N_("Payment orders"), on_load=PaymentOrders.load)
def payment_orders() -> rx.Component:
    """What is due, the file for the bank, the orders made."""
    content = rx.fragment(
        invoices_header(t("Payment orders"), PaymentOrders, "payment-orders"),
        blocks(rx.cond(ORDER.id != "", _order(), rx.fragment()), _due(), _orders()),
        _ask(),
    )
    return shown(PaymentOrders, content)


def _order() -> rx.Component:
    columns = [
        Column(t("Invoice"), lambda x: rx.cond(x.href != "", link(x.number, x.href), x.number), primary=True),
        Column(t("Payee"), lambda x: x.name),
        Column(t("Account number"), lambda x: rx.el.span(x.iban, class_name="tabular-nums whitespace-nowrap")),
        Column(t("Message"), lambda x: x.message),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
    ]
    live = rx.fragment(
        download(t("Download the file for the bank"), ORDER.file),
        rx.cond(
            PaymentOrders.pay,
            button(t("Cancel the order…"), on_click=PaymentOrders.ask("cancel", ORDER.id)),
            rx.fragment(),
        ),
    )
    state = rx.cond(
        ORDER.live, rx.el.div(live, class_name="flex flex-wrap gap-2.5"), badge(t(P_("payment order", "cancelled")))
    )
    return card(
        facts(
            (t("Total"), rx.el.strong(ORDER.total, class_name="tabular-nums")),
            (t("Transfers"), ORDER.count),
            (t("To be carried out on"), ORDER.day),
            (t("From account"), rx.el.span(ORDER.iban, class_name="tabular-nums")),
        ),
        table(t("Transfers"), columns, PaymentOrders.transfers, empty="", key=lambda x: x.key),
        rx.cond(PaymentOrders.netted.length() > 0, _netted(), rx.fragment()),
        title=rx.fragment(t("Payment order"), " ", ORDER.reference),
        aside=state,
    )


def _netted() -> rx.Component:
    columns = [
        Column(t("Credit note"), lambda x: link(x.note, x.note_href), primary=True),
        Column(t("Supplier"), lambda x: x.supplier),
        Column(t("Deducted from invoice"), lambda x: link(x.invoice, x.invoice_href)),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
    ]
    return table(t("Credit notes deducted"), columns, PaymentOrders.netted, empty="", key=lambda x: x.key)


def _due() -> rx.Component:
    columns = [
        Column(t("Pay"), _tick),
        Column(t("Invoice"), lambda x: link(x.number, x.href), primary=True),
        Column(t("Supplier"), lambda x: x.supplier),
        Column(t("Due on"), lambda x: rx.cond(x.note, badge(t("credit note"), "information"), _day(x))),
        Column(t("Account number"), lambda x: rx.el.span(x.iban, class_name="tabular-nums whitespace-nowrap")),
        Column(t("Message"), lambda x: x.message),
        Column(t("Still open"), lambda x: x.amount, kind="money"),
    ]  # fmt: skip
    until = QueryField.create(name="until", label=t("Due until"), type="date", class_name="kit-input")
    return rx.fragment(
        table(
            t("Invoices to pay"), columns, PaymentOrders.due, empty=t("No approved invoice is open."),
            key=lambda x: x.id, head=filter_bar(rx.el.label(t("Due until"), " ", until)),
        ),
        rx.cond(PaymentOrders.pay & (PaymentOrders.due.length() > 0), _make(), rx.fragment()),
    )  # fmt: skip


def _day(row: rx.Var[DueView]) -> rx.Component:
    return rx.cond(row.late, badge(t("late: {day}", day=row.due), "refused"), rx.el.span(row.due))


def _tick(row: rx.Var[DueView]) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        checked=row.chosen,
        aria_label=t("Pay invoice {number} of {supplier}", number=row.number, supplier=row.supplier),
        on_change=lambda checked: PaymentOrders.choose(row.id, checked),
        class_name="size-5",
    )
    return rx.cond(row.payable, rx.cond(PaymentOrders.pay, box, rx.fragment()), badge(row.why, "attention"))


def _make() -> rx.Component:
    errors = PaymentOrders.errors
    none = callout(
        "attention",
        t("The association has no bank account here yet: register it first."),
        actions=[link(t("Bank accounts"), PaymentOrders.base + "/bank-accounts")],
    )
    chosen = t(
        N_("{count} invoice, {total}", "{count} invoices, {total}"),
        count=PaymentOrders.count,
        total=PaymentOrders.total,
    )
    fields = form(
        form_error(errors),
        row_of(
            select_field("account_id", t("From account"), PaymentOrders.accounts, errors=errors, required=True),
            date_field("execute_on", t("To be carried out on"), errors=errors, required=True,
                       default_value=PaymentOrders.today),
        ),
        form_actions(
            button(t("Make the payment order"), kind="primary", type="submit", disabled=PaymentOrders.count == 0),
            rx.el.p(
                rx.cond(PaymentOrders.count > 0, chosen, ""),
                role="status",
                class_name="self-center font-semibold tabular-nums",
            ),
        ),
        on_submit=PaymentOrders.make,
    )  # fmt: skip
    return card(rx.cond(PaymentOrders.accounts.length() > 0, fields, none), title=t("Make a payment order"))


def _orders() -> rx.Component:
    columns = [
        Column(t("Payment order"), lambda x: link(x.reference, x.href), primary=True),
        Column(t("To be carried out on"), lambda x: x.day),
        Column(t("Transfers"), lambda x: x.count, kind="number"),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
        Column(t("Made by"), lambda x: x.by),
        Column(t("State"), _state),
    ]
    return table(
        t("Payment orders made"), columns, PaymentOrders.rows, empty=t("No payment order yet."), key=lambda x: x.id,
        foot=places(PaymentOrders.at),
    )  # fmt: skip


def _state(row: rx.Var[OrderView]) -> rx.Component:
    file = rx.el.a(t("File"), href=row.file, download=True, reload_document=True, class_name="kit-link")
    return rx.cond(
        row.live,
        rx.fragment(badge(t(P_("payment order", "made")), "done"), " ", file),
        badge(t(P_("payment order", "cancelled"))),
    )


def _ask() -> rx.Component:
    return ask(
        PaymentOrders,
        "cancel",
        t("Cancel this payment order"),
        rx.el.p(t("Only if the bank has not carried it out. Its invoices can then be paid by another order.")),
        act=t("Cancel the order"),
        on_submit=PaymentOrders.cancel,
        kind="danger",
        back=t("Keep it"),
    )
