"""Reading XLSX through calamine, after checking that the file is no larger inside than it may be."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import Refused, refuse

_MAX_UNPACKED: Final = 60_000_000
_MAX_ENTRIES: Final = 500
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, LookupError)
_REFERENCE: Final = re.compile(r"([A-Za-z]*)(\d*)")


def workbook_sheets(
    data: bytes, max_rows: int, max_columns: int
) -> Iterator[tuple[str, list[list[str | float | bool | time | date | datetime | timedelta]]]]:
    """The visible sheets of a workbook with their cells from A1, values as the spreadsheet last computed them.

    Raises `Refused` for a damaged, protected or oversized file.
    """
    clean = _repacked(data, max_rows, max_columns)
    try:
        workbook = CalamineWorkbook.from_filelike(clean)
        for sheet in workbook.sheets_metadata:
            if "Visible" in str(sheet.visible) and "WorkSheet" in str(sheet.typ):
                yield sheet.name, workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise refuse(N_("The workbook is protected by a password. Save it without one.")) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged() from error


def _repacked(data: bytes, max_rows: int, max_columns: int) -> io.BytesIO:
    """The same workbook, unpacked within bounds: no tiny file that swells, no cell at the far end of a sheet."""
    clean, left = io.BytesIO(), _MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(clean, "w") as plain:
            if len(packed.infolist()) > _MAX_ENTRIES:
                raise _too_large()
            for entry in packed.infolist():
                with packed.open(entry) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _too_large()
                if not entry.filename.endswith((".xml", ".rels")) or entry.filename == "content.xml":
                    continue  # pictures, other formats of calamine: nothing a table needs
                if b"sheetData" in content:
                    _Extent(max_rows, max_columns).check(content)
                plain.writestr(entry.filename, content)
    except Refused:
        raise
    except (*_BROKEN, RuntimeError, NotImplementedError) as error:
        raise _damaged() from error
    clean.seek(0)
    return clean


class _Extent:
    """Refuses a sheet whose filled cells reach further than a table may: calamine makes room for all in between."""

    def __init__(self, max_rows: int, max_columns: int) -> None:
        self._max_rows, self._max_columns = max_rows, max_columns
        self._row = self._cell = ""

    def check(self, sheet: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        parser.Parse(sheet, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row = attributes.get("r", "")
        elif tag == "c":
            self._cell = attributes.get("r", self._row)
        elif tag in ("v", "is", "f"):
            self._filled(self._cell)

    def _filled(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        letters, digits = (found[1].upper(), found[2]) if found else ("", "")
        column = 0
        for letter in letters[:4]:
            column = column * 26 + ord(letter) - ord("A") + 1
        if column > self._max_columns or len(digits) > 9 or int(digits or 0) > self._max_rows:
            raise refuse(
                N_("The sheet reaches cell {cell}. Keep at most {rows} rows and {columns} columns."),
                cell=reference[:12],
                rows=self._max_rows,
                columns=self._max_columns,
            )

    def _doctype(self, *_: object) -> None:
        raise _damaged()


def _too_large() -> Refused:
    return refuse(N_("The workbook is too large inside. Save the table of lots alone."))


def _damaged() -> Refused:
    return refuse(N_("This is not a spreadsheet that can be read, or it is damaged. Save it again as XLSX or CSV."))
