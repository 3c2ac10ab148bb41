"""The chart of a building as a tree with balances; opening its accounts; accounts of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.law.accounts import simplified_refusal
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.books import AccountRow, Book
from koprogo_app.ledger.queries.periods import days_of, same_days, year_options
from koprogo_app.ledger.service import books as service
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    id_after,
    lang_of,
    may,
    opening,
    required_day,
    ticked,
    typed,
)
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class AccountLine:
    """An account in the tree: `depth` from 0; a heading shows the sum of what is below it."""

    id: str = ""
    code: str = ""
    label: str = ""
    href: str = ""
    depth: int = 0
    heading: bool = False
    own: bool = False
    archived: bool = False
    balance: str = ""


class Accounts(rx.State):
    """The chart. In the address: `year`, `show=all` for accounts without balance too, `q`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    opened: bool = False
    simplified: bool = False
    may_simplify: bool = False
    write: bool = False
    rows: list[AccountLine] = []
    years: list[dict[str, str]] = []
    days: str = ""
    first_day: str = ""
    adding: bool = False
    errors: dict[str, dict[str, str]] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.adding, self.errors = False, {}
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.book(w, building_id)
            self.building, self.opened, self.simplified = book.building_name, book.opened, book.simplified
            self.write = may("ledger.write", book.organization_id, building_id)
            self.may_simplify = simplified_refusal(await books.main_lots(w, building_id)) is None
            if book.opened:
                await self._fill_tree(w, book, lang)
            else:
                self.first_day = f"{w.today.year}-{book.fiscal_month:02}-{book.fiscal_day:02}"

    async def _fill_tree(self, w: Work, book: Book, lang: str) -> None:
        query = self.router.url.query_parameters
        years = await books.years(w, book.building_id)
        days = days_of(query, years, w.today)
        trial = await reports.trial_balance(w, book.building_id, days.year.start, days.year.end)
        balances = {row.code: row.closing for row in trial.rows}
        self.years, self.days = year_options(years, w.today, query.get("year", "")), days.text(lang)
        chart = await books.accounts(w, book.building_id)
        self.rows = tree(chart, balances, lang, query.get("show") == "all", query.get("q", ""))
        here = f"{self.base}/ledger?account="
        self.rows = [replace(row, href=f"{here}{row.code}{same_days(query)}") for row in self.rows]

    @handler("ledger.write")
    async def open_books(self, data: dict[str, Any]) -> Any:
        """Opens the accounts of the building."""
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        try:
            async with work(acting(lang)) as w:
                first = required_day(data, "first_day", lang)
                await service.open_ledger(w, building_id, simplified=ticked(data, "simplified"), first_day=first)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.errors = {}
        await notify(self, "done", N_("The accounts are open. Take over the balances, or write the first entry."))
        return BooksSeal.look

    @handler("ledger.write")
    async def add(self) -> None:
        """Opens the dialog of a new account."""
        self.adding, self.errors = True, {}

    @handler("ledger.write")
    async def stop(self) -> None:
        """Closes it."""
        self.adding, self.errors = False, {}

    @handler("ledger.write")
    async def create(self, data: dict[str, Any]) -> None:
        """Adds an account of the association's own."""
        values = typed(data, "code", *LANGS)
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.add_account(w, id_after(self, "buildings"), values.get("code", ""), values)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("The account is added."))

    @handler("ledger.write")
    async def use(self, account: str, used: bool) -> None:
        """Takes an account out of use, or back into it."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.archive_account(w, as_id(account), used=used)
            await self._fill()
        except KoproError as error:
            await refuse(self, error)


def tree(
    chart: list[AccountRow], balances: dict[str, int], lang: str, everything: bool, text: str
) -> list[AccountLine]:
    """The chart by code; without `everything` only accounts with a balance, and their headings."""
    lines, path = [], list[str]()
    words = text.strip().casefold()
    for row in chart:
        while path and not row.code.startswith(path[-1]):
            path.pop()
        below = [cents for code, cents in balances.items() if code.startswith(row.code)]
        found = words in f"{row.code} {row.label(lang)}".casefold() if words else everything or bool(below)
        if found:
            lines.append(_line(row, sum(below) if below else None, lang, len(path)))
        path.append(row.code)
    return lines


def _line(row: AccountRow, balance: int | None, lang: str, depth: int) -> AccountLine:
    return AccountLine(
        str(row.id),
        row.code,
        row.label(lang),
        "",
        min(depth, 4),
        not row.postable,
        row.origin == "own",
        row.archived,
        amount(balance, lang),
    )
