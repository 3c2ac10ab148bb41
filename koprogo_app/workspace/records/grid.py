"""The state of a page that lists a record: rows of its table, what is typed into them, taking out of use, adding.

    class Suppliers(RecordGrid, rx.State):
        RECORD: ClassVar = SUPPLIER
        load, save_cells, act, ask, create = handlers(SUPPLIER, added=N_("The supplier is added."))

In the address: `q`, `show` (archived), `page`, `sort`.
"""

from typing import Any, ClassVar

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import tr
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved
from koprogo_app.workspace.records.fields import Column
from koprogo_app.workspace.records.record import Record
from koprogo_app.workspace.state.common import as_id, asked, id_after, may, place
from koprogo_app.workspace.state.page import PageState, Sent, acts, loads, opens, saves, submits


class RecordGrid(PageState, mixin=True):
    """The vars of such a page, and what fills them. `RECORD` is the noun."""

    RECORD: ClassVar[Record[Any, Any]]
    building: str = ""
    write: bool = False
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    at: dict[str, int] = {}

    async def _fill(self, w: Work, lang: str) -> None:
        record, query = self.RECORD, self.router.url.query_parameters
        parent = await record.parent(w, id_after(self, "buildings"), record.read)
        found = await record.page_of(
            w, parent, asked(query), text=query.get("q", ""), archived=query.get("show") == "archived"
        )
        self.building, self.write = parent.name, may(record.write, parent.organization_id, parent.building_id)
        self.rows = [grid_row(record, row, self.base, self.write, lang) for row in found.rows]
        self.outcomes, self.at = [], place(found)

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        name = change["field"]
        row: Any = await self.RECORD.change(w, as_id(change["row"]), change["version"], {name: change["value"]})
        return Saved(self.RECORD.columns[name].said.text(getattr(row, name), lang), row.version)


def handlers(record: Record[Any, Any], *, added: str) -> tuple[Any, Any, Any, Any, Any]:
    """`load, save_cells, act, ask, create` of a record's page, each with its permission; `added`: said of a new row."""

    async def act(self: Any, w: Work, row: str, action: str) -> None:
        """Takes a row out of use, or back into it."""
        await record.use(w, as_id(row), used=action == "restore")

    async def create(self: Any, w: Work, sent: Sent) -> None:
        """Adds a row."""
        await record.add(w, id_after(self, "buildings"), sent.typed(*record.typed))

    for command in (act, create):
        command.__qualname__ = command.__name__
    return (
        loads(record.read),
        saves(record.write),
        acts(record.write)(act),
        opens(record.write, "add"),
        submits(record.write, dialog="add", done=added)(create),
    )


def grid_row(record: Record[Any, Any], row: Any, base: str, write: bool, lang: str) -> GridRow:
    """A row as the table shows it; out of use, it says so and offers to use it again."""
    cells: dict[str, str | Cell] = {column.key: _cell(column, row, base, lang) for column in record.shown}
    label = next((str(getattr(row, c.name)) for c in record.shown if c.said.primary), "")
    made: GridRow = {"id": str(row.id), "version": row.version, "label": label, "cells": cells}
    if record.archives and row.archived:
        fixes: Any = [{"action": "restore", "label": tr(lang, "Use again")}] if write else []
        made["note"] = {"kind": "information", "text": tr(lang, "no longer used"), "fixes": fixes}
    elif record.archives and write:
        cells["state"] = {"value": "", "action": {"id": "archive", "label": tr(lang, "Take out of use")}}
    return made


def _cell(column: Column, row: Any, base: str, lang: str) -> str | Cell:
    text = column.said.text(getattr(row, column.name), lang)
    if not (column.said.link and text):
        return text
    return {"value": text, "href": column.said.link.format(base=base, id=row.id)}
