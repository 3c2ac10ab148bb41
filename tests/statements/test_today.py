"""What waits in a building's money: arrears by age, what is due soon, drafts; nothing before the accounts are open."""

from datetime import UTC, date, datetime

import pytest

from koprogo_app.calls.service import calls
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.statements.queries.today import Waiting, everywhere
from koprogo_app.statements.service.today import today
from tests.calls.calls import called, pay, quarter
from tests.ledger.books import Books


async def test_arrears_by_age_and_what_is_due(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books, quarter(on=date(2026, 1, 1), due=date(2026, 1, 31)))
        await called(w, books, quarter(on=date(2026, 3, 1), due=date(2026, 4, 20)))
        await pay(w, books, 8_000)
        await calls.save(w, books.building, quarter())
    async with books.at_work(now=datetime(2026, 4, 1, 9, tzinfo=UTC)) as w:
        found = await today(w, books.building)
        assert found is not None
        assert (found.arrears_cents, found.owners, found.ages) == (112_001, 3, (0, 112_001, 0, 0))  # 60 days late
        assert (found.called_cents, found.next_due, found.drafts) == (120_001, date(2026, 4, 20), 1)
    async with books.at_work() as w:
        assert await today(w, books.world.buildings["fagus"]) is None
    async with books.at_work("owner_tilia") as w:
        with pytest.raises(Forbidden):
            await today(w, books.building)


async def test_what_waits_everywhere_is_of_the_buildings_whose_books_one_reads(books: Books) -> None:
    async with books.at_work() as w:
        assert await everywhere(w) == []
        await calls.save(w, books.building, quarter())
    async with books.at_work() as w:
        found = await everywhere(w)
        name = await w.value("select name from building where id = %(b)s", b=books.building)
        assert found == [Waiting(books.building, name, to_approve=0, to_match=0, drafts=1)]
    for stranger in ("owner_tilia", "syndic_b"):
        async with books.at_work(stranger) as w:
            assert await everywhere(w) == []
