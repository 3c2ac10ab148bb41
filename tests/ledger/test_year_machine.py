"""A building's years as a state machine: whatever is posted, taken back, matched, closed and opened again, the books
agree with a dictionary of sums, stay whole, and number without a gap."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from koprogo_app.estate.model import Building, Lot, Ownership
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.postgres import Server
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.queries import reports
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.rules.posting import Draft, DraftLine, mirrored
from koprogo_app.ledger.service import books, closing, entries, integrity, matching
from tests.draws import rounds
from tests.ledger.books import LATER, NOW
from tests.world import SINCE, World, build_world

_MOVED = """
select lower(y.period) as start, a.code, sum(l.debit_cents - l.credit_cents)::bigint as cents
  from entry_line l join entry e on e.id = l.entry_id join fiscal_year y on y.id = e.fiscal_year_id
  join account a on a.id = l.account_id
 where l.building_id = %(b)s and e.nature in ('entry', 'result')
 group by 1, 2 having sum(l.debit_cents) <> sum(l.credit_cents)"""
_LEFT_IN_A_CLOSED_YEAR = """
select count(*) from (
  select from entry_line l join entry e on e.id = l.entry_id join fiscal_year y on y.id = e.fiscal_year_id
   where l.building_id = %(b)s and y.status = 'closed'
   group by y.id, l.account_id having sum(l.debit_cents) <> sum(l.credit_cents)) t"""

CENTS = st.integers(min_value=1, max_value=10**9)
OWNERS = ("T1", "T2", "T3")
LOTS = st.sampled_from(OWNERS)


@dataclass(frozen=True)
class Moved:
    """By how much the entries of a year moved an account."""

    start: date
    code: str
    cents: int


class Years(RuleBasedStateMachine):
    """The real books beside `years`: what each account was moved by in each financial year, its closing apart from the
    balances that are carried out of it and into the next."""

    runner: asyncio.Runner
    world: World
    supplier: UUID
    building: UUID
    count = 0

    def run(self, action: Any) -> Any:
        async def inside() -> Any:
            async with work(self.world.people["accountant_a"], now=LATER) as w:
                return await action(w)

        return self.runner.run(inside())

    @initialize()
    def open(self) -> None:
        Years.count += 1

        async def start(w: Any) -> UUID:
            row = await w.add(
                Building(organization_id=self.world.organizations["a"], name=f"M{self.count}", deed_total=9)
            )
            await books.open_ledger(w, row.id, first_day=date(2026, 1, 1))
            where = {"organization_id": row.organization_id}
            lot = await w.add(Lot(**where, building_id=row.id, number="1", position=1, kind="apartment", share=9))
            for number, owner in enumerate(self.world.owners[name] for name in OWNERS):
                await w.add(Ownership(**where, lot_id=lot.id, owner_id=owner, numerator=1, denominator=len(OWNERS),
                                      primary_contact=number == 0, period=SINCE))  # fmt: skip
            return row.id

        self.building = self.run(start)
        self.years: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self.posted: list[tuple[UUID, Draft]] = []
        self.results: list[tuple[date, Counter[str]]] = []
        self.start = date(2026, 1, 1)

    def book(self, on: date, lines: Iterable[DraftLine]) -> None:
        for line in lines:
            self.years[date(on.year, 1, 1)][line.account] += line.cents

    def post(self, journal: str, day: int, *lines: DraftLine) -> None:
        draft = Draft(journal, self.start + timedelta(days=day), "X", lines)
        made = self.run(lambda w: entries.post(w, self.building, draft))
        self.book(draft.on, lines)
        self.posted.append((made.id, draft))

    @rule(cents=CENTS, lot=LOTS, day=st.integers(0, 364), reserve=st.booleans())
    def call(self, cents: int, lot: str, day: int, reserve: bool) -> None:
        to, of = ("4100", "700") if reserve else ("4101", "701")
        self.post("APP", day, DraftLine(to, cents, owner_id=self.world.owners[lot]), DraftLine(of, -cents))

    @rule(cents=CENTS, lot=LOTS, day=st.integers(0, 364))
    def pay(self, cents: int, lot: str, day: int) -> None:
        self.post("BQE", day, DraftLine("551", cents), DraftLine("4101", -cents, owner_id=self.world.owners[lot]))

    @rule(cents=CENTS, day=st.integers(0, 364))
    def invoice(self, cents: int, day: int) -> None:
        self.post("ACH", day, DraftLine("61210", cents), DraftLine("440", -cents, supplier_id=self.supplier))

    @rule(cents=CENTS, off=st.integers(1, 5))
    def refuse_what_is_unequal(self, cents: int, off: int) -> None:
        lines = [DraftLine("61210", cents), DraftLine("551", -cents - off)]
        with pytest.raises(KoproError):
            self.run(lambda w: entries.post(w, self.building, Draft("OD", self.start, "X", lines)))

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        self.reverse(data.draw(st.sampled_from(range(len(self.posted)))))

    def reverse(self, place: int) -> None:
        """Takes the entry at a place of `posted` back: on its own day, or on the first that is open."""
        entry, draft = self.posted.pop(place)
        day = max(draft.on, self.start)
        self.run(lambda w: entries.reverse(w, entry, "A mistake", day))
        self.book(day, mirrored(draft.lines))

    @rule(cents=CENTS, lot=LOTS)
    def settle(self, cents: int, lot: str) -> None:
        self.call(cents, lot, 3, False)
        self.pay(cents, lot, 9)
        pair = [self.posted[-1][0], self.posted[-2][0]]

        async def match(w: Any) -> None:
            lines = await w.value(
                "select array_agg(id) from entry_line where entry_id = any(%(e)s) and owner_id is not null", e=pair
            )
            await matching.match(w, self.building, lines)

        self.run(match)

    @precondition(lambda self: self.years[self.start])
    @rule()
    def close(self) -> None:
        year = self.years[self.start]
        costs = {code: cents for code, cents in year.items() if code[0] in "67"}
        result = Counter({code: -cents for code, cents in costs.items()})
        result["160"] += costs.get("700", 0)
        result["14"] += sum(cents for code, cents in costs.items() if code != "700")
        self.run(lambda w: self._close(w))
        self.results.append((self.start, result))
        year.update(result)
        self.start = date(self.start.year + 1, 1, 1)

    async def _close(self, w: Any) -> None:
        year = next(y for y in await reads.years(w, self.building) if y.start == self.start)
        await closing.close_year(w, year.id, accepted="The assembly knows")

    @precondition(lambda self: self.results)
    @rule()
    def open_again(self) -> None:
        start, result = self.results.pop()

        async def reopen(w: Any) -> None:
            year = next(y for y in await reads.years(w, self.building) if y.start == start)
            await closing.reopen_year(w, year.id, "The auditor asks")

        self.run(reopen)
        self.years[start].subtract(result)
        self.start = start

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "building"):
            return

        async def look(w: Any) -> None:
            trial = await reports.balance_sheet(w, self.building, date(2200, 1, 1))
            assert trial.balanced
            moved = await w.rows(_MOVED, Moved, b=self.building)
            model = [Moved(start, *one) for start, year in self.years.items() for one in year.items()]
            assert set(moved) == {one for one in model if one.cents}
            assert await w.value(_LEFT_IN_A_CLOSED_YEAR, b=self.building) == 0
            assert (await integrity.check(w, self.building)).level is not Level.BROKEN
            still_matched = await w.value(
                """select count(*) from matching_line m join entry_line l on l.id = m.line_id
                     join entry back on back.reversal_of = l.entry_id where l.building_id = %(b)s""",
                b=self.building,
            )
            assert still_matched == 0

        self.run(look)


def in_the_world(pg: Server, database_name: str, play: Callable[[], None]) -> None:
    """Plays with the machine on the small world's accounts."""
    with asyncio.Runner() as runner:
        Years.runner = runner

        async def begin() -> Database:
            database = Database(pg.url(database_name, "koprogo_app"), size=2)
            databases.use(database)
            Years.world = await build_world()
            async with work(Years.world.people["accountant_a"], now=NOW) as w:
                Years.supplier = (await books.add_supplier(w, Years.world.organizations["a"], "S")).id
            return database

        database = runner.run(begin())
        try:
            play()
        finally:
            databases.use(None)
            runner.run(database.close())


@pytest.mark.hypothesis
def test_years_of_a_building(pg: Server, database_name: str) -> None:
    drawn = settings(
        max_examples=rounds(20), stateful_step_count=20, database=None, suppress_health_check=list(HealthCheck)
    )
    in_the_world(pg, database_name, lambda: run_state_machine_as_test(Years, settings=drawn))


def test_an_entry_taken_back_after_its_year_was_closed_stays_in_the_year_after(pg: Server, database_name: str) -> None:
    """Once drawn: the model took the reversal for one of the closed year, which was then opened and closed again."""

    def play() -> None:
        years = Years()
        years.open()
        steps = (
            lambda: years.invoice(cents=1, day=0), years.close, years.open_again, years.close, lambda: years.reverse(0),
            years.open_again, lambda: years.invoice(cents=1, day=0), years.close,
        )  # fmt: skip
        for step in steps:
            step()
            years.agrees()
        assert years.years == {
            date(2026, 1, 1): {"61210": 0, "440": -2, "14": 2, "160": 0},
            date(2027, 1, 1): {"61210": -1, "440": 1},
        }

    in_the_world(pg, database_name, play)
