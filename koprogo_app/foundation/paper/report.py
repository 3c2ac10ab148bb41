"""A report: tables of typed columns, the same as a page of paper (PDF), as a sheet (XLSX) and as data (JSON)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import xlsxwriter  # type: ignore[import-untyped]

from koprogo_app.foundation import i18n
from koprogo_app.foundation.paper import letters, pdf
from koprogo_app.foundation.paper.letters import Addressee, Association

Kind = Literal["text", "code", "money", "number", "date", "percent"]
Row = Mapping[str, Any]

_WIDE: Final = 7
_FORMATS: Final[dict[str, str]] = {
    "money": "#,##0.00;[Red]-#,##0.00", "number": "#,##0.######", "date": "dd/mm/yyyy", "percent": "0.00%", "text": "@",
    "code": "@",
}  # fmt: skip
_WIDTHS: Final = {"money": 15, "number": 12, "date": 12, "percent": 10}


@dataclass(frozen=True)
class Column:
    """A column: the key of its value in a row, and its heading in the reader's language.

    Values: text `str`; code `str` that does not break over lines ("ACH 12"); money `int` cents; number `int` or
    `Decimal`; date `date`; percent a fraction (0.21). `None` is an empty cell.
    """

    key: str
    label: str
    kind: Kind = "text"

    def shown(self, value: Any, lang: str) -> str:
        """The value as a person reads it."""
        if value is None or value == "":
            return ""
        if self.kind == "money":
            return i18n.number(Decimal(value) / 100, lang, 2)
        if self.kind == "number":
            return i18n.number(value, lang)
        if self.kind == "date":
            return i18n.day(value, lang, "short")
        if self.kind == "percent":
            percent = Decimal(str(value)) * 100
            return f"{i18n.number(percent.normalize() if percent else Decimal(0), lang)} %"
        return str(value)


@dataclass(frozen=True)
class Table:
    """Rows under columns; `totals` is a last row, or several.

    A row may hold `_style`: "group" (a heading over the rows below it), "sum" (a subtotal), and `_level` (0 to 3: how
    far its first cell stands in).
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Row | Sequence[Row] = ()

    @property
    def wide(self) -> bool:
        """Whether it has more columns than an upright sheet holds."""
        return len(self.columns) > _WIDE

    def alone(self, row: Row) -> bool:
        """Whether one cell of a row at most holds something: a heading then stands over all columns."""
        return sum(row.get(column.key) not in (None, "") for column in self.columns) <= 1

    @property
    def feet(self) -> list[Row]:
        """The rows of totals."""
        return ([self.totals] if self.totals else []) if isinstance(self.totals, Mapping) else list(self.totals)


@dataclass(frozen=True)
class Transfer:
    """A transfer that the reader is asked for: its cents, the text of its code for a banking app, and the same in words
    (account and message as people read them); `by`: the last day."""

    cents: int
    payload: str
    holder: str
    iban: str
    message: str
    by: date | None = None


@dataclass(frozen=True)
class Report:
    """A report: its title and subtitle, a few facts at its head (label and text), tables, and notes below; `pay`: the
    transfers it asks for."""

    title: str
    subtitle: str = ""
    head: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    addressee: Addressee | None = None
    dated: date | None = None
    pay: Sequence[Transfer] = ()

    def data(self) -> dict[str, Any]:
        """For JSON: columns and rows as they are, money in cents."""
        return {
            "title": self.title, "subtitle": self.subtitle, "head": [list(pair) for pair in self.head],
            "tables": [_table_data(table) for table in self.tables], "notes": list(self.notes),
            "pay": [
                {"cents": one.cents, "holder": one.holder, "iban": one.iban, "message": one.message, "by": one.by}
                for one in self.pay
            ],
        }  # fmt: skip


def _table_data(table: Table) -> dict[str, Any]:
    keys = [c.key for c in table.columns]

    def plain(row: Row) -> dict[str, Any]:
        return {key: row.get(key) for key in keys}

    return {
        "title": table.title,
        "columns": [{"key": c.key, "label": c.label, "kind": c.kind} for c in table.columns],
        "rows": [plain(r) for r in table.rows],
        "totals": [plain(r) for r in table.feet],
    }


def report_html(report: Report, association: Association, lang: str) -> str:
    """The report on the common sheet; lying on its side when a table has many columns, a letter only for that table."""
    landscape = report.addressee is None and any(table.wide for table in report.tables)
    return letters.html(
        letters.SHEET, "paper/report.html", lang, association=association, title=report.title, report=report,
        reference=report.head, addressee=report.addressee, dated=report.dated, landscape=landscape,
    )  # fmt: skip


