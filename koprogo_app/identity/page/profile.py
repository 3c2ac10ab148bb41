"""The profile: name, language, colours, password, two-step sign-in, sessions."""

import reflex as rx
from reflex.style import set_color_mode

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.identity.page.parts import LANGUAGES
from koprogo_app.identity.state.profile import Password, Profile, SessionLine, TwoSteps
from koprogo_app.interface.form import form, form_actions, form_error, password_field, text_field
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.page import page
from koprogo_app.interface.page_parts import ask, dialog, shown
from koprogo_app.interface.parts import badge, blocks, button, callout, card, cards, page_header, qr_code
from koprogo_app.interface.text import pick, t


@page("/profile", title=N_("My profile"), on_load=[Profile.load, TwoSteps.load, TwoSteps.arrive])
def profile() -> rx.Component:
    """Cards, the most used first."""
    required = callout(
        "attention",
        t("A superadmin signs in with two steps. Set it up now; until then nothing else is open to you."),
        actions=[button(t("Set it up"), kind="primary", on_click=TwoSteps.begin(""))],
    )
    content = rx.fragment(
        page_header(t("My profile"), over=Profile.email),
        blocks(
            rx.cond(TwoSteps.needed, required, rx.fragment()),
            cards(_about(), _password(), _two_steps(), _looks()),
            _sessions(),
        ),
        _scan(),
        _codes(),
        _ask_code("off", t("Turn two-step sign-in off"), t("Turn off"), TwoSteps.turn_off),
        _ask_code("renew", t("New recovery codes"), t("Make new codes"), TwoSteps.renew),
    )
    return shown(Profile, content)


def _about() -> rx.Component:
    return card(
        form(
            form_error(Profile.errors),
            text_field(
                "name",
                t("Name"),
                errors=Profile.errors,
                default_value=Profile.name,
                key=Profile.name,
                auto_complete="name",
                required=True,
            ),
            form_actions(button(t("Save"), type="submit")),
            on_submit=Profile.save_name,
        ),
        title=t("You"),
    )


def _looks() -> rx.Component:
    language = rx.el.div(
        rx.el.label(t("Language"), html_for="f-lang", class_name="block mb-1 text-13 font-semibold"),
        rx.el.select(
            *[rx.el.option(name, value=code) for code, name in LANGUAGES],
            id="f-lang",
            value=Locale.lang,
            on_change=Profile.choose_language,
            class_name="kit-input",
        ),
    )
    themes = [("system", t("As the device")), ("light", t(P_("colours", "Light"))), ("dark", t(P_("colours", "Dark")))]
    theme = rx.el.fieldset(
        rx.el.legend(t("Colours"), class_name="block mb-1 text-13 font-semibold"),
        rx.el.div(
            *[
                button(
                    label,
                    on_click=[set_color_mode(value), Profile.choose_theme(value)],
                    aria_pressed=rx.cond(Profile.theme == value, "true", "false"),
                    class_name="aria-pressed:bg-accent-soft aria-pressed:border-accent",
                )
                for value, label in themes
            ],
            class_name="flex flex-wrap gap-2.5",
        ),
    )
    return card(rx.el.div(language, theme, class_name="grid gap-3.5"), title=t("Language and colours"))


def _password() -> rx.Component:
    errors = Password.errors
    return card(
        form(
            form_error(errors),
            password_field("current", t("Current password"), errors=errors, required=True),
            password_field(
                "new",
                t("New password"),
                new=True,
                errors=errors,
                required=True,
                hint=t("At least 12 characters: several words that do not belong together are best."),
            ),
            password_field("again", t("The same once more"), new=True, errors=errors, required=True),
            form_actions(button(t("Change the password"), type="submit")),
            on_submit=Password.change,
            key=Password.saved.to_string(),
        ),
        title=t("Password"),
    )


