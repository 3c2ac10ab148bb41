"""The page of a record: its table, edited in place or read, and the dialogs that add and change a row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import reflex as rx

from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.parts import Text, button, link
from koprogo_app.interface.table import Column as Heading
from koprogo_app.interface.table import filter_bar, filter_select, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import button_menu, chosen, menu_download, places, row_of
from koprogo_app.workspace.records.fields import Column


def record_page(
    state: Any,
    *,
    header: Callable[[rx.Component], rx.Component],
    empty: Text,
    new: Text | None = None,
    search: Text | None = None,
    path: str = "",
    nothing: rx.Component | None = None,
    parts: Sequence[rx.Component] = (),
) -> rx.Component:
    """The page of a `RecordGrid`.

    `header` takes the button that opens the dialog `new` (an empty fragment without one); `path` is the last part of
    the list's address, for its files; `nothing` stands instead of the table while there is no row at all; `parts` stand
    below, further dialogs for instance.
    """
    content = rx.cond(
        state.write, record_grid(state, True, empty, search, path), record_grid(state, False, empty, search, path)
    )
    if new is not None:
        parts = [add_dialog(state, new), *parts]
    return shown(state, rx.fragment(header(add_button(state, new)), _or(state, nothing, content), *parts))


def record_list(
    state: Any,
    *,
    header: Callable[[rx.Component], rx.Component],
    empty: Text,
    new: Text | None = None,
    search: Text | None = None,
    path: str = "",
    nothing: rx.Component | None = None,
    parts: Sequence[rx.Component] = (),
    submit: Text | None = None,
    query: str | rx.Var[str] = "",
    headings: Mapping[str, Text] | None = None,
    cells: Mapping[str, Callable[[Any], Any]] | None = None,
    more: Sequence[Heading] = (),
    filters: Sequence[rx.Component] | None = None,
) -> rx.Component:
    """The page of a `RecordList`, as `record_page`.

    `submit` names what the dialog does; `path` from the root ("/owners") where the list lies under no building, with
    what else its file is asked for in `query`.
    `cells` says by a column's key how a row (a `Line`) shows in it, where that is not its value with its link, and
    `headings` how it is headed; `more`
    columns stand at the end; `filters` instead of the noun's own. Without `new` the page brings its own dialogs and the
    button for its header in `parts` and `header`.
    """
    looks, names, record = cells or {}, headings or {}, state.RECORD
    columns = [
        Heading(
            names.get(column.key, t(column.heading)),
            looks.get(column.key) or _value(column),
            column.said.unit if column.said.unit in ("number", "money") else "text",
            column.key if column.said.sort else "",
            column.said.primary,
            column.said.wide,
        )
        for column in record.shown
    ]
    body = table(
        t(record.title), [*columns, *more], state.rows, empty=empty, key=lambda row: row.id,
        head=_head(state, search, path, filters, query), foot=places(state.at),
    )  # fmt: skip
    if new is not None:
        parts = [add_dialog(state, new, submit), *parts]
    return shown(state, rx.fragment(header(add_button(state, new)), _or(state, nothing, body), *parts))


def none_at_all(state: Any) -> rx.Var[bool]:
    """Whether there is no row, though nothing was searched."""
    none: rx.Var[bool] = (state.rows.length() == 0) & ~state.filtered
    return none


def _or(state: Any, nothing: rx.Component | None, content: rx.Component) -> rx.Component:
    return content if nothing is None else rx.cond(none_at_all(state), nothing, content)


def add_button(state: Any, label: Text | None) -> rx.Component:
    """Opens the dialog "add", for those who may add."""
    if label is None:
        return rx.fragment()
    return rx.cond(state.adds, button(label, kind="primary", on_click=state.ask("add", "")), rx.fragment())


def columns(state: Any, write: bool) -> list[GridColumn]:
    """The columns of the table; what is typed can be changed in place by those who may."""
    record = state.RECORD
    write = write and record.versioned
    made = [_column(column, write and column.name in record.typed and not column.said.fixed) for column in record.shown]
    return [*made, GridColumn("state", t("Use"))] if write and (record.archives or record.delete) else made


def _column(column: Column, editable: bool) -> GridColumn:
    said = column.said
    options = [(value, t(label)) for value, label in said.options]
    return GridColumn(
        column.key, t(column.heading), "text" if said.unit == "date" else said.unit, editable, sortable=bool(said.sort),
        primary=said.primary, options=options,
    )  # fmt: skip


def _value(column: Column) -> Callable[[Any], Any]:
    def cell(row: Any) -> Any:
        text = row.cells[column.key]
        if not column.said.link:
            return text
        look = {"class_name": "kit-link font-semibold"} if column.said.primary else {}
        return rx.cond(row.links.contains(column.key), link(text, row.links[column.key], **look), text)

    return cell


def record_grid(state: Any, write: bool, empty: Text, search: Text | None = None, path: str = "") -> rx.Component:
    """The table that is edited in place (`write`), or read."""
    return grid(
        t(state.RECORD.title),
        columns(state, write),
        rows=state.rows,
        outcomes=state.outcomes,
        on_save=state.save_cells,
        on_action=state.act,
        empty=empty,
        head=_head(state, search, path),
        foot=places(state.at),
    )


def _head(
    state: Any, search: Text | None, path: str, filters: Sequence[rx.Component] | None = None,
    query: str | rx.Var[str] = "",
) -> rx.Component:  # fmt: skip
    made = [] if search is None else [search_field(search)]
    made += record_filters(state) if filters is None else filters
    return filter_bar(*made, *([export_menu(state, path, query)] if path else []))


def record_filters(state: Any) -> list[rx.Component]:
    """The questions of the noun, and whether those no longer used are shown."""
    asked = [one for one in state.RECORD.filters if one.label]
    made = [
        filter_select(
            t(one.label), one.asked_as, chosen([(value, t(label)) for value, label in one.options], t(one.every))
        )
        for one in asked
    ]
    if state.RECORD.archives:
        used = [("", t("In use")), ("archived", t("All, also no longer used"))]
        made.append(filter_select(t("Use"), "show", used))
    return made


def export_menu(state: Any, path: str, query: str | rx.Var[str] = "") -> rx.Component:
    """The list as a file: CSV or XLSX."""

    list_at = rx.Var.create("/api/v1") + (path if path.startswith("/") else state.base + f"/{path}")

    def file(form: str) -> rx.Var[str]:
        return list_at + f".{form}?lang=" + Locale.lang + query

    menu = button_menu(t("Export"), menu_download("CSV", file("csv")), menu_download("Excel (XLSX)", file("xlsx")))
    return rx.el.div(menu, class_name="ms-auto")


def add_dialog(state: Any, title: Text, submit: Text | None = None, *first: rx.Component) -> rx.Component:
    """The dialog "add" with the fields that the noun's layout names, `first` above them."""
    fields = [[one] for one in first] + [[_field(state, name) for name in line] for line in state.RECORD.layout]
    return dialog(state, "add", title, _form(state, fields, t("Add") if submit is None else submit, state.create))


