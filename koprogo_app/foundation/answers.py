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
  `Plain[…]` as a text like any other, `Words[…]` as the message in the caller's language
- `answer(*properties, **placed)` — properties that the answer tells as well, described by their docstrings. A
  method that takes a language is one too: it is told in that of the answer (`json_answer(…, lang=…)`).
  `"late as late_cents"` renames it; `label="code"` puts `label` after `code`, `id=""` puts `id` first; others come last
- `widened(Shape, row, …)` — a row with more values, in a shape that inherits from the row's
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

from koprogo_app.foundation.i18n import DEFAULT_LANG, tr

T = TypeVar("T")
Hidden = Annotated[T, Field(exclude=True)]
Words = Annotated[T, PlainSerializer(lambda text, info: tr(_lang(info), text), return_type=str)]
Ids = Annotated[T, PlainSerializer(lambda rows: [row.id for row in rows], return_type=list[UUID])]
Plain = Annotated[T, PlainSerializer(str, return_type=str)]


def _lang(info: SerializationInfo) -> str:
    return str((info.context or {}).get("lang", DEFAULT_LANG))


_Said = Annotated[Callable[[str], str], PlainSerializer(lambda say, info: say(_lang(info)), return_type=str)]


def answer(*properties: str, **placed: str) -> Callable[[type[T]], type[T]]:
    """Makes a dataclass write itself as an answer: without what is hidden, with these properties.

    A value that has a default is answered nevertheless, and described so.
    """

    def declare(row: type[T]) -> type[T]:
        own = {field.name for field in fields(row)}  # type: ignore[arg-type]
        for name in (*properties, *placed):
            if name not in own:
                _tell(row, *name.split(" as "))
        config = ConfigDict(json_schema_serialization_defaults_required=True)
        order = {**getattr(row, "_placed", {}), **placed}
        if order:
            put = _order(order)

            def describe(schema: dict[str, Any]) -> None:
                schema["properties"] = put(schema["properties"])
                schema["required"] = list(put(dict.fromkeys(schema["required"])))

            config["json_schema_extra"] = describe
            row._placed = order  # type: ignore[attr-defined]
            # Without an annotation, or the description would be that of any object.
            row._in_order = model_serializer(mode="wrap")(lambda self, write: put(write(self)))  # type: ignore[attr-defined]
        row.__pydantic_config__ = config  # type: ignore[attr-defined]
        row.__pydantic_serializer__ = TypeAdapter(row).serializer  # type: ignore[attr-defined]
        return row

    return declare


def _tell(row: type[Any], name: str, shown: str = "") -> None:
    """Adds a property, or a method that takes a language, to what a row answers, under another name if need be."""
    known = getattr(row, name)
    if not callable(known):
        setattr(row, name, computed_field(alias=shown or None)(known))
        return
    say = computed_field(return_type=_Said, alias=name, description=known.__doc__)
    setattr(row, f"_said_{name}", say(property(lambda self: getattr(self, name))))


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


def widened(shape: type[T], row: Any, **more: Any) -> T:
    """A row with more values."""
    return shape(**{field.name: getattr(row, field.name) for field in fields(row)}, **more)


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
    rest = {field.name: getattr(detail, field.name) for field in fields(detail) if field.name != "row"}
    return widened(flat_of(type(detail)), detail.row, **rest)  # type: ignore[arg-type]
