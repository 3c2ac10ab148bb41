"""The list of a record as a file: a workbook, or a text with one line a row."""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from koprogo_app.foundation.i18n import tr
from koprogo_app.foundation.paper.report import Column as Head
from koprogo_app.foundation.paper.report import Kind, Report, Table, report_xlsx
from koprogo_app.workspace.records.record import Record

Form = Literal["xlsx", "csv"]
MEDIA: Final[Mapping[Form, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_KINDS: Final[Mapping[str, Kind]] = {"money": "money", "number": "number", "date": "date"}
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


async def sheet(record: Record[Any, Any], rows: Sequence[Any], form: Form, lang: str, under: str) -> bytes:
    """The rows as a file, headed in the reader's language; `under` says of which building."""
    table = table_of(record, rows, lang)
    if form == "csv":
        return table_csv(table, lang)
    return await asyncio.to_thread(report_xlsx, Report(tr(lang, record.title), under, tables=[table]), lang)


def table_of(record: Record[Any, Any], rows: Sequence[Any], lang: str) -> Table:
    """The rows under the headings of the record's columns; values as they are, codes as they read."""
    heads = [Head(c.name, tr(lang, c.heading), _KINDS.get(c.said.unit, "text")) for c in record.written]
    plain = [c for c in record.written if c.said.unit in ("text", "select")]
    told = [{**asdict(row), **{c.name: c.said.words(getattr(row, c.name), lang) for c in plain}} for row in rows]
    return Table(tr(lang, record.title), heads, told)


def table_csv(table: Table, lang: str) -> bytes:
    """A table as CSV: UTF-8 with its mark, semicolons, CRLF, decimal comma (a point in English).

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([head.label for head in table.columns])
    for row in table.rows:
        writer.writerow([_cell(row.get(head.key), head.kind, lang) for head in table.columns])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any, kind: Kind, lang: str) -> str:
    if value is None:
        return ""
    if kind in ("money", "number"):
        figure = f"{Decimal(value) / 100:.2f}" if kind == "money" else str(value)
        return figure if lang == "en" else figure.replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if _FORMULA.match(str(value)) else str(value)
