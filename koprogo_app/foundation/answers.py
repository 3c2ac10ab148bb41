"""A query's row is the answer of the API: the dataclass itself is the `response_model`, nothing copies it.

    @answer("open_cents")
    @dataclass(frozen=True, slots=True)
    class InvoiceRow:
        id: UUID
        organization_id: Hidden[UUID]
        entry: Annotated[str, Field(examples=["ACH 12"])]

        @property
        def open_cents(self) -> int: …

- `Hidden[…]` stays out of the answer and its description; `Ids[…]` is answered as the ids of the rows it holds,
  `Plain[…]` as a text like any other
- `answer(*properties, **placed)` — properties that the answer tells as well, described by their docstrings. A
  method that takes a language is one too: it is told in that of the answer (`json_answer(…, lang=…)`). `label="code"` puts `label`
  after `code`, `id=""` puts `id` first; the others come last
- `values(row)` — what it answers, to be put together with other values
- `flat(detail)`, `flat_of(Detail)` — a detail (`row` and what belongs to it) as one object
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, make_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints
from uuid import UUID

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    TypeAdapter,
    computed_field,
    model_serializer,
)

from koprogo_app.foundation.i18n import DEFAULT_LANG

T = TypeVar("T")
_ALWAYS = ConfigDict(json_schema_serialization_defaults_required=True)
Hidden = Annotated[T, Field(exclude=True)]
Ids = Annotated[T, PlainSerializer(lambda rows: [row.id for row in rows], return_type=list[UUID])]
Plain = Annotated[T, PlainSerializer(str, return_type=str)]


def _in_language(say: Callable[[str], str], info: SerializationInfo) -> str:
    return say((info.context or {}).get("lang", DEFAULT_LANG))


_Said = Annotated[Callable[[str], str], PlainSerializer(_in_language, return_type=str)]


def answer(*properties: str, **placed: str) -> Callable[[type[T]], type[T]]:
    """Makes a dataclass write itself as an answer: without what is hidden, with these properties.

    A value that has a default is answered nevertheless, and described so.
    """

    def declare(row: type[T]) -> type[T]:
        for name in (*properties, *placed):
            _tell(row, name)
        config = ConfigDict(**{**getattr(row, "__pydantic_config__", {}), **_ALWAYS})  # type: ignore[typeddict-item]
        if placed:
            put = _order(placed)

            def describe(schema: dict[str, Any]) -> None:
                schema["properties"] = put(schema["properties"])
                schema["required"] = list(put(dict.fromkeys(schema["required"])))

            config["json_schema_extra"] = describe
            # Without an annotation, or the description would be that of any object.
            row._in_order = model_serializer(mode="wrap")(lambda self, write: put(write(self)))  # type: ignore[attr-defined]
        row.__pydantic_config__ = config  # type: ignore[attr-defined]
        row.__pydantic_serializer__ = TypeAdapter(row).serializer  # type: ignore[attr-defined]
        return row

    return declare


def _tell(row: type[Any], name: str) -> None:
    """Adds a property, or a method that takes a language, to what a row answers."""
    known = getattr(row, name)
    if not callable(known):
        setattr(row, name, computed_field(known))
        return
    said = computed_field(
        property(lambda self: getattr(self, name)), return_type=_Said, alias=name, description=known.__doc__
    )
    setattr(row, f"_said_{name}", said)


def _order(placed: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    @cache
    def order(names: tuple[str, ...]) -> list[str]:
        found = [name for name in names if name not in placed]
        for name, before in placed.items():
            found.insert(found.index(before) + 1 if before else 0, name)
        return found

    return lambda told: {name: told[name] for name in order(tuple(told))}


def values(row: Any, lang: str = DEFAULT_LANG) -> dict[str, Any]:
    """What a row answers, by name."""
    answered: dict[str, Any] = row.__pydantic_serializer__.to_python(row, by_alias=True, context={"lang": lang})
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
