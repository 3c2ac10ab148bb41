"""The lots of the file: one lot may stand on several lines, one for each owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from koprogo_app.estate.importing import cells, words
from koprogo_app.estate.importing.columns import Column
from koprogo_app.estate.importing.notes import Notes
from koprogo_app.estate.importing.preview import ImportedLot, lot_key
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import Row, cell_text
from koprogo_app.law.buildings import LotKind, deed_gap
from koprogo_app.law.refusal import Refused

_MAX_NUMBER: Final = 40
_DETAILS: Final = {
    "kind": Column.KIND,
    "share": Column.SHARES,
    "floor": Column.FLOOR,
    "area": Column.AREA,
}
_DECISIVE: Final = ("kind", "share")


@dataclass(slots=True)
class _Found:
    """A lot while the file is read, and which of its details some line has stated."""

    lot: ImportedLot
    stated: dict[str, object]
    bad_share: bool = False


class LotTable:
    """The lots found so far, in the order of the file."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._found: dict[str, _Found] = {}
        self._current = ""
        self._totals: list[tuple[int, int]] = []
        self._deed_total: int | None = None

    def lots(self) -> list[ImportedLot]:
        """The lots, in the order of the file."""
        return [found.lot for found in self._found.values()]

    def line_of(self, key: str) -> int:
        """The first line of a lot."""
        return self._found[key].lot.line

    def read(self, row: Row) -> str | None:
        """The key of the lot a line is about; None, after saying why, when there is none."""
        number = self._number(row)
        if number is None:
            return None
        self._current = key = lot_key(number)
        found = self._found.setdefault(key, _Found(ImportedLot(number, LotKind.OTHER, 0, line=row.line), {}))
        self._learn(row, found)
        return key

    def is_total(self, row: Row) -> bool:
        """Whether a line holds totals: a cell says so and neither lot nor owner stands on it, or only the right sum."""
        names = (self._notes.text(row, column) for column in (Column.LOT, Column.OWNER))
        if any(name and not words.is_total(name) for name in names):
            return False
        if words.kind_of(self._notes.text(row, Column.KIND)):
            return False
        if any(words.is_total(cell_text(cell)) for cell in row.cells if cell != ""):
            return True
        filled = [place for place in range(len(row.cells)) if row.text(place)]
        return filled == [self._notes.sheet.columns[Column.SHARES]] and self._amount(row) == self._sum()

    def note_total(self, row: Row) -> None:
        """Leave out a line of totals, and keep the shares it states for `finish`."""
        self._notes.notice("total", N_("This line holds totals; it is not imported."), row.line)
        stated = self._amount(row)
        if stated is not None:
            self._totals.append((row.line, stated))

    def finish(self, deed_total: int | None) -> None:
        """What can be said once all lines are read: missing details, and sums that do not agree."""
        if not self._found:
            self._notes.error("no_lots", N_("The file holds no lots."))
            return
        if not self._notes.has(Column.KIND) and not all(words.kind_of(lot.number) for lot in self.lots()):
            self._notes.warning("no_kinds", N_("No column holds the kind of the lots; they are taken as “other”."))
        for found in self._found.values():
            self._finish_lot(found)
        self._check_stated_total()
        deed = deed_total or self._deed_total
        if deed and (gap := deed_gap((lot.share for lot in self.lots()), deed)):
            self._notes.warning("deed_total", gap.warning.message, 0, None, **gap.warning.params)

    # --- one line ---------------------------------------------------------------------------------------------------

    def _number(self, row: Row) -> str | None:
        notes = self._notes
        number = notes.text(row, Column.LOT)
        if number:
            cell = notes.cell(row, Column.LOT)
            return notes.understood(lambda: cells.lot_number(cell, number, _MAX_NUMBER), row, Column.LOT, "lot")
        belongs = self._current and notes.text(row, Column.OWNER)
        if belongs and not any(notes.text(row, column) for column in _DETAILS.values()):
            lot = self._found[self._current].lot.number
            message = N_("No lot number: this line is taken as another owner of lot {lot}.")
            notes.warning("continued", message, row.line, Column.LOT, lot=lot)
            return lot
        notes.error("lot_missing", N_("The lot number is missing."), row.line, Column.LOT)
        return None

    def _learn(self, row: Row, found: _Found) -> None:
        """Take what the line says of the lot: later lines may leave out what the first said, not contradict it."""
        for detail, value in self._stated(row, found).items():
            if detail not in found.stated:
                found.stated[detail] = value
                found.lot = replace(found.lot, **{detail: value})  # type: ignore[arg-type]
            elif found.stated[detail] != value:
                self._differs(row, found, detail)

    def _differs(self, row: Row, found: _Found, detail: str) -> None:
        tell = self._notes.error if detail in _DECISIVE else self._notes.warning
        tell(
            "lot_differs",
            N_("Lot {lot}: “{other}” here, something else on line {first}."),
            row.line,
            _DETAILS[detail],
            lot=found.lot.number,
            other=self._notes.text(row, _DETAILS[detail]),
            first=found.lot.line,
        )

    def _stated(self, row: Row, found: _Found) -> dict[str, object]:
        """The details the line gives, read; one it does not give, or that cannot be read, is absent."""
        area = self._notes.cell(row, Column.AREA)
        stated = {
            "kind": self._kind(row),
            "share": self._share(row, found),
            "floor": self._floor(row),
            "area": self._notes.understood(lambda: cells.area(area), row, Column.AREA, "area"),
        }
        return {detail: value for detail, value in stated.items() if value is not None}

    def _kind(self, row: Row) -> LotKind | None:
        text = self._notes.text(row, Column.KIND)
        if not text:
            return None
        kind = words.kind_of(text)
        if kind is None:
            message = N_("The kind “{text}” is not known; it is taken as “other”.")
            self._notes.warning("unknown_kind", message, row.line, Column.KIND, text=text[:40])
        return kind or LotKind.OTHER

    def _share(self, row: Row, found: _Found) -> int | None:
        cell = self._notes.cell(row, Column.SHARES)
        if cell == "":
            return None
        read = self._notes.understood(lambda: cells.shares(cell), row, Column.SHARES, "shares")
        if read is None:
            found.bad_share = True
            return None
        share, total = read
        if total is not None and self._deed_total not in (None, total):
            message = N_("This line counts out of {total} shares, others out of {other}.")
            other = self._deed_total
            self._notes.error("deed_totals", message, row.line, Column.SHARES, total=total, other=other)
        self._deed_total = self._deed_total or total
        return share

    def _floor(self, row: Row) -> int | None:
        text = self._notes.text(row, Column.FLOOR)
        floor = words.floor_of(text) if text else None
        if text and floor is None:
            message = N_("The floor “{text}” is not understood; it is left open.")
            self._notes.warning("floor", message, row.line, Column.FLOOR, text=text[:40])
        return floor

    # --- the whole --------------------------------------------------------------------------------------------------

    def _finish_lot(self, found: _Found) -> None:
        lot, stated = found.lot, found.stated
        if "share" not in stated and not found.bad_share:
            message = N_("The shares of lot {lot} are missing.")
            self._notes.error("shares_missing", message, lot.line, Column.SHARES, lot=lot.number)
        elif stated.get("share") == 0:
            message = N_("Lot {lot} has no share in the common parts.")
            self._notes.warning("no_shares", message, lot.line, Column.SHARES, lot=lot.number)
        if "kind" in stated:
            return
        kind = words.kind_of(lot.number)
        found.lot = replace(lot, kind=kind or LotKind.OTHER)
        if kind is None and self._notes.has(Column.KIND):
            message = N_("The kind of lot {lot} is missing; it is taken as “other”.")
            self._notes.warning("kind_missing", message, lot.line, Column.KIND, lot=lot.number)

    def _check_stated_total(self) -> None:
        """The last total must be the sum of the lots, or all subtotals together must be."""
        if not self._totals:
            return
        line, last = self._totals[-1]
        total = self._sum()
        if total in (last, sum(stated for _, stated in self._totals)):
            return
        message = N_("This line gives {stated} shares in all; the lots have {total} together.")
        self._notes.warning("total_differs", message, line, Column.SHARES, stated=last, total=total)

    def _sum(self) -> int:
        return sum(found.lot.share for found in self._found.values())

    def _amount(self, row: Row) -> int | None:
        try:
            return cells.shares(self._notes.cell(row, Column.SHARES))[0]
        except Refused:
            return None
