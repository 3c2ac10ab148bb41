"""Eight writers at once over calls and payments: the total is constant, no number twice, no acknowledged entry lost."""

import asyncio
import random
from collections import Counter
from datetime import date
from uuid import UUID

from koprogo_app.calls.service import call_posting
from koprogo_app.foundation.errors import Conflict
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.service import entries, integrity
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import payments
from koprogo_app.payments.service.payments import Money
from tests.calls.calls import called, quarter
from tests.ledger.books import Books

WRITERS, EACH = 8, 6


class Broken(Exception):
    """What ends a transaction that was almost done."""


async def test_eight_writers_over_calls_and_payments(books: Books) -> None:
    owed: Counter[UUID] = Counter()
    acknowledged: set[UUID] = set()
    calls_left: list[tuple[UUID, Counter[UUID]]] = []

    async def write(choose: random.Random, day: date) -> None:
        """One transaction; what it did is noted once it is committed. Two that want the same lines: one gives way."""
        change: Counter[UUID] = Counter()
        made: UUID | None = None
        async with books.at_work("syndic_a") as w:
            if choose.random() < 0.3:
                call = await called(w, books, quarter(on=day, due=day))
                made = await w.value("select entry_id from call_instalment where call_id = %(c)s", c=call.id)
                for line in await entries.entry_lines(w, made):
                    if line.owner_id:
                        change[line.owner_id] += line.cents
                posted = (call.id, change)
            else:
                owner, cents = books.owner(choose.choice(["T1", "T2", "T3"])), choose.randrange(1, 30_000)
                made = (await payments.receive(w, books.building, owner, Money(cents, day, "BQE", "E"))).id
                change[owner] -= cents
                posted = None
            if choose.random() < 0.2:
                raise Broken
        owed.update(change)
        acknowledged.add(made)
        if posted:
            calls_left.append(posted)

    async def take_back() -> None:
        call, change = calls_left.pop()
        try:
            async with books.at_work("syndic_a") as w:
                await call_posting.cancel(w, call, "Wrong key")
        except Conflict:
            calls_left.append((call, change))
            return
        owed.subtract(change)

    async def writer(seed: int) -> None:
        choose = random.Random(seed)
        for step in range(EACH):
            try:
                await (take_back() if calls_left and choose.random() < 0.25 else write(choose, date(2026, 3, 1 + step)))
            except (Broken, Conflict):
                continue

    await asyncio.gather(*(writer(seed) for seed in range(WRITERS)))
    assert len(acknowledged) > WRITERS and any(cents for cents in owed.values())
    async with books.at_work() as w:
        numbers = await w.value(
            """select jsonb_object_agg(code, numbers) from (
                 select j.code, jsonb_agg(e.number order by e.number) as numbers
                   from entry e join journal j on j.id = e.journal_id group by 1) t"""
        )
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
        assert acknowledged <= set(await w.value("select array_agg(id) from entry"))
        assert await w.value("select sum(debit_cents) = sum(credit_cents) from entry_line")
        for owner in (books.owner(lot) for lot in ("T1", "T2", "T3")):
            items = await open_items(w, books.building, owner_id=owner)
            balance = await w.value(
                "select sum(debit_cents - credit_cents)::bigint from entry_line where owner_id = %(o)s", o=owner
            )
            assert owed[owner] == (balance or 0) == sum(item.open_cents for item in items)
        assert (await integrity.check(w, books.building)).level is not Level.BROKEN
