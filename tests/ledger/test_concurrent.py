"""Eight writers at once: every number once, none missing, the total constant, one chain."""

import asyncio
import random
from datetime import date

from koprogo_app.foundation.errors import KoproError
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import closing, entries, integrity
from tests.ledger.books import LATER, Books

WRITERS, EACH = 8, 12


async def test_eight_writers(books: Books) -> None:
    written: list[tuple[str, int]] = []
    failed = 0

    async def writer(seed: int) -> None:
        nonlocal failed
        choose = random.Random(seed)
        for step in range(EACH):
            cents = choose.randrange(1, 10_000)
            wrong = choose.random() < 0.3
            lines = [DraftLine("61210", cents), DraftLine("551", -cents)]
            draft = Draft(choose.choice(["OD", "BQE"]), date(2026, 3, 1 + step), f"W{seed}", lines)
            try:
                async with books.at_work() as w:
                    posted = await entries.post(w, books.building, draft)
                    await asyncio.sleep(0)
                    if wrong:
                        raise KeyError
                written.append((posted.journal, posted.number))
            except KeyError:
                failed += 1

    await asyncio.gather(*(writer(seed) for seed in range(WRITERS)))
    assert failed and len(written) == WRITERS * EACH - failed
    for journal in ("OD", "BQE"):
        numbers = sorted(number for code, number in written if code == journal)
        assert numbers == list(range(1, len(numbers) + 1))
    async with books.at_work() as w:
        assert await w.value("select sum(debit_cents) = sum(credit_cents) from entry_line")
        assert await w.value("select version from ledger") == len(written)
        assert (await integrity.check(w, books.building)).level is Level.GOOD


async def test_nobody_posts_into_a_year_that_is_being_closed(books: Books) -> None:
    await books.post(books.call(100_00))
    outcomes: list[str] = []

    async def post() -> None:
        try:
            await books.post(books.call(1_00))
            outcomes.append("posted")
        except KoproError:
            outcomes.append("refused")

    async def close() -> None:
        async with books.at_work(now=LATER) as w:
            (year,) = await closing.books.years(w, books.building)
            await closing.close_year(w, year.id)

    await asyncio.gather(post(), post(), close(), post(), post())
    async with books.at_work() as w:
        assert (await integrity.check(w, books.building)).level is Level.GOOD
        called = await w.value(
            "select count(*) from entry e join journal j on j.id = e.journal_id where j.code = 'APP'"
        )
    assert len(outcomes) == 4 and called == 1 + outcomes.count("posted")
