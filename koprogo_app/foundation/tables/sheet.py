"""From bytes to rows of cells: which format, which encoding, which separator; refusing what is not such a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Final, Generic, TypeVar

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables.workbook import workbook_sheets
from koprogo_app.law.refusal import Refusal, Refused, refuse

C = TypeVar("C")
Cell = str | int | float | bool | date | datetime | time | timedelta

MAX_BYTES: Final = 10_000_000
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 2_000
_HEADER_WITHIN: Final = 30
_SEPARATORS: Final = (";", ",", "\t", "|")
_ENCODINGS: Final = ("cp1252", "cp850", "mac_roman")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_ODD: Final = re.compile(
    "[^\\x00-\\x7f\u00a0\u202f°º²³€§µ«»’‘“”–—…·ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž]"
    "|[a-zà-ÿ][À-ÞŠŽ]|[a-zà-ÿ][“”…][a-z]"
)
_ESCAPED: Final = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number from 1 and its cells, texts trimmed."""

    line: int
    cells: tuple[Cell, ...]

    def text(self, position: int) -> str:
        """The cell as text, "" when there is none."""
        return cell_text(self.cells[position]) if position < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        return not any(cell != "" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[C]):
    """The table found in the file: `header` is the index of the heading row in `rows`, `columns` where each one stands.

    `format` is "csv", where numbers are text and a formula would be too, or "xlsx".
    """

    rows: Sequence[Row]
    header: int
    columns: dict[C, int]
    format: str
    encoding: str = ""
    separator: str = ""
    name: str = ""

    @property
    def headings(self) -> Row:
        return self.rows[self.header]


def read_sheet(data: bytes, column_of: Callable[[str], C | None], least: int = 1) -> Sheet[C]:
    """Finds the table in a CSV or XLSX file: the heading row is the one that names most columns by `column_of`.

    `columns` stays empty when no row names `least` of them. Raises `Refused` with what is wrong and what to do.
    """
    if not data.strip(b"\x00\r\n\t ;,\xef\xbb\xbf"):
        raise refuse(N_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise refuse(N_("The file is larger than {limit} MB."), limit=MAX_BYTES // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(data, column_of, least)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    return _from_text(data, column_of, least)


def cell_text(cell: Cell) -> str:
    """A cell as a person would type it; a whole number without decimals, a day as dd/mm/yyyy."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def unescaped(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if _ESCAPED.match(text) else text


def _from_workbook(data: bytes, column_of: Callable[[str], C | None], least: int) -> Sheet[C]:
    best: Sheet[C] | None = None
    for name, values in workbook_sheets(data, MAX_ROWS, MAX_COLUMNS):
        rows = [Row(line, tuple(_trimmed(cell) for cell in cells)) for line, cells in enumerate(values, 1)]
        header, columns = _find_header(rows, column_of, least)
        found = Sheet(rows, header, columns, "xlsx", name=name)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None:
        raise refuse(N_("The file is empty."))
    return best


def _from_text(data: bytes, column_of: Callable[[str], C | None], least: int) -> Sheet[C]:
    best: Sheet[C] | None = None
    best_score = (0, 0)
    refused: Refused | None = None
    for encoding in _likely_encodings(data):
        text = _decoded(data, encoding)
        if not text or _CONTROLS.search(text):
            continue
        for separator in _separators(text):
            try:
                rows = _split(text, separator)
            except Refused as error:
                refused = refused or error
                continue
            header, columns = _find_header(rows, column_of, least)
            score = (len(columns), -_oddities(text))
            if best is None or score > best_score:
                best, best_score = Sheet(rows, header, columns, "csv", encoding, separator), score
    if best is None:
        raise refused or refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    return best


def _oddities(text: str) -> int:
    """How much of a text looks wrongly decoded: letters of no language here, capitals with an accent inside a word."""
    return len(_ODD.findall(text))


def _likely_encodings(data: bytes) -> Iterable[str]:
    """Encodings worth trying, best first: a mark decides, then UTF-8 when it fits, then what old programs write."""
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    zeros = data[:2000].count(0)
    if zeros * 4 >= len(data[:2000]):
        return ("utf-16-le",) if data[1:2000:2].count(0) > data[0:2000:2].count(0) else ("utf-16-be",)
    return ("utf-8",) if _decoded(data, "utf-8") else _ENCODINGS


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _separators(text: str) -> tuple[str, ...]:
    """The separators to try; "sep=;" on the first line, as spreadsheets write it, decides."""
    stated = re.match(r"\"?sep=([;,|\t])\"?\s*[\r\n]", text, re.IGNORECASE)
    return (stated[1],) if stated else tuple(one for one in _SEPARATORS if one in text) or (";",)


def _split(text: str, separator: str) -> list[Row]:
    """The text cut at one separator."""
    rows: list[Row] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator)
    start = 1
    try:
        for cells in reader:
            rows.append(Row(start, tuple(_trimmed(cell, MAX_CELL) for cell in cells[:MAX_COLUMNS])))
            if any(cell.count("\n") > _HEADER_WITHIN for cell in cells):
                raise _open_quote(start)
            start = reader.line_num + 1
            if len(rows) > MAX_ROWS:
                raise refuse(N_("The file has more than {limit} lines."), limit=MAX_ROWS)
    except csv.Error as error:
        raise _open_quote(start) from error
    return rows


def _open_quote(line: int) -> Refused:
    return Refused(Refusal(N_("A quotation mark opened on line {line} is never closed."), params={"line": line}))


def _trimmed(cell: Cell, limit: int = MAX_CELL) -> Cell:
    """Text without spaces around it or doubled in it, and not longer than any cell of ours may be."""
    if isinstance(cell, float) and not isfinite(cell):
        return str(cell)
    if not isinstance(cell, str):
        return cell
    return " ".join(cell[:limit].replace("\u00a0", " ").replace("\u202f", " ").split())


def _find_header(rows: Sequence[Row], column_of: Callable[[str], C | None], least: int) -> tuple[int, dict[C, int]]:
    """The row among the first ones that names most columns, and where each column stands; the first of two wins."""
    best, found = 0, dict[C, int]()
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        places: dict[C, int] = {}
        for place in range(len(row.cells)):
            if (heading := row.text(place)) and (column := column_of(heading)) is not None:
                places.setdefault(column, place)
        if len(places) > max(len(found), least - 1):
            best, found = index, places
    return best, found
