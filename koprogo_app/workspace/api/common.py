"""Who calls, what a list is asked for, and the shapes that several routes share."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from koprogo_app.foundation.api import json_answer
from koprogo_app.identity.access import Person
from koprogo_app.identity.api import signed_in
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked, Page

Lang = Literal["fr", "nl", "de", "en"]


async def caller(request: Request) -> Person:
    """The person who calls, found once a call."""
    known: Person | None = getattr(request.state, "caller", None)
    if known is None:
        known = await signed_in(request)
        request.state.caller = known
    return known


Who = Annotated[Person, Depends(caller)]
"""Type of a route's parameter that holds the person who calls."""


class Body(BaseModel):
    """What a call sends; a field it does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    def given(self, *without: str) -> dict[str, Any]:
        """The fields that were sent, but for some."""
        return self.model_dump(exclude_unset=True, exclude=set(without))


class PageQuery(BaseModel):
    """Page and size of a list that has its own order."""

    model_config = ConfigDict(extra="forbid")

    page: int = Field(1, ge=1, le=1_000_000, description="Page, counted from 1")
    per_page: int = Field(20, ge=1, le=MAX_PER_PAGE, description="Rows a page")

    @property
    def asked(self) -> Asked:
        """The page as the queries take it."""
        return Asked(self.page, self.per_page)


class SortQuery(PageQuery):
    """Page, size and order of a list."""

    sort: str = Field("", max_length=40, description="Column to sort by; `-` before it for the reverse order")

    @property
    def asked(self) -> Asked:
        """The page as the queries take it."""
        return Asked(self.page, self.per_page, self.sort)


class ListQuery(SortQuery):
    """The same of a list that can be searched."""

    text: str = Field("", max_length=100, description="Only rows that contain this text")


def sort_field(names: Iterable[str]) -> Any:
    """The field `sort` of a list's query, with the names it knows; the query refuses others in four languages."""
    known = list(names)
    return Field(
        "",
        max_length=40,
        description="Column to sort by; `-` before it for the reverse order",
        json_schema_extra={"enum": ["", *known, *(f"-{name}" for name in known)]},
    )


class PageOut(BaseModel):
    """How many rows there are in all, and which page this is."""

    total: int = Field(examples=[60])
    page: int = Field(examples=[1])
    per_page: int = Field(examples=[20])
    pages: int = Field(examples=[3])


R = TypeVar("R")
Q = TypeVar("Q", bound=PageQuery)


class ListAnswer(PageOut, Generic[R]):
    """A page of rows."""

    items: list[R]


def listed(page: Page[Any]) -> Response:
    """A page of rows as its `ListAnswer`."""
    return json_answer({"items": page.rows, **page_of(page)})


def asked_of(request: Request | Mapping[str, str], model: type[Q]) -> Q:
    """The query of a call, read straight by the model: lists are called most, and the framework's way costs as much as
    the query to the database. Raises RequestValidationError, as the framework does."""
    try:
        return model.model_validate(dict(request.query_params if isinstance(request, Request) else request))
    except ValidationError as error:
        errors = [
            {**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False, include_context=False)
        ]
        raise RequestValidationError(errors) from None


def documented(model: type[PageQuery], without: Collection[str] = ()) -> dict[str, Any]:
    """The parameters of such a call for its description."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "description": one.pop("description", ""),
                "schema": one,
            }
            for name, one in schema["properties"].items()
            if name not in without
        ]
    }


def page_of(page: Page[Any]) -> dict[str, int]:
    """The numbers of a page of rows."""
    return {"total": page.total, "page": page.number, "per_page": page.per_page, "pages": page.pages}


class AddressIn(Body):
    """A postal address; every part may be left out."""

    street: str | None = Field(None, max_length=200, examples=["Rue des Tilleuls 12"])
    postal_code: str | None = Field(None, max_length=12, examples=["4000"])
    city: str | None = Field(None, max_length=100, examples=["Liège"])
    country: str | None = Field(None, max_length=2, description="Two letters", examples=["BE"])


class AddressOut(BaseModel):
    """A postal address."""

    street: str
    postal_code: str
    city: str
    country: str
