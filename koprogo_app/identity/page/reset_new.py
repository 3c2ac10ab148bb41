"""A forgotten password: choosing the new one."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry, said
from koprogo_app.identity.state.entry import NewPassword
from koprogo_app.interface.form import form_actions, hidden, native_form, password_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, button_link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/reset/new", title=N_("New password"), on_load=NewPassword.load, frame=plain)
def reset_new() -> rx.Component:
    """The new password twice, or why the link does not work."""
    return entry(
        t("New password"),
        said(NewPassword),
        rx.cond(
            NewPassword.over,
            form_actions(button_link(t("Ask for a new link"), "/reset", kind="primary")),
            native_form(
                hidden("token", NewPassword.token),
                # Password managers file the new password under this name.
                rx.el.input(type="hidden", name="username", auto_complete="username", value=NewPassword.email),
                password_field("password", t("New password"), new=True, required=True, hint=_hint()),
                password_field("again", t("The same once more"), new=True, required=True),
                # Sent without the link's secret, it would be refused as a link that is over.
                form_actions(
                    button(t("Save the password"), kind="primary", type="submit", busy=NewPassword.token == "")
                ),
                action="/api/auth/reset/new",
            ),
        ),
    )


def _hint() -> rx.Var[str]:
    """What a password must be."""
    return t("At least 12 characters: several words that do not belong together are best.")
