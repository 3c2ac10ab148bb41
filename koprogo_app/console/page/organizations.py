"""The organisations of the installation."""

from typing import Any

import reflex as rx

from koprogo_app.console.state.organizations import Organizations
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, empty_state, link, page_header
from koprogo_app.interface.table import Column
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.records import edit_dialog, none_at_all, record_list


@page("/admin/organizations", title=N_("Organisations"), on_load=Organizations.load)
def organizations() -> rx.Component:
    """The table, or the way to the first one."""
    add = button(t("Add an organisation"), kind="primary", on_click=Organizations.edit(""))
    title = rx.cond(Organizations.dialog.record != "", t("Organisation"), t("Add an organisation"))
    return record_list(
        Organizations,
        header=lambda _: page_header(t("Organisations"), rx.cond(none_at_all(Organizations), rx.fragment(), add)),
        nothing=empty_state(
            t("No organisation yet"),
            t("An organisation is a syndic's office, professional or volunteer. Add it, then invite its syndic."),
            add,
        ),
        empty=t("No organisation has this in its name."),
        search=t("Search a name"),
        path="/organizations",
        cells={"name": _name},
        more=[Column("", lambda row: link(t("People"), rx.Var.create("/admin/users?office=") + row.id))],
        parts=[edit_dialog(Organizations, title)],
    )


def _name(row: Any) -> rx.Component:
    edit = Organizations.edit(row.id)
    return rx.el.div(
        button(row.cells["name"], kind="link", on_click=edit, class_name="font-semibold text-start"),
        rx.el.p(row.more["address"], class_name="text-13 text-muted font-normal"),
    )