def edit_dialog(state: Any, title: Text) -> rx.Component:
    """The dialog "edit" of a row with its values, or of a new one (`grid.editing`)."""
    fields = [[_field(state, name, default_value=state.values[name]) for name in line] for line in state.RECORD.layout]
    return dialog(state, "edit", title, _form(state, fields, t("Save"), state.save))


def _form(state: Any, fields: list[list[rx.Component]], submit: Text, on_submit: Any) -> rx.Component:
    return form(
        form_error(state.errors),
        *(line[0] if len(line) == 1 else row_of(*line) for line in fields),
        form_actions(button(submit, kind="primary", type="submit"), button(t("Cancel"), on_click=state.close)),
        on_submit=on_submit,
    )


def _field(state: Any, name: str, **props: Any) -> rx.Component:
    said = state.RECORD.columns[name].said
    props |= {"errors": state.errors, "required": said.required}
    if said.hint:
        props["hint"] = t(said.hint)
    if said.options:
        return select_field(name, t(said.label), [(value, t(label)) for value, label in said.options], **props)
    if said.unit == "date":
        return date_field(name, t(said.label), auto_complete="off", **props)
    if said.unit in ("number", "money"):
        props["input_mode"] = "numeric" if said.unit == "number" else "decimal"
    return text_field(name, t(said.label), auto_complete="off", type=said.kind, **props)
