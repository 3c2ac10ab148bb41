"""What a record may be besides: under no building, without versions, removed, filtered, read in a list."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from fastapi import APIRouter
from pydantic import ValidationError
from sqlmodel import Field as Stored
from sqlmodel import SQLModel

from koprogo_app.foundation.errors import Invalid
from koprogo_app.workspace import fields
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.records.fields import Field
from koprogo_app.workspace.records.filters import Filter
from koprogo_app.workspace.records.grid import RecordPage, grid_row, line, typed_values
from koprogo_app.workspace.records.record import Parent, Record, wherever
from koprogo_app.workspace.records.rest import Told, change_of, chosen_of, new_of, query_of, serve

ID, OFFICE = UUID(int=7), UUID(int=8)
SIZES = (("s", "Small"), ("l", "Large"))


@dataclass(frozen=True, slots=True)
class ToolRow:
    """Something to work with."""

    id: UUID
    name: Annotated[str, Field("Name", fields.text(), required=True, primary=True, sort=True, link="{base}/tools/{id}")]
    size: Annotated[
        Literal["s", "l"],
        Field("Size", fields.one_of(("s", "l")), unit="select", options=SIZES, sort="size", order="nullif(r.size, '')"),
    ]
    worth: Annotated[int, Field("Worth", fields.whole(), unit="number", wide=True)]
    tags: Annotated[list[str], Field("", fields.languages)]
    uses: Annotated[int, Field("Uses", unit="number", sql="(select 0)")]


class _Tool(SQLModel):
    __tablename__ = "tool"
    organization_id: UUID
    size: str = "s"
    worth: int = Stored(default=3)


TOOL = Record(
    row=ToolRow, model=_Tool, noun="tool", title="Tools", read="suppliers.read", write="suppliers.write",
    create="organizations.create", delete="organizations.create", within="organization_id", under="", public=True,
    parent=wherever("r.organization_id = any(%(organizations)s)"), order="r.id", layout=(("name",), ("size", "worth")),
    listed=("name", "uses", "size"), search="r.name ilike %(text)s",
    filters=(
        Filter("problem", {"idle": "uses = 0", "cheap": "r.worth < 2"}, "Missing", "All", (("idle", "Idle"),), "show"),
        Filter("size", "r.size = %(size)s", options=SIZES),
        Filter("organization_id", "r.organization_id = %(organization_id)s", required=True),
    ),
)  # fmt: skip
ROW = ToolRow(ID, "Saw", "l", 0, ["fr"], 0)


def test_a_filter_is_a_condition_of_its_answer_and_refuses_others() -> None:
    asked = {"problem": "idle", "size": "s"}
    sql = TOOL.sql(Parent(where="r.x"), Asked(sort="-size"), text="a", **asked)
    where = sql.partition(" where ")[2].partition(" order by ")
    assert where[0] == "(r.x) and (uses = 0) and (r.size = %(size)s) and (r.name ilike %(text)s)"
    assert where[2].startswith("nullif(r.size, '') desc nulls last, r.id")
    assert "ilike" not in TOOL.sql(Parent()) and TOOL.sql(Parent()).count("true") == 1
    with pytest.raises(Invalid) as refused:
        TOOL.sql(Parent(), problem="broken")
    assert refused.value.field == "problem"


def test_a_call_asks_the_filters_of_the_noun_and_nothing_of_use() -> None:
    query = query_of(TOOL)
    asked = query(problem="cheap", organization_id=str(OFFICE))  # type: ignore[call-arg]
    assert chosen_of(asked) == {"problem": "cheap", "size": None, "organization_id": OFFICE}
    for wrong in ({}, {"problem": "x"}, {"size": "m"}, {"organization_id": "x"}, {"archived": True}):
        with pytest.raises(ValidationError):
            query(**({"organization_id": str(OFFICE)} | wrong if wrong else wrong))


def test_a_body_says_where_a_row_goes_and_a_change_no_version_that_there_is_not() -> None:
    new, change = new_of(TOOL), change_of(TOOL)
    assert new(organization_id=OFFICE, name="Axe", tags=["fr"]).given()["organization_id"] == OFFICE
    for wrong in ({"name": "Axe"}, {"organization_id": OFFICE}, {"organization_id": OFFICE, "name": "A", "size": "m"}):
        with pytest.raises(ValidationError):
            new(**wrong)
    assert set(change.model_fields) == {"name", "size", "worth", "tags"}


def test_only_the_calls_that_are_described_are_served() -> None:
    def calls(told: Told, path: str = "/tools", file: bool = False) -> set[tuple[str, str]]:
        router = APIRouter()
        serve(router, path, TOOL, told, file=file)
        return {(next(iter(route.methods)), route.path) for route in router.routes}  # type: ignore[attr-defined]

    assert calls(Told("Tools.")) == {("GET", "/tools")}
    assert calls(Told(remove="Away.", read="One."), file=True) == {
        ("GET", "/tools.{format}"), ("GET", "/tools/{tool_id}"), ("DELETE", "/tools/{tool_id}"),
    }  # fmt: skip
    assert calls(Told(change="Change."), "/offices/{office_id}/tools") == {
        ("PATCH", "/offices/{office_id}/tools/{tool_id}")
    }


def test_a_row_that_is_read_says_its_choice_by_name_and_leads_to_its_page() -> None:
    shown = line(TOOL, ROW, "/b", "en", {"note": "new"})
    assert shown.cells == {"name": "Saw", "uses": "", "size": "Large"} and shown.more == {"note": "new"}
    assert shown.links == {"name": f"/b/tools/{ID}"} and not shown.archived
    row = grid_row(TOOL, ROW, "/b", True, "en")
    assert row["version"] == 0 and row["cells"]["size"] == "l"
    assert row["cells"]["state"]["action"]["id"] == "remove"  # type: ignore[index]
    assert "state" not in grid_row(TOOL, ROW, "/b", False, "en")["cells"]


def test_the_dialog_of_a_row_begins_with_its_values_and_of_a_new_one_with_those_of_its_table() -> None:
    assert typed_values(TOOL, ROW, "en") == {"name": "Saw", "size": "l", "worth": "0", "tags": "fr"}
    assert typed_values(TOOL, None, "en") == {"name": "", "size": "s", "worth": "3", "tags": ""}


def test_an_address_asks_only_what_the_page_offers() -> None:
    class Page(RecordPage, mixin=True):
        RECORD: ClassVar = TOOL

    def chosen(**query: str) -> dict[str, Any]:
        return Page._chosen(Page, query)  # type: ignore[arg-type]

    assert chosen(show="idle", size="l") == {"archived": False, "problem": "idle", "size": "l"}
    assert chosen(show="cheap", size="m", organization_id="x") == {"archived": False}


def test_nothing_is_kept_from_the_audit_trail_of_what_is_public() -> None:
    assert TOOL.personal == frozenset() and not TOOL.archives and not TOOL.versioned
