"""The yearly statement of charges of a building: who bears what of each expense, and what was called of each.

Its sum over all owners is the costs in the books, to the cent; every page and paper of it shows that proof.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.charges.queries import statement as queries
from koprogo_app.charges.queries.statement import AskedRow, PaidRow, PersonRow
from koprogo_app.charges.rules import statement as rules
from koprogo_app.charges.rules.statement import Expense, LotHistory, Mandate, Portion, Proof, Right
from koprogo_app.estate.model import Owner
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import AccountRow, Book, YearRow
from koprogo_app.ledger.service.papers import chosen_year


@dataclass(frozen=True, slots=True)
class OwnerSum:
    """One owner's year: `provisions` called for running costs, his `charges`; `reserve` and `private` stand apart."""

    owner_id: UUID
    name: str
    charges: int
    provisions: int
    reserve: int
    private: int

    @property
    def balance(self) -> int:
        """Provisions minus charges: positive, he receives it; negative, he pays it."""
        return self.provisions - self.charges


@dataclass(frozen=True, slots=True)
class Statement:
    """A year of a building, shared out. `portions` in the order of the accounts; `asked` by day."""

    book: Book
    year: YearRow
    portions: list[Portion]
    asked: list[AskedRow]
    proof: Proof
    people: Mapping[UUID, PersonRow]
    lots: Mapping[UUID, LotHistory]
    keys: Mapping[UUID, str]
    accounts: Mapping[str, AccountRow]

    def of(self, owner_id: UUID) -> list[Portion]:
        """One owner's portions."""
        return [one for one in self.portions if one.owner_id == owner_id]

    def owners(self) -> list[OwnerSum]:
        """Everybody who bears something or was asked something, by name."""
        charges: defaultdict[UUID, int] = defaultdict(int)
        for one in self.portions:
            if one.owner_id is not None:
                charges[one.owner_id] += one.cents
        asked: defaultdict[tuple[UUID, str], int] = defaultdict(int)
        for row in self.asked:
            asked[row.owner_id, _heading(row)] += row.cents
        return [
            OwnerSum(
                who, person.name, charges[who], asked[who, "provision"], asked[who, "reserve"], asked[who, "private"]
            )
            for who, person in self.people.items()
        ]

    def sum_of(self, owner_id: UUID) -> OwnerSum:
        """One owner's year; all zero when there is nothing of his."""
        found = next((one for one in self.owners() if one.owner_id == owner_id), None)
        return found or OwnerSum(owner_id, "", 0, 0, 0, 0)


def _heading(row: AskedRow) -> str:
    return "private" if row.private else "reserve" if row.reserve else "provision"


async def may_read(w: Work, building_id: UUID, owner_id: UUID | None) -> Book:
    """Authorises on an owner's statement: for whoever reads reports, and for herself. Without an owner: on all.

    Raises NotFound, Forbidden, Conflict before the accounts are opened.
    """
    who = w.principal
    if owner_id is not None and isinstance(who, Person) and not await _reads_reports(w, who, building_id):
        owner = await w.get(Owner, owner_id)
        if owner.user_id == who.user_id:
            return await books.open_book(w, building_id, "own_account.read")
    return await books.open_book(w, building_id, "reports.read")


async def _reads_reports(w: Work, who: Person, building_id: UUID) -> bool:
    organization_id = await w.value("select organization_id from building where id = %(b)s", b=building_id)
    return organization_id is not None and who.may("reports.read", organization_id, building_id)


async def yearly(w: Work, building_id: UUID, year: str = "", *, owner_id: UUID | None = None) -> Statement:
    """The statement of a financial year (by its name), of all owners. `owner_id`: for whom it is read (`may_read`)."""
    book = await may_read(w, building_id, owner_id)
    chosen = chosen_year(await books.years(w, building_id), year, w.today)
    where = (book.organization_id, building_id, chosen.start, chosen.end)
    expenses = [_expense(row) for row in await queries.expenses(w, *where)]
    asked_weights = {(e.key_id, e.on) for e in expenses if e.lot_id is None}
    weights = await queries.weights(w, book.organization_id, building_id, asked_weights)
    lots = {row.id: _history(row) for row in await queries.histories(w, building_id)}
    portions = rules.divide_all(expenses, weights, lots)
    asked = await queries.asked_of(w, *where)
    named = {one.owner_id for one in portions if one.owner_id} | {row.owner_id for row in asked}
    return Statement(
        book,
        chosen,
        portions,
        asked,
        rules.proof(portions, await queries.booked(w, *where)),
        await queries.people(w, named | ({owner_id} if owner_id else set())),
        lots,
        await queries.key_names(w, building_id),
        {row.code: row for row in await books.accounts(w, building_id)},
    )


async def paid_by(w: Work, portions: list[Portion]) -> dict[UUID, list[PaidRow]]:
    """The entries that paid the invoices behind these portions, by invoice."""
    return await queries.payments(w, {p.expense.invoice_id for p in portions if p.expense.invoice_id})


async def scans(w: Work, portions: list[Portion]) -> set[UUID]:
    """The documents behind these portions that the reader may open."""
    return await queries.visible_documents(w, {p.expense.document_id for p in portions if p.expense.document_id})


def _expense(row: queries.ExpenseRow) -> Expense:
    return Expense(
        row.id, row.entry_id, row.entry, row.on, row.label, row.supplier, row.account, row.cents, row.vat_rate,
        row.vat_cents, row.key_id, row.lot_id, row.start, row.end, row.invoice_id, row.document_id,
    )  # fmt: skip


def _history(row: queries.LotRow) -> LotHistory:
    rights = tuple(Right(owner, right, share, start, end) for owner, right, share, start, end in row.rights)
    return LotHistory(row.id, row.number, rights, tuple(Mandate(*mandate) for mandate in row.mandates))
