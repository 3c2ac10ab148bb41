"""What an owner's home says of her arrears: put into the home's slot."""

import reflex as rx

from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import button_link, callout
from koprogo_app.interface.text import t
from koprogo_app.recovery.state.mine import Mine


def my_arrears() -> rx.Component:
    """A line for each building in which something is past due; nothing when all is paid."""
    return rx.fragment(
        OnPath.create(on_path=Mine.peek),
        rx.cond(
            Mine.late.length() > 0,
            rx.el.div(
                rx.foreach(
                    Mine.late,
                    lambda one: callout(
                        "attention",
                        t("{amount} is past due.", amount=one.amount),
                        title=one.building,
                        actions=[button_link(t("Why, and how to pay"), "/arrears")],
                    ),
                ),
                class_name="grid gap-3.5",
            ),
            rx.fragment(),
        ),
    )
