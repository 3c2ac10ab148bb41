"""The file being read, cell by cell, and the problems met on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from koprogo_app.estate.importing.columns import Column
from koprogo_app.estate.importing.preview import Problem, Severity
from koprogo_app.estate.importing.sheet import Sheet
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.tables import Cell, Row, unescaped
from koprogo_app.law.refusal import Refused

T = TypeVar("T")


@dataclass(slots=True)
class Notes:
    """Reads cells by column, and collects problems with the line and the heading they belong to."""

    sheet: Sheet
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, line: int = 0, column: Column | None = None, **params: object) -> None:
        """Note what stops the import."""
        self._add(Severity.ERROR, code, message, line, column, params)

    def warning(self, code: str, message: str, line: int = 0, column: Column | None = None, **params: object) -> None:
        """Note what deserves a look."""
        self._add(Severity.WARNING, code, message, line, column, params)

    def notice(self, code: str, message: str, line: int = 0, column: Column | None = None, **params: object) -> None:
        """Note what was done with the file."""
        self._add(Severity.NOTICE, code, message, line, column, params)

    def understood(self, read: Callable[[], T], row: Row, column: Column, code: str) -> T | None:
        """What `read` gives, or None after noting as an error why it cannot be read."""
        try:
            return read()
        except Refused as refused:
            reason = refused.refusal
            self._add(Severity.ERROR, code, reason.message, row.line, column, dict(reason.params))
        except Invalid as error:
            self._add(Severity.ERROR, code, error.message, row.line, column, error.params)
        return None

    def cell(self, row: Row, column: Column) -> Cell:
        """The cell of a column, "" where the line or the file has none; texts without the guard of a formula."""
        place = self.sheet.columns.get(column)
        cell = "" if place is None or place >= len(row.cells) else row.cells[place]
        return unescaped(cell) if isinstance(cell, str) else cell

    def text(self, row: Row, column: Column) -> str:
        """The same as text."""
        place = self.sheet.columns.get(column)
        return "" if place is None else unescaped(row.text(place))

    def has(self, column: Column) -> bool:
        """Whether the file has that column."""
        return column in self.sheet.columns

    def _add(
        self,
        severity: Severity,
        code: str,
        message: str,
        line: int,
        column: Column | None,
        params: dict[str, object],
    ) -> None:
        place = self.sheet.columns.get(column) if column else None
        heading = "" if place is None else self.sheet.headings.text(place)
        self.problems.append(Problem(severity, code, message, line, heading, 0 if place is None else place + 1, params))
