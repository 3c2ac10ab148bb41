"""Trial balance, general ledger, statements: read-only pages over a financial year or a quarter of it."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import tr
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.entries import account_detail, general_ledger, parties, party_account
from koprogo_app.ledger.queries.periods import days_of, same_days, year_options
from koprogo_app.ledger.state.common import MoveLine, PartyLine, move_line, party_line, proof
from koprogo_app.workspace.state.common import as_id, id_after, page_position, page_request, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, loads


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


@dataclass(frozen=True)
class TrialSums:
    """What the trial balance adds up to; `earlier` is the result of years that are not closed."""

    days: str = ""
    debit: str = ""
    credit: str = ""
    earlier: str = ""
    proof: str = ""
    kind: str = "neutral"


class Trial(PageState, rx.State):
    """The trial balance. In the address: `year`, `part`."""

    building: str = ""
    rows: list[TrialLine] = []
    years: list[dict[str, str]] = []
    sums: TrialSums = TrialSums()

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id)
        years = await books.years(w, building_id)
        days = days_of(query, years, w.today)
        found = await reports.trial_balance(w, building_id, days.start, days.end)
        names = {row.code: row.label(lang) for row in await books.accounts(w, building_id)}
        self.years = year_options(years, w.today, query.get("year", ""))
        self.building = book.building_name
        self.rows = [self._line(row, names[row.code], lang) for row in found.rows]
        self.sums = TrialSums(
            days.text(lang),
            amount(found.debit, lang),
            amount(found.credit, lang),
            amount(found.earlier_result, lang, blank=True),
            *proof(found.balanced, lang),
        )

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


class Moves(PageState, rx.State):
    """The general ledger. In the address: `account` (a code), `party` (an id), `year`, `part`, `page`."""

    building: str = ""
    subject: str = ""
    rows: list[MoveLine] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    people: list[PartyLine] = []

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id)
        years = await books.years(w, building_id)
        days = days_of(query, years, w.today)
        people = await parties(w, building_id)
        self.years = year_options(years, w.today, query.get("year", ""))
        at, start, end = page_request(query, 100), days.start, days.end
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
        self.rows, self.at = [move_line(row, self.base, lang) for row in page.rows], page_position(page)
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


@dataclass(frozen=True)
class StatementSums:
    """What the statements come to, and the days they and those of the year before cover."""

    days: str = ""
    day: str = ""
    day_before: str = ""
    days_before: str = ""
    assets: str = ""
    costs: str = ""
    income: str = ""
    result: str = ""
    result_before: str = ""
    proof: str = ""
    kind: str = "neutral"


class Statements(PageState, rx.State):
    """Balance sheet and income statement. In the address: `year`, `part`."""

    building: str = ""
    years: list[dict[str, str]] = []
    assets: list[StatementLine] = []
    liabilities: list[StatementLine] = []
    costs: list[StatementLine] = []
    income: list[StatementLine] = []
    sums: StatementSums = StatementSums()

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id)
        years = await books.years(w, building_id)
        days = days_of(query, years, w.today)
        sheet = await reports.balance_sheet(w, building_id, days.end)
        income = await reports.income_statement(w, building_id, days.start, days.end)
        self.building, self.years = book.building_name, year_options(years, w.today, query.get("year", ""))
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
        prior_days = (
            f"{shown_day(income.prior.start, lang)} – {shown_day(income.prior.end, lang)}" if income.prior else ""
        )
        self.sums = StatementSums(
            days.text(lang), shown_day(sheet.day, lang), shown_day(sheet.day_before, lang), prior_days,
            amount(sheet.assets.now, lang), amount(income.costs.now, lang), amount(income.income.now, lang),
            amount(income.result, lang), amount(income.result_before, lang), *proof(sheet.balanced, lang),
        )  # fmt: skip

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
