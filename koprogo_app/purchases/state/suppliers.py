"""The suppliers, in a table edited in place."""

from collections.abc import AsyncIterator
from typing import Any, Final

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.foundation.numbers import show_enterprise_number, show_iban
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved, answers
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.suppliers import SupplierRow, suppliers_page
from koprogo_app.purchases.service import suppliers as service
from koprogo_app.workspace.state.common import acting, as_id, asked, id_after, lang_of, may, opening, place, typed
from koprogo_app.workspace.state.figures import amount

_FIELDS: Final = tuple(service.FIELDS)


class Suppliers(rx.State):
    """A page of suppliers. In the address: `q`, `show` (archived), `page`, `sort`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    at: dict[str, int] = {}
    adding: bool = False
    errors: dict[str, dict[str, str]] = {}

    @handler("suppliers.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.errors, self.adding = {}, False
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        async with work(acting(lang)) as w:
            book = await books.book(w, building_id, "suppliers.read")
            page = await suppliers_page(
                w, building_id, asked(query), text=query.get("q", ""), archived=query.get("show") == "archived"
            )
        self.building = book.building_name
        self.write = may("suppliers.write", book.organization_id)
        self.rows = [_row(row, self.base, self.write, lang) for row in page.rows]
        self.outcomes, self.at = [], place(page)

    @handler("suppliers.write")
    async def save_cells(self, changes: list[Any]) -> None:
        """Saves what was typed; numbers are checked as the cell is left."""
        self.outcomes = await answers(self.outcomes, changes, self._save, await lang_of(self))

    async def _save(self, change: Change) -> Saved:
        async with work(acting(await lang_of(self))) as w:
            row = await service.change_supplier(
                w, as_id(change["row"]), change["version"], {change["field"]: change["value"]}
            )
        return Saved(_shown(change["field"], getattr(row, change["field"])), row.version)

    @handler("suppliers.write")
    async def act(self, row: str, action: str) -> Any:
        """Takes a supplier out of use, or back into it."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.use_supplier(w, as_id(row), used=action == "restore")
            await self._fill()
        except KoproError as error:
            return await refuse(self, error)
        return None

    @handler("suppliers.write")
    async def add(self) -> None:
        """Opens the dialog of a new supplier."""
        self.adding, self.errors = True, {}

    @handler("suppliers.write")
    async def stop(self) -> None:
        """Closes it."""
        self.adding, self.errors = False, {}

    @handler("suppliers.write")
    async def create(self, data: dict[str, Any]) -> None:
        """Adds the supplier."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.add_supplier(w, id_after(self, "buildings"), typed(data, *_FIELDS))
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("The supplier is added."))


def _shown(field: str, value: Any) -> str:
    if field == "enterprise_number":
        return show_enterprise_number(value or "")
    return show_iban(value) if field == "iban" else str(value or "")


def _row(row: SupplierRow, base: str, write: bool, lang: str) -> GridRow:
    cells: dict[str, str | Cell] = {name: _shown(name, getattr(row, name)) for name in _FIELDS}
    count = number(row.invoices, lang) if row.invoices else ""
    cells["invoices"] = {"value": count, "href": f"{base}/invoices?supplier={row.id}"} if count else ""
    owed: Cell = {"value": amount(row.open_cents, lang, blank=True)}
    if row.open_cents:
        owed["href"] = f"{base}/ledger?party={row.id}"
    cells["open"] = owed
    made: GridRow = {"id": str(row.id), "version": row.version, "label": row.name, "cells": cells}
    if row.archived:
        fixes = [{"action": "restore", "label": tr(lang, "Use again")}] if write else []
        made["note"] = {"kind": "information", "text": tr(lang, "no longer used"), "fixes": fixes}  # type: ignore[typeddict-item]
    elif write:
        cells["state"] = {"value": "", "action": {"id": "archive", "label": tr(lang, "Take out of use")}}
    return made
