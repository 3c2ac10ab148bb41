"""Settling at its edges: which line settles which, whose credit is used, what the trail says."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden, Invalid
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.model.settling import Settlement
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import settling
from tests.ledger.books import Books


async def _pay(w: Work, books: Books, cents: int, lot: str = "T1") -> entries.Posted:
    """An owner pays, or is paid back."""
    parts = await settling.plan(w, books.building, owner_id=books.owner(lot), cents=cents)
    lines = [DraftLine("551", cents), *(part.line("Paiement") for part in parts)]
    posted = await entries.post(w, books.building, Draft("BQE", date(2026, 3, 1), "EXT 3", lines))
    await settling.settle(w, books.building, posted.id, parts)
    return posted


async def _left(w: Work, books: Books, lot: str) -> list[int]:
    return [item.open_cents for item in await open_items(w, books.building, owner_id=books.owner(lot))]


async def _pairs(w: Work) -> list[tuple[int, int, int]]:
    """Of each settlement: the debit of its debit line, the credit of its credit line, its cents."""
    rows = await w.rows(
        """select d.debit_cents, c.credit_cents, s.cents from settlement s
             join entry_line d on d.id = s.debit_line_id join entry_line c on c.id = s.credit_line_id order by s.id""",
        dict,
    )
    return [(row["debit_cents"], row["credit_cents"], row["cents"]) for row in rows]


async def _said(w: Work, action: str) -> list[dict[str, Any]]:
    return await w.rows("select before, after from audit_entry where action = %(a)s order by id", dict, a=action)


async def test_what_is_paid_settles_a_debt_and_what_is_paid_back_a_credit(books: Books) -> None:
    await books.post(books.call(1_000))
    async with books.at_work() as w:
        await _pay(w, books, 1_500)
        assert await _pairs(w) == [(1_000, 1_500, 1_000)]
        await _pay(w, books, -500)
        assert await _pairs(w) == [(1_000, 1_500, 1_000), (500, 1_500, 500)]
        assert await _left(w, books, "T1") == []
        (paid, back) = [one["after"]["pairs"] for one in await _said(w, "lines.settled")]
        row = (await w.rows("select debit_line_id, credit_line_id from settlement order by id", dict))[1]
    assert [pair["cents"] for pair in (*paid, *back)] == [1_000, 500]
    assert (back[0]["debit"], back[0]["credit"]) == (str(row["debit_line_id"]), str(row["credit_line_id"]))


async def test_a_part_finds_its_line_by_account_side_and_person(books: Books) -> None:
    await books.post(books.call(1_000))
    async with books.at_work() as w:
        parts = await settling.plan(w, books.building, owner_id=books.owner(), cents=1_000)
        lines = [DraftLine("551", 1_000), *(part.line("Paiement") for part in parts)]
        posted = await entries.post(w, books.building, Draft("BQE", date(2026, 3, 1), "EXT 3", lines))
        (part,) = parts
        for wrong in (
            replace(part, account="4100"), replace(part, owner_id=books.owner("T2")),
            replace(part, owner_id=None, supplier_id=books.supplier),
        ):  # fmt: skip
            with pytest.raises(Invalid, match="no line") as error:
                await settling.settle(w, books.building, posted.id, [wrong])
            assert error.value.field == "lines"
        with pytest.raises(Invalid, match="no line"):  # one line is one part's
            await settling.settle(w, books.building, posted.id, [part, part])
        await settling.settle(w, books.building, posted.id, [part])
        assert await _left(w, books, "T1") == []


async def test_a_payment_of_nothing_due_settles_nothing_and_says_nothing(books: Books) -> None:
    async with books.at_work() as w:
        await _pay(w, books, 700)
        assert (await _pairs(w), await _said(w, "lines.settled")) == ([], [])
        assert await _left(w, books, "T1") == [-700]


async def test_credit_is_used_for_those_who_are_named(books: Books) -> None:
    async with books.at_work() as w:
        await _pay(w, books, 400, "T1")
        await _pay(w, books, 300, "T2")
    await books.post(
        books.call(1_000, lot="T1", on=date(2026, 3, 10)), books.call(1_000, lot="T2", on=date(2026, 3, 10))
    )
    async with books.at_work() as w:
        assert await settling.use_credit(w, books.building, []) == 0
        assert await settling.use_credit(w, books.building, [books.owner("T2")]) == 300
        assert (await _left(w, books, "T1"), await _left(w, books, "T2")) == ([-400, 1_000], [700])
        assert await settling.use_credit(w, books.building) == 400
        assert await settling.use_credit(w, books.building) == 0
        assert await _left(w, books, "T1") == [600]
        assert len(await _said(w, "lines.settled")) == 2


async def test_what_was_opened_again_is_named_with_its_lines(books: Books) -> None:
    await books.post(books.call(1_000))
    async with books.at_work() as w:
        await _pay(w, books, 1_000)
        made = await w.get(Settlement, await w.value("select id from settlement"))
        lines = {"debit": str(made.debit_line_id), "credit": str(made.credit_line_id), "cents": 1_000}
        await settling.unsettle(w, made.id)
        assert [one["before"] for one in await _said(w, "lines.unsettled")] == [lines]
        assert await _left(w, books, "T1") == [1_000, -1_000]


@pytest.mark.parametrize("act", ["settle", "unsettle", "net", "undo_netting", "use_credit"])
async def test_whoever_only_reads_the_books_settles_nothing(books: Books, act: str) -> None:
    await books.post(books.call(1_000))
    async with books.at_work() as w:
        posted = await _pay(w, books, 1_000)
        made = await w.value("select id from settlement")
    acts = {
        "settle": lambda w: settling.settle(w, books.building, posted.id, []),
        "unsettle": lambda w: settling.unsettle(w, made),
        "net": lambda w: settling.net(w, books.building, [], made),
        "undo_netting": lambda w: settling.undo_netting(w, books.building, made),
        "use_credit": lambda w: settling.use_credit(w, books.building),
    }
    with pytest.raises(Forbidden):
        async with books.at_work("board_tilia") as w:
            await acts[act](w)


async def test_undoing_a_netting_that_never_was_leaves_no_trace(books: Books) -> None:
    await books.post(books.call(1_000))
    async with books.at_work() as w:
        posted = await _pay(w, books, 1_000)
        await settling.undo_netting(w, books.building, posted.id)
        assert await _said(w, "lines.unsettled") == []
        assert await _pairs(w) == [(1_000, 1_000, 1_000)]
