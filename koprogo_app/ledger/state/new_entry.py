"""Writing a miscellaneous entry: its lines in a table edited in place, its totals live."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved, answers
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.ledger.rules.posting import MAX_CENTS, Draft, DraftLine
from koprogo_app.ledger.service import entries as service
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    required_day,
    shown_day,
    typed,
    workspace,
)
from koprogo_app.workspace.state.figures import amount

_BLANK_LINES: Final = 4
_MOST_LINES: Final = 200
_MOST_FILES: Final = 200
_FIELDS: Final = ("account", "party", "label", "debit", "credit")


class NewEntry(rx.State):
    """The entry being written; nothing of it is kept until it is posted."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    today: str = ""
    journals: list[dict[str, str]] = []
    accounts: list[dict[str, str]] = []
    files: list[dict[str, str]] = []
    building_id: str = ""
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    totals: dict[str, str] = {}
    errors: dict[str, dict[str, str]] = {}
    wrong: list[dict[str, str]] = []
    _lines: dict[str, dict[str, str]] = {}
    _people: dict[str, str] = {}

    @handler("ledger.write")
    async def load(self) -> AsyncIterator[None]:
        """Begins an empty entry."""
        try:
            base = workspace(id_after(self, "buildings"))
            if self.base != base or not self._lines:
                self.base, self.ready = base, False
                yield
                await self._begin()
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _begin(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id, "ledger.write")
            closing = {JournalKind.CLOSING}
            journals = [j for j in await books.journals(w, building_id) if j.kind not in closing]
            chart = await books.accounts(w, building_id)
            people = await parties(w, building_id)
            years = await books.years(w, building_id)
            today = w.today
            files = await _files(w, building_id, lang)
        self.building, self.building_id, self.files = book.building_name, str(building_id), files
        first = sorted(journals, key=lambda j: j.kind != JournalKind.MISCELLANEOUS)
        self.journals = [{"value": j.code, "label": f"{j.code} · {j.name(lang)}"} for j in first]
        usable = [row for row in chart if row.postable and not row.archived]
        names = books.telling_names(chart, lang)
        self.accounts = [{"value": row.code, "label": names[row.code]} for row in usable]
        self.today = _proposed(today, [(y.start, y.end) for y in years if y.is_open]).isoformat()
        self._people = {f"{p.kind}:{p.id}": p.name for p in people}
        self._lines, self.rows, self.outcomes, self.errors, self.wrong = {}, [], [], {}, []
        self._append(_BLANK_LINES, lang)

    @handler("ledger.write")
    async def list_files(self) -> None:
        """Reads the building's documents again: one may have been added meanwhile."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            self.files = await _files(w, id_after(self, "buildings"), lang)

    def _append(self, count: int, lang: str) -> None:
        start = len(self._lines)
        new = {str(start + i + 1): dict.fromkeys(_FIELDS, "") for i in range(count)}
        self._lines = {**self._lines, **new}
        self.rows = [*self.rows, *(self._row(key, lang) for key in new)]
        self._add_up(lang)

    def _row(self, key: str, lang: str) -> GridRow:
        line = self._lines[key]
        nobody = {"value": "", "label": "–"}
        options = [nobody] + [{"value": value, "label": name} for value, name in self._people.items()]
        cells: dict[str, str | Cell] = {name: line[name] for name in _FIELDS}
        cells["party"] = {"value": line["party"], "options": options}
        return {"id": key, "version": 1, "label": tr(lang, "Line {number}", number=key), "cells": cells}

    @handler("ledger.write")
    async def more(self) -> None:
        """Adds lines below."""
        if len(self._lines) < _MOST_LINES:
            self._append(_BLANK_LINES, await lang_of(self))

    @handler("ledger.write")
    async def save_cells(self, changes: list[Any]) -> None:
        """Takes what was typed; each cell is checked as it is left."""
        lang = await lang_of(self)

        async def save(change: Change) -> Saved:
            return self._take(change, lang)

        self.outcomes = await answers(self.outcomes, changes, save, lang)
        self._add_up(lang)

    def _take(self, change: Change, lang: str) -> Saved:
        field, key = change["field"], change["row"]
        if key not in self._lines or field not in _FIELDS:
            raise Invalid(field, N_("This line is no longer there. Load the page again."))
        value, note = self._checked(field, change["value"].strip(), lang)
        self._lines = {**self._lines, key: {**self._lines[key], field: value}}
        return Saved(value, change["version"] + 1, note=note)  # type: ignore[arg-type]

    def _checked(self, field: str, typed_text: str, lang: str) -> tuple[str, dict[str, str] | None]:
        """The value as shown, and what stands beside the row. Raises Invalid."""
        if field in ("debit", "credit"):
            if not typed_text:
                return "", None
            cents = parse_cents(typed_text, lang, field)
            if not 0 < cents <= MAX_CENTS:
                raise Invalid(field, N_("Type an amount above zero."))
            return amount(cents, lang), None
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
        debit, credit = (sum(_cents(line[side], lang) for line in self._lines.values()) for side in ("debit", "credit"))
        gap = debit - credit
        text = tr(lang, "Debit equals credit") if not gap else tr(lang, "Debit exceeds credit by {amount}",
                                                                 amount=amount(gap, lang))  # fmt: skip
        if gap < 0:
            text = tr(lang, "Credit exceeds debit by {amount}", amount=amount(-gap, lang))
        kind = "attention" if gap else "done" if debit else "neutral"
        self.totals = {"debit": amount(debit, lang), "credit": amount(credit, lang), "text": text, "kind": kind}

    @handler("ledger.write")
    async def post(self, data: dict[str, Any]) -> Any:
        """Posts the entry and shows it."""
        lang = await lang_of(self)
        filled = [key for key, line in self._lines.items() if any(line.values())]
        try:
            async with work(acting(lang)) as w:
                made = await service.post(w, id_after(self, "buildings"), self._draft(data, filled, lang))
        except KoproError as error:
            self._refused(error, filled, lang)
            return None
        self._lines, self.errors, self.wrong = {}, {}, []
        await notify(self, "done", N_("Posted as {name}."), name=f"{made.journal} {made.number}")
        return rx.redirect(f"{self.base}/entries/{made.id}")

    def _draft(self, data: dict[str, Any], filled: list[str], lang: str) -> Draft:
        values = typed(data, "journal", "document_ref", "label", "document")
        return Draft(
            values.get("journal", ""),
            required_day(data, "date", lang),
            values.get("document_ref", ""),
            [_draft_line(self._lines[key], lang) for key in filled],
            document_date=required_day(data, "document_date", lang),
            label=values.get("label", ""),
            document_id=as_id(values["document"]) if values.get("document") else None,
        )

    def _refused(self, error: KoproError, filled: list[str], lang: str) -> None:
        found = re.fullmatch(r"lines\.(\d+)\.\w+", error.field)
        if not found and error.field not in ("lines", "party", "account"):
            self.errors, self.wrong = problems(error), []
            return
        text = error.text(lang)
        if found:
            text = tr(lang, "Line {line}: {reason}", line=filled[int(found[1])], reason=text)
        self.errors, self.wrong = {}, [{"text": text}]


async def _files(w: Work, building_id: UUID, lang: str) -> list[dict[str, str]]:
    """The newest documents of the building, to choose the one that supports the entry."""
    page = await documents_page(w, Asked(per_page=_MOST_FILES), Choice(building_id=building_id))
    return [{"value": str(d.id), "label": f"{d.title} · {shown_day(d.dated, lang)}"} for d in page.rows]


def _cents(shown: str, lang: str) -> int:
    return parse_cents(shown, lang) if shown else 0


def _draft_line(line: dict[str, str], lang: str) -> DraftLine:
    kind, _, party = line["party"].partition(":")
    return DraftLine(
        line["account"],
        _cents(line["debit"], lang) - _cents(line["credit"], lang),
        owner_id=as_id(party) if kind == "owner" else None,
        supplier_id=as_id(party) if kind == "supplier" else None,
        label=line["label"],
    )


def _proposed(today: date, open_years: list[tuple[date, date]]) -> date:
    """Today when its year is open, else the last day of the last open year before it, or the first of the next."""
    if any(start <= today <= end for start, end in open_years):
        return today
    earlier = [end for _, end in open_years if end < today]
    return max(earlier) if earlier else min((start for start, _ in open_years), default=today)
