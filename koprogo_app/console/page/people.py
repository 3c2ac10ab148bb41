"""People and their roles."""

from typing import Any

import reflex as rx

from koprogo_app.console.page.parts import two
from koprogo_app.console.state.people import ROLES, GrantLine, People, PersonLine, RoleMark
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.form import form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, page_header
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import places

LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English")]


@page("/admin/users", title=N_("People"), on_load=People.load)
def people() -> rx.Component:
    """The table, a person, the invitation."""
    return shown(
        People,
        rx.fragment(
            page_header(t("People"), button(t("Invite somebody"), kind="primary", on_click=People.add(""))),
            _table(),
            _person(),
            _invitation(),
        ),
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Name"), _name, primary=True),
        Column(t("Roles"), _roles, wide=True),
        Column(t(P_("to sign in", "Account")), lambda p: badge(p.state, p.kind)),
        Column(t("Two steps"), _two_steps, wide=True),
        Column(t("Last seen"), lambda p: rx.el.span(p.seen, class_name="whitespace-nowrap"), wide=True),
    ]
    offices = rx.cond(
        People.offices.length() > 1,
        QueryField.create(name="office", label=t("Organisation"), class_name="kit-input", options=People.choices),
        rx.fragment(),
    )
    return table(
        t("People"),
        columns,
        People.rows,
        empty=t("Nobody fits this search."),
        key=lambda p: p.id,
        head=filter_bar(search_field(t("Search a name or an address")), offices),
        foot=places(People.at),
    )


def _name(row: rx.Var[PersonLine]) -> rx.Component:
    return rx.el.div(
        button(row.name, kind="link", on_click=People.show(row.id), class_name="font-semibold text-start"),
        rx.el.p(row.email, class_name="text-13 text-muted font-normal break-all"),
        rx.el.div(_roles(row), class_name="sm:hidden mt-1 text-13 font-normal"),
        class_name="sm:min-w-64",
    )


def _two_steps(row: rx.Var[PersonLine]) -> rx.Component:
    return rx.cond(
        row.two_steps,
        t(P_("two-step sign-in", "on")),
        rx.el.span(t(P_("two-step sign-in", "off")), class_name="text-muted"),
    )


def _roles(row: rx.Var[PersonLine]) -> rx.Component:
    def one(mark: rx.Var[RoleMark]) -> rx.Component:
        place = rx.cond(mark.place != "", rx.el.span(" · ", mark.place, class_name="text-muted"), rx.fragment())
        return rx.el.li(mark.role, place)

    none = rx.el.span(t(P_("roles", "none")), class_name="text-muted")
    return rx.cond(row.roles.length() > 0, rx.el.ul(rx.foreach(row.roles, one), class_name="min-w-56"), none)


def _person() -> rx.Component:
    account = rx.match(
        People.one.status,
        ("disabled", button(t("Open the account again"), on_click=People.enable(People.dialog.record))),
        button(t("Disable the account"), kind="danger", on_click=People.disable(People.dialog.record)),
    )
    return dialog(
        People,
        "person",
        People.one.name,
        rx.el.div(
            rx.el.p(People.one.email, class_name="text-muted break-all"),
            rx.el.ul(rx.foreach(People.grants, _grant), aria_label=t("Roles")),
            form_error(People.errors),
            form_actions(
                button(t("Give another role"), on_click=People.add(People.dialog.record)),
                rx.cond(People.admin, account, rx.fragment()),
            ),
            class_name="grid gap-3.5",
        ),
    )


def _grant(row: rx.Var[GrantLine]) -> rx.Component:
    until = rx.cond(
        row.until != "",
        t("{since} to {until}", since=row.since, until=row.until),
        t("since {since}", since=row.since),
    )
    again = rx.cond(
        People.one.status == "invited",
        button(t("Send the invitation again"), kind="link", on_click=People.again(row.id)),
        rx.fragment(),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.p(row.role, rx.cond(row.place != "", rx.fragment(" · ", row.place), rx.fragment())),
            rx.el.p(until, class_name="text-13 text-muted"),
        ),
        rx.cond(
            row.in_force,
            rx.el.div(
                again,
                button(t("End this role"), kind="link", on_click=People.end(row.id)),
                class_name="flex flex-wrap justify-end gap-x-4",
            ),
            badge(t(P_("role", "ended")), "neutral"),
        ),
        class_name="flex items-center justify-between gap-4 py-2 border-b border-line-soft last:border-0",
        key=row.id,
    )


def _field(name: str, label: rx.Var[str], **props: Any) -> rx.Component:
    return text_field(
        name,
        label,
        errors=People.errors,
        default_value=getattr(People.values, name),
        required=True,
        auto_complete="off",
        **props,
    )


def _invitation() -> rx.Component:
    errors, values = People.errors, People.values
    labels = [(role, t(label)) for role, label in ROLES]
    every = select_field("role", t("Role"), labels, errors=errors, default_value=values.role, required=True)
    below = select_field("role", t("Role"), labels[1:], errors=errors, default_value=values.role, required=True)
    where = select_field(
        "where",
        t("For"),
        People.where,
        errors=errors,
        default_value=values.where,
        required=True,
        hint=rx.cond(People.admin, t("A superadmin is for the whole installation, whatever stands here."), ""),
    )
    return dialog(
        People,
        "invite",
        t("Invite somebody"),
        form(
            form_error(errors),
            _field("email", t("E-mail address"), type="email"),
            two(
                _field("name", t("Name")),
                select_field(
                    "lang",
                    t("Language of the mail"),
                    LANGUAGES,
                    errors=errors,
                    default_value=values.lang,
                    required=True,
                ),
            ),
            two(rx.cond(People.admin, every, below), where),
            rx.el.p(
                t("Who has no account yet gets a link by mail to choose a password; it works for 14 days."),
                class_name="text-13 text-muted",
            ),
            form_actions(
                button(t("Send the invitation"), kind="primary", type="submit"),
                button(t("Cancel"), on_click=People.close),
            ),
            on_submit=People.invite,
        ),
    )
