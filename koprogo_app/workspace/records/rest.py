"""A record over REST: its list, its sheet, and the commands add, change and use, with the bodies its fields make."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field as BodyField
from pydantic import create_model

from koprogo_app.foundation.api import json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
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
from koprogo_app.workspace.records.filters import Filter
from koprogo_app.workspace.records.record import Parent, Record
from koprogo_app.workspace.records.sheet import MEDIA, Form, sheet

_READ = problems(401, 403, 404, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)
_REMOVE = problems(401, 403, 404, 409, 422)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {media: {} for media in MEDIA.values()}}, **_READ,
}  # fmt: skip


Detail = Callable[[Work, UUID], Awaitable[Any]]
"""What is answered of one row, where that is more than its row in the list."""


@dataclass(frozen=True)
class Told:
    """What the description of the API says of a record's calls; a call of which it says nothing is not served."""

    list: str = ""
    add: str = ""
    change: str = ""
    read: str = ""
    remove: str = ""


def serve(
    router: APIRouter,
    path: str,
    record: Record[Any, Any],
    told: Told,
    *,
    file: bool = True,
    tags: list[str] | None = None,
    detail: tuple[Any, Detail] | None = None,
) -> None:
    """Adds the calls of a record to a router.

    `path` is its list's. It names the parent, `/buildings/{building_id}/suppliers`, or none, `/owners`; a row lies
    under it, and unless `file` is False the sheet beside it (`suppliers.xlsx`, `suppliers.csv`). `detail`, the type and
    the reading of what is answered of one row, where that is more than its row in the list; it authorises.
    """
    one, many = record.noun, path.rpartition("/")[2]
    under = path[path.index("{") + 1 : path.index("}")] if "{" in path else ""
    types = {
        "parent_id": Annotated[UUID, Path(alias=under)] if under else Annotated[None, Depends(_nothing)],
        "row_id": Annotated[UUID, Path(alias=f"{one}_id")],
    }

    async def answered(w: Work, parent_id: Any, row_id: UUID) -> Any:
        if detail:
            return await detail[1](w, row_id)
        if not under:
            return await record.detail(w, row_id)
        return await record.one(w, await record.parent(w, parent_id, record.read), row_id)

    def route(call: Callable[..., Any], method: str, at: str, name: str, description: str, **options: Any) -> None:
        given = {**types, "body": change_of(record) if method == "PATCH" else new_of(record)}
        call.__annotations__ |= {key: value for key, value in given.items() if key in call.__annotations__}
        router.add_api_route(
            at, call, methods=[method], name=name, description=description, tags=[*(tags or ())], **options
        )

    asked_by = query_of(record)
    listing, export, read = _reading(record, asked_by, many, answered)
    add, change, remove = _writing(record, answered)
    pages: Any = ListAnswer[record.row]  # type: ignore[name-defined]
    row_path, answer = f"{path}/{{{one}_id}}", {"response_model": detail[0] if detail else record.row}
    if told.list:
        route(
            listing, "GET", path, f"list_{many}", f"{told.list} Sort by {', '.join(record.sorts)}.",
            response_model=pages, responses=_READ, openapi_extra=documented(asked_by),
        )  # fmt: skip
    if file:
        route(
            export, "GET", f"{path}.{{format}}", f"export_{many}", f"{told.list} As a file.", responses=_FILE,
            response_class=Response, openapi_extra=documented(asked_by, without=("page", "per_page")),
        )  # fmt: skip
    if told.add:
        route(add, "POST", path, f"add_{one}", told.add, status_code=201, responses=_WRITE, **answer)
    if told.read:
        route(read, "GET", row_path, f"read_{one}", told.read, responses=_READ, **answer)
    if told.change:
        route(change, "PATCH", row_path, f"change_{one}", told.change, responses=_WRITE, **answer)
    if told.remove:
        route(remove, "DELETE", row_path, f"delete_{one}", told.remove, status_code=204, responses=_REMOVE)


Answered = Callable[[Work, Any, UUID], Awaitable[Any]]
"""(work, parent's id, row's id) → what is answered of the row."""


def _reading(
    record: Record[Any, Any], asked_by: type[ListQuery], many: str, answered: Answered
) -> tuple[Any, Any, Any]:
    """The calls that list rows, write them to a file, read one."""

    async def listing(who: Who, parent_id: Any, request: Request) -> Response:
        query = asked_of(request, asked_by)
        async with work(who) as w:
            found = await record.page(w, parent_id, query.asked, text=query.text, **chosen_of(query))
        return listed(found)

    async def export(who: Who, parent_id: Any, format: Form, request: Request, lang: Lang | None = None) -> Response:
        asked = {name: value for name, value in request.query_params.items() if name != "lang"}
        query = asked_of(asked, asked_by)
        async with work(who) as w:
            parent = await record.parent(w, parent_id, record.read)
            return await _file(w, record, parent, query, format, lang or who.lang, many)

    async def read(who: Who, parent_id: Any, row_id: UUID) -> Response:
        async with work(who) as w:
            return json_answer(await answered(w, parent_id, row_id))

    return listing, export, read


