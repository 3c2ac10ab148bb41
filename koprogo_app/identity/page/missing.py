"""Where an address leads that is none of ours."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry
from koprogo_app.identity.state.account import Account
from koprogo_app.interface.form import form_actions
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button_link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("404", title=N_("Page not found"), on_load=Account.greet, frame=plain)
def missing() -> rx.Component:
    """What it means and where to go."""
    return entry(
        t("There is no page at this address"),
        form_actions(button_link(t("To my first page"), "/", kind="primary")),
        under=t("The link may be old, or a letter is missing from the address."),
    )
