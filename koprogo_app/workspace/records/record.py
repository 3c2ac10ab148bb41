"""A noun whose rows are listed, added, changed and taken out of use: declared once, as a `Record`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlmodel import SQLModel

from koprogo_app.foundation.audit import PERSONAL, audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Forbidden
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.workspace import fields
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged, scope
from koprogo_app.workspace.records.fields import Column, columns_of, selected
from koprogo_app.workspace.records.filters import Filter

R = TypeVar("R")
M = TypeVar("M", bound=SQLModel)


@dataclass(frozen=True)
class Parent:
    """What a list lies under, for the person who asks: a building, an organisation, or neither; `where` and `params`
    are its part of the query (`r`: the record's table)."""

    organization_id: UUID | None = None
    building_id: UUID | None = None
    name: str = ""
    where: str = "true"
    params: Mapping[str, Any] = field(default_factory=dict)


Authorise = Callable[[Work, Any, str], Awaitable[Parent]]
"""(work, id of the parent or None, permission) → the parent. Raises NotFound, Forbidden."""


def wherever(where: str) -> Authorise:
    """The parent of a list without one: all rows one may read. `where` names them by %(everything)s,
    %(organizations)s and %(buildings)s. What is added there is added to the organisation that is given, if one is."""

    async def parent(w: Work, organization_id: UUID | None, permission: str) -> Parent:
        held = scope(w, permission)
        if held.nowhere:
            raise Forbidden
        return Parent(organization_id, where=where, params=held.params)

    return parent


@dataclass(frozen=True, kw_only=True)
class Record(Generic[R, M]):
    """A noun: its row (fields and columns), its table, who may read and write it, where its rows lie.

    - `parent` authorises a permission on what the list lies under and says which rows belong to it; `under` is its part
      of a page's address ("": none), `within` the name of its id in a body where the address of a call names none
    - `create` — the permission to add, `delete` the one to remove a row for good (without it rows stay); `write` unless
      said, and never
    - `entity` — what the audit trail calls its table, where it is not the noun
    - `search` is the condition of a typed text, from %(text)s and %(digits)s; `filters` are further questions
    - `layout` puts the fields that are typed in rows of the dialog; `listed` are the columns, those of the dialog and
      then the figures unless said; `filed` those of the file, where they are others
    - `source` is the view that is read when the table is a lower area's
    - `public`: no value is kept from the audit trail; `strict`: a change over REST says the version that was seen
    - `instead`: the list shows the rows that are no longer used instead of the others, not with them

    A noun that decides more than its parsers do says it in a subclass: `decide`, `removable`, or a command of its own
    in place of `add`, `change`, `use`, `remove`. A row that has a `version` is changed only as it was seen; one without
    is not edited in place.
    """

    row: type[R]
    model: type[M]
    noun: str
    title: str
    read: str
    write: str
    parent: Authorise
    order: str
    layout: tuple[tuple[str, ...], ...] = ()
    listed: tuple[str, ...] = ()
    filed: tuple[str, ...] = ()
    search: str = "true"
    filters: tuple[Filter, ...] = ()
    joins: str = ""
    source: str = ""
    under: str = "buildings"
    within: str = ""
    entity: str = ""
    create: str = ""
    delete: str = ""
    public: bool = False
    instead: bool = False
    strict: bool = True

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
    def readers(self) -> dict[str, fields.Read]:
        """The parsers of what is typed."""
        return {name: column.said.read for name, column in self.typed.items() if column.said.read}

    @cached_property
    def shown(self) -> list[Column]:
        """The columns of grid and table: those that are typed, then the figures."""
        if self.listed:
            return [self.columns[name] for name in self.listed]
        figures = [c for c in self.columns.values() if not c.said.read]
        return [column for column in (*self.typed.values(), *figures) if column.said.label]

    @cached_property
    def written(self) -> list[Column]:
        """The columns of the file."""
        return [self.columns[name] for name in self.filed] or self.shown

    @cached_property
    def sorts(self) -> dict[str, str]:
        """What the list can be sorted by, and the expression of each."""
        return {column.key: column.order for column in self.columns.values() if column.said.sort}

    @cached_property
    def personal(self) -> frozenset[str]:
        """The fields whose values stay out of the audit trail."""
        if self.public:
            return frozenset()
        return PERSONAL | {name for name, column in self.columns.items() if column.said.personal}

    @property
    def archives(self) -> bool:
        """Whether its rows are taken out of use rather than deleted."""
        return "archived_at" in self.model.model_fields

    @property
    def versioned(self) -> bool:
        """Whether a change says which version of the row was seen."""
        return "version" in self.columns

    # Reading

    async def page(self, w: Work, parent_id: UUID | None = None, asked: Asked = FIRST, **which: Any) -> Page[R]:
        """A page of rows (`read`): those of `page_of`. Raises NotFound, Forbidden, Invalid."""
        return await self.page_of(w, await self.parent(w, parent_id, self.read), asked, **which)

    async def page_of(
        self, w: Work, parent: Parent, asked: Asked = FIRST, *, text: str = "", archived: bool | None = False,
        **chosen: Any,
    ) -> Page[R]:  # fmt: skip
        """The same under a parent that was read, and so authorised, already.

        `archived` adds those no longer used, None asks for all there are; `chosen` answers filters by their names.
        """
        given = {name: value for name, value in chosen.items() if value not in (None, "")}
        params = {"text": like(text), "digits": like(text.replace(".", "").replace(" ", "")), **given}
        sql = self.sql(parent, asked, text=text, archived=archived, **given)
        return await paged(w, sql, self.row, asked, **params, **self._known(w, parent))

    def sql(
        self, parent: Parent, asked: Asked = FIRST, *, text: str = "", archived: bool | None = False, **given: Any
    ) -> str:
        """The query of a page. Raises Invalid on a sort or an answer that is not offered."""
        where = [parent.where, *(one.condition(given[one.name]) for one in self.filters if one.name in given)]
        if self.archives and not archived and archived is not None:
            where.append("r.archived_at is null")
        elif self.archives and archived and self.instead:
            where.append("r.archived_at is not null")
        if text:
            where.append(self.search)
        return (
            f"select count(*) over () as total, {self._select} where {' and '.join(f'({part})' for part in where)} "
            f"order by {asked.order(self.sorts, self.order)} limit %(limit)s offset %(offset)s"
        )

    async def one(self, w: Work, parent: Parent, row_id: UUID) -> R:
        """One row, used or not, as its parent's list shows it; the caller has authorised. Raises NotFound."""
        return await w.one(f"select {self._select} where r.id = %(id)s", self.row, id=row_id, **self._known(w, parent))

    async def detail(self, w: Work, row_id: UUID) -> R:
        """One row of a list that needs no parent (`read`). Raises NotFound, Forbidden."""
        row: Any = await w.get(self.model, row_id)
        await self.authorise(w, self.read, row)
        return await self.one(w, Parent(*self.owned(row)), row_id)

    @cached_property
    def _select(self) -> str:
        return f"{selected(self.row)} from {self.source or self.model.__tablename__} r {self.joins}"

    def _known(self, w: Work, parent: Parent) -> dict[str, Any]:
        return {"o": parent.organization_id, "b": parent.building_id, "today": w.today, **parent.params}

    # Commands

    async def add(self, w: Work, parent_id: UUID | None, values: Mapping[str, Any]) -> M:
        """A new row (`create`). Raises Invalid on the field, Conflict, NotFound, Forbidden."""
        permission = self.create or self.write
        parent = await self.parent(w, parent_id, permission)
        require(w, permission, parent.organization_id, parent.building_id)
        return await self.insert(w, parent, values)

    async def insert(self, w: Work, parent: Parent, values: Mapping[str, Any], *, seen_in: UUID | None = None) -> M:
        """The same where the caller has authorised; `seen_in`: the building whose audit trail tells of it."""
        required = {name: "" for name, column in self.typed.items() if column.said.required}
        clean = await self.decide(w, None, self._read(w, {**required, **values}, changed=False))
        owned = {"organization_id": parent.organization_id, "building_id": parent.building_id}
        known = {name: value for name, value in owned.items() if name in self.model.model_fields}
        row = await w.add(self.model(**known, **clean))
        await self.told(w, "created", row, after=snapshot(row), building_id=seen_in)
        return row

    async def change(self, w: Work, row_id: UUID, version: int | None, changes: Mapping[str, Any]) -> M:
        """Changes what is said of a row, whose version the person saw (None: whichever it has)."""
        row: Any = await self.alone(w, row_id)
        if self.versioned and version is not None and row.version != version:
            raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
        before = snapshot(row)
        for name, value in (await self.decide(w, row, self._read(w, changes, changed=True))).items():
            setattr(row, name, value)
        if snapshot(row) != before:
            if self.versioned:
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

    async def remove(self, w: Work, row_id: UUID) -> None:
        """Deletes a row for good (`delete`), if nothing hangs on it. Raises Conflict, NotFound, Forbidden."""
        row = await self.alone(w, row_id, self.delete)
        await self.removable(w, row)
        await self.told(w, "deleted", row, before=snapshot(row))
        await w.session.delete(row)
        await w.flush()

    async def removable(self, w: Work, row: M) -> None:
        """What a noun says against deleting a row. Raises Conflict."""

    async def decide(self, w: Work, row: M | None, clean: dict[str, Any]) -> dict[str, Any]:
        """What a noun says beyond its parsers of a row to add (None) or to change: refuse, or complete the values."""
        return clean

    async def alone(self, w: Work, row_id: UUID, permission: str = "") -> M:
        """The row, kept from other writers, for a person who may write it. Raises NotFound, Forbidden."""
        row = await w.get(self.model, row_id, alone=True)
        await self.authorise(w, permission or self.write, row)
        return row

    async def authorise(self, w: Work, permission: str, row: M) -> None:
        """Authorises on a row. Raises NotFound, Forbidden."""
        require(w, permission, *self.owned(row))

    def owned(self, row: M) -> tuple[UUID | None, UUID | None]:
        """The organisation and the building that a row belongs to."""
        known: Any = row
        return getattr(known, "organization_id", None), getattr(known, "building_id", None)

    def _read(self, w: Work, values: Mapping[str, Any], *, changed: bool) -> dict[str, Any]:
        readers = {name: read for name, read in self.readers.items() if not (changed and self.columns[name].said.fixed)}
        return fields.read(values, readers, w.principal.lang)

    async def told(
        self, w: Work, verb: str, row: M, *, before: Any = None, after: Any = None, building_id: UUID | None = None
    ) -> None:
        """The act in the audit trail, as `<noun>.<verb>`."""
        known: Any = row
        organization_id, own_building = self.owned(row)
        await audit(
            w, f"{self.noun}.{verb}", self.entity or self.noun, known.id, organization_id=organization_id,
            building_id=building_id or own_building, before=before, after=after, personal=self.personal,
        )  # fmt: skip
