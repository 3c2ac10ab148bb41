"""A query's row is the answer of the API: the dataclass itself is the `response_model`, nothing copies it.

    @answer("open_cents")
    @dataclass(frozen=True, slots=True)
    class InvoiceRow:
        id: UUID
        organization_id: Hidden[UUID]
        entry: Annotated[str, Field(examples=["ACH 12"])]

        @property
        def open_cents(self) -> int: …

- `Hidden[…]` stays out of the answer and its description
- `answer(*properties)` — properties that the answer tells as well; their docstrings describe them
- `values(row)` — what it answers, to be put together with other values
- `flat(detail)`, `flat_of(Detail)` — a detail (`row` and what belongs to it) as one object
"""

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, computed_field

T = TypeVar("T")
_ALWAYS = ConfigDict(json_schema_serialization_defaults_required=True)
Hidden = Annotated[T, Field(exclude=True)]


def answer(*properties: str) -> Callable[[type[T]], type[T]]:
    """Makes a dataclass write itself as an answer: without what is hidden, with these properties.

    A value that has a default is answered nevertheless, and described so.
    """

    def declare(row: type[T]) -> type[T]:
        for name in properties:
            setattr(row, name, computed_field(getattr(row, name)))
        row.__pydantic_config__ = _ALWAYS  # type: ignore[attr-defined]
        row.__pydantic_serializer__ = TypeAdapter(row).serializer  # type: ignore[attr-defined]
        return row

    return declare


def values(row: Any) -> dict[str, Any]:
    """What a row answers, by name."""
    answered: dict[str, Any] = row.__pydantic_serializer__.to_python(row)
    return answered


@cache
def flat_of(detail: Any) -> Any:
    """The shape of a detail as an answer: its row with what belongs to it."""
    hints = get_type_hints(detail, include_extras=True)
    rest = [(field.name, hints[field.name]) for field in fields(detail) if field.name != "row"]
    shape = make_dataclass(detail.__name__, rest, bases=(hints["row"],), frozen=True, slots=True)
    shape.__doc__ = detail.__doc__
    return answer()(shape)


def flat(detail: Any) -> Any:
    """A detail in that shape."""
    row = {field.name: getattr(detail.row, field.name) for field in fields(detail.row)}
    rest = {field.name: getattr(detail, field.name) for field in fields(detail) if field.name != "row"}
    shape = flat_of(type(detail))  # type: ignore[arg-type]
    return shape(**row, **rest)
