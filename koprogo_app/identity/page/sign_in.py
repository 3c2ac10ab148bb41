"""Sign-in."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import entry, said
from koprogo_app.identity.state.entry import SignIn
from koprogo_app.interface.form import hidden, native_form, password_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/sign-in", title=N_("Sign in"), on_load=SignIn.load, frame=plain)
def sign_in() -> rx.Component:
    """E-mail and password, or single sign-on."""
    return entry(
        t("Sign in"),
        said(SignIn),
        native_form(
            hidden("next", SignIn.next),
            text_field(
                "email",
                t("E-mail address"),
                type="email",
                auto_complete="username",
                default_value=SignIn.kept,
                key=SignIn.kept,
                required=True,
            ),
            password_field("password", t("Password"), required=True),
            rx.el.div(
                button(t("Sign in"), kind="primary", type="submit"),
                link(t("Forgotten your password?"), "/reset"),
                class_name="flex flex-wrap items-center justify-between gap-3 pt-1",
            ),
            action="/api/auth/sign-in",
        ),
        rx.cond(SignIn.oidc != "", _single_sign_on(), rx.fragment()),
    )


def _single_sign_on() -> rx.Component:
    return rx.el.div(
        rx.el.a(
            t("Continue with {name}", name=SignIn.oidc),
            href=rx.Var.create("/api/auth/oidc/start?next=") + SignIn.next,
            class_name="kit-button w-full",
        ),
        class_name="border-t border-line-soft pt-4",
    )
