"""An owner's card."""

from typing import Any

import reflex as rx

from koprogo_app.estate.page.parts import LANGUAGE_OPTIONS
from koprogo_app.estate.state.owner import HeldLine, OwnerPage
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import Text, article_tag, badge, button, card, link, page_header
from koprogo_app.interface.slot import slot
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import row_of, trail


@page("/owners/[owner_id]", title=N_("Owner's card"), on_load=OwnerPage.load)
def owner() -> rx.Component:
    """The card."""
    side = rx.el.div(_lots(), _account(), _history(), class_name="grid grid-cols-1 gap-3.5 content-start min-w-0")
    content = rx.fragment(
        page_header(OwnerPage.name, slot("owner"), over=rx.cond(OwnerPage.base != "", _trail(), rx.fragment())),
        rx.el.div(_data(), side, class_name="grid grid-cols-1 gap-3.5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"),
        _ask(),
    )
    return shown(OwnerPage, content)


def _trail() -> rx.Component:
    return trail(link(OwnerPage.building, OwnerPage.base), "·", link(t("Owners"), OwnerPage.base + "/owners"))


def _text(name: str, label: Any, **props: Any) -> rx.Component:
    return text_field(name, label, errors=OwnerPage.errors, default_value=OwnerPage.values[name], **props)


def _data() -> rx.Component:
    errors, values = OwnerPage.errors, OwnerPage.values
    kinds = [("person", t("Person")), ("company", t("Company"))]
    fields = rx.el.fieldset(
        rx.el.div(
            row_of(
                select_field("kind", t("Person or company"), kinds, default_value=values["kind"], required=True),
                select_field("lang", t("Language"), LANGUAGE_OPTIONS, default_value=values["lang"], required=True),
                _text("name", t("Family name or company"), required=True),
                _text("first_name", t("First name")),
                _text("enterprise_number", t("Enterprise number"), hint=t("Of a company")),
            ),
            _text("street", t("Street and number")),
            rx.el.div(
                _text("postal_code", t("Postal code")),
                _text("city", t("City")),
                _text("country", t("Country"), max_length=2),
                class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-3 items-start",
            ),
            row_of(_text("email", t("E-mail"), type="email"), _text("phone", t("Telephone"), type="tel")),
            _consent(),
            class_name="grid grid-cols-1 gap-3.5",
        ),
        disabled=~OwnerPage.write,
    )
    buttons = form_actions(
        button(t("Save"), kind="primary", type="submit"),
        rx.cond(
            (OwnerPage.lots.length() == 0) & (OwnerPage.history.length() == 0),
            button(t("Delete the card"), kind="danger", on_click=OwnerPage.ask("delete", OwnerPage.at)),
            rx.fragment(),
        ),
    )
    filled = form(
        fields, form_error(errors), rx.cond(OwnerPage.write, buttons, rx.fragment()), on_submit=OwnerPage.save
    )
    return card(rx.el.div(filled, key=OwnerPage.at + OwnerPage.shown.to_string()), title=t("How to reach him"))


def _consent() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(
            t("Consent to convocation by e-mail"),
            " ",
            article_tag("3.87 §3"),
            class_name="text-13 font-semibold mb-1",
        ),
        rx.el.p(
            t("Individual, explicit and in writing. Without it the convocation goes by registered letter."),
            class_name="text-13 text-muted mb-2",
        ),
        row_of(
            date_field(
                "email_consent_on",
                t("Given on"),
                errors=OwnerPage.errors,
                default_value=OwnerPage.values["email_consent_on"],
                hint=t("Empty: not given, or withdrawn"),
            ),
            _text("email_consent_ref", t("Where it is kept")),
        ),
        class_name="pt-2 border-t border-line-soft",
    )


def _lots() -> rx.Component:
    def one(held: rx.Var[HeldLine]) -> rx.Component:
        marks = rx.fragment(
            rx.cond(held.primary, rx.el.span(" · ", t("main contact")), rx.fragment()),
            rx.cond(held.draft, rx.fragment(" ", badge(t(P_("lot", "draft")), "attention")), rx.fragment()),
        )
        return rx.el.li(
            rx.el.p(
                link(t("Lot {number}", number=held.lot), held.href, class_name="kit-link font-semibold"),
                " · ",
                held.building,
            ),
            rx.el.p(held.right, " · ", held.share, " · ", held.period, marks, class_name="text-13 text-muted"),
            class_name="py-2 border-b border-line-soft last:border-0",
        )

    none = rx.el.p(t("No lot. Give him one on the lot's own page."), class_name="text-muted")
    return card(
        rx.cond(OwnerPage.lots.length() > 0, rx.el.ul(rx.foreach(OwnerPage.lots, one)), none), title=t("What he holds")
    )


def _account() -> rx.Component:
    state = rx.cond(
        OwnerPage.account_state == "active",
        badge(t("signs in"), "done"),
        rx.cond(
            OwnerPage.account_state == "invited", badge(t("invited"), "information"), badge(t("disabled"), "refused")
        ),
    )
    has = rx.fragment(
        rx.el.p(OwnerPage.account, " ", state),
        rx.cond(
            OwnerPage.users,
            rx.el.div(
                button(t("Unlink the account"), on_click=OwnerPage.ask_account("unlink", OwnerPage.at)),
                class_name="mt-3",
            ),
            rx.fragment(),
        ),
    )
    none = rx.fragment(
        rx.el.p(t("He has no account yet: he sees nothing of his lots online."), class_name="text-muted"),
        rx.cond(
            OwnerPage.users,
            rx.el.div(
                button(t("Invite to sign in"), on_click=OwnerPage.ask_account("invite", OwnerPage.at)),
                class_name="mt-3",
            ),
            rx.fragment(),
        ),
    )
    return card(rx.cond(OwnerPage.account != "", has, none), title=t(P_("to sign in", "Account")))


def _history() -> rx.Component:
    def one(past: rx.Var[HeldLine]) -> rx.Component:
        return rx.el.li(
            rx.el.p(link(t("Lot {number}", number=past.lot), past.href), " · ", past.right),
            rx.el.p(past.building, " · ", past.period, class_name="text-13 text-muted"),
            class_name="py-2 border-b border-line-soft last:border-0",
        )

    shown = card(rx.el.ol(rx.foreach(OwnerPage.history, one)), title=t("History"))
    return rx.cond(OwnerPage.history.length() > 0, shown, rx.fragment())


def _ask() -> rx.Component:
    def one(what: str, title: Text, text: Text, act: Text, on_submit: Any, kind: str = "danger") -> rx.Component:
        return ask(OwnerPage, what, title, rx.el.p(text), act=act, on_submit=on_submit, kind=kind)

    mail = t("He gets a mail with which he chooses a password. He then sees his own lots and what the law gives him.")
    gone = t("His account no longer sees this owner's lots. The card and its history stay.")
    return rx.fragment(
        one("invite", t("Invite to sign in"), mail, t("Send the invitation"), OwnerPage.invite, "primary"),
        one("unlink", t("Unlink the account"), gone, t("Unlink"), OwnerPage.unlink),
        one("delete", t("Delete the card"), t("He never held anything here."), t("Delete"), OwnerPage.delete),
    )
