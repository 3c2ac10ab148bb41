"""Settling in the books: paid is derived, the database keeps it honest, a reversal opens everything again."""

from datetime import date
from uuid import UUID

import psycopg
import pytest

import koprogo_app.payments.seal  # noqa: F401  (tells the ledger what is settled)
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries, matching
from koprogo_app.payments.queries.open_items import account_sums, open_items
from koprogo_app.payments.service import settling
from tests.ledger.books import Books


async def receive(w: Work, books: Books, cents: int, lot: str = "T1", aims=()) -> entries.Posted:
    parts = await settling.plan(w, books.building, owner_id=books.owner(lot), cents=cents, aims=aims)
    lines = [DraftLine("551", cents), *(part.line("Paiement") for part in parts)]
    posted = await entries.post(w, books.building, Draft("BQE", date(2026, 3, 1), "EXT 3", lines))
    await settling.settle(w, books.building, posted.id, parts)
    return posted


async def left(w: Work, books: Books, lot: str = "T1") -> list[tuple[str, int]]:
    return [(i.account, i.open_cents) for i in await open_items(w, books.building, owner_id=books.owner(lot))]


async def test_a_payment_settles_the_oldest_call_and_what_is_too_much_waits(books: Books) -> None:
    await books.post(books.call(10_000), books.reserve_call(2_000), books.call(5_000, on=date(2026, 2, 1)))
    async with books.at_work() as w:
        await receive(w, books, 11_000)  # due the same day: the working fund before the reserve fund
        assert await left(w, books) == [("4100", 1_000), ("4101", 5_000)]
        await receive(w, books, 7_500)
        assert await left(w, books) == [("4101", -1_500)]
        items = await open_items(w, books.building, owner_id=books.owner())
        assert account_sums(items, date(2026, 3, 15)).balance == -1_500


async def test_a_credit_pays_the_next_call(books: Books) -> None:
    async with books.at_work() as w:
        await receive(w, books, 4_000)
    await books.post(books.call(10_000, on=date(2026, 3, 10)))
    async with books.at_work() as w:
        assert await settling.use_credit(w, books.building) == 4_000
        assert await left(w, books) == [("4101", 6_000)]


async def test_reversing_the_payment_opens_the_call_again(books: Books) -> None:
    await books.post(books.call(10_000))
    async with books.at_work() as w:
        posted = await receive(w, books, 10_000)
        assert await left(w, books) == []
    async with books.at_work() as w:
        await entries.reverse(w, posted.id, "Chèque sans provision")
        assert await left(w, books) == [("4101", 10_000)]
        assert await w.value("select count(*) from settlement") == 0


async def test_what_is_settled_can_be_opened_again_and_settled_otherwise(books: Books) -> None:
    await books.post(books.call(3_000), books.call(3_000, on=date(2026, 2, 10)))
    async with books.at_work() as w:
        await receive(w, books, 3_000)
        await settling.unsettle(w, await w.value("select id from settlement"))
        assert await left(w, books) == [("4101", 3_000), ("4101", 3_000), ("4101", -3_000)]
        await settling.use_credit(w, books.building, [books.owner()])
        assert await left(w, books) == [("4101", 3_000)]


async def _pair(w: Work, books: Books, debit: str, credit: str, cents: int) -> None:
    """Plain SQL, around the service."""
    await w.execute(
        """insert into settlement (organization_id, building_id, debit_line_id, credit_line_id, cents)
           select d.organization_id, d.building_id, d.id, c.id, %(n)s from entry_line d, entry_line c
            where d.label = %(d)s and c.label = %(c)s""",
        d=debit, c=credit, n=cents,
    )  # fmt: skip


