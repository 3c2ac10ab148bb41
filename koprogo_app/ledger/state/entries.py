"""The journal: the entries of a building."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, P_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.law.accounts import MONEY_ACCOUNTS
from koprogo_app.ledger.model import JOURNAL_NAMES, JournalKind, Nature
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import EntryRow, entries_page
from koprogo_app.ledger.queries.periods import days_of
from koprogo_app.ledger.service import books as service
from koprogo_app.workspace.state.common import acting, asked, id_after, lang_of, may, opening, place, shown_day, typed
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class EntryLineView:
    """An entry in the list."""

    id: str = ""
    name: str = ""
    href: str = ""
    day: str = ""
    label: str = ""
    document: str = ""
    amount: str = ""
    state: str = ""
    kind: str = ""


class Entries(rx.State):
    """A page of entries. In the address: `year`, `part`, `journal`, `q`, `page`, `sort`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    rows: list[EntryLineView] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    journals: list[dict[str, str]] = []
    adding: bool = False
    kind: str = ""
    money: bool = False
    kinds: list[dict[str, str]] = []
    accounts: list[dict[str, str]] = []
    errors: dict[str, dict[str, str]] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.adding, self.errors = False, {}
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            years = await books.years(w, building_id)
            days = days_of(query, years, w.today) if query.get("year") or query.get("part") else None
            journals = await books.journals(w, building_id)
            named = [{"value": year.name, "label": year.name} for year in reversed(years)]
            page = await entries_page(
                w,
                building_id,
                asked(query),
                text=query.get("q", ""),
                journal=query.get("journal", ""),
                start=days.start if days else None,
                end=days.end if days else None,
            )
        self.building = book.building_name
        self.write = may("ledger.write", book.organization_id, building_id)
        self.years = [{"value": "", "label": tr(lang, "All years")}, *named]
        every = {"value": "", "label": tr(lang, "All journals")}
        self.journals = [every] + [{"value": j.code, "label": f"{j.code} · {j.name(lang)}"} for j in journals]
        self.rows, self.at = [_line(row, self.base, lang) for row in page.rows], place(page)

    @handler("ledger.write")
    async def add(self) -> None:
        """Opens the dialog of a new journal."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            chart = await books.accounts(w, id_after(self, "buildings"))
        self.kinds = [{"value": kind, "label": tr(lang, JOURNAL_NAMES[kind])} for kind in JournalKind]
        holders = [a for a in chart if a.postable and not a.archived and a.code.startswith(MONEY_ACCOUNTS)]
        self.accounts = [{"value": a.code, "label": f"{a.code} {a.label(lang)}"} for a in holders]
        self.adding, self.errors = True, {}
        self._choose(JournalKind.PURCHASES)

    def _choose(self, kind: str) -> None:
        self.kind, self.money = kind, kind in (JournalKind.BANK, JournalKind.CASH)

    @handler("ledger.write")
    async def choose(self, kind: str) -> None:
        """Shows what a journal of this kind needs."""
        if kind in {one.value for one in JournalKind}:
            self._choose(kind)

    @handler("ledger.write")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.adding, self.errors = False, {}

    @handler("ledger.write")
    async def create(self, data: dict[str, Any]) -> None:
        """Adds the journal."""
        values = typed(data, "code", "name", "account")
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.add_journal(
                    w,
                    id_after(self, "buildings"),
                    values.get("code", ""),
                    JournalKind(self.kind),
                    values.get("name", ""),
                    values.get("account", "") if self.money else "",
                )
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("The journal is added."))


def _line(row: EntryRow, base: str, lang: str) -> EntryLineView:
    state, kind = "", "neutral"
    if row.reversed_by:
        state, kind = tr(lang, P_("entry", "taken back")), "attention"
    elif row.reversal_of:
        state = tr(lang, "takes back another")
    elif row.nature != Nature.ENTRY:
        state, kind = tr(lang, "end of year"), "information"
    return EntryLineView(
        str(row.id),
        row.name,
        f"{base}/entries/{row.id}",
        shown_day(row.on, lang),
        row.label,
        row.document_ref,
        amount(row.cents, lang),
        state,
        kind,
    )