async def report_pdf(report: Report, association: Association, lang: str) -> bytes:
    """The report as PDF/A-3b, tagged."""
    return await pdf.render(report_html(report, association, lang))


def report_xlsx(report: Report, lang: str) -> bytes:
    """The report as a workbook, a sheet per table: money as euros with two decimals, dates as dates, text as text.

    Nothing typed by a person becomes a formula or a link.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": report.title[:255], "subject": report.subtitle[:255]})
    names: set[str] = set()
    for position, table in enumerate(report.tables or [Table(report.title, (), ())], 1):
        _Sheet(book, _sheet_name(table.title or report.title, position, names), lang).fill(report, table)
    book.close()
    return out.getvalue()


def _sheet_name(title: str, position: int, taken: set[str]) -> str:
    """A name that a workbook accepts: 31 characters, none of []:*?/\\, not twice, no apostrophe at its ends."""
    clean = "".join(" " if c in "[]:*?/\\" else c for c in title).strip(" '")[:31].strip(" '") or str(position)
    if clean.casefold() in taken:
        clean = f"{clean[:27]} {position}"
    taken.add(clean.casefold())
    return clean


class _Sheet:
    """One sheet of a workbook: the report's head, then a table."""

    def __init__(self, book: Any, name: str, lang: str) -> None:
        self.book, self.sheet, self.lang = book, book.add_worksheet(name), lang
        self.line = 0
        self._styles: dict[tuple[str, str, int], Any] = {}

    def fill(self, report: Report, table: Table) -> None:
        self._write_head(report, table)
        for place, column in enumerate(table.columns):
            self.sheet.write_string(self.line, place, column.label, self._style(column.kind, "head", 0))
        self.line += 1
        self.sheet.freeze_panes(self.line, 0)
        for row in table.rows:
            self._write_row(row, table.columns, str(row.get("_style", "")))
        for row in table.feet:
            self._write_row(row, table.columns, "sum")
        self._set_widths(table)

    def _write_head(self, report: Report, table: Table) -> None:
        title = self.book.add_format({"bold": True, "font_size": 14})
        muted = self.book.add_format({"font_color": "#667069"})
        for text, style in ((report.title, title), (report.subtitle, muted), (table.title, None)):
            if text:
                self.sheet.write_string(self.line, 0, text, style)
                self.line += 1
        for label, text in report.head:
            self.sheet.write_string(self.line, 0, i18n.tr(self.lang, "{name}: {value}", name=label, value=text), muted)
            self.line += 1
        self.line += 1

    def _style(self, kind: str, style: str, level: int) -> Any:
        key = (kind, style, level)
        if key not in self._styles:
            form: dict[str, Any] = {"num_format": _FORMATS[kind], "valign": "top"}
            if style in ("head", "group", "sum"):
                form["bold"] = True
            if style in ("head", "sum"):
                form["bottom" if style == "head" else "top"] = 1
            if style == "head" and kind in ("money", "number", "percent"):
                form["align"] = "right"
            if level:
                form["indent"] = level
            self._styles[key] = self.book.add_format(form)
        return self._styles[key]

    def _write_row(self, row: Row, columns: Sequence[Column], style: str) -> None:
        for place, column in enumerate(columns):
            level = int(row.get("_level", 0)) if place == 0 else 0
            self._write_cell(place, column, row.get(column.key), self._style(column.kind, style, level))
        self.line += 1

    def _write_cell(self, place: int, column: Column, value: Any, form: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(self.line, place, None, form)
        elif column.kind == "money":
            self.sheet.write_number(self.line, place, value / 100, form)
        elif column.kind in ("number", "percent"):
            self.sheet.write_number(self.line, place, float(value), form)
        elif column.kind == "date":
            self.sheet.write_datetime(self.line, place, value, form)
        else:
            self.sheet.write_string(self.line, place, str(value), form)

    def _set_widths(self, table: Table) -> None:
        for place, column in enumerate(table.columns):
            longest = max([len(column.label), *(len(str(r.get(column.key) or "")) for r in table.rows)], default=10)
            width = _WIDTHS.get(column.kind) or min(max(longest, 8), 60)
            self.sheet.set_column(place, place, max(width, min(len(column.label) + 2, 24)))
