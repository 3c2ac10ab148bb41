"""The page of a record: its table, edited in place by those who may write, and the dialog that adds a row."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.parts import Text, button
from koprogo_app.interface.table import filter_bar, filter_select, search_field
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import button_menu, menu_download, places, row_of
from koprogo_app.workspace.records.fields import Column


def record_page(
    state: Any, *, header: Callable[[rx.Component], rx.Component], new: Text, empty: Text, search: Text, path: str
) -> rx.Component:
    """The page of a `RecordGrid`: `header` takes the button that opens the dialog `new`; `path` is the last part of the
    list's address."""
    add = rx.cond(state.write, button(new, kind="primary", on_click=state.ask("add", "")), rx.fragment())
    table = rx.cond(state.write, _table(state, True, empty, search, path), _table(state, False, empty, search, path))
    return shown(state, rx.fragment(header(add), table, _dialog(state, new)))


def columns(state: Any, write: bool) -> list[GridColumn]:
    """The columns of the table; what is typed can be changed in place by those who may."""
    record = state.RECORD
    made = [_column(column, write and column.name in record.typed and not column.said.fixed) for column in record.shown]
    return [*made, GridColumn("state", t("Use"))] if write and record.archives else made


def _column(column: Column, editable: bool) -> GridColumn:
    said = column.said
    options = [(value, t(label)) for value, label in said.options]
    return GridColumn(
        column.key, t(column.heading), "text" if said.unit == "date" else said.unit, editable, sortable=bool(said.sort),
        primary=said.primary, options=options,
    )  # fmt: skip


def _table(state: Any, write: bool, empty: Text, search: Text, path: str) -> rx.Component:
    filters = [search_field(search)]
    if state.RECORD.archives:
        used = [("", t("In use")), ("archived", t("All, also no longer used"))]
        filters.append(filter_select(t("Use"), "show", used))
    return grid(
        t(state.RECORD.title),
        columns(state, write),
        rows=state.rows,
        outcomes=state.outcomes,
        on_save=state.save_cells,
        on_action=state.act,
        empty=empty,
        head=filter_bar(*filters, _export(state, path)),
        foot=places(state.at),
    )


def _export(state: Any, path: str) -> rx.Component:
    def file(form: str) -> rx.Var[str]:
        return rx.Var.create("/api/v1") + state.base + f"/{path}.{form}?lang=" + Locale.lang

    menu = button_menu(t("Export"), menu_download("CSV", file("csv")), menu_download("Excel (XLSX)", file("xlsx")))
    return rx.el.div(menu, class_name="ms-auto")


def _dialog(state: Any, title: Text) -> rx.Component:
    lines = [[_field(state, name) for name in line] for line in state.RECORD.layout]
    return dialog(
        state,
        "add",
        title,
        form(
            form_error(state.errors),
            *(line[0] if len(line) == 1 else row_of(*line) for line in lines),
            form_actions(button(t("Add"), kind="primary", type="submit"), button(t("Cancel"), on_click=state.close)),
            on_submit=state.create,
        ),
    )


def _field(state: Any, name: str) -> rx.Component:
    said = state.RECORD.columns[name].said
    props: dict[str, Any] = {"errors": state.errors, "required": said.required}
    if said.hint:
        props["hint"] = t(said.hint)
    if said.options:
        return select_field(name, t(said.label), [(value, t(label)) for value, label in said.options], **props)
    field = date_field if said.unit == "date" else text_field
    return field(name, t(said.label), auto_complete="off", **props)
