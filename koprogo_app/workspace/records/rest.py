"""A record over REST: its list, its sheet, and the commands add, change and use, with the bodies its fields make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field as BodyField
from pydantic import create_model

from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.workspace.api.common import (
    Body,
    Lang,
    ListAnswer,
    ListQuery,
    Who,
    asked_of,
    documented,
    listed,
    sort_field,
)
from koprogo_app.workspace.queries.paging import WHOLE
from koprogo_app.workspace.records.fields import Column
from koprogo_app.workspace.records.record import Record
from koprogo_app.workspace.records.sheet import MEDIA, Form, sheet

_READ = problems(401, 403, 404, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {media: {} for media in MEDIA.values()}}, **_READ,
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the description of the API says of a record's calls."""

    list: str
    add: str
    change: str


def serve(router: APIRouter, path: str, record: Record[Any, Any], told: Told) -> None:
    """Adds the calls of a record to a router.

    `path` is its list's and names the parent, `/buildings/{building_id}/suppliers`; a row lies under it, the sheet
    beside it (`suppliers.xlsx`, `suppliers.csv`).
    """
    asked_by, one, many = query_of(record), record.noun, path.rpartition("/")[2]
    types = {
        "parent_id": Annotated[UUID, Path(alias=path[path.index("{") + 1 : path.index("}")])],
        "row_id": Annotated[UUID, Path(alias=f"{one}_id")],
    }

    async def listing(who: Who, parent_id: UUID, request: Request) -> Response:
        query = asked_of(request, asked_by)
        async with work(who) as w:
            found = await record.page(w, parent_id, query.asked, text=query.text, archived=query.archived)
        return listed(found)

    async def export(who: Who, parent_id: UUID, format: Form, lang: Lang | None = None) -> Response:
        async with work(who) as w:
            parent = await record.parent(w, parent_id, record.read)
            rows = (await record.page_of(w, parent, WHOLE, archived=True)).rows
        data = await sheet(record, rows, format, lang or who.lang, parent.name)
        headers = {
            "content-disposition": f'attachment; filename="{many}.{format}"', "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
        }  # fmt: skip
        return Response(data, headers=headers, media_type=MEDIA[format])

    async def add(who: Who, parent_id: UUID, body: Body, request: Request) -> Response:
        async with work(who) as w:
            row = await record.add(w, parent_id, body.given())
            parent = await record.parent(w, parent_id, record.read)
            answer = json_answer(await record.one(w, parent, row.id), 201)
            await keep_answer(w, request, answer)
        return answer

    async def change(who: Who, parent_id: UUID, row_id: UUID, body: Any) -> Response:
        async with work(who) as w:
            await record.change(w, row_id, body.version, body.given("version", "archived"))
            if body.archived is not None:
                await record.use(w, row_id, used=not body.archived)
            parent = await record.parent(w, parent_id, record.read)
            return json_answer(await record.one(w, parent, row_id))

    def route(call: Callable[..., Any], method: str, at: str, name: str, description: str, **options: Any) -> None:
        given = {**types, "body": change_of(record) if method == "PATCH" else new_of(record)}
        call.__annotations__ |= {key: value for key, value in given.items() if key in call.__annotations__}
        router.add_api_route(at, call, methods=[method], name=name, description=description, **options)

    pages: Any = ListAnswer[record.row]  # type: ignore[name-defined]
    route(
        listing, "GET", path, f"list_{many}", f"{told.list} Sort by {', '.join(record.sorts)}.", response_model=pages,
        responses=_READ, openapi_extra=documented(asked_by),
    )  # fmt: skip
    route(export, "GET", f"{path}.{{format}}", f"export_{many}", f"{told.list} As a file.", responses=_FILE,
          response_class=Response)  # fmt: skip
    written = {"response_model": record.row, "responses": _WRITE}
    route(add, "POST", path, f"add_{one}", told.add, status_code=201, **written)
    route(change, "PATCH", f"{path}/{{{one}_id}}", f"change_{one}", told.change, **written)


class UsedQuery(ListQuery):
    """Which rows of a record."""

    archived: bool = BodyField(False, description="Those no longer used too")


def query_of(record: Record[Any, Any]) -> type[UsedQuery]:
    """What the list of a record may be asked: its own names to sort by."""
    return create_model(f"{_name(record)}Query", __base__=UsedQuery, sort=(str, sort_field(record.sorts)))


def new_of(record: Record[Any, Any]) -> type[Body]:
    """The body that adds a row."""
    given = {name: _typed(column, required=column.said.required) for name, column in record.typed.items()}
    doc = f"A new {record.noun.replace('_', ' ')}."
    return create_model(f"{_name(record)}In", __base__=Body, __doc__=doc, **given)  # type: ignore[call-overload,no-any-return]


def change_of(record: Record[Any, Any]) -> type[Body]:
    """The body that changes a row, or its use."""
    given = {name: _typed(column, required=False) for name, column in record.typed.items() if not column.said.fixed} | {
        "version": (int, ...),
        "archived": (bool | None, None),
    }
    doc = f"What changes of a {record.noun.replace('_', ' ')}; `version` is the one that was read."
    return create_model(f"{_name(record)}Change", __base__=Body, __doc__=doc, **given)  # type: ignore[call-overload,no-any-return]


def _name(record: Record[Any, Any]) -> str:
    return record.row.__name__.removesuffix("Row")


def _typed(column: Column, *, required: bool) -> tuple[Any, Any]:
    """A value in a body: its type, and None where it may be left out."""
    said, options = column.said, dict[str, Any]()
    if str in (column.type, *get_args(column.type)):
        options = {"max_length": said.longest, **({"min_length": 1} if said.required else {})}
    if said.example is not None:
        options["examples"] = [said.text(said.example, "en")]
    if required:
        return column.type, BodyField(**options)
    return column.type | None, BodyField(None, **options)
