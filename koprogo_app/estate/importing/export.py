"""Writing the table of lots and owners, so that a spreadsheet opens it and `read_file` reads it back unchanged."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from koprogo_app.estate.importing.columns import HEADINGS, Column
from koprogo_app.estate.importing.words import KIND_NAMES, PERSON_OR_COMPANY, RIGHT_NAMES, YES
from koprogo_app.foundation.numbers import show_enterprise_number
from koprogo_app.law.buildings import LotKind
from koprogo_app.law.shares import Right

Value = str | int | Decimal

_RUNS: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_LOOKS_GUARDED: Final = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_WIDTHS: Final = {
    Column.OWNER: 28,
    Column.EMAIL: 30,
    Column.STREET: 28,
    Column.FIRST_NAME: 16,
    Column.RIGHT: 18,
    Column.ENTERPRISE_NUMBER: 18,
    Column.PHONE: 18,
    Column.REFERENCE: 38,
}
_SHEET_NAMES: Final = {
    "fr": "Lots et propriétaires",
    "nl": "Kavels en eigenaars",
    "de": "Lose und Eigentümer",
    "en": "Lots and owners",
}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One line: a lot with one of its owners; a lot without owner has one line with `owner` "".

    `enterprise_number` is ten digits or ""; `share` is the owner's part of the lot; `reference` is the owner's own key,
    which lets the file find the same owner again after a change of name or address.
    """

    number: str
    kind: LotKind
    shares: int
    floor: int | None = None
    area: Decimal | None = None
    owner: str = ""
    first_name: str = ""
    company: bool = False
    enterprise_number: str = ""
    email: str = ""
    phone: str = ""
    lang: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    right: Right = Right.FULL
    share: Fraction = Fraction(1)
    primary: bool = False
    reference: str = ""


def write_csv(rows: Iterable[ExportRow], lang: str = "fr") -> bytes:
    """The table as CSV: UTF-8 with its mark, semicolons, CRLF, decimal comma (a point in English).

    A text that a spreadsheet would run as a formula gets an apostrophe before it, which the import takes off.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headings(lang))
    for row in rows:
        writer.writerow([_csv_cell(value, lang) for value in _values(row, lang)])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[ExportRow], lang: str = "fr") -> bytes:
    """The same table as a workbook: headings fixed and filtered, figures as numbers, everything else as text."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _SHEET_NAMES.get(lang, _SHEET_NAMES["en"])})
    sheet = book.add_worksheet(_SHEET_NAMES.get(lang, _SHEET_NAMES["en"]))
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for place, column in enumerate(Column):
        figures = column in (Column.FLOOR, Column.AREA, Column.SHARES)
        sheet.set_column(place, place, _WIDTHS.get(column, 12), None if figures else text)
    sheet.write_row(0, 0, _headings(lang), bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, value in enumerate(_values(row, lang)):
            if isinstance(value, str):
                sheet.write_string(last, place, f"'{value}" if _LOOKS_GUARDED.match(value) else value)
            else:
                sheet.write_number(last, place, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(Column) - 1)
    book.close()
    return out.getvalue()


def _headings(lang: str) -> Sequence[str]:
    headings = HEADINGS.get(lang, HEADINGS["en"])
    return [headings[column] for column in Column]


def _values(row: ExportRow, lang: str) -> list[Value]:
    """The cells of a line, in the order of the columns."""
    lang = lang if lang in HEADINGS else "en"
    lot: list[Value] = [
        row.number,
        KIND_NAMES[lang][row.kind],
        "" if row.floor is None else row.floor,
        "" if row.area is None else row.area,
        row.shares,
    ]
    if not row.owner:
        return [*lot, *[""] * (len(Column) - len(lot))]
    return [
        *lot,
        row.owner,
        row.first_name,
        PERSON_OR_COMPANY[lang][row.company],
        show_enterprise_number(row.enterprise_number),
        row.email,
        row.phone,
        row.lang.upper(),
        row.street,
        row.postal_code,
        row.city,
        row.country,
        RIGHT_NAMES[lang][row.right],
        _part(row.share),
        YES[lang] if row.primary else "",
        row.reference,
    ]


def _part(share: Fraction) -> str:
    """As a percentage when a whole number says it exactly, else as a fraction: spreadsheets turn 1/1 into a date."""
    percent = share * 100
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{share.numerator}/{share.denominator}"


def _csv_cell(value: Value, lang: str) -> str:
    if isinstance(value, str):
        return f"'{value}" if _RUNS.match(value) else value
    text = str(value)
    return text if lang == "en" else text.replace(".", ",")
