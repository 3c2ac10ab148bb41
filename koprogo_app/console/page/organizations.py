"""The organisations of the installation."""

from typing import Any

import reflex as rx

from koprogo_app.console.page.parts import two
from koprogo_app.console.state.organizations import KINDS, OrganizationLine, Organizations
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, empty_state, link, page_header
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import places

LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English")]


@page("/admin/organizations", title=N_("Organisations"), on_load=Organizations.load)
def organizations() -> rx.Component:
    """The table, or the way to the first one."""
    add = button(t("Add an organisation"), kind="primary", on_click=Organizations.edit(""))
    nothing = empty_state(
        t("No organisation yet"),
        t("An organisation is a syndic's office, professional or volunteer. Add it, then invite its syndic."),
        add,
    )
    none_at_all = (Organizations.rows.length() == 0) & ~Organizations.filtered
    return shown(
        Organizations,
        rx.fragment(
            page_header(t("Organisations"), rx.cond(none_at_all, rx.fragment(), add)),
            rx.cond(none_at_all, nothing, _table()),
            _dialog(),
        ),
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Organisation"), _name, sort="name", primary=True),
        Column(t("Kind"), lambda o: o.kind, sort="kind", wide=True),
        Column(t("Enterprise number"), lambda o: o.number, wide=True),
        Column(t("Buildings"), lambda o: o.buildings, kind="number"),
        Column("", _actions),
    ]
    return table(
        t("Organisations"),
        columns,
        Organizations.rows,
        empty=t("No organisation has this in its name."),
        key=lambda o: o.id,
        head=filter_bar(search_field(t("Search a name"))),
        foot=places(Organizations.at),
    )


def _name(row: rx.Var[OrganizationLine]) -> rx.Component:
    return rx.el.div(
        button(row.name, kind="link", on_click=Organizations.edit(row.id), class_name="font-semibold text-start"),
        rx.el.p(row.address, class_name="text-13 text-muted font-normal"),
    )


def _actions(row: rx.Var[OrganizationLine]) -> rx.Component:
    return link(t("People"), rx.Var.create("/admin/users?office=") + row.id)


def _dialog() -> rx.Component:
    title = rx.cond(Organizations.dialog.record != "", t("Organisation"), t("Add an organisation"))
    return dialog(Organizations, "organization", title, _form())


def _field(name: str, label: rx.Var[str], **props: Any) -> rx.Component:
    return text_field(
        name, label, errors=Organizations.errors, default_value=getattr(Organizations.values, name), **props
    )


def _form() -> rx.Component:
    errors, values = Organizations.errors, Organizations.values
    return form(
        form_error(errors),
        _field("name", t("Name"), required=True),
        two(
            select_field(
                "kind",
                t("Kind"),
                [(kind, t(label)) for kind, label in KINDS.items()],
                errors=errors,
                default_value=values.kind,
                required=True,
            ),
            _field("enterprise_number", t("Enterprise number"), hint=t("Ten digits, as 0403.170.701")),
        ),
        two(_field("email", t("E-mail address"), type="email"), _field("phone", t("Telephone"), type="tel")),
        _field("street", t("Street and number")),
        two(_field("postal_code", t("Postal code")), _field("city", t("City"))),
        select_field("lang", t("Language"), LANGUAGES, errors=errors, default_value=values.lang, required=True),
        form_actions(
            button(t("Save"), kind="primary", type="submit"), button(t("Cancel"), on_click=Organizations.close)
        ),
        on_submit=Organizations.save,
    )
