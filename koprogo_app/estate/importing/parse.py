"""Understanding the table: lots, owners and rights line by line, with every problem where it stands."""

from __future__ import annotations

from koprogo_app.estate.importing.columns import column_of
from koprogo_app.estate.importing.lots import LotTable
from koprogo_app.estate.importing.notes import Notes
from koprogo_app.estate.importing.owners import read_owner
from koprogo_app.estate.importing.people import identify
from koprogo_app.estate.importing.preview import ImportedOwner, Preview, Problem, Severity, Source
from koprogo_app.estate.importing.rights import Claims
from koprogo_app.estate.importing.sheet import Sheet, read_sheet
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import Row, plain
from koprogo_app.law.refusal import Refused


def read_file(data: bytes, *, deed_total: int | None = None) -> Preview:
    """Understand a CSV or XLSX file of lots and owners.

    Never raises for a bad file: what is wrong is in `problems`. With `deed_total`, lots that do not add up to it give a
    warning.
    """
    try:
        sheet = read_sheet(data)
    except Refused as refused:
        refusal = refused.refusal
        return Preview(problems=(Problem(Severity.ERROR, "unreadable", refusal.message, params=refusal.params),))
    notes = Notes(sheet)
    _note_unknown_columns(notes)
    body = [row for row in sheet.rows[sheet.header + 1 :] if not row.blank]
    lots, claims, mentions = LotTable(notes), Claims(notes, body), list[ImportedOwner]()
    for row in body:
        if not _is_left_out(notes, lots, row):
            _read_line(notes, lots, claims, mentions, row)
    lots.finish(deed_total)
    people = identify(mentions, notes)
    ownerships = claims.ownerships(lots.lots(), people)
    owners = {person.owner.key: person.owner for person in people.values()}
    return Preview(
        tuple(lots.lots()),
        tuple(sorted(owners.values(), key=lambda owner: owner.line)),
        tuple(ownerships),
        tuple(sorted(notes.problems, key=lambda problem: (problem.line, problem.position))),
        _source(sheet),
    )


def _read_line(notes: Notes, lots: LotTable, claims: Claims, mentions: list[ImportedOwner], row: Row) -> None:
    _guard_formulas(notes, row)
    lot = lots.read(row)
    owner = read_owner(notes, row)
    if lot is not None and owner is not None:
        mentions.append(owner)
        claims.read(row, lot)


def _is_left_out(notes: Notes, lots: LotTable, row: Row) -> bool:
    """Whether a line is no lot: headings again at the top of a printed page, totals, a title between two blocks."""
    sheet = notes.sheet
    if all(plain(row.text(place)) == plain(sheet.headings.text(place)) for place in sheet.columns.values()):
        return True
    if lots.is_total(row):
        lots.note_total(row)
        return True
    filled = [place for place in range(len(row.cells)) if row.text(place)]
    if len(filled) > 1 or len(sheet.columns) < 3:
        return False
    message = N_("This line is left out: it holds only “{text}”.")
    notes.warning("aside", message, row.line, text=row.text(filled[0])[:80])
    return True


def _guard_formulas(notes: Notes, row: Row) -> None:
    """In a CSV a text that begins as a formula is one somebody's spreadsheet would run."""
    if notes.sheet.format != "csv":
        return
    for column, place in notes.sheet.columns.items():
        if row.text(place).startswith(("=", "＝")):
            notes.error("formula", N_("This cell holds a formula instead of a value."), row.line, column)


def _note_unknown_columns(notes: Notes) -> None:
    headings = notes.sheet.headings
    used = set(notes.sheet.columns.values())
    for place in range(len(headings.cells)):
        heading = headings.text(place)
        if not heading or place in used:
            continue
        message = N_("The column “{heading}” is not imported.")
        if column_of(heading):
            message = N_("The column “{heading}” is not imported: another column holds the same.")
        note = Problem(
            Severity.NOTICE, "unknown_column", message, headings.line, heading, place + 1, {"heading": heading}
        )
        notes.problems.append(note)


def _source(sheet: Sheet) -> Source:
    columns = {column: sheet.headings.text(place) for column, place in sheet.columns.items()}
    return Source(sheet.format, sheet.encoding, sheet.separator, sheet.name, sheet.headings.line, columns)
