"""The second step of sign-in."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry, said
from koprogo_app.identity.state.entry import SignInCode
from koprogo_app.interface.form import form_actions, hidden, native_form, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/sign-in/code", title=N_("Your code"), on_load=SignInCode.load, frame=plain)
def sign_in_code() -> rx.Component:
    """Six digits of the app, or a recovery code."""
    return entry(
        t("Your code"),
        said(SignInCode),
        native_form(
            hidden("next", SignInCode.next),
            text_field(
                "code",
                t("Code"),
                hint=t("The six digits your authenticator app shows now, or one of your recovery codes."),
                auto_complete="one-time-code",
                auto_focus=True,
                max_length=20,
                required=True,
                spell_check=False,
            ),
            form_actions(button(t("Continue"), kind="primary", type="submit"), _back()),
            action="/api/auth/totp",
        ),
    )


def _back() -> rx.Component:
    return link(t("Start again"), "/sign-in", class_name="kit-button")
