"""The books of the building `tilia` in tests: opened, with a supplier, and entries in one line each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from koprogo_app.foundation.database import Work, work
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books, entries
from tests.world import World

NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 15, 9, 0, tzinfo=UTC)
"""When every year of a test is over."""


@dataclass
class Books:
    """An opened ledger: `tilia` of organisation `a`, its year 2026, its three owners and one supplier."""

    world: World
    building: UUID
    supplier: UUID

    def owner(self, lot: str = "T1") -> UUID:
        return self.world.owners[lot]

    def at_work(self, name: str = "accountant_a", now: datetime = NOW):
        """A transaction of that person, in the middle of March 2026."""
        return work(self.world.people[name], now=now)

    def call(self, cents: int, lot: str = "T1", on: date = date(2026, 1, 10), ref: str = "AF 2026/1") -> Draft:
        """A call for the working fund."""
        lines = [DraftLine("4101", cents, owner_id=self.owner(lot)), DraftLine("701", -cents)]
        return Draft("APP", on, ref, lines)

    def reserve_call(self, cents: int, lot: str = "T1", on: date = date(2026, 1, 10)) -> Draft:
        """A call for the reserve fund."""
        lines = [DraftLine("4100", cents, owner_id=self.owner(lot)), DraftLine("700", -cents)]
        return Draft("APP", on, "AF 2026/R", lines)

    def paid(
        self, cents: int, lot: str = "T1", on: date = date(2026, 1, 20), bank: str = "551", account: str = "4101"
    ) -> Draft:
        """A payment by a co-owner."""
        lines = [DraftLine(bank, cents), DraftLine(account, -cents, owner_id=self.owner(lot))]
        return Draft("BQE" if bank == "551" else "BQR", on, "EXT 1", lines)

    def invoice(self, cents: int, account: str = "61210", on: date = date(2026, 2, 3)) -> Draft:
        """A supplier's invoice."""
        lines = [DraftLine(account, cents), DraftLine("440", -cents, supplier_id=self.supplier)]
        return Draft("ACH", on, "F-1", lines)

    async def open_until(self, day: date) -> None:
        """Years after 2026, up to the one that holds that day."""
        async with self.at_work() as w:
            for _ in range(2026, day.year):
                await books.add_year(w, self.building)

    async def post(self, *drafts: Draft) -> list[entries.Posted]:
        """Posts entries, all in one transaction."""
        async with self.at_work() as w:
            return [await entries.post(w, self.building, draft) for draft in drafts]


async def open_books(world: World) -> Books:
    """Opens the accounts of `tilia` on 1 January 2026."""
    building = world.buildings["tilia"]
    async with work(world.people["accountant_a"], now=NOW) as w:
        await books.open_ledger(w, building)
        supplier = await books.add_supplier(
            w, world.organizations["a"], "Électricité SA", enterprise_number="0403.101.217"
        )
    return Books(world, building, supplier.id)


async def value(w: Work, sql: str, **params: object):
    return await w.value(sql, **params)
