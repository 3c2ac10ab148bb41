"""The table of lots and owners in a file: which of its columns is which."""

from __future__ import annotations

import re
from dataclasses import replace

from koprogo_app.estate.importing.columns import Column, column_of
from koprogo_app.foundation import tables
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import refuse

Sheet = tables.Sheet[Column]


def read_sheet(data: bytes) -> Sheet:
    """Find the table of lots in a CSV or XLSX file. Raises `Refused` with what is wrong and what to do."""
    sheet = tables.read_sheet(data, column_of, least=2)
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
