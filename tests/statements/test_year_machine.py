"""A building's year as a state machine: called, paid, refunded, matched, taken back, sold, closed. Whatever the order,
each owner owes what was called of him minus what he paid, and what is open of his lines adds up to it."""

import asyncio
from collections import Counter
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

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.estate.model import Owner
from koprogo_app.estate.rules.ownership import Part
from koprogo_app.estate.service.ownership import transfer_lot
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.postgres import Server
from koprogo_app.law.allocation import allocate
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.service import books, closing, entries, integrity, matching
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import payments
from koprogo_app.payments.service.payments import Money
from tests import world as worlds
from tests.draws import rounds
from tests.ledger.books import LATER
from tests.world import World, build_world

CENTS = st.integers(min_value=1, max_value=10**8)
DAYS = st.integers(0, 364)
LOT = st.integers(0, 2)
SHARES = [400, 350, 250]


@dataclass
class Posted:
    """Something that can be taken back: a call, or an entry of a payment; `owed` by owner, `income` by account."""

    id: UUID
    call: bool
    year: int
    owed: Counter[UUID]
    accounts: Counter[str]


class Year(RuleBasedStateMachine):
    """The real building beside `owed` (by owner) and `accounts` (class 5 and 7): all the model there is."""

    runner: asyncio.Runner
    world: World
    count = 0

    def run(self, action: Any, who: str = "syndic_a") -> Any:
        async def inside() -> Any:
            async with work(self.world.people[who], now=LATER) as w:
                return await action(w)

        return self.runner.run(inside())

    @initialize(working=CENTS, reserve=CENTS, paid=CENTS)
    def open(self, working: int, reserve: int, paid: int) -> None:
        """A year that has something to take back, credit and match, whichever rules are left out."""
        Year.count += 1
        name = f"m{self.count}"

        async def start(w: Any) -> None:
            await worlds._building(w, self.world, "a", name)
            await books.open_ledger(w, self.world.buildings[name], first_day=date(2026, 1, 1))

        self.run(start, "admin")
        self.building = self.world.buildings[name]
        self.lots = [self.world.lots[f"M{n}"] for n in (1, 2, 3)]
        self.holders = [[(date(2020, 1, 1), self.world.owners[f"M{n}"])] for n in (1, 2, 3)]
        self.owed: Counter[UUID] = Counter()
        self.accounts: Counter[str] = Counter()
        self.done: list[Posted] = []
        self.year = 2026
        self.call(working, reserve, 10)
        self.pay(paid, 0, 20, reserve=False)

    def day(self, place: int) -> date:
        return date(self.year, 1, 1) + timedelta(days=place)

    def holder(self, lot: int, on: date) -> UUID:
        return [owner for since, owner in self.holders[lot] if since <= on][-1]

    @property
    def people(self) -> list[UUID]:
        return sorted({owner for held in self.holders for _, owner in held})

    def _add(self, one: Posted, sign: int = 1) -> None:
        for owner, cents in one.owed.items():
            self.owed[owner] += sign * cents
        for code, cents in one.accounts.items():
            self.accounts[code] += sign * cents

    def _did(self, id: UUID, call: bool, owed: Counter[UUID], accounts: Counter[str]) -> None:
        self.done.append(Posted(id, call, self.year, owed, accounts))
        self._add(self.done[-1])

    @rule(working=CENTS, reserve=CENTS, day=DAYS)
    def call(self, working: int, reserve: int, day: int) -> None:
        on = self.day(day)
        parts = [PartWanted(CallKind.WORKING, working), PartWanted(CallKind.RESERVE, reserve)]

        async def act(w: Any) -> UUID:
            return (
                await call_posting.post(w, (await calls.save(w, self.building, Wanted("C", parts, [(on, on)]))).id)
            ).id

        owed: Counter[UUID] = Counter()
        for cents in (working, reserve):
            for lot, share in enumerate(allocate(cents, SHARES)):
                owed[self.holder(lot, on)] += share
        self._did(self.run(act), True, owed, Counter({"701": -working, "700": -reserve}))

    @rule(cents=CENTS, lot=LOT, day=DAYS, reserve=st.booleans())
    def pay(self, cents: int, lot: int, day: int, reserve: bool) -> None:
        on, journal, account = self.day(day), *(("BQR", "550") if reserve else ("BQE", "551"))
        owner, money = self.holder(lot, on), Money(cents, on, journal, "E")
        posted = self.run(lambda w: payments.receive(w, self.building, owner, money))
        self._did(posted.id, False, Counter({owner: -cents}), Counter({account: cents}))

    @rule(data=st.data(), day=DAYS)
    def refund(self, data: st.DataObject, day: int) -> None:
        """As much as an owner's credit, and not a cent more."""
        owner = data.draw(st.sampled_from(self.people))
        items = self.run(lambda w: open_items(w, self.building, owner_id=owner))
        credit = -sum(item.open_cents for item in items if item.open_cents < 0)

        def back(cents: int) -> Any:
            return self.run(lambda w: payments.refund(w, self.building, owner, Money(cents, self.day(day), "BQE", "E")))

        with pytest.raises(KoproError):
            back(credit + 1)
        if credit:
            self._did(back(credit).id, False, Counter({owner: credit}), Counter({"551": -credit}))

    @precondition(lambda self: any(one.year == self.year for one in self.done))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """A call is cancelled, a payment's entry reversed: what they settled is open again."""
        one = data.draw(st.sampled_from([one for one in self.done if one.year == self.year]))
        self.done.remove(one)
        self.run(lambda w: call_posting.cancel(w, one.id, "A") if one.call else entries.reverse(w, one.id, "A"))
        self._add(one, -1)

    @rule(data=st.data())
    def use_credit(self, data: st.DataObject) -> None:
        """One fund's credit pays another's debt; without both nothing happens. What is owed stays the same."""
        owner = data.draw(st.sampled_from(self.people))
        items = self.run(lambda w: open_items(w, self.building, owner_id=owner))
        both = {item.open_cents > 0 for item in items} == {True, False}

        async def use(w: Any) -> int:
            w.now = w.now.replace(year=self.year)
            return await payments.use_credit(w, self.building, owner)

        if both:
            assert self.run(use) > 0
        else:
            with pytest.raises(KoproError):
                self.run(use)

    @rule(data=st.data())
    def match(self, data: st.DataObject) -> None:
        """Lines that settle each other by hand, and that no payment settles already."""
        owner = data.draw(st.sampled_from(self.people))
        before = self.run(lambda w: matching.matchable(w, self.building, owner))
        assert self.run(lambda w: matching.match_proposed(w, self.building, owner)) == len(before.proposals)

    @rule(lot=LOT, day=DAYS)
    def sell(self, lot: int, day: int) -> None:
        """From that day calls go to the buyer; what was called before stays the seller's."""
        on = self.day(day)
        since, seller = self.holders[lot][-1]
        if on <= since:
            return

        async def act(w: Any) -> UUID:
            buyer = await w.add(Owner(organization_id=self.world.organizations["a"], name=f"Buyer {day}"))
            await transfer_lot(w, self.lots[lot], seller, [Part(buyer.id)], on)
            return buyer.id

        self.holders[lot].append((on, self.run(act)))

    @precondition(lambda self: sum(one.year == self.year for one in self.done) > 1)
    @rule()
    def close(self) -> None:
        async def act(w: Any) -> None:
            year = next(y for y in await reads.years(w, self.building) if y.is_open)
            await closing.close_year(w, year.id, accepted="The assembly knows")

        self.run(act)
        self.accounts["160"] += self.accounts.pop("700", 0)
        self.accounts["14"] += self.accounts.pop("701", 0)
        self.year += 1

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "building"):
            return

        async def look(w: Any) -> None:
            sums = await w.value(
                """select coalesce(jsonb_object_agg(code, cents), '{}') from (
                     select coalesce(l.owner_id::text, a.code) as code, sum(l.debit_cents - l.credit_cents) as cents
                       from entry_line l join account a on a.id = l.account_id
                      where l.building_id = %(b)s group by 1 having sum(l.debit_cents - l.credit_cents) <> 0) t""",
                b=self.building,
            )
            owed = {str(owner): cents for owner, cents in self.owed.items() if cents}
            assert sums == owed | {code: cents for code, cents in self.accounts.items() if cents}
            still: Counter[str] = Counter()
            for item in await open_items(w, self.building):
                assert 0 < abs(item.open_cents) <= abs(item.cents) and item.open_cents * item.cents > 0
                still[str(item.owner_id)] += item.open_cents
            assert {owner: cents for owner, cents in still.items() if cents} == owed
            assert (await integrity.check(w, self.building)).level is not Level.BROKEN

        self.run(look)


@pytest.mark.hypothesis
def test_the_year_of_a_building(pg: Server, database_name: str) -> None:
    with asyncio.Runner() as runner:
        Year.runner = runner

        async def begin() -> Database:
            database = Database(pg.url(database_name, "koprogo_app"), size=2)
            databases.use(database)
            Year.world = await build_world()
            return database

        database = runner.run(begin())
        try:
            run_state_machine_as_test(
                Year,
                settings=settings(
                    max_examples=rounds(10), stateful_step_count=14, database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )  # fmt: skip
        finally:
            databases.use(None)
            runner.run(database.close())
