"""The state of a page that lists a record: rows of its table, what is typed into them, taking out of use, adding.

    class Suppliers(RecordGrid, rx.State):
        RECORD: ClassVar = SUPPLIER
        load, save_cells, act, ask, create = handlers(SUPPLIER, added=N_("The supplier is added."))

A `RecordGrid` is edited in place; a `RecordList` is read, and changed in a dialog or on the row's own page:

    class Organizations(RecordList, rx.State):
        RECORD: ClassVar = ORGANIZATION
        load = loads("platform.read")
        edit, save = editing(ORGANIZATION, done=N_("{name} is saved."))

In the address: `q`, `show` (archived), the filters, `page`, `sort`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from pydantic_core import PydanticUndefined

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import tr
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved
from koprogo_app.workspace.records.fields import Column
from koprogo_app.workspace.records.record import Parent, Record
from koprogo_app.workspace.state.common import as_id, asked, id_after, may, place
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opening, opens, saves, submits


@dataclass(frozen=True)
class Line:
    """A row to be read: what its columns say, by their keys, and where they lead; `more`: what the page adds."""

    id: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    archived: bool = False


class RecordPage(PageState, mixin=True):
    """What both have: the vars of such a page, and what fills them. `RECORD` is the noun.

    A page that lists other rows than its address says overrides `_parent` or `_chosen`.
    """

    RECORD: ClassVar[Record[Any, Any]]
    building: str = ""
    write: bool = False
    adds: bool = False
    filtered: bool = False
    values: dict[str, str] = {}
    at: dict[str, int] = {}

    async def _parent(self, w: Work) -> Parent:
        """What the list lies under; authorises."""
        record = self.RECORD
        return await record.parent(w, id_after(self, record.under) if record.under else None, record.read)

    def _chosen(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Which rows the address asks for, as `Record.page` takes it; what is not offered there counts as not asked."""
        filters = [one for one in self.RECORD.filters if one.offers(query.get(one.asked_as, ""))]
        archived = self.RECORD.archives and query.get("show") == "archived"
        return {"archived": archived, **{one.name: query[one.asked_as] for one in filters}}

    async def _fill(self, w: Work, lang: str) -> None:
        record, query = self.RECORD, self.router.url.query_parameters
        parent, chosen = await self._parent(w), self._chosen(query)
        found = await record.page_of(w, parent, asked(query), text=query.get("q", ""), **chosen)
        self.building, self.at = parent.name, place(found)
        self.write = may(record.write, parent.organization_id, parent.building_id)
        self.adds = may(_adds(record), parent.organization_id, parent.building_id)
        self.filtered = any([query.get("q"), *chosen.values()])
        self._show(found.rows, lang)

    def _show(self, rows: list[Any], lang: str) -> None:
        raise NotImplementedError


class RecordList(RecordPage, mixin=True):
    """Rows to be read. A page that says more of a row than its columns do overrides `_more`."""

    rows: list[Line] = []

    def _show(self, rows: list[Any], lang: str) -> None:
        self.rows = [line(self.RECORD, row, self.base, lang, self._more(row, lang)) for row in rows]

    def _more(self, row: Any, lang: str) -> dict[str, str]:
        return {}


class RecordGrid(RecordPage, mixin=True):
    """Rows that are edited in place."""

    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []

    def _show(self, rows: list[Any], lang: str) -> None:
        self.rows = [grid_row(self.RECORD, row, self.base, self.write, lang) for row in rows]
        self.outcomes = []

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        name = change["field"]
        row: Any = await self.RECORD.change(w, as_id(change["row"]), change["version"], {name: change["value"]})
        return Saved(self.RECORD.columns[name].said.text(getattr(row, name), lang), row.version)


def handlers(record: Record[Any, Any], *, added: str, go: str = "") -> tuple[Any, Any, Any, Any, Any]:
    """`load, save_cells, act, ask, create` of a record's page, each with its permission; `added`: said of a new row, by
    its name; `go`: where one goes on from there, by {base} and {id}."""
    return loads(record.read), saves(record.write), uses(record), opens(_adds(record), "add"), adding(record, added, go)


def adding(record: Record[Any, Any], added: str, go: str = "") -> Any:
    """`create`: the dialog "add"."""

    async def create(self: Any, w: Work, sent: Sent) -> Told:
        """Adds a row."""
        row = await record.add(w, id_after(self, record.under) if record.under else None, sent.typed(*record.typed))
        return Told(added, params=_named(record, row), go=go.format(base=self.base, id=row.id))

    return submits(_adds(record), dialog="add")(_plain(create))


