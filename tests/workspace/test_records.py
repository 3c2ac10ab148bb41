"""A record says its fields once: columns, bodies, sheets and commands follow from them."""

import csv
import io
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlmodel import SQLModel

from koprogo_app.foundation.paper.report import Column as Head
from koprogo_app.foundation.paper.report import Table
from koprogo_app.foundation.rest.answers import Hidden, answer, flat, flat_of
from koprogo_app.foundation.rest.api import json_answer
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.fields import Field
from koprogo_app.workspace.records.grid import grid_row
from koprogo_app.workspace.records.kinds import City, Iban
from koprogo_app.workspace.records.record import Parent, Record
from koprogo_app.workspace.records.rest import change_of, new_of, query_of
from koprogo_app.workspace.records.sheet import table_csv, table_of

ID = UUID(int=7)


@dataclass(frozen=True, slots=True)
class HelperRow:
    """Somebody who helps."""

    id: UUID
    name: Annotated[str, Field("Name", fields.text(), heading="Helper", required=True, primary=True, sort=True)]
    born: Annotated[str, Field("Born", fields.text(), fixed=True)]
    iban: Iban
    city: City
    archived: bool
    version: int
    open_cents: Annotated[int, Field("Owed", unit="money", sort="open", sql="1 + 1", link="{base}/x?who={id}")]


class _Helper(SQLModel):
    __tablename__ = "helper"
    organization_id: UUID
    archived_at: str | None = None


async def _parent(w: Any, parent_id: UUID, permission: str) -> Parent:
    raise NotImplementedError


HELPER = Record(
    row=HelperRow, model=_Helper, noun="helper", title="Helpers", read="suppliers.read", write="suppliers.write",
    parent=_parent, order="r.id", layout=(("name",), ("born", "iban")),
)  # fmt: skip
ROW = HelperRow(ID, "Ann", "1990", "BE68539007547034", "Liège", False, 3, 1_234)


def test_columns_are_those_of_the_dialog_then_what_is_typed_over_rest_then_figures() -> None:
    assert [column.key for column in HELPER.shown] == ["name", "born", "iban", "city", "open"]
    assert HELPER.sorts == {"name": "lower(r.name)", "city": "lower(r.city)", "open": "open_cents"}
    assert HELPER.columns["archived"].sql == "r.archived_at is not null"
    assert {"iban", "city", "name"} <= HELPER.personal


def test_a_body_holds_what_is_typed_and_a_change_nothing_that_is_fixed() -> None:
    new, change = new_of(HELPER), change_of(HELPER)
    assert new(name="Ann", born="1990").given() == {"name": "Ann", "born": "1990"}
    for wrong in ({}, {"name": ""}, {"name": "x" * 201}, {"name": "Ann", "open_cents": 1}):
        with pytest.raises(ValidationError):
            new(**wrong)
    assert "born" not in change.model_fields and {"version", "archived"} <= change.model_fields.keys()
    assert new.model_json_schema()["properties"]["iban"]["examples"] == ["BE68 5390 0754 7034"]


def test_the_description_names_what_the_list_is_sorted_by() -> None:
    sort = query_of(HELPER).model_json_schema()["properties"]["sort"]
    assert sort["enum"] == ["", "name", "city", "open", "-name", "-city", "-open"]


def test_a_row_in_the_grid_leads_from_its_figure_and_offers_its_use() -> None:
    row = grid_row(HELPER, ROW, "/buildings/1", True, "en")
    assert row["label"] == "Ann" and row["version"] == 3
    assert row["cells"]["iban"] == "BE68 5390 0754 7034"
    assert row["cells"]["open"] == {"value": "12.34", "href": f"/buildings/1/x?who={ID}"}
    assert row["cells"]["state"]["action"]["id"] == "archive"  # type: ignore[index]
    read = grid_row(HELPER, ROW, "/buildings/1", False, "en")
    assert "state" not in read["cells"]
    gone = HelperRow(ID, "Ann", "", "", "", True, 3, 0)
    assert grid_row(HELPER, gone, "", True, "en")["note"]["fixes"][0]["action"] == "restore"
    assert grid_row(HELPER, gone, "", False, "en")["note"]["fixes"] == []
    assert grid_row(HELPER, gone, "", True, "en")["cells"]["open"] == ""


def test_a_sheet_writes_figures_as_the_reader_does_and_no_formula() -> None:
    table = table_of(HELPER, [ROW], "en")
    assert [head.label for head in table.columns] == ["Helper", "Born", "Account number", "City", "Owed"]
    lines = list(csv.reader(io.StringIO(table_csv(table, "fr").decode("utf-8-sig")), delimiter=";"))
    assert lines[1] == ["Ann", "1990", "BE68 5390 0754 7034", "Liège", "12,34"]
    odd = Table("", [Head("a", "A"), Head("n", "N", "number")], [{"a": "=1+1", "n": -5}, {"a": None, "n": 1}])
    assert table_csv(odd, "en").decode("utf-8-sig").splitlines()[1:] == ["'=1+1;-5", ";1"]


@answer("twice")
@dataclass(frozen=True, slots=True)
class _Row:
    n: int
    secret: Hidden[str]

    @property
    def twice(self) -> int:
        """Two times."""
        return 2 * self.n


@dataclass(frozen=True, slots=True)
class _Detail:
    row: _Row
    lines: list[int]


def test_a_row_answers_without_what_is_hidden_and_with_its_properties() -> None:
    row = _Row(4, "x")
    assert row.twice == 8
    assert json_answer({"items": [row]}).body == b'{"items":[{"n":4,"twice":8}]}'
    assert json_answer(flat(_Detail(row, [1]))).body == b'{"n":4,"lines":[1],"twice":8}'
    assert flat_of(_Detail) is flat_of(_Detail)
