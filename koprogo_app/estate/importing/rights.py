"""Who holds which part of a lot: one claim a line, put together lot by lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from koprogo_app.estate.importing import cells, words
from koprogo_app.estate.importing.columns import Column
from koprogo_app.estate.importing.notes import Notes
from koprogo_app.estate.importing.people import Person
from koprogo_app.estate.importing.preview import ImportedLot, ImportedOwnership
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import Row
from koprogo_app.law.shares import Holding, Right, ownership_problem, ownership_totals

WHOLE = Fraction(1)


@dataclass(slots=True)
class Claim:
    """What one line says of an owner's right on a lot; `part` is None when it does not say how much."""

    lot: str
    line: int
    right: Right
    part: Fraction | None
    primary: bool
    readable: bool


class Claims:
    """The claims of the file."""

    def __init__(self, notes: Notes, rows: Iterable[Row]) -> None:
        """`rows` are the lines below the headings: all parts together tell how mere numbers count."""
        self._notes = notes
        self._claims: list[Claim] = []
        parts = [notes.cell(row, Column.PART) for row in rows if notes.text(row, Column.OWNER)]
        self._from_one = cells.counts_from_one(parts)
        if self._from_one:
            message = N_("The parts are read as fractions of one: 0.5 is a half, 1 the whole.")
            notes.notice("parts_from_one", message, notes.sheet.headings.line, Column.PART)

    def read(self, row: Row, lot: str) -> None:
        """Take the claim of a line on the lot with that key."""
        right = self._right(row)
        cell = self._notes.cell(row, Column.PART)
        part = self._notes.understood(lambda: cells.part(cell, self._from_one), row, Column.PART, "part")
        readable = right is not None and (part is not None or cell == "")
        primary = words.yes_or_no(self._notes.text(row, Column.PRIMARY)) is True
        self._claims.append(Claim(lot, row.line, right or Right.FULL, part, primary, readable))

    def ownerships(self, lots: Iterable[ImportedLot], people: Mapping[int, Person]) -> list[ImportedOwnership]:
        """The ownership of each lot, once it is known who is meant on each line; says what is wrong with it."""
        by_lot: dict[str, list[Claim]] = {lot.key: [] for lot in lots}
        lines = {lot.key: lot.line for lot in lots}
        for claim in self._claims:
            by_lot[claim.lot].append(claim)
        found: list[ImportedOwnership] = []
        for lot, claims in by_lot.items():
            if not claims:
                message = N_("This lot has no owner; it stays a draft.")
                self._notes.warning("no_owner", message, lines[lot], Column.OWNER)
            elif all(claim.readable for claim in claims) and self._parts_known(claims):
                found += self._of_lot(claims, people)
        return found

    def _of_lot(self, claims: list[Claim], people: Mapping[int, Person]) -> list[ImportedOwnership]:
        if self._held_twice(claims, people):
            return []
        contact = next((claim for claim in claims if claim.primary), claims[0])
        owned = [
            ImportedOwnership(
                claim.lot,
                people[claim.line].owner.key,
                claim.right,
                claim.part or WHOLE,
                claim is contact,
                claim.line,
            )
            for claim in claims
        ]
        self._check_whole(owned)
        return owned

    def _right(self, row: Row) -> Right | None:
        text = self._notes.text(row, Column.RIGHT)
        right = words.right_of(text) if text else Right.FULL
        if right is None:
            message = N_("“{text}” is not a right on a lot. Write full ownership, bare ownership, usufruct …")
            self._notes.error("right", message, row.line, Column.RIGHT, text=text[:40])
        return right

    def _parts_known(self, claims: list[Claim]) -> bool:
        """Whether every part is known: the only holder on a side has the whole; the others are told to give theirs."""
        unknown = [claim for claim in claims if claim.part is None and not _alone(claim, claims)]
        for claim in unknown:
            message = N_("Several owners hold this lot: give the part of each (1/2, 50 %).")
            self._notes.error("part_missing", message, claim.line, Column.PART)
        return not unknown

    def _held_twice(self, claims: list[Claim], people: Mapping[int, Person]) -> bool:
        first: dict[tuple[str, Right], int] = {}
        twice = False
        for claim in claims:
            line = first.setdefault((people[claim.line].owner.key, claim.right), claim.line)
            if line != claim.line:
                twice = True
                message = N_("This owner already holds this right on this lot on line {first}.")
                self._notes.error("held_twice", message, claim.line, Column.OWNER, first=line)
        return twice

    def _check_whole(self, owned: list[ImportedOwnership]) -> None:
        """Too much is an error, on the last line of the lot; too little leaves the lot a draft."""
        holdings = [Holding(one.owner_key, one.right, one.share) for one in owned]
        problem = ownership_problem(holdings)
        if problem is None:
            return
        totals = ownership_totals(holdings)
        column = Column.PART if self._notes.has(Column.PART) else Column.OWNER
        line = owned[-1].line
        if max(totals.ownership, totals.enjoyment) > 1:
            self._notes.error("too_much", problem.refusal.message, line, column, **problem.refusal.params)
            return
        for refusal in problem.refusals:
            self._notes.warning("incomplete", refusal.message, line, column, **refusal.params)


def _alone(claim: Claim, claims: list[Claim]) -> bool:
    """Whether nobody else holds anything on the sides of this claim."""
    others = [other for other in claims if other is not claim]
    return not any(
        (claim.right.owns and other.right.owns) or (claim.right.enjoys and other.right.enjoys) for other in others
    )
