"""Where somebody is led who may not be where he wanted to go."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry
from koprogo_app.identity.state.account import Account
from koprogo_app.interface.form import form_actions, native_form
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, button_link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/forbidden", title=N_("Not allowed"), on_load=Account.greet, frame=plain)
def forbidden() -> rx.Component:
    """What it means and where to go."""
    return entry(
        t("This page is not for your role"),
        form_actions(
            button_link(t("To my first page"), "/", kind="primary"),
            native_form(button(t("Sign out"), type="submit"), action="/api/auth/sign-out", class_name=""),
        ),
        under=t("If you have several roles, choose another in the menu under your name. Otherwise ask your syndic."),
    )
