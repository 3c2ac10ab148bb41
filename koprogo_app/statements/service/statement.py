"""The yearly statement of charges of a building: who bears what of each expense, and what was called of each.

Its sum over all owners is the costs in the books, to the cent; every page and paper of it shows that proof.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.estate.model import Owner
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import AccountRow, Book, YearRow
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.ledger.service.papers import chosen_year
from koprogo_app.statements.model import Fund
from koprogo_app.statements.queries import settlement as settlements
from koprogo_app.statements.queries import statement as queries
from koprogo_app.statements.queries.settlement import SettlementLineRow, SettlementRow
from koprogo_app.statements.queries.statement import AskedRow, PaidRow, PersonRow
from koprogo_app.statements.rules.statement import LotHistory, Portion, Proof
from koprogo_app.statements.service.shared_costs import AccountSum, Shared, shared_costs


@dataclass(frozen=True, slots=True)
class OwnerSum:
    """One owner's year: `provisions` called, her `charges`, of which `works_called` and `works_cost` for works and
    other extraordinary costs; `reserve` and `private` stand apart."""

    owner_id: UUID
    name: str
    charges: int
    provisions: int
    reserve: int
    private: int
    works_called: int = 0
    works_cost: int = 0

    def called(self, fund: Fund) -> int:
        """What was called of her for running costs, or for works."""
        return self.works_called if fund is Fund.WORKS else self.provisions - self.works_called

    def cost(self, fund: Fund) -> int:
        """What she bears of the running costs, or of works."""
        return self.works_cost if fund is Fund.WORKS else self.charges - self.works_cost

    @property
    def balance(self) -> int:
        """Provisions minus charges: positive, he receives it; negative, he pays it."""
        return self.provisions - self.charges


@dataclass(frozen=True, slots=True)
class Statement:
    """A year of a building, shared out, with the names that its readers need."""

    book: Book
    year: YearRow
    shared: Shared
    people: Mapping[UUID, PersonRow]
    keys: Mapping[UUID, str]
    chart: Mapping[str, AccountRow]
    booked: SettlementRow | None = None
    booked_lines: Sequence[SettlementLineRow] = ()

    @property
    def provisional(self) -> bool:
        """Whether its charges may still change: nothing is promised on it."""
        return self.year.is_open

    def booked_of(self, owner_id: UUID) -> list[SettlementLineRow]:
        """What was booked of one owner's balance, by fund."""
        return [line for line in self.booked_lines if line.owner_id == owner_id]

    @property
    def proof(self) -> Proof:
        """All shares against the costs in the books."""
        return self.shared.proof

    @property
    def lots(self) -> Mapping[UUID, LotHistory]:
        """The building's lots, in the order of the deed."""
        return self.shared.lots

    @property
    def accounts(self) -> Mapping[str, AccountSum]:
        """What each account cost, in the order of the accounts."""
        return self.shared.accounts

    def of(self, owner_id: UUID) -> Sequence[Portion]:
        """One owner's portions, in the order of the accounts."""
        return self.shared.by_owner.get(owner_id, ())

    def with_private(self, owner_id: UUID) -> list[Portion]:
        """One owner's portions and what was billed for her lots alone, lot by lot in the order of the deed."""
        every = [*self.of(owner_id), *self.shared.private.get(owner_id, ())]
        place = {lot: at for at, lot in enumerate(self.lots)}
        return sorted(every, key=lambda one: place.get(one.lot_id, len(place)) if one.lot_id else len(place))

    def asked_of(self, owner_id: UUID) -> list[AskedRow]:
        """What was asked of one owner, by day."""
        return [row for row in self.shared.asked if row.owner_id == owner_id]

    def owners(self) -> list[OwnerSum]:
        """Everybody who bears something or was asked something, by name."""
        asked: defaultdict[tuple[UUID, str], int] = defaultdict(int)
        for row in self.shared.asked:
            asked[row.owner_id, _heading(row)] += row.cents
        charges, works = self.shared.charges, self.shared.works
        return [
            OwnerSum(
                who, person.name, charges.get(who, 0), asked[who, Fund.WORKING] + asked[who, Fund.WORKS],
                asked[who, "reserve"], asked[who, "private"], asked[who, Fund.WORKS], works.get(who, 0),
            )
            for who, person in self.people.items()
        ]  # fmt: skip

    def sum_of(self, owner_id: UUID) -> OwnerSum:
        """One owner's year; all zero when there is nothing of his."""
        found = next((one for one in self.owners() if one.owner_id == owner_id), None)
        return found or OwnerSum(owner_id, "", 0, 0, 0, 0)


def _heading(row: AskedRow) -> str:
    return "private" if row.private else row.fund


async def may_read(w: Work, building_id: UUID, owner_id: UUID | None) -> Book:
    """Authorises on an owner's statement: for whoever reads reports, and for herself. Without an owner: on all.

    Raises NotFound, Forbidden, Conflict before the accounts are opened.
    """
    who = w.principal
    if owner_id is not None and isinstance(who, Person) and not await _reads_reports(w, who, building_id):
        owner = await w.get(Owner, owner_id)
        if owner.user_id == who.user_id:
            return await books.open_book(w, building_id, "own_account.read")
    book = await books.open_book(w, building_id, "reports.read")
    await check_parties(w, building_id, [owner_id])
    return book


async def _reads_reports(w: Work, who: Person, building_id: UUID) -> bool:
    organization_id = await w.value("select organization_id from estate.building where id = %(b)s", b=building_id)
    return organization_id is not None and who.may("reports.read", organization_id, building_id)


async def yearly(w: Work, building_id: UUID, year: str = "", *, owner_id: UUID | None = None) -> Statement:
    """The statement of a financial year (by its name), of all owners. `owner_id`: for whom it is read (`may_read`)."""
    book = await may_read(w, building_id, owner_id)
    year_row = chosen_year(await books.years(w, building_id), year, w.today)
    shared = await shared_costs(w, book, year_row)
    named = {owner for owner in shared.by_owner if owner} | {row.owner_id for row in shared.asked}
    settlement = await settlements.booked(w, year_row.id)
    return Statement(
        book,
        year_row,
        shared,
        await queries.people(w, named | ({owner_id} if owner_id else set())),
        await queries.key_names(w, building_id),
        {row.code: row for row in await books.accounts(w, building_id)},
        settlement,
        await settlements.settlement_lines(w, settlement.id) if settlement else (),
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind expenses, as it is now: who billed each, what paid its invoice, the scans one may open."""

    suppliers: Mapping[UUID, str]
    paid: Mapping[UUID, list[PaidRow]]
    scans: Mapping[UUID, UUID]

    def scan(self, portion: Portion) -> UUID | None:
        """The scan of the invoice, or the document of the entry, that the reader may open."""
        known = portion.expense.invoice_id or portion.expense.document_id
        return self.scans.get(known) if known else None


async def behind(w: Work, portions: Sequence[Portion]) -> Behind:
    """What stands behind these portions."""
    invoices = {p.expense.invoice_id for p in portions if p.expense.invoice_id}
    documents = {p.expense.document_id for p in portions if p.expense.document_id}
    suppliers = {p.expense.supplier_id for p in portions if p.expense.supplier_id}
    return Behind(
        await queries.supplier_names(w, suppliers),
        await queries.payments(w, invoices),
        await queries.scans(w, invoices, documents),
    )