def _two_steps() -> rx.Component:
    on = rx.el.div(
        rx.el.p(t(N_("{count} recovery code left", "{count} recovery codes left"), count=TwoSteps.codes_left)),
        rx.el.div(
            button(t("New recovery codes"), on_click=TwoSteps.ask("renew", "")),
            rx.cond(TwoSteps.may_drop, button(t("Turn off"), on_click=TwoSteps.ask("off", "")), rx.fragment()),
            class_name="flex flex-wrap gap-2.5",
        ),
        class_name="grid gap-3.5",
    )
    off = rx.el.div(
        rx.el.p(
            t("After your password we ask for a code of an app on your phone, so a stolen password is not enough."),
            class_name="text-muted",
        ),
        rx.el.div(button(t("Set it up"), on_click=TwoSteps.begin(""))),
        class_name="grid gap-3.5",
    )
    return card(
        rx.cond(TwoSteps.on, on, off),
        title=t("Two-step sign-in"),
        aside=rx.cond(
            TwoSteps.on,
            badge(t(P_("two-step sign-in", "on")), "done"),
            badge(t(P_("two-step sign-in", "off")), "neutral"),
        ),
    )


def _scan() -> rx.Component:
    return ask(
        TwoSteps,
        "scan",
        t("Set up two-step sign-in"),
        rx.el.p(t("Scan this with an authenticator app, such as Aegis, Google Authenticator or 2FAS.")),
        rx.el.div(
            qr_code(TwoSteps.set_up.qr, t("QR code for the authenticator app")), class_name="justify-self-center"
        ),
        rx.el.p(
            t("Or type this key:"),
            " ",
            rx.el.code(TwoSteps.set_up.secret, class_name="font-semibold break-all"),
            class_name="text-13",
        ),
        _code_field(t("Then type the six digits it shows.")),
        act=t("Turn on"), on_submit=TwoSteps.confirm,
    )  # fmt: skip


def _code_field(hint: rx.Var[str]) -> rx.Component:
    return text_field(
        "code",
        t("Code"),
        hint=hint,
        errors=TwoSteps.errors,
        auto_complete="one-time-code",
        max_length=20,
        required=True,
        spell_check=False,
    )


def _codes() -> rx.Component:
    return dialog(
        TwoSteps,
        "codes",
        t("Your recovery codes"),
        rx.el.div(
            rx.el.p(
                t(
                    "Each replaces the app once, for instance when you lose your phone. "
                    "They are shown only now: keep them in a safe place."
                )
            ),
            rx.el.ul(
                rx.foreach(TwoSteps.codes, lambda code: rx.el.li(rx.el.code(code))),
                aria_label=t("Your recovery codes"),
                class_name="grid grid-cols-2 gap-x-6 gap-y-1 text-15 justify-self-center",
            ),
            form_actions(button(t("I have kept them"), kind="primary", on_click=TwoSteps.close)),
            class_name="grid gap-3.5",
        ),
        narrow=True,
    )  # fmt: skip


def _ask_code(name: str, title: rx.Var[str], verb: rx.Var[str], command: rx.event.EventType) -> rx.Component:
    return dialog(
        TwoSteps,
        name,
        title,
        form(
            form_error(TwoSteps.errors),
            _code_field(t("The six digits your authenticator app shows now, or one of your recovery codes.")),
            form_actions(button(verb, kind="primary", type="submit"), button(t("Cancel"), on_click=TwoSteps.close)),
            on_submit=command,
        ),
        narrow=True,
    )


def _sessions() -> rx.Component:
    return card(
        rx.el.ul(rx.foreach(Profile.sessions, _session), class_name="grid"),
        title=t("Where you are signed in"),
        aside=rx.cond(
            Profile.sessions.length() > 1,
            button(t("End all the others"), kind="link", on_click=Profile.revoke_others),
            rx.fragment(),
        ),
    )


def _session(row: rx.Var[SessionLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(pick(row.device), class_name="font-semibold"),
            rx.el.p(t("Last used {when} from {address}", when=pick(row.seen), address=row.ip),
                    class_name="text-13 text-muted"),
            class_name="min-w-0",
        ),
        rx.cond(
            row.current,
            rx.el.span(badge(t(P_("device", "this one")), "accent"), class_name="shrink-0 whitespace-nowrap"),
            button(t("End"), on_click=Profile.revoke(row.id)),
        ),
        class_name="flex items-center justify-between gap-4 py-2.5 border-b border-line-soft last:border-0",
        key=row.id,
    )  # fmt: skip
