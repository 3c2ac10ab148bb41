"""Every report of a building by name: what it is asked, and which function makes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper.report import Report
from koprogo_app.ledger.service import papers as ledger_papers
from koprogo_app.ledger.service.papers import Days
from koprogo_app.statements.service import papers, statement_papers
from koprogo_app.statements.service.invoice_paper import invoice_behind


@dataclass(frozen=True, slots=True)
class Query:
    """What a report is asked: a financial year by name, or days; a person; a call for funds; an invoice."""

    year: str = ""
    start: date | None = None
    end: date | None = None
    owner_id: UUID | None = None
    call_id: UUID | None = None
    invoice_id: UUID | None = None

    @property
    def days(self) -> Days:
        """The days alone."""
        return Days(self.year, self.start, self.end)


Maker = Callable[[Work, UUID, Query, str], Awaitable[Report]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A report: title and what it answers (msgids), what it can be asked (`year`, `owner`), the permission."""

    title: str
    hint: str
    make: Maker
    asks: tuple[str, ...] = ("year",)
    listed: bool = True
    """Whether the list of reports names it; what stands behind a figure is reached from there alone."""


async def _trial(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await ledger_papers.trial_balance(w, building_id, asked.days, lang)


async def _balance(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await ledger_papers.balance_sheet(w, building_id, asked.days, lang)


async def _income(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await ledger_papers.income_statement(w, building_id, asked.days, lang)


async def _ledger(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await ledger_papers.general_ledger(w, building_id, asked.days, lang)


async def _account(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.owner_id is None:
        raise Invalid("owner_id", N_("Choose one."))
    return await ledger_papers.party_account(w, building_id, asked.owner_id, asked.days, lang)


async def _charges(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.owner_id is None:
        return await statement_papers.all_charges(w, building_id, asked.year, lang)
    return await statement_papers.owner_charges(w, building_id, asked.owner_id, asked.year, lang)


async def _outstanding(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.outstanding_payments(w, building_id, lang)


async def _calls(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.call_for_funds(w, building_id, asked.call_id, lang)


async def _expenses(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.expenses(w, building_id, asked.year, lang)


async def _invoice(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.invoice_id is None:
        raise NotFound
    return await invoice_behind(w, building_id, asked.invoice_id, lang)


async def _statement(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.financial_statement(w, building_id, asked.days, lang)


KINDS: Final[dict[str, Kind]] = {
    "owner-charges": Kind(
        N_("Statement of charges"), N_("Who bears what of every expense, with key, quota and invoice."), _charges,
        ("year", "owner"),
    ),
    "financial-statement": Kind(
        N_("Financial statement"), N_("Both funds, the money at banks, what is owed, costs and income."), _statement
    ),
    "outstanding-payments": Kind(
        N_("Outstanding payments"), N_("What co-owners still owe today, and since when."), _outstanding, ()
    ),
    "call-for-funds": Kind(
        N_("Calls for funds"), N_("What was called, by lot and owner, and what is paid."), _calls, ()
    ),
    "budget": Kind(
        N_("Expenses of the year"), N_("Ordinary and extraordinary, against the year before."), _expenses
    ),
    "balance-sheet": Kind(N_("Balance sheet"), N_("What the association has and owes on a day."), _balance),
    "income-statement": Kind(N_("Income statement"), N_("Costs and income of a period."), _income),
    "trial-balance": Kind(N_("Trial balance"), N_("Every account: before, debit, credit, after."), _trial),
    "general-ledger": Kind(N_("General ledger"), N_("Every account with all its movements."), _ledger),
    "owner-account": Kind(
        N_("Individual account"), N_("A co-owner's or supplier's account, line by line."), _account, ("year", "owner")
    ),
    "invoice": Kind(N_("Invoice"), "", _invoice, (), listed=False),
}  # fmt: skip


def fill(name: str, kind: Kind) -> None:
    """Puts the report of an area above in the place of the one here: the budget of a year in that of its expenses."""
    KINDS[name] = kind


async def make(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Report:
    """The report of that name; each authorises by itself. Raises NotFound for a name that is none."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound
    return await kind.make(w, building_id, asked, lang)


_FINANCIAL: Final = frozenset({"balance-sheet", "income-statement", "trial-balance", "general-ledger"})


def address(name: str, building_id: UUID, year: str, asked: Query) -> str:
    """Where the API gives this report, ready for `&format=…&lang=…`."""
    base, query = "/api/v1/reports", f"?year={year}"
    if name in _FINANCIAL:
        return f"{base}/financial/{name}/{building_id}{query}"
    if name in ("owner-charges", "owner-account") and asked.owner_id:
        return f"{base}/{name}/{asked.owner_id}{query}&building_id={building_id}"
    if name == "invoice":
        return f"{base}/{name}/{asked.invoice_id}?"
    if name == "owner-charges":
        return f"{base}/charges/{building_id}{query}"
    if name == "budget":
        return f"{base}/budget/{building_id}/{year}?"
    if name == "call-for-funds" and asked.call_id:
        return f"{base}/{name}/{building_id}?call_id={asked.call_id}"
    return f"{base}/{name}/{building_id}{query if 'year' in KINDS[name].asks else '?'}"
