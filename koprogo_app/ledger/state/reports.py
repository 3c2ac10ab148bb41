"""Trial balance, general ledger, statements: read-only pages over a financial year or a quarter of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import tr
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.entries import account_detail, general_ledger, parties, party_account
from koprogo_app.ledger.queries.periods import days_of, same_days, year_options
from koprogo_app.ledger.state.common import MoveLine, PartyLine, balanced_text, move_line, party_line
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    asked,
    failure,
    id_after,
    lang_of,
    opening,
    place,
    shown_day,
    workspace,
)
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class TrialLine:
    """An account in the trial balance."""

    code: str = ""
    label: str = ""
    href: str = ""
    opening: str = ""
    debit: str = ""
    credit: str = ""
    closing: str = ""


class Trial(rx.State):
    """The trial balance. In the address: `year`, `part`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    rows: list[TrialLine] = []
    years: list[dict[str, str]] = []
    shown: dict[str, str] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            yield
            lang, building_id = await lang_of(self), id_after(self, "buildings")
            async with work(acting(lang)) as w:
                book = await books.open_book(w, building_id)
                years = await books.years(w, building_id)
                days = days_of(self.router.url.query_parameters, years, w.today)
                found = await reports.trial_balance(w, building_id, days.start, days.end)
                names = {row.code: row.label(lang) for row in await books.accounts(w, building_id)}
                self.years = year_options(years, w.today, self.router.url.query_parameters.get("year", ""))
            self.building = book.building_name
            self.rows = [self._line(row, names[row.code], lang) for row in found.rows]
            self.shown = {
                "days": days.text(lang),
                "debit": amount(found.debit, lang),
                "credit": amount(found.credit, lang),
                "earlier": amount(found.earlier_result, lang, blank=True),
                **{f"proof_{name}": value for name, value in balanced_text(found.balanced, lang).items()},
            }
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    def _line(self, row: reports.TrialRow, label: str, lang: str) -> TrialLine:
        return TrialLine(
            row.code,
            label,
            f"{self.base}/ledger?account={row.code}{same_days(self.router.url.query_parameters)}",
            amount(row.opening, lang, blank=True),
            amount(row.debit, lang, blank=True),
            amount(row.credit, lang, blank=True),
            amount(row.closing, lang),
        )


class Moves(rx.State):
    """The general ledger. In the address: `account` (a code), `party` (an id), `year`, `part`, `page`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    subject: str = ""
    rows: list[MoveLine] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    people: list[PartyLine] = []

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            years = await books.years(w, building_id)
            days = days_of(query, years, w.today)
            people = await parties(w, building_id)
            self.years = year_options(years, w.today, self.router.url.query_parameters.get("year", ""))
            at, start, end = asked(query, 100), days.start, days.end
            if query.get("party"):
                party = as_id(query["party"])
                page = await party_account(w, building_id, party, at, start=start, end=end)
                self.subject = next((p.name for p in people if p.id == party), "")
            elif code := query.get("account", "").strip():
                detail = await account_detail(w, building_id, code, at, start=start, end=end)
                page, self.subject = detail.movements, f"{code} {detail.account.label(lang)}"
            else:
                page, self.subject = await general_ledger(w, building_id, at, start=start, end=end), ""
        self.building = book.building_name
        self.rows, self.at = [move_line(row, self.base, lang) for row in page.rows], place(page)
        self.people = [
            party_line(p, f"{self.base}/ledger?party={p.id}{same_days(query)}", lang) for p in people if p.moved
        ]


@dataclass(frozen=True)
class StatementLine:
    """A line of a statement with the year before beside it."""

    code: str = ""
    label: str = ""
    href: str = ""
    now: str = ""
    before: str = ""
    strong: bool = False


class Statements(rx.State):
    """Balance sheet and income statement. In the address: `year`, `part`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    years: list[dict[str, str]] = []
    assets: list[StatementLine] = []
    liabilities: list[StatementLine] = []
    costs: list[StatementLine] = []
    income: list[StatementLine] = []
    shown: dict[str, str] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            yield
            lang, building_id = await lang_of(self), id_after(self, "buildings")
            async with work(acting(lang)) as w:
                await self._fill(w, building_id, lang)
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self, w: Work, building_id: UUID, lang: str) -> None:
        book = await books.open_book(w, building_id)
        years = await books.years(w, building_id)
        days = days_of(self.router.url.query_parameters, years, w.today)
        sheet = await reports.balance_sheet(w, building_id, days.end)
        income = await reports.income_statement(w, building_id, days.start, days.end)
        self.building, self.years = (
            book.building_name,
            year_options(years, w.today, self.router.url.query_parameters.get("year", "")),
        )
        before = sheet.day_before is not None
        owed, owed_before = (
            sheet.liabilities.now + sheet.result,
            (sheet.liabilities.before or 0) + (sheet.result_before or 0),
        )
        total = tr(lang, "Total")
        self.assets = [
            *self._side(sheet.assets, lang),
            _sum(total, sheet.assets.now, sheet.assets.before or 0 if before else None, lang),
        ]
        self.liabilities = [
            *self._side(sheet.liabilities, lang),
            _sum(tr(lang, "Result not appropriated yet"), sheet.result, sheet.result_before, lang, strong=False),
            _sum(total, owed, owed_before if before else None, lang),
        ]
        prior = income.prior is not None
        self.costs, self.income = (
            [*self._side(side, lang), _sum(total, side.now, side.before or 0 if prior else None, lang)]
            for side in (income.costs, income.income)
        )
        self.shown = {
            "days": days.text(lang),
            "day": shown_day(sheet.day, lang),
            "day_before": shown_day(sheet.day_before, lang),
            "days_before": "" if income.prior is None else
            f"{shown_day(income.prior.start, lang)} – {shown_day(income.prior.end, lang)}",
            "assets": amount(sheet.assets.now, lang),
            "costs": amount(income.costs.now, lang),
            "income": amount(income.income.now, lang),
            "result": amount(income.result, lang),
            "result_before": amount(income.result_before, lang),
            **{f"proof_{name}": value for name, value in balanced_text(sheet.balanced, lang).items()},
        }  # fmt: skip

    def _side(self, side: reports.Side, lang: str) -> list[StatementLine]:
        days = same_days(self.router.url.query_parameters)
        return [
            StatementLine(
                row.account.code,
                row.account.label(lang),
                f"{self.base}/ledger?account={row.account.code}{days}",
                amount(row.now, lang),
                amount(row.before, lang),
            )
            for row in side.rows
        ]


def _sum(label: str, now: int, before: int | None, lang: str, *, strong: bool = True) -> StatementLine:
    """A line that no account stands behind: a total, or the result."""
    return StatementLine("", label, "", amount(now, lang), amount(before, lang), strong)
