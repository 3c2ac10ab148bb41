"""Late owners for the tests: a call, days that pass, payments settled as the bank would."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from koprogo_app.foundation.database import work
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.service import settling
from tests.ledger.books import Books

DUE = date(2026, 1, 10)


def at(day: date) -> datetime:
    """Seven in the morning of that day in Brussels, or eight in summer."""
    return datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)


@dataclass
class Late:
    """The building `tilia`, whose owners are late."""

    books: Books

    @property
    def building(self) -> UUID:
        return self.books.building

    def who(self, name: str = "syndic_a"):
        return self.books.world.people[name]

    def owner(self, lot: str = "T1") -> UUID:
        return self.books.owner(lot)

    def at_work(self, day: date, name: str = "syndic_a"):
        """A transaction of that day."""
        return work(self.who(name), now=at(day))

    async def called(self, cents: int, lot: str = "T1", on: date = DUE) -> UUID:
        """A call that is due the day it is posted; returns the debt's line."""
        async with self.at_work(on) as w:
            posted = await entries.post(w, self.building, self.books.call(cents, lot, on))
            return await w.value(
                "select id from entry_line where entry_id = %(e)s and owner_id is not null", e=posted.id
            )

    async def pays(self, cents: int, lot: str = "T1", on: date = DUE) -> UUID:
        """A payment, oldest debt first; returns its entry."""
        async with self.at_work(on) as w:
            parts = await settling.plan(w, self.building, owner_id=self.owner(lot), cents=cents)
            lines = [DraftLine("551", cents), *(part.line("Virement") for part in parts)]
            posted = await entries.post(w, self.building, Draft("BQE", on, "EXT", lines))
            await settling.settle(w, self.building, posted.id, parts)
        return posted.id


def later(days: int, since: date = DUE) -> date:
    """So many days after the call was due."""
    return since + timedelta(days=days)
