"""Writing a miscellaneous entry: its lines in a table edited in place, its totals live."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.identity.guard import handler
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.ledger.rules.posting import MAX_CENTS, Draft, DraftLine
from koprogo_app.ledger.service import entries as service
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import as_id, id_after, lang_of, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, reads, saves, submits

_BLANK_LINES: Final = 4
_MOST_LINES: Final = 200
_MOST_FILES: Final = 200
_FIELDS: Final = ("account", "party", "label", "debit", "credit")


@dataclass(frozen=True)
class Written:
    """A line as far as it is written; amounts in cents, `party` as `owner:id` or `supplier:id`."""

    account: str = ""
    party: str = ""
    label: str = ""
    debit: int = 0
    credit: int = 0


@dataclass(frozen=True)
class Totals:
    """Both sides added up, and how far they are apart."""

    debit: str = ""
    credit: str = ""
    text: str = ""
    kind: str = "neutral"


class NewEntry(PageState, rx.State):
    """The entry being written; nothing of it is kept until it is posted."""

    building: str = ""
    today: str = ""
    journals: list[dict[str, str]] = []
    accounts: list[dict[str, str]] = []
    files: list[dict[str, str]] = []
    building_id: str = ""
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    totals: Totals = Totals()
    _lines: dict[str, Written] = {}
    _people: dict[str, str] = {}
    _written_for: str = ""

    load = loads("ledger.write")
    save_cells = saves("ledger.write")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id, "ledger.write")
        journals = [j for j in await books.journals(w, building_id) if j.kind != JournalKind.CLOSING]
        chart = await books.accounts(w, building_id)
        years = await books.years(w, building_id)
        self.building, self.building_id = book.building_name, str(building_id)
        self.files = await _files(w, building_id, lang)
        first = sorted(journals, key=lambda j: j.kind != JournalKind.MISCELLANEOUS)
        self.journals = [{"value": j.code, "label": f"{j.code} · {j.name(lang)}"} for j in first]
        usable = [row for row in chart if row.postable and not row.archived]
        names = books.telling_names(chart, lang)
        self.accounts = [{"value": row.code, "label": names[row.code]} for row in usable]
        self.today = _proposed(w.today, [(y.start, y.end) for y in years if y.is_open]).isoformat()
        self._people = {f"{p.kind}:{p.id}": p.name for p in await parties(w, building_id)}
        # What was written stays, in the reader's language, until it is posted or another building's page is opened.
        written_for = f"{building_id} {self.saved}"
        if self._written_for != written_for:
            self._written_for, self._lines = written_for, _blank(0)
        self._draw(lang)

    def _draw(self, lang: str) -> None:
        self.rows, self.outcomes = [self._row(key, line, lang) for key, line in self._lines.items()], []
        self._add_up(lang)

    @reads("ledger.write")
    async def list_files(self, w: Work, lang: str) -> None:
        """Reads the building's documents again: one may have been added meanwhile."""
        self.files = await _files(w, id_after(self, "buildings"), lang)

    def _row(self, key: str, line: Written, lang: str) -> GridRow:
        nobody = {"value": "", "label": "–"}
        options = [nobody] + [{"value": value, "label": name} for value, name in self._people.items()]
        cells: dict[str, str | Cell] = {
            "account": line.account,
            "party": {"value": line.party, "options": options},
            "label": line.label,
            "debit": amount(line.debit, lang, blank=True),
            "credit": amount(line.credit, lang, blank=True),
        }
        return {"id": key, "version": 1, "label": tr(lang, "Line {number}", number=key), "cells": cells}

    @handler("ledger.write")
    async def more(self) -> None:
        """Adds lines below."""
        if len(self._lines) < _MOST_LINES:
            self._lines = {**self._lines, **_blank(len(self._lines))}
            self._draw(await lang_of(self))

    async def _save(self, _: Work, change: Change, lang: str) -> Saved:
        """Takes what was typed; each cell is checked as it is left."""
        field, key = change["field"], change["row"]
        if key not in self._lines or field not in _FIELDS:
            raise Invalid(field, N_("This line is no longer there. Load the page again."))
        value, note = self._checked(field, change["value"].strip(), lang)
        changed: dict[str, Any] = {field: value}
        self._lines = {**self._lines, key: replace(self._lines[key], **changed)}
        shown = amount(value, lang, blank=True) if isinstance(value, int) else value
        return Saved(shown, change["version"] + 1, note=note)  # type: ignore[arg-type]

    async def _saved(self, _: Work, lang: str) -> None:
        self._add_up(lang)

    def _checked(self, field: str, typed_text: str, lang: str) -> tuple[str | int, dict[str, str] | None]:
        """The value that is kept, and what stands beside the row. Raises Invalid."""
        if field in ("debit", "credit"):
            if not typed_text:
                return 0, None
            cents = parse_cents(typed_text, lang, field)
            if not 0 < cents <= MAX_CENTS:
                raise Invalid(field, N_("Type an amount above zero."))
            return cents, None
        if field == "account" and typed_text:
            code = re.sub(r"[\s.]", "", typed_text.split("·", maxsplit=1)[0])
            found = next((a for a in self.accounts if a["value"] == code), None)
            if found is None:
                raise Invalid(field, N_("There is no account {code} to post on."), code=code)
            return code, {"kind": "information", "text": found["label"]}
        if field == "party" and typed_text and typed_text not in self._people:
            raise Invalid(field, N_("Choose one."))
        return typed_text[:500], None

    def _add_up(self, lang: str) -> None:
        debit, credit = (sum(getattr(line, side) for line in self._lines.values()) for side in ("debit", "credit"))
        gap = debit - credit
        text = tr(lang, "Debit equals credit") if not gap else tr(lang, "Debit exceeds credit by {amount}",
                                                                 amount=amount(gap, lang))  # fmt: skip
        if gap < 0:
            text = tr(lang, "Credit exceeds debit by {amount}", amount=amount(-gap, lang))
        kind = "attention" if gap else "done" if debit else "neutral"
        self.totals = Totals(amount(debit, lang), amount(credit, lang), text, kind)

    @acts("ledger.write")
    async def give_up(self, w: Work) -> Told:
        """Forgets what was written, so that the next entry begins empty, and goes back to the journal."""
        self._lines = _blank(0)
        self._draw(w.principal.lang)
        return Told(go=f"{self.base}/entries")

    @submits("ledger.write")
    async def post(self, w: Work, sent: Sent) -> Told:
        """Posts the entry and shows it."""
        filled = [key for key, line in self._lines.items() if line != Written()]
        draft = Draft(
            sent.text("journal"),
            sent.day("date"),
            sent.text("document_ref"),
            [_draft_line(self._lines[key]) for key in filled],
            document_date=sent.day("document_date"),
            label=sent.text("label"),
            document_id=sent.id_or_none("document"),
        )
        try:
            made = await service.post(w, id_after(self, "buildings"), draft)
        except KoproError as error:
            raise _on_line(error, filled, sent.lang) from error
        name = f"{made.journal} {made.number}"
        return Told(N_("Posted as {name}."), params={"name": name}, go=f"{self.base}/entries/{made.id}")


