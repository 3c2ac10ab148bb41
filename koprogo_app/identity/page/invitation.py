"""An invitation: name, language, password."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.page.parts import LANGUAGES, entry, said
from koprogo_app.identity.state.entry import Invitation
from koprogo_app.interface.form import form_actions, hidden, native_form, password_field, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, button_link
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


@page("/invitation", title=N_("Invitation"), on_load=Invitation.load, frame=plain)
def invitation() -> rx.Component:
    """Who is invited, and what to choose."""
    return entry(
        t("Welcome to KoproGo"),
        said(Invitation),
        rx.cond(Invitation.over, form_actions(button_link(t("To sign-in"), "/sign-in")), _form()),
    )


def _form() -> rx.Component:
    return native_form(
        hidden("token", Invitation.token),
        rx.el.p(t("You sign in with {email}.", email=Invitation.email), class_name="text-muted"),
        text_field(
            "name",
            t("Your name"),
            default_value=Invitation.name,
            key=Invitation.name,
            auto_complete="name",
            required=True,
        ),
        select_field(
            "lang", t("Language"), LANGUAGES, default_value=Invitation.lang, key=Invitation.lang, required=True
        ),
        password_field(
            "password",
            t("Password"),
            new=True,
            required=True,
            hint=t("At least 12 characters: several words that do not belong together are best."),
        ),
        password_field("again", t("The same once more"), new=True, required=True),
        # Sent without the link's secret, it would be refused as a link that is over.
        form_actions(button(t("Begin"), kind="primary", type="submit", busy=Invitation.token == "")),
        action="/api/auth/invitation",
    )
