"""The dialog in which files are sent: what they are and who may see them first, then the files."""

import reflex as rx

from koprogo_app.documents.page.languages import LANGUAGE_OPTIONS
from koprogo_app.documents.state.sending import ACCEPT, Sending
from koprogo_app.documents.words import KINDS
from koprogo_app.interface.dialog import dialog
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import date_field, select_field
from koprogo_app.interface.parts import blocks, button
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import row_of


def sending_dialog() -> rx.Component:
    """The dialog."""
    version = Sending.dialog.name == "version"
    zone = dropzone(
        rx.cond(version, t("Drop the new version here"), t("Drop files here")),
        endpoint=Sending.endpoint, accept=ACCEPT, max_size=Sending.limit, multiple=True, on_uploaded=Sending.arrived,
        hint=t("PDF, pictures, Office, OpenDocument, text, XML invoices; {limit} MB each", limit=Sending.limit_text),
    )  # fmt: skip
    intro = rx.cond(
        version,
        rx.el.p(t("The new version of “{title}” keeps its kind and who may see it.", title=Sending.title)),
        _said(),
    )
    title = rx.cond(version, t("Send a new version"), t("Add documents"))
    done = rx.el.div(button(t("Done"), kind="primary", on_click=Sending.close), class_name="flex justify-end")
    opened = Sending.dialog
    return dialog(
        title, blocks(intro, zone, done), open=opened.name != "", on_close=Sending.close, record=opened.record
    )


def _said() -> rx.Component:
    said = Sending.said
    owner = rx.cond(
        said.visibility == "owner",
        select_field("owner_id", t("Which owner"), _with_empty(Sending.owners), required=True, value=said.owner_id,
                     on_change=lambda v: Sending.say("owner_id", v)),
        rx.fragment(),
    )  # fmt: skip
    return row_of(
        select_field("kind", t("Kind"), [(k, t(v)) for k, v in KINDS.items()], required=True, value=said.kind,
                     on_change=lambda v: Sending.say("kind", v)),
        select_field("visibility", t("Who may see it"), Sending.levels, required=True, value=said.visibility,
                     on_change=lambda v: Sending.say("visibility", v)),
        owner,
        select_field("lot_id", t("Lot"), _with_empty(Sending.lots), value=said.lot_id,
                     on_change=lambda v: Sending.say("lot_id", v)),
        date_field("dated", t("Date of the paper"), required=True, value=said.dated,
                   on_change=lambda v: Sending.say("dated", v)),
        select_field("lang", t("Language"), LANGUAGE_OPTIONS, required=True, value=said.lang,
                     on_change=lambda v: Sending.say("lang", v)),
    )  # fmt: skip


def _with_empty(options: rx.Var[list[dict[str, str]]]) -> rx.Var[list[dict[str, str]]]:
    """The choices after one that chooses nothing."""
    return rx.Var.create([{"value": "", "label": "–"}]).to(list[dict[str, str]]) + options