def _blank(after: int) -> dict[str, Written]:
    """Empty lines below so many."""
    return {str(after + place): Written() for place in range(1, _BLANK_LINES + 1)}


def _on_line(error: KoproError, filled: list[str], lang: str) -> KoproError:
    """The refusal of a line names it by the number that the table shows."""
    found = re.fullmatch(r"lines\.(\d+)\.\w+", error.field)
    if not found:
        return error
    return Invalid(
        "lines", N_("Line {line}: {reason}"), article=error.article, line=filled[int(found[1])], reason=error.text(lang)
    )


async def _files(w: Work, building_id: UUID, lang: str) -> list[dict[str, str]]:
    """The newest documents of the building, to choose the one that supports the entry."""
    page = await documents_page(w, Asked(per_page=_MOST_FILES), Choice(building_id=building_id))
    return [{"value": str(d.id), "label": f"{d.title} · {shown_day(d.dated, lang)}"} for d in page.rows]


def _draft_line(line: Written) -> DraftLine:
    kind, _, party = line.party.partition(":")
    return DraftLine(
        line.account,
        line.debit - line.credit,
        owner_id=as_id(party) if kind == "owner" else None,
        supplier_id=as_id(party) if kind == "supplier" else None,
        label=line.label,
    )


def _proposed(today: date, open_years: list[tuple[date, date]]) -> date:
    """Today when its year is open, else the last day of the last open year before it, or the first of the next."""
    if any(start <= today <= end for start, end in open_years):
        return today
    earlier = [end for _, end in open_years if end < today]
    return max(earlier) if earlier else min((start for start, _ in open_years), default=today)
