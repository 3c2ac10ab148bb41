"""The budget of a year: its lines edited in place, last year beside them, its totals."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.budget.facts import Line
from koprogo_app.budget.model import NATURE_NAMES, STATUS_NAMES, Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.lines import natures_of
from koprogo_app.budget.service import lines as service
from koprogo_app.budget.service.behind import address
from koprogo_app.budget.service.budgets import unvoted
from koprogo_app.budget.service.overview import BudgetView, next_year, view
from koprogo_app.budget.service.variance import SHARES
from koprogo_app.budget.state.acts import BudgetActs
from koprogo_app.budget.state.common import (
    KINDS,
    BudgetLink,
    ReserveNote,
    Tally,
    budget_links,
    change,
    chosen,
    name_of,
    nature_options,
    reserve_note,
    where,
)
from koprogo_app.estate.queries.keys import KeyRow, keys_of
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, P_, money, tr
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import Dialog, Sent, Told, acts, loads, saves, submits


@dataclass(frozen=True)
class Head:
    """What stands above the table."""

    id: str = ""
    name: str = ""
    label: str = ""
    year: int = 0
    number: int = 0
    status: str = ""
    status_text: str = ""
    status_kind: str = "neutral"
    editable: bool = False
    submitted: bool = False
    voted: bool = False
    begins: str = ""
    over: bool = False
    decided: bool = False
    rejection: str = ""
    vote: str = ""
    document: str = ""
    last_name: str = ""
    last_known: bool = False
    last_runs: bool = False
    frequency: str = ""
    query: str = ""
    waiver: str = ""
    reserve_reason: str = ""


@dataclass(frozen=True)
class ReadLine:
    """A line to read."""

    id: str = ""
    code: str = ""
    label: str = ""
    href: str = ""
    nature: str = ""
    key: str = ""
    cents: str = ""
    last: str = ""
    change: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Months:
    """How a line falls over the months: its weights as text, how many the year has; the version that was seen."""

    code: str = ""
    version: int = 0
    weights: str = ""
    count: int = 0


@dataclass(frozen=True)
class Unbudgeted:
    """A cost of last year that no line is for."""

    text: str = ""
    last: str = ""


class BudgetPage(BudgetActs, rx.State):
    """One budget of a building. In the address: `year`, `n` (a supplementary one)."""

    building: str = ""
    write: bool = False
    vote: bool = False
    has: bool = False
    warning: str = ""
    head: Head = Head()
    choices: list[BudgetLink] = []
    rows: list[GridRow] = []
    lines: list[ReadLine] = []
    outcomes: list[dict[str, Any]] = []
    tallies: list[Tally] = []
    total: str = ""
    last_total: str = ""
    rule: ReserveNote = ReserveNote()
    unbudgeted: list[Unbudgeted] = []
    accounts: list[dict[str, str]] = []
    keys: list[dict[str, str]] = []
    next_year: int = 0
    form_version: int = 0
    months: Months = Months()
    _today: date = date.max

    load = loads("budget.read")
    save_cells = saves("budget.write")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, self.outcomes = id_after(self, "buildings"), []
        book = await books.open_book(w, building_id, "budget.read")
        rows = await queries.budgets(w, building_id)
        row = chosen(rows, self.router.url.query_parameters, _running(rows, w.today))
        self.building, self._today = book.building_name, w.today
        self.write = may("budget.write", book.organization_id, building_id)
        self.vote = may("budget.vote", book.organization_id, building_id)
        self.warning = tr(lang, NO_BUDGET) if unvoted(rows, w.today) else ""
        self.choices, self.has = budget_links(rows, lang), row is not None
        self.next_year = await next_year(w, building_id)
        if row is None:
            self.head = Head()
            return
        seen = await view(w, building_id, row.year, row.number)
        chart = {account.code: account for account in await books.accounts(w, building_id)}
        keys = await keys_of(w, building_id, archived=True)
        self._show_head(seen, lang)
        self._show_totals(seen, lang)
        self._show_lines(seen, chart, keys, lang)

    def _show_head(self, seen: BudgetView, lang: str) -> None:
        row = seen.budget
        self.head = Head(
            id=str(row.id), name=name_of(row, lang), label=row.label, year=row.year, number=row.number,
            status=row.status, status_text=tr(lang, STATUS_NAMES[row.status]),
            status_kind=KINDS[row.status],
            editable=row.editable and self.write, submitted=row.status == "submitted", voted=row.status == "voted",
            over=row.status == "active" and row.end < self._today, decided=row.decided,
            begins=shown_day(row.start, lang) if row.status == "voted" and row.start > self._today else "",
            rejection=_rejection(row, lang), vote=_voted(row, lang),
            document=f"{self.base}/documents?doc={row.document_id}" if row.document_id else "",
            last_name=seen.before.months.name, last_known=seen.before.known,
            last_runs=seen.before.known and seen.before.months.end >= self._today,
            frequency=row.frequency, query=where(row), waiver=row.waiver,
            reserve_reason=row.reserve_reason,
        )  # fmt: skip

    def _show_totals(self, seen: BudgetView, lang: str) -> None:
        self.tallies = [
            Tally(
                tr(lang, NATURE_NAMES[nature]),
                money(seen.total(nature), lang),
                money(seen.last_total(nature), lang) if seen.before.known else "",
            )
            for nature in Nature
        ]
        self.total, self.last_total = money(seen.total(), lang), money(seen.last_total(), lang)
        self.rule = reserve_note(seen.rule, lang)

    def _show_lines(self, seen: BudgetView, chart: dict[str, books.AccountRow], keys: list[KeyRow], lang: str) -> None:
        names = {key.id: key.name or tr(lang, SHARES) for key in keys}
        row = seen.budget
        shown = [
            _read(line, seen, chart, names, address(self.base, row.year, line.place, number=row.number), lang)
            for line in seen.lines
        ]
        # A key that was put away stays where a line has it.
        held = {line.key_id for line in seen.lines}
        options = [_option(key, names) for key in keys if not key.archived or key.id in held]
        self.keys = [_option(key, names) for key in keys if not key.archived]
        editable = self.head.editable
        self.rows = [
            _grid_row(line, read, options, lang) for line, read in zip(seen.lines, shown, strict=True) if editable
        ]
        self.lines = [] if editable else shown
        rest = sorted(seen.unbudgeted.items(), key=lambda one: (one[0][0], str(one[0][1] or "")))
        self.unbudgeted = [
            Unbudgeted(
                f"{code} {chart[code].label(lang)}" + (f" ({names.get(key, '')})" if key else ""), money(cents, lang)
            )
            for (code, key), cents in rest
            if code.startswith("6") and cents and not seen.budget.number
        ]
        self.accounts = [
            {"value": code, "label": f"{code} {row.label(lang)}"}
            for code, row in chart.items()
            if code.startswith(("61", "62", "63", "64", "65", "66", "700")) and not row.archived
        ]

    # Cells

    async def _saved(self, w: Work, lang: str) -> None:
        self._show_totals(await view(w, id_after(self, "buildings"), self.head.year, self.head.number), lang)

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        field = change["field"]
        name = "key_id" if field == "key" else field
        line = await service.change_line(w, as_id(change["row"]), change["version"], {name: change["value"]})
        return Saved(_value(line, field, lang), line.version)

    @acts("budget.write")
    async def act(self, w: Work, row: str, action: str) -> Told:
        """“Remove” or “Months” beside a line."""
        line_id = as_id(row)
        if action == "months":
            self.months = await self._months(w, line_id)
            return Told(dialog=Dialog("months", row), refill=False)
        if action == "remove":
            await service.remove_line(w, line_id)
        return Told()

    async def _months(self, w: Work, line_id: UUID) -> Months:
        lines = await queries.lines_of(w, as_id(self.head.id))
        line = next((line for line in lines if line.id == line_id), None)
        if line is None:
            raise Conflict(N_("This line is no longer there. Load the page again."))
        count = len((await queries.budget_by_id(w, line.budget_id)).months)
        weights = line.profile or [1] * count
        return Months(line.account_code, line.version, " ".join(map(str, weights)), count)

    @submits("budget.write", dialog="months")
    async def save_months(self, w: Work, sent: Sent) -> None:
        """Sets how a line falls over the months: a weight for each, separated by spaces."""
        weights = _weights(sent.text("profile"), self.months.count)
        await service.change_line(w, sent.record_id, self.months.version, {"profile": weights})

    @submits("budget.write", done=N_("The line is added."))
    async def add_line(self, w: Work, sent: Sent) -> None:
        """Adds a line on an account, by a key."""
        values: dict[str, Any] = sent.typed("key_id") | {"account_code": sent.text("account_code").split(" ", 1)[0]}
        await service.add_line(w, sent.id("budget"), values | {"cents": sent.text("cents") or 0})
        self.form_version += 1


NO_BUDGET = N_("The financial year has begun without a voted budget.")


def _running(rows: list[BudgetRow], today: date) -> int:
    return next((row.year for row in rows if row.start <= today <= row.end), today.year)


def _weights(text: str, count: int) -> list[int]:
    """Whole numbers, one for each month of the year. Raises Invalid on `profile`."""
    words = text.replace(",", " ").replace(";", " ").split()
    if len(words) != count or not all(word.isascii() and word.isdigit() for word in words):
        raise Invalid("profile", N_("Give a weight for each month, 0 or more."))
    return [int(word) for word in words]


def _rejection(row: BudgetRow, lang: str) -> str:
    if row.status != "draft" or not row.rejection:
        return ""
    return tr(lang, N_("Sent back on {day}: {reason}"), day=shown_day(row.rejected_on, lang), reason=row.rejection)


def _voted(row: BudgetRow, lang: str) -> str:
    if not row.decided:
        return ""
    what = ", ".join(part for part in (row.decision, row.document_title) if part)
    return tr(lang, N_("Voted on {day}: {decision}"), day=shown_day(row.voted_on, lang), decision=what)


def _read(
    line: Line, seen: BudgetView, chart: dict[str, books.AccountRow], keys: dict[UUID | None, str], href: str, lang: str
) -> ReadLine:
    last = seen.last.get(line.place, 0)
    # What a supplementary budget adds is no change from last year: the voted budget it adds to is.
    changed = "" if seen.budget.number else change(line.cents, last, lang)
    return ReadLine(
        str(line.id), line.account_code, chart[line.account_code].label(lang), href if last else "",
        tr(lang, NATURE_NAMES[line.nature]), keys.get(line.key_id, ""), amount(line.cents, lang),
        amount(last, lang) if seen.before.known else "", changed, line.comment,
    )  # fmt: skip


def _option(key: KeyRow, names: dict[UUID | None, str]) -> dict[str, str]:
    return {"value": str(key.id or "shares"), "label": names[key.id]}


def _grid_row(line: Line, read: ReadLine, keys: list[dict[str, str]], lang: str) -> GridRow:
    last: Cell = {"value": read.last} | ({"href": read.href} if read.href else {})  # type: ignore[assignment]
    months = P_("months", "uneven") if line.profile else P_("months", "even")
    cells: dict[str, str | Cell] = {
        "account_code": {"value": read.code, "hint": read.label},
        "nature": {"value": line.nature, "options": nature_options(lang, natures_of(line.account_code))},
        "key": {"value": str(line.key_id or "shares"), "options": keys},
        "last": last,
        "cents": read.cents,
        "months": {"value": tr(lang, months), "action": {"id": "months", "label": tr(lang, P_("link", "change"))}},
        "comment": line.comment,
        "remove": {"value": "", "action": {"id": "remove", "label": tr(lang, N_("Remove"))}},
    }
    label = f"{read.code} {read.label} – {read.key}"
    return {"id": read.id, "version": line.version, "label": label, "cells": cells, "lines": []}


def _value(line: Line, field: str, lang: str) -> str:
    """A cell as it is shown once saved."""
    if field == "cents":
        return amount(line.cents, lang)
    return str(line.key_id or "shares") if field == "key" else str(getattr(line, field))
