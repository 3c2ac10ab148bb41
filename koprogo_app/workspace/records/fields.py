"""One value of a record, said once: in its row's class, as `Annotated[str, Field(…)]`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from koprogo_app.foundation.i18n import day, number, tr
from koprogo_app.workspace.fields import Read

Unit = Literal["text", "number", "money", "date", "select"]


@dataclass(frozen=True)
class Field:
    """What is said of a value. Whatever is left out is not so: no `read`, and nobody can type it; no `label`, and it is
    in the REST answer only.

    - `read` — the parser of workspace.fields: checks what is typed in the grid, in the dialog and over REST
    - `label`, `heading` — what the dialog, and a column where it is not the same, calls it; `hint` stands below it
    - `description`, `example` — for the description of the API; a body shows the example as a person types it
    - `required`, `longest` — of the body of a call; the parser decides again
    - `personal` — its values are not copied into the audit trail
    - `sort` — it orders the list under its own name, or under this one
    - `order` — what it is sorted by, where that is not its value
    - `sql` — the expression it is read by, where it is not the column of its name (`r` is the record's table)
    - `unit`, `options`, `shown` — how it reads: `shown` writes a value that is there
    - `link` — where it leads, from {base} (the building's pages) and {id}
    - `kind` — what a phone's keyboard offers in the dialog; `wide`: a phone leaves its column out of a table
    """

    label: str = ""
    read: Read | None = None
    heading: str = ""
    hint: str = ""
    description: str = ""
    example: Any = None
    required: bool = False
    longest: int = 200
    personal: bool = False
    sort: bool | str = False
    order: str = ""
    sql: str = ""
    unit: Unit = "text"
    options: Sequence[tuple[str, str]] = ()
    shown: Callable[[str], str] | None = None
    link: str = ""
    kind: Literal["text", "email", "tel"] = "text"
    wide: bool = False
    primary: bool = False
    fixed: bool = False
    """Typed when the record is added, and never changed."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        """The value in the description of the API."""
        schema: dict[str, Any] = handler(core_schema)
        if self.description:
            schema["description"] = self.description
        if self.example is not None:
            schema["examples"] = [self.example]
        return schema

    def text(self, value: Any, lang: str) -> str:
        """The value as a cell that is typed into shows it; nothing for nothing, and for a figure of none."""
        if value is None or value == "" or (not value and not self.read):
            return ""
        if self.unit == "money":
            return number(Decimal(value) / 100, lang, 2)
        if self.unit == "number":
            return number(value, lang)
        if isinstance(value, date):
            return day(value, lang, "short")
        if isinstance(value, list):
            return ", ".join(value)
        return self.shown(str(value)) if self.shown else str(value)

    def words(self, value: Any, lang: str) -> str:
        """The value as it is read: a choice by its name."""
        label = dict(self.options).get(str(value), "")
        return tr(lang, label) if label else self.text(value, lang)


@dataclass(frozen=True)
class Column:
    """A field in its row: its name, its type, what is said of it."""

    name: str
    type: Any
    said: Field

    @property
    def key(self) -> str:
        """What an address and the API call it when they sort by it, and the grid its column."""
        return self.said.sort if isinstance(self.said.sort, str) else self.name

    @property
    def heading(self) -> str:
        """The heading of its column."""
        return self.said.heading or self.said.label

    @property
    def sql(self) -> str:
        """What it is read by."""
        return self.said.sql or ("r.archived_at is not null" if self.name == "archived" else f"r.{self.name}")

    @property
    def order(self) -> str:
        """What the list is ordered by; texts without regard to capitals."""
        if self.said.order or self.said.sql:
            return self.said.order or self.name
        return f"lower({self.sql})" if self.type is str else self.sql


def columns_of(row: Any) -> tuple[Column, ...]:
    """The columns of a row's class, in its order."""
    hints = get_type_hints(row, include_extras=True)
    return tuple(_column(field.name, hints[field.name]) for field in fields(row))


def selected(row: Any) -> str:
    """The columns of a row in a query."""
    return ", ".join(f"{column.sql} as {column.name}" for column in columns_of(row))


def _column(name: str, hint: Any) -> Column:
    if get_origin(hint) is not Annotated:
        return Column(name, hint, Field())
    kind, *said = get_args(hint)
    return Column(name, kind, next((one for one in said if isinstance(one, Field)), Field()))
