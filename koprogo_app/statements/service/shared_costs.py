"""A year's costs shared out over those who bear them, kept in memory under the version of the books.

What is shared out depends on the entries, which grow with the ledger's version, and on the lots, rights, mandates and
weights of keys, of which the database gives a mark. While both are the same the shares are; a page reads them and adds
nothing up. What may change without either (names, scans, who was paid) is not kept here.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries.books import Book, YearRow
from koprogo_app.statements.queries import statement as queries
from koprogo_app.statements.queries.statement import AskedRow, Span
from koprogo_app.statements.rules import statement as rules
from koprogo_app.statements.rules.statement import Expense, LotHistory, Mandate, Portion, Proof, Right

MOST: Final = 500_000
"""Portions kept over all buildings, some 150 bytes each; the least recently used year goes first."""


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What an account cost in the year, and what of it co-owners bear."""

    whole_cents: int
    borne_cents: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A year of a building, shared out: `by_owner` (None: nobody) in the order of the accounts; `asked` by day; of the
    `charges`, `works` are those of works and other extraordinary costs.

    `private`: by owner, what suppliers billed for her lots alone; it is charged on already, and no part of the charges.
    """

    by_owner: Mapping[UUID | None, Sequence[Portion]]
    private: Mapping[UUID | None, Sequence[Portion]]
    charges: Mapping[UUID | None, int]
    works: Mapping[UUID | None, int]
    accounts: Mapping[str, AccountSum]
    asked: Sequence[AskedRow]
    proof: Proof
    lots: Mapping[UUID, LotHistory]

    @property
    def size(self) -> int:
        """How many portions it holds."""
        return sum(len(own) for own in self.by_owner.values())


EXTRAORDINARY: Final = ("611", "66")
"""The accounts of works and other extraordinary costs."""

_Year = tuple[UUID, date, date]
_State = tuple[int, bytes | None, str]
_held: OrderedDict[_Year, tuple[_State, Shared]] = OrderedDict()
_locks: dict[UUID, asyncio.Lock] = {}


def forget() -> None:
    """Empties the cache."""
    _held.clear()
    _locks.clear()


async def shared_costs(w: Work, book: Book, year: YearRow) -> Shared:
    """The costs of a financial year as this transaction sees them; the caller has authorised the building."""
    name = (book.building_id, year.start, year.end)
    state = (book.version, book.head, await queries.estate_mark(w, book.organization_id, book.building_id))
    found = _kept(name, state)
    if found is None:
        async with _locks.setdefault(book.building_id, asyncio.Lock()):
            found = _kept(name, state)
            if found is None:
                found = await _made(w, Span(book.organization_id, *name, book.version))
                _keep(name, state, found)
    return found


def _kept(name: _Year, state: _State) -> Shared | None:
    held = _held.get(name)
    if held is None or held[0] != state:
        return None
    _held.move_to_end(name)
    return held[1]


def _keep(name: _Year, state: _State, found: Shared) -> None:
    """Keeps it, unless a later transaction's is there already; makes room."""
    held = _held.get(name)
    if held and held[0][0] > state[0]:
        return
    _held[name] = (state, found)
    _held.move_to_end(name)
    size = sum(one.size for _, one in _held.values())
    while size > MOST and len(_held) > 1:
        size -= _held.popitem(last=False)[1][1].size


async def _made(w: Work, span: Span) -> Shared:
    found = [_expense(row) for row in await queries.expenses(w, span)]
    expenses = [one for one in found if not _charged_on(one)]
    asked_weights = {(e.key_id, e.on) for e in expenses if e.lot_id is None}
    weights = await queries.weights(w, span.organization_id, span.building_id, asked_weights)
    lots = {row.id: _history(row) for row in await queries.histories(w, span.building_id)}
    portions = await asyncio.to_thread(rules.divide_all, expenses, weights, lots)
    proof = rules.proof(portions, await queries.booked(w, span))
    by_owner = _by_owner(portions)
    private = _by_owner(rules.divide_all([one for one in found if _charged_on(one)], {}, lots))
    charges = {owner: sum(one.cents for one in own) for owner, own in by_owner.items()}
    works = {
        owner: sum(one.cents for one in own if one.expense.account.startswith(EXTRAORDINARY))
        for owner, own in by_owner.items()
    }
    return Shared(
        by_owner, private, charges, works, _sums(expenses, portions), await queries.asked_of(w, span), proof, lots
    )


def _charged_on(expense: Expense) -> bool:
    """Whether a private cost of an invoice, which its entry charges on to the lot's owner."""
    return expense.invoice_id is not None and expense.lot_id is not None


def _by_owner(portions: Sequence[Portion]) -> dict[UUID | None, list[Portion]]:
    found: defaultdict[UUID | None, list[Portion]] = defaultdict(list)
    for one in portions:
        found[one.owner_id].append(one)
    return dict(found)


def _sums(expenses: Sequence[Expense], portions: Sequence[Portion]) -> dict[str, AccountSum]:
    """What the accounts cost, counted over the expenses; what is borne of it, counted over the portions."""
    whole: defaultdict[str, int] = defaultdict(int)
    borne: defaultdict[str, int] = defaultdict(int)
    for expense in expenses:
        whole[expense.account] += expense.cents
    for one in portions:
        borne[one.expense.account] += one.cents if one.owner_id else 0
    return {code: AccountSum(whole[code], borne[code]) for code in sorted(whole)}


def _expense(row: queries.ExpenseRow) -> Expense:
    return Expense(
        row.id, row.entry_id, row.entry, row.on, row.label, row.supplier_id, row.account, row.cents, row.vat_rate,
        row.vat_cents, row.key_id, row.lot_id, row.start, row.end, row.invoice_id, row.document_id,
    )  # fmt: skip


def _history(row: queries.LotRow) -> LotHistory:
    rights = tuple(Right(owner, right, share, start, end) for owner, right, share, start, end in row.rights)
    return LotHistory(row.id, row.number, rights, tuple(Mandate(*mandate) for mandate in row.mandates))
