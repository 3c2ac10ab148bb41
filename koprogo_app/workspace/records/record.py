"""A noun whose rows are listed, added, changed and taken out of use: declared once, as a `Record`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlmodel import SQLModel

from koprogo_app.foundation.audit import PERSONAL, audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.workspace import fields
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged
from koprogo_app.workspace.records.fields import Column, columns_of

R = TypeVar("R")
M = TypeVar("M", bound=SQLModel)


@dataclass(frozen=True)
class Parent:
    """What a list lies under, for the person who asks: `where` and `params` are its part of the query (`r`: the
    record's table)."""

    organization_id: UUID
    building_id: UUID
    name: str
    where: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Record(Generic[R, M]):
    """A noun: its row (fields and columns), its table, who may read and write it, where its rows lie.

    `parent` authorises a permission on the building and says which rows belong to it; `search` is the condition of a
    typed text, from %(text)s and %(digits)s; `layout` puts the fields that are typed in rows of the dialog, in the
    order of the grid's columns; `source` is the view that is read when the table is a lower area's. A noun that decides
    more than its parsers do says it in a subclass.
    """

    row: type[R]
    model: type[M]
    noun: str
    title: str
    read: str
    write: str
    parent: Callable[[Work, UUID, str], Awaitable[Parent]]
    order: str
    layout: tuple[tuple[str, ...], ...]
    search: str = "true"
    joins: str = ""
    source: str = ""

    @cached_property
    def columns(self) -> dict[str, Column]:
        """All columns of the row by name."""
        return {column.name: column for column in columns_of(self.row)}

    @cached_property
    def typed(self) -> dict[str, Column]:
        """The columns that can be typed: those of the dialog, in its order, then those said over REST only."""
        dialog = [name for line in self.layout for name in line]
        rest = [name for name, column in self.columns.items() if column.said.read and name not in dialog]
        return {name: self.columns[name] for name in (*dialog, *rest)}

    @cached_property
    def shown(self) -> list[Column]:
        """The columns of grid, table and sheet: those that are typed, then the figures."""
        figures = [c for c in self.columns.values() if not c.said.read]
        return [column for column in (*self.typed.values(), *figures) if column.said.label]

    @cached_property
    def sorts(self) -> dict[str, str]:
        """What the list can be sorted by, and the expression of each."""
        return {column.key: column.order for column in self.columns.values() if column.said.sort}

    @cached_property
    def personal(self) -> frozenset[str]:
        """The fields whose values stay out of the audit trail."""
        return PERSONAL | {name for name, column in self.columns.items() if column.said.personal}

    @property
    def archives(self) -> bool:
        """Whether its rows are taken out of use rather than deleted."""
        return "archived_at" in self.model.model_fields

    # Reading

    async def page(
        self, w: Work, parent_id: UUID, asked: Asked = FIRST, *, text: str = "", archived: bool = False
    ) -> Page[R]:
        """A page of rows (`read`); `archived` adds those no longer used. Raises NotFound, Forbidden."""
        return await self.page_of(w, await self.parent(w, parent_id, self.read), asked, text=text, archived=archived)

    async def page_of(
        self, w: Work, parent: Parent, asked: Asked = FIRST, *, text: str = "", archived: bool = False
    ) -> Page[R]:
        """The same under a parent that was read, and so authorised, already."""
        used = "" if archived or not self.archives else " and r.archived_at is null"
        sql = (
            f"select count(*) over () as total, {self._select} where {parent.where}{used} and ({self.search}) "
            f"order by {asked.order(self.sorts, self.order)} limit %(limit)s offset %(offset)s"
        )
        digits = like(text.replace(".", "").replace(" ", ""))
        return await paged(w, sql, self.row, asked, text=like(text), digits=digits, **self._known(parent))

    async def one(self, w: Work, parent: Parent, row_id: UUID) -> R:
        """One row, used or not, as its parent's list shows it; the caller has authorised. Raises NotFound."""
        return await w.one(f"select {self._select} where r.id = %(id)s", self.row, id=row_id, **self._known(parent))

    @cached_property
    def _select(self) -> str:
        columns = ", ".join(f"{column.sql} as {column.name}" for column in self.columns.values())
        return f"{columns} from {self.source or self.model.__tablename__} r {self.joins}"

    def _known(self, parent: Parent) -> dict[str, Any]:
        return {"o": parent.organization_id, "b": parent.building_id, **parent.params}

    # Commands

    async def add(self, w: Work, parent_id: UUID, values: Mapping[str, Any]) -> M:
        """A new row (`write`). Raises Invalid on the field, Conflict, NotFound, Forbidden."""
        parent = await self.parent(w, parent_id, self.write)
        required = {name: "" for name, column in self.typed.items() if column.said.required}
        clean = await self.decide(w, None, self._read(w, {**required, **values}, changed=False))
        owned = {"organization_id": parent.organization_id, "building_id": parent.building_id}
        known = {name: value for name, value in owned.items() if name in self.model.model_fields}
        row = await w.add(self.model(**known, **clean))
        await self.told(w, "created", row, after=snapshot(row))
        return row

    async def change(self, w: Work, row_id: UUID, version: int, changes: Mapping[str, Any]) -> M:
        """Changes what is said of a row, whose version the person saw."""
        row: Any = await self.alone(w, row_id)
        if row.version != version:
            raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
        before = snapshot(row)
        for name, value in (await self.decide(w, row, self._read(w, changes, changed=True))).items():
            setattr(row, name, value)
        if snapshot(row) != before:
            row.version += 1
            await w.add(row)
            await self.told(w, "updated", row, before=before, after=snapshot(row))
        return row  # type: ignore[no-any-return]

    async def use(self, w: Work, row_id: UUID, *, used: bool) -> M:
        """Offers a row no longer, or again; what names it stays."""
        row: Any = await self.alone(w, row_id)
        if (row.archived_at is None) != used:
            row.archived_at = None if used else w.now
            await w.add(row)
            await self.told(w, "restored" if used else "archived", row)
        return row  # type: ignore[no-any-return]

    async def decide(self, w: Work, row: M | None, clean: dict[str, Any]) -> dict[str, Any]:
        """What a noun says beyond its parsers of a row to add (None) or to change: refuse, or complete the values."""
        return clean

    async def alone(self, w: Work, row_id: UUID) -> M:
        """The row, kept from other writers, for a person who may write it. Raises NotFound, Forbidden."""
        row: Any = await w.get(self.model, row_id, alone=True)
        require(w, self.write, row.organization_id, getattr(row, "building_id", None))
        return row  # type: ignore[no-any-return]

    def _read(self, w: Work, values: Mapping[str, Any], *, changed: bool) -> dict[str, Any]:
        readers = {
            name: column.said.read
            for name, column in self.typed.items()
            if column.said.read and not (changed and column.said.fixed)
        }
        return fields.read(values, readers, w.principal.lang)

    async def told(self, w: Work, verb: str, row: M, *, before: Any = None, after: Any = None) -> None:
        """The act in the audit trail, as `<noun>.<verb>`."""
        known: Any = row
        await audit(
            w, f"{self.noun}.{verb}", self.noun, known.id, organization_id=known.organization_id,
            building_id=getattr(known, "building_id", None), before=before, after=after, personal=self.personal,
        )  # fmt: skip