def uses(record: Record[Any, Any]) -> Any:
    """`act`: what stands in a row is done to it: out of use, back into it, removed."""

    async def act(self: Any, w: Work, row: str, action: str) -> None:
        """Takes a row out of use, or back into it, or deletes it."""
        if action == "remove" and record.delete:
            await record.remove(w, as_id(row))
        elif action in ("archive", "restore") and record.archives:
            await record.use(w, as_id(row), used=action == "restore")
        else:
            raise NotFound

    return acts(record.write)(_plain(act))


def editing(record: Record[Any, Any], *, done: str, permission: str = "") -> tuple[Any, Any]:
    """`edit, save`: the dialog "edit" of a row with its values, or of a new one; `done`: said of it by its name;
    `permission`: of the page, the noun's own unless said."""

    async def edit(self: Any, w: Work, lang: str, record_id: str) -> None:
        """Opens the dialog of a row, or of a new one."""
        row = await record.detail(w, as_id(record_id)) if record_id else None
        self.values = typed_values(record, row, lang)

    async def save(self: Any, w: Work, sent: Sent) -> Told:
        """Writes what was typed."""
        values = sent.typed(*record.typed)
        if sent.record:
            seen = self.values.get("version", "")
            row = await record.change(w, sent.record_id, int(seen) if seen else None, values)
        else:
            row = await record.add(w, id_after(self, record.under) if record.under else None, values)
        return Told(done, params=_named(record, row))

    permission = permission or record.write
    return opening(permission, "edit")(_plain(edit)), submits(permission, dialog="edit")(_plain(save))


def _adds(record: Record[Any, Any]) -> str:
    return record.create or record.write


def _plain(command: Any) -> Any:
    """An event is named after its function."""
    command.__qualname__ = command.__name__
    return command


def _named(record: Record[Any, Any], row: Any) -> dict[str, str]:
    return {c.name: str(getattr(row, c.name)) for c in record.columns.values() if c.said.primary}


def typed_values(record: Record[Any, Any], row: Any, lang: str) -> dict[str, str]:
    """What the dialog of a row begins with, and the version that was seen; of a new one what its table says."""
    given = {name: field.get_default(call_default_factory=True) for name, field in record.model.model_fields.items()}
    begin = {name: getattr(row, name) if row else given.get(name) for name in record.typed}
    values = {name: _begins(column, begin[name], lang) for name, column in record.typed.items()}
    return {**values, "version": str(row.version)} if row and record.versioned else values


def _begins(column: Column, value: Any, lang: str) -> str:
    if value is PydanticUndefined:
        return ""
    # The browser takes a day as it sends it.
    return value.isoformat() if isinstance(value, date) else column.said.text(value, lang)


def line(record: Record[Any, Any], row: Any, base: str, lang: str, more: dict[str, str]) -> Line:
    """A row as a table shows it."""
    cells = {column.key: column.said.words(getattr(row, column.name), lang) for column in record.shown}
    links = {c.key: c.said.link.format(base=base, id=row.id) for c in record.shown if c.said.link and cells[c.key]}
    return Line(str(row.id), cells, links, more, record.archives and row.archived)


def grid_row(record: Record[Any, Any], row: Any, base: str, write: bool, lang: str) -> GridRow:
    """A row as the table shows it; out of use, it says so and offers to use it again."""
    cells: dict[str, str | Cell] = {column.key: _cell(column, row, base, lang) for column in record.shown}
    label = next((str(getattr(row, c.name)) for c in record.shown if c.said.primary), "")
    made: GridRow = {"id": str(row.id), "version": getattr(row, "version", 0), "label": label, "cells": cells}
    if record.archives and row.archived:
        fixes: Any = [{"action": "restore", "label": tr(lang, "Use again")}] if write else []
        made["note"] = {"kind": "information", "text": tr(lang, "no longer used"), "fixes": fixes}
    elif record.archives and write:
        cells["state"] = {"value": "", "action": {"id": "archive", "label": tr(lang, "Take out of use")}}
    elif record.delete and write:
        cells["state"] = {"value": "", "action": {"id": "remove", "label": tr(lang, "Remove")}}
    return made


def _cell(column: Column, row: Any, base: str, lang: str) -> str | Cell:
    text = column.said.text(getattr(row, column.name), lang)
    if not (column.said.link and text):
        return text
    return {"value": text, "href": column.said.link.format(base=base, id=row.id)}
