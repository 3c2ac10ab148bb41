"""A forgotten password: asking for a link."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry, said
from koprogo_app.identity.state.entry import Reset
from koprogo_app.interface.form import form_actions, native_form, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, button_link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/reset", title=N_("Forgotten password"), on_load=Reset.load, frame=plain)
def reset() -> rx.Component:
    """The address to which the link goes."""
    return entry(
        t("Forgotten password"),
        said(Reset),
        native_form(
            text_field(
                "email",
                t("E-mail address"),
                type="email",
                auto_complete="username",
                default_value=Reset.kept,
                key=Reset.kept,
                required=True,
            ),
            form_actions(
                button(t("Send me a link"), kind="primary", type="submit"),
                button_link(t("Back to sign-in"), "/sign-in"),
            ),
            action="/api/auth/reset",
        ),
        under=t("We send you a link with which you choose a new password."),
    )
