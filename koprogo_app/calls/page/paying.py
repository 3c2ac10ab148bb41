"""How to pay, as the account's page and the owner's home show it."""

import reflex as rx

from koprogo_app.calls.state.paying import WayLine
from koprogo_app.interface.parts import facts, qr_code
from koprogo_app.interface.text import t


def way(one: rx.Var[WayLine]) -> rx.Component:
    """A transfer: the code to scan, and the same in words."""
    return rx.el.div(
        qr_code(one.qr, t("Payment code for a banking app")),
        rx.el.div(
            rx.el.p(one.amount, class_name="text-23 font-strong"),
            rx.cond(one.funds != "", rx.el.p(one.funds, class_name="text-13 text-muted"), rx.fragment()),
            facts((t("To"), one.holder), (t("Account number"), _whole(one.iban)), (t("Message"), _whole(one.message))),
            class_name="min-w-0 max-w-md grow basis-60",
        ),
        class_name="flex flex-wrap gap-4 py-3 border-b border-line-soft last:border-0",
    )


def _whole(number: rx.Var[str]) -> rx.Component:
    """A number that is copied: never broken over two lines."""
    return rx.el.span(number, class_name="whitespace-nowrap")
