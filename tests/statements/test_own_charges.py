"""What the year cost a co-owner, as her home shows it: to the cent the statement's, and nobody else's."""

from datetime import date

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, NotFound
from koprogo_app.statements.service.own_buildings import own_accounts
from koprogo_app.statements.service.own_charges import own_charges
from koprogo_app.statements.service.statement import yearly
from tests.ledger.books import NOW, Books
from tests.statements.test_statement import invoiced


async def test_her_charges_by_nature_with_the_proof(books: Books) -> None:
    await invoiced(books, "F-1", date(2026, 2, 3), [{"account": "61210", "net": 100_000, "vat": 21_000}])
    await invoiced(books, "F-2", date(2026, 2, 9), [{"account": "6140", "net": 33_333, "vat": 0}])
    async with work(books.world.people["owner_tilia"], now=NOW) as w:
        found = await own_charges(w, books.building, books.owner("T1"), "fr")
        statement = await yearly(w, books.building, owner_id=books.owner("T1"))
    assert [(one.code, one.whole_cents, one.keys) for one in found.natures] == [
        ("61210", 121_000, ("",)), ("6140", 33_333, ("",))
    ]  # fmt: skip
    await invoiced(books, "F-3", date(2026, 2, 10), [{"account": "61220", "net": 5_000, "vat": 0}])
    async with work(books.world.people["owner_tilia"], now=NOW) as w:
        gas = (await own_charges(w, books.building, books.owner("T1"), "fr")).natures[-1]
    assert gas.label == "Gaz · Redevance fixe et consommation"  # water's account has the same name
    assert found.cents == statement.sum_of(books.owner("T1")).charges == sum(one.cents for one in found.natures)
    assert (found.year, found.lots, found.holds) == ("2026", 3, True)


async def test_a_neighbour_and_a_stranger_read_nothing_of_it(books: Books) -> None:
    for name, lot in (("owner_fagus", "T1"), ("syndic_b", "T1"), ("owner_tilia", "T2")):
        with pytest.raises((Forbidden, NotFound)):
            async with work(books.world.people[name], now=NOW) as w:
                await own_charges(w, books.building, books.owner(lot), "fr")


async def test_ones_accounts_are_those_of_buildings_with_books(books: Books) -> None:
    async with work(books.world.people["owner_tilia"], now=NOW) as w:
        assert [(one.building_id, one.owner_id, one.building) for one in await own_accounts(w)] == [
            (books.building, books.owner("T1"), "Tilia")
        ]
    async with work(books.world.people["owner_fagus"], now=NOW) as w:
        assert await own_accounts(w) == []
