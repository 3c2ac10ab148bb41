"""A row as the answer of the API: what it tells, under which name, in which order and language."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import Field, TypeAdapter
from pydantic_core import to_json

from koprogo_app.foundation.answers import Hidden, Ids, Plain, Words, answer, values, widened
from koprogo_app.foundation.api import json_answer
from koprogo_app.foundation.i18n import N_


class Kind(StrEnum):
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    cents: int


@answer("late as late_cents", label="code", first="")
@dataclass(frozen=True, slots=True)
class Row:
    code: str
    names: Hidden[dict[str, str]]
    kind: Plain[Kind]
    why: Words[str]
    lines: Annotated[Ids[tuple[Line, ...]], Field(serialization_alias="line_ids")]

    def label(self, lang: str) -> str:
        """Its name."""
        return self.names[lang]

    @property
    def first(self) -> int:
        """Comes first."""
        return 1

    @property
    def late(self) -> int:
        """What is late."""
        return sum(line.cents for line in self.lines)


@answer(between="kind")
@dataclass(frozen=True, slots=True)
class Wider(Row):
    """A row with more."""

    more: int
    between: int


ROW = Row(
    "61", {"fr": "Frais", "nl": "Kosten"}, Kind.ASSET, N_("Fill this in."), (Line(UUID(int=1), 2), Line(UUID(int=2), 3))
)


def told(body: Any, lang: str) -> Any:
    return json.loads(json_answer(body, lang=lang).body)


def test_what_is_worked_out_stands_in_its_place_under_its_name_in_the_callers_language() -> None:
    (row,) = told({"items": [ROW]}, "fr")["items"]
    assert list(row) == ["first", "code", "label", "kind", "why", "line_ids", "late_cents"]
    assert row == {
        "first": 1, "code": "61", "label": "Frais", "kind": "asset", "why": "Complétez ce champ.",
        "line_ids": [str(UUID(int=1)), str(UUID(int=2))], "late_cents": 5,
    }  # fmt: skip
    assert told(ROW, "nl")["label"] == "Kosten"


def test_values_are_what_it_answers() -> None:
    assert json.loads(to_json(values(ROW, "fr"))) == told(ROW, "fr")


def test_a_wider_row_keeps_the_order_of_the_row() -> None:
    wide = told(widened(Wider, ROW, more=7, between=8), "nl")
    assert list(wide) == [
        "first", "code", "label", "kind", "between", "why", "line_ids", "more", "late_cents",
    ]  # fmt: skip
    assert (wide["more"], wide["between"], wide["label"]) == (7, 8, "Kosten")


@pytest.mark.parametrize("shape", [Row, Wider])
def test_the_description_has_the_same_names_in_the_same_order(shape: Any) -> None:
    row = ROW if shape is Row else widened(Wider, ROW, more=7, between=8)
    schema = TypeAdapter(shape).json_schema(mode="serialization")
    assert list(schema["properties"]) == schema["required"] == list(told(row, "fr"))
    assert schema["properties"]["kind"] == {"type": "string"}
    assert schema["properties"]["label"]["description"] == "Its name."
    assert schema["properties"]["line_ids"]["items"]["format"] == "uuid"