@pytest.fixture
async def lines(books: Books) -> Books:
    """T1 owes 100 on 4101 and 50 on 4100, T2 owes 80; T1 paid 60 on 4101."""
    t1, t2 = books.owner("T1"), books.owner("T2")
    await books.post(
        Draft("APP", date(2026, 1, 5), "A", [
            DraftLine("4101", 100, t1, label="due"), DraftLine("4100", 50, t1, label="reserve"),
            DraftLine("4101", 80, t2, label="neighbour"), DraftLine("701", -230, label="income")]),
        Draft("BQE", date(2026, 1, 9), "B", [DraftLine("551", 60, label="bank"),
                                             DraftLine("4101", -60, t1, label="paid")]),
    )  # fmt: skip
    return books


@pytest.mark.parametrize(
    ("debit", "credit", "cents"),
    [
        ("due", "paid", 61), ("reserve", "paid", 10), ("neighbour", "paid", 10), ("bank", "income", 10),
        ("due", "income", 10), ("bank", "paid", 10), ("due", "due", 10),
    ],
)  # fmt: skip
async def test_the_database_refuses_what_does_not_settle(lines: Books, debit: str, credit: str, cents: int) -> None:
    with pytest.raises(Invalid):
        async with lines.at_work() as w:
            await _pair(w, lines, debit, credit, cents)


async def test_the_database_counts_what_was_settled_before(lines: Books) -> None:
    async with lines.at_work() as w:
        await _pair(w, lines, "due", "paid", 40)
    with pytest.raises(Invalid):
        async with lines.at_work() as w:
            await _pair(w, lines, "due", "paid", 21)
    async with lines.at_work() as w:
        await _pair(w, lines, "due", "paid", 20)


async def _match(w: Work, ids: list[UUID]) -> None:
    """Plain SQL, around the service and its own check."""
    await w.execute(
        """with m as (insert into matching (organization_id, building_id)
                     select organization_id, building_id from entry_line where id = %(one)s
                     returning id, organization_id, building_id)
           insert into matching_line (line_id, organization_id, building_id, matching_id)
           select l, m.organization_id, m.building_id, m.id from m, unnest(%(ids)s::uuid[]) l""",
        one=ids[0], ids=ids,
    )  # fmt: skip


async def test_a_settled_line_is_not_matched_too_nor_the_reverse(lines: Books) -> None:
    async with lines.at_work() as w:
        (paid,) = await lines.post(lines.paid(40))
        ids = await w.value(
            "select array_agg(id) from entry_line where label = 'due' or (entry_id = %(e)s and owner_id is not null)",
            e=paid.id,
        )
        await _pair(w, lines, "due", "paid", 60)
    with pytest.raises(Conflict, match="already settles"):
        async with lines.at_work() as w:
            await matching.match(w, lines.building, ids)
    with pytest.raises(Conflict, match="settled already"):
        async with lines.at_work() as w:
            await _match(w, ids)


async def test_settlements_are_not_changed(lines: Books) -> None:
    async with lines.at_work() as w:
        await _pair(w, lines, "due", "paid", 10)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await w.execute("update settlement set cents = 20")


async def test_who_may_read_and_write(books: Books) -> None:
    await books.post(books.call(10_000), books.call(5_000, lot="T2"))
    async with books.at_work("owner_tilia") as w:
        assert await left(w, books) == [("4101", 10_000)]
        with pytest.raises(Forbidden):
            await open_items(w, books.building, owner_id=books.owner("T2"))
        with pytest.raises(Forbidden):
            await open_items(w, books.building)
        with pytest.raises(Forbidden):
            await settling.use_credit(w, books.building)
    async with books.at_work("syndic_b") as w:
        with pytest.raises(NotFound):
            await open_items(w, books.building)


async def test_a_settlement_of_a_reversed_entry_is_refused(lines: Books) -> None:
    async with lines.at_work() as w:
        call = await w.value("select entry_id from entry_line where label = 'due'")
        await entries.reverse(w, call, "Erreur")
    with pytest.raises(Conflict):
        async with lines.at_work() as w:
            await _pair(w, lines, "due", "paid", 10)
