"""The chart of a building as a tree with balances; opening its accounts; accounts of its own."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.identity.guard import handler
from koprogo_app.law.accounts import simplified_refusal
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.books import AccountRow, Book
from koprogo_app.ledger.queries.periods import days_of, same_days, year_options
from koprogo_app.ledger.service import books as service
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.state.common import as_id, id_after, may
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opens, submits


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


class Accounts(PageState, rx.State):
    """The chart. In the address: `year`, `show=all` for accounts without balance too, `q`."""

    building: str = ""
    opened: bool = False
    simplified: bool = False
    may_simplify: bool = False
    write: bool = False
    rows: list[AccountLine] = []
    years: list[dict[str, str]] = []
    days: str = ""
    first_day: str = ""

    load = loads("ledger.read")
    ask = opens("ledger.write", "add")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
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
        rows = tree(chart, balances, lang, query.get("show") == "all", query.get("q", ""))
        here = f"{self.base}/ledger?account="
        self.rows = [replace(row, href=f"{here}{row.code}{same_days(query)}") for row in rows]

    @submits("ledger.write")
    async def open_books(self, w: Work, sent: Sent) -> Told:
        """Opens the accounts of the building."""
        first = sent.day("first_day")
        building_id, simplified = id_after(self, "buildings"), sent.ticked("simplified")
        await service.open_ledger(w, building_id, simplified=simplified, first_day=first)
        told = N_("The accounts are open. Take over the balances, or write the first entry.")
        return Told(told, then="seal")

    @handler("ledger.read")
    async def seal(self) -> Any:
        """Has the books checked once they are open."""
        return BooksSeal.load

    @submits("ledger.write", dialog="add", done=N_("The account is added."))
    async def create(self, w: Work, sent: Sent) -> None:
        """Adds an account of the association's own."""
        await service.add_account(w, id_after(self, "buildings"), sent.text("code"), sent.typed("code", *LANGS))

    @acts("ledger.write")
    async def use(self, w: Work, account: str, used: bool) -> None:
        """Takes an account out of use, or back into it."""
        await service.archive_account(w, as_id(account), used=used)


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
