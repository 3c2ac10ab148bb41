"""Closed years whose balances are not booked: put into the slot of the financial years."""

import reflex as rx

from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import button_link, callout
from koprogo_app.interface.text import t
from koprogo_app.statements.state.settlement import UnbookedYears
from koprogo_app.workspace.page.kit import page_part


def unbooked_years() -> rx.Component:
    """What comes after closing; nothing while every closed year is booked."""
    told = callout(
        "attention",
        t("Closed, and not settled with the co-owners yet: {years}.", years=UnbookedYears.names),
        actions=[button_link(t("Settle the year"), UnbookedYears.href)],
    )
    content = rx.cond(UnbookedYears.names != "", rx.el.div(told, class_name="mb-3.5"), rx.fragment())
    return rx.fragment(OnPath.create(on_path=UnbookedYears.load), page_part(UnbookedYears, content))
