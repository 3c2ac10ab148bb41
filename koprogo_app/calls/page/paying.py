"""What is asked and how it is paid, as the account's page, the owner's home and her arrears show it."""

from typing import Any

import reflex as rx

from koprogo_app.calls.state.paying import Part, WayLine
from koprogo_app.interface.parts import facts, qr_code
from koprogo_app.interface.text import t


def how_to_pay(one: rx.Var[Any]) -> rx.Component:
    """Of what the sum is made, a transfer for each account, what to know of it, and what comes."""
    ways, notes = one.ways.to(list[WayLine]), one.notes.to(list[str])
    return rx.fragment(
        _parts(one.parts.to(list[Part])),
        rx.cond(ways.length() > 0, rx.el.div(rx.foreach(ways, way), class_name="mt-2"), rx.fragment()),
        rx.foreach(notes, lambda note: rx.el.p(note, class_name="text-attention mt-2")),
        rx.cond(
            one.coming.to(list[Part]).length() > 0,
            rx.el.div(
                rx.el.p(t("What comes"), class_name="text-13 font-semibold mt-3"), _parts(one.coming.to(list[Part]))
            ),
            rx.fragment(),
        ),
    )


def _parts(parts: rx.Var[list[Part]]) -> rx.Component:
    line = "flex flex-wrap gap-x-4 justify-between py-1 border-b border-line-soft last:border-0 max-w-xl"
    return rx.el.ul(
        rx.foreach(
            parts,
            lambda part: rx.el.li(
                rx.el.span(part.label), rx.el.span(part.amount, class_name="tabular-nums"), class_name=line
            ),
        )
    )


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
