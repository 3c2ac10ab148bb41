"""From bytes to rows of cells: which format, which encoding, which separator; refusing what is not such a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Final

from koprogo_app.estate.importing.columns import Column, column_of
from koprogo_app.estate.importing.workbook import workbook_sheets
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import Refusal, Refused, refuse

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
class Sheet:
    """The table found in the file: `header` is the index of the heading row in `rows`, `columns` where each one stands.

    `format` is "csv", where numbers are text and a formula would be too, or "xlsx".
    """

    rows: Sequence[Row]
    header: int
    columns: dict[Column, int]
    format: str
    encoding: str = ""
    separator: str = ""
    name: str = ""

    @property
    def headings(self) -> Row:
        return self.rows[self.header]


def read_sheet(data: bytes) -> Sheet:
    """Find the table of lots in a CSV or XLSX file. Raises `Refused` with what is wrong and what to do."""
    if not data.strip(b"\x00\r\n\t ;,\xef\xbb\xbf"):
        raise refuse(N_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise refuse(N_("The file is larger than {limit} MB."), limit=MAX_BYTES // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(data)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    return _from_text(data)


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


def _from_workbook(data: bytes) -> Sheet:
    best: Sheet | None = None
    for name, values in workbook_sheets(data, MAX_ROWS, MAX_COLUMNS):
        rows = [Row(line, tuple(_trimmed(cell) for cell in cells)) for line, cells in enumerate(values, 1)]
        header, columns = _find_header(rows)
        found = Sheet(rows, header, columns, "xlsx", name=name)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None:
        raise refuse(N_("The file is empty."))
    return _with_lots(best)


def _from_text(data: bytes) -> Sheet:
    best: Sheet | None = None
    best_score = (0, 0)
    refused: Refused | None = None
    for encoding in _likely_encodings(data):
        text = _decoded(data, encoding)
        if not text or _CONTROLS.search(text):
            continue
        for separator in _separators(text):
            try:
                found = _split(text, separator, encoding)
            except Refused as error:
                refused = refused or error
                continue
            score = (len(found.columns), -_oddities(text))
            if best is None or score > best_score:
                best, best_score = found, score
    if best is None:
        raise refused or refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    return _with_lots(best)


def _oddities(text: str) -> int:
    """How much of a text looks wrongly decoded: letters of no language here, capitals with an accent inside a word."""
    return len(_ODD.findall(text))


def _with_lots(sheet: Sheet) -> Sheet:
    """The sheet, when it has a heading row with a column for the lots."""
    if not sheet.columns:
        raise refuse(N_("No heading row was found. The first row must name the columns: Lot, Owner, Shares …"))
    sheet = _told_apart(sheet)
    if Column.LOT not in sheet.columns:
        known = ", ".join(sheet.headings.text(place) for place in sheet.columns.values())
        raise refuse(N_("No column holds the lot numbers. Recognised: {columns}."), columns=known)
    if Column.SHARES not in sheet.columns:
        raise refuse(N_("No column holds the shares of each lot over the total in the deed."))
    return sheet


def _told_apart(sheet: Sheet) -> Sheet:
    """ "Aandeel", "Anteil" or "Part" may mean the lot's shares or the owner's part: figures above 100 are shares."""
    if Column.SHARES in sheet.columns:
        return sheet
    named = [
        place for place in range(len(sheet.headings.cells)) if column_of(sheet.headings.text(place)) is Column.PART
    ]
    for place in named:
        values = [row.text(place) for row in sheet.rows[sheet.header + 1 :]]
        if any(re.fullmatch(r"\d{3,}|\d{1,3}([ .,']\d{3})+", value) and value != "100" for value in values):
            others = [other for other in named if other != place]
            columns = dict(sheet.columns)
            del columns[Column.PART]
            columns[Column.SHARES] = place
            if others:
                columns[Column.PART] = others[0]
            return replace(sheet, columns=columns)
    return sheet


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


def _split(text: str, separator: str, encoding: str) -> Sheet:
    """The text cut at one separator, and the heading row found in it."""
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
    header, columns = _find_header(rows)
    return Sheet(rows, header, columns, "csv", encoding, separator)


def _open_quote(line: int) -> Refused:
    return Refused(Refusal(N_("A quotation mark opened on line {line} is never closed."), params={"line": line}))


def _trimmed(cell: Cell, limit: int = MAX_CELL) -> Cell:
    """Text without spaces around it or doubled in it, and not longer than any cell of ours may be."""
    if isinstance(cell, float) and not isfinite(cell):
        return str(cell)
    if not isinstance(cell, str):
        return cell
    return " ".join(cell[:limit].replace("\u00a0", " ").replace("\u202f", " ").split())


def _find_header(rows: Sequence[Row]) -> tuple[int, dict[Column, int]]:
    """The row among the first ones that names most columns, and where each column stands; the first of two wins."""
    best, found = 0, dict[Column, int]()
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        places: dict[Column, int] = {}
        for place in range(len(row.cells)):
            if (heading := row.text(place)) and (column := column_of(heading)):
                places.setdefault(column, place)
        if len(places) > max(len(found), 1):
            best, found = index, places
    return best, found
