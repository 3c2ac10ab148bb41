"""The journal: the entries of a building."""

from dataclasses import dataclass
from typing import Final

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, P_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.law.accounts import MONEY_ACCOUNTS
from koprogo_app.ledger.model import JOURNAL_NAMES, JournalKind, Nature
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import EntryRow, entries_page
from koprogo_app.ledger.queries.periods import days_of
from koprogo_app.ledger.service import books as service
from koprogo_app.workspace.state.common import id_after, may, page_position, page_request, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, loads, opening, submits

_MONEY: Final = (JournalKind.BANK, JournalKind.CASH)


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


class Entries(PageState, rx.State):
    """A page of entries. In the address: `year`, `part`, `journal`, `q`, `page`, `sort`."""

    building: str = ""
    write: bool = False
    rows: list[EntryLineView] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    journals: list[dict[str, str]] = []
    kind: str = ""
    money: bool = False
    kinds: list[dict[str, str]] = []
    accounts: list[dict[str, str]] = []

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id)
        years = await books.years(w, building_id)
        days = days_of(query, years, w.today) if query.get("year") or query.get("part") else None
        journals = await books.journals(w, building_id)
        page = await entries_page(
            w,
            building_id,
            page_request(query),
            text=query.get("q", ""),
            journal=query.get("journal", ""),
            start=days.start if days else None,
            end=days.end if days else None,
        )
        self.building = book.building_name
        self.write = may("ledger.write", book.organization_id, building_id)
        named = [{"value": year.name, "label": year.name} for year in reversed(years)]
        self.years = [{"value": "", "label": tr(lang, "All years")}, *named]
        every = {"value": "", "label": tr(lang, "All journals")}
        self.journals = [every] + [{"value": j.code, "label": f"{j.code} · {j.name(lang)}"} for j in journals]
        self.rows, self.at = [_line(row, self.base, lang) for row in page.rows], page_position(page)

    @opening("ledger.write", "add")
    async def ask_add(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of a new journal."""
        chart = await books.accounts(w, id_after(self, "buildings"))
        self.kinds = [{"value": kind, "label": tr(lang, JOURNAL_NAMES[kind])} for kind in JournalKind]
        holders = [a for a in chart if a.postable and not a.archived and a.code.startswith(MONEY_ACCOUNTS)]
        self.accounts = [{"value": a.code, "label": f"{a.code} {a.label(lang)}"} for a in holders]
        self._choose(JournalKind.PURCHASES)

    def _choose(self, kind: str) -> None:
        self.kind, self.money = kind, kind in _MONEY

    @handler("ledger.write")
    async def choose(self, kind: str) -> None:
        """Shows what a journal of this kind needs."""
        if kind in {one.value for one in JournalKind}:
            self._choose(kind)

    @submits("ledger.write", dialog="add", done=N_("The journal is added."))
    async def create(self, w: Work, sent: Sent) -> None:
        """Adds the journal."""
        kind = next((one for one in JournalKind if one == sent.text("kind")), None)
        if kind is None:
            raise Invalid("kind", N_("Choose one."))
        account = sent.text("account") if kind in _MONEY else ""
        await service.add_journal(w, id_after(self, "buildings"), sent.text("code"), kind, sent.text("name"), account)


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