def _writing(record: Record[Any, Any], answered: Answered) -> tuple[Any, Any, Any]:
    """The calls that add, change and delete a row."""

    async def add(who: Who, parent_id: Any, body: Body, request: Request) -> Response:
        values = body.given()
        async with work(who) as w:
            row = await record.add(w, values.pop(record.within) if record.within else parent_id, values)
            answer = json_answer(await answered(w, parent_id, row.id), 201)
            await keep_answer(w, request, answer)
        return answer

    async def change(who: Who, parent_id: Any, row_id: UUID, body: Any) -> Response:
        async with work(who) as w:
            await record.change(w, row_id, getattr(body, "version", None), body.given("version", "archived"))
            if getattr(body, "archived", None) is not None:
                await record.use(w, row_id, used=not body.archived)
            return json_answer(await answered(w, parent_id, row_id))

    async def remove(who: Who, row_id: UUID) -> None:
        async with work(who) as w:
            await record.remove(w, row_id)

    return add, change, remove


async def _file(
    w: Work, record: Record[Any, Any], parent: Parent, query: ListQuery, format: Form, lang: str, name: str
) -> Response:
    chosen = chosen_of(query) | ({} if record.instead or not record.archives else {"archived": None})
    rows = (await record.page_of(w, parent, WHOLE, text=query.text, **chosen)).rows
    headers = {
        "content-disposition": f'attachment; filename="{name}.{format}"', "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    data = await sheet(record, rows, format, lang, parent.name)
    return Response(data, headers=headers, media_type=MEDIA[format])


def _nothing() -> None:
    """A list without a parent."""


class UsedQuery(ListQuery):
    """Which rows of a record that are taken out of use."""

    archived: bool = BodyField(False, description="Those no longer used too")


class InsteadQuery(ListQuery):
    """The same, where those no longer used are shown by themselves."""

    archived: bool = BodyField(False, description="The archived ones instead")


def query_of(record: Record[Any, Any]) -> type[ListQuery]:
    """What the list of a record may be asked: its own names to sort by, its filters."""
    base = (InsteadQuery if record.instead else UsedQuery) if record.archives else ListQuery
    asked: dict[str, Any] = {one.name: _asked(one) for one in record.filters}
    return create_model(f"{_name(record)}Query", __base__=base, sort=(str, sort_field(record.sorts)), **asked)


def chosen_of(query: ListQuery) -> dict[str, Any]:
    """What a call asked besides page, order and text, as `Record.page` takes it."""
    return {name: getattr(query, name) for name in type(query).model_fields if name not in ListQuery.model_fields}


def _asked(one: Filter) -> tuple[Any, Any]:
    said = one.description or None
    if one.required:
        return one.answers, BodyField(description=said)
    return one.answers | None, BodyField(None, description=said)


def new_of(record: Record[Any, Any]) -> type[Body]:
    """The body that adds a row."""
    given = {name: _typed(column, required=column.said.required) for name, column in record.typed.items()}
    if record.within:
        given = {record.within: (UUID, ...), **given}
    doc = f"A new {record.noun.replace('_', ' ')}."
    return create_model(f"{_name(record)}In", __base__=Body, __doc__=doc, **given)  # type: ignore[call-overload,no-any-return]


def change_of(record: Record[Any, Any]) -> type[Body]:
    """The body that changes a row, or its use."""
    given = {name: _typed(column, required=False) for name, column in record.typed.items() if not column.said.fixed}
    doc = f"What changes of a {record.noun.replace('_', ' ')}."
    if record.versioned:
        given["version"] = (int, ...) if record.strict else (int | None, BodyField(None, ge=1, le=2**31))
        doc = f"{doc[:-1]}; `version` is the one that was read."
    if record.archives:
        given["archived"] = (bool | None, None)
    return create_model(f"{_name(record)}Change", __base__=Body, __doc__=doc, **given)  # type: ignore[call-overload,no-any-return]


def _name(record: Record[Any, Any]) -> str:
    return record.row.__name__.removesuffix("Row")


def _typed(column: Column, *, required: bool) -> tuple[Any, Any]:
    """A value in a body: its type, and None where it may be left out."""
    said, options = column.said, dict[str, Any]()
    if column.type in (str, str | None):
        options = {"max_length": said.longest, **({"min_length": 1} if said.required else {})}
    if said.example is not None:
        options["examples"] = [said.text(said.example, "en")]
    if required:
        return column.type, BodyField(**options)
    return column.type | None, BodyField(None, **options)
