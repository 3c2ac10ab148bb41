"""Calls in the books: preview adds up, posting writes one entry an instalment, cancelling takes it all back."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from koprogo_app.calls.model.calls import CallStatus
from koprogo_app.calls.queries.calls import call_detail, call_lines, calls_page
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.queries.references import owner_of, references
from tests.calls.calls import EXTRAORDINARY, RESERVE, WORKING, called, pay, quarter
from tests.ledger.books import Books


async def test_a_preview_adds_up_and_writes_nothing(books: Books) -> None:
    async with books.at_work() as w:
        found = await calls.preview(w, books.building, quarter())
        assert found.cents == 120_001 == sum(line.asked.cents for line in found.lines)
        assert [line.asked.cents for line in found.lines if line.kind is WORKING] == [40_001, 35_000, 25_000]
        assert await w.value("select count(*) from fund_call") == 0


async def test_posting_debits_each_owner_and_credits_each_fund(books: Books) -> None:
    async with books.at_work() as w:
        call = await called(w, books)
        rows = await w.value(
            """select json_agg(json_build_array(a.code, l.debit_cents - l.credit_cents, l.owner_id, l.lot_id) order by
                      l.position) from entry_line l join account a on a.id = l.account_id"""
        )
        t1, lot = str(books.owner("T1")), str(books.world.lots["T1"])
        assert rows[:2] == [["4101", 40_001, t1, lot], ["4100", 8_000, t1, lot]]
        assert [row[:2] for row in rows[-2:]] == [["701", -100_001], ["700", -20_000]]
        lines = await call_lines(w, call.id)
        assert sum(line.cents for line in lines) == 120_001
        assert {(line.part_cents, line.weight_total) for line in lines} == {(100_001, 1000), (20_000, 1000)}
        detail = await call_detail(w, call.id)
        assert (detail.call.status, detail.call.cents, detail.instalments[0].entry) == ("posted", 120_001, "APP 1")


async def test_instalments_are_equal_to_the_cent_each_on_its_day(books: Books) -> None:
    days = [(date(2026, month, 1), date(2026, month, 20)) for month in (3, 6, 9)]
    async with books.at_work() as w:
        call = await called(w, books, Wanted("Travaux", [PartWanted(EXTRAORDINARY, 100_000)], days))
        detail = await call_detail(w, call.id)
        assert [(i.called_on, i.cents) for i in detail.instalments] == [
            (date(2026, 3, 1), 33_334), (date(2026, 6, 1), 33_333), (date(2026, 9, 1), 33_333)]  # fmt: skip
        assert {item.account for item in await open_items(w, books.building)} == {"4102"}
        items = await open_items(w, books.building, owner_id=books.owner(), on=date(2026, 6, 30))
        assert [item.due_on for item in items] == [date(2026, 3, 20), date(2026, 6, 20)]


async def test_paid_is_derived_and_a_credit_pays_the_next_call(books: Books) -> None:
    async with books.at_work() as w:
        await pay(w, books, 50_000, on=date(2026, 2, 1))
        call = await called(w, books)
        row = (await calls_page(w, books.building)).rows[0]
        assert (row.paid_cents, row.kinds) == (40_001, ["reserve", "working"])
        assert [line.paid_cents for line in await call_lines(w, call.id, owner_id=books.owner())] == [40_001, 0]


async def test_cancelling_takes_it_all_back_and_keeps_the_payment_as_credit(books: Books) -> None:
    async with books.at_work() as w:
        call = await called(w, books)
        await pay(w, books, 48_000)
    async with books.at_work() as w:
        with pytest.raises(Invalid):
            await call_posting.cancel(w, call.id, " ")
        await call_posting.cancel(w, call.id, "Clé erronée")
        items = await open_items(w, books.building)
        assert {i.account: i.open_cents for i in items} == {"4101": -40_001, "4100": -7_999}
        assert (await call_detail(w, call.id)).call.status == CallStatus.CANCELLED
        with pytest.raises(Conflict):
            await call_posting.cancel(w, call.id, "Encore")


async def test_a_draft_is_changed_and_thrown_away_a_posted_call_is_not(books: Books) -> None:
    async with books.at_work() as w:
        draft = await calls.save(w, books.building, quarter())
        changed = replace(quarter(PartWanted(RESERVE, 5_000)), label="Réserve")
        await calls.save(w, books.building, changed, call_id=draft.id, version=1)
        with pytest.raises(Conflict):
            await calls.save(w, books.building, changed, call_id=draft.id, version=1)
        assert (await call_detail(w, draft.id)).call.cents == 5_000
        await calls.delete(w, draft.id)
        call = await called(w, books)
        for act in (calls.delete(w, call.id), call_posting.post(w, call.id),
                    calls.save(w, books.building, quarter(), call_id=call.id)):  # fmt: skip
            with pytest.raises(Conflict):
                await act


@pytest.mark.parametrize(
    "sql",
    [
        "update fund_call set label = 'Autre'",
        "delete from fund_call",
        "update call_part set cents = 1",
        "update call_instalment set due_on = '2026-12-31'",
        "delete from call_line",
        "insert into call_instalment (organization_id, building_id, call_id, position, called_on, due_on) "
        "select organization_id, building_id, id, 9, '2026-01-01', '2026-01-01' from fund_call",
    ],
)
async def test_the_database_keeps_a_posted_call(books: Books, sql: str) -> None:
    async with books.at_work() as w:
        await called(w, books)
    async with books.at_work() as w:
        with pytest.raises(psycopg.Error, match="never changes"):
            await w.execute(sql)


async def test_each_owner_has_one_message_for_ever(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
        before = await references(w, books.building)
        await called(w, books, quarter(on=date(2026, 6, 1), due=date(2026, 6, 30)))
        assert await references(w, books.building) == before
        assert set(before) == {books.owner(lot) for lot in ("T1", "T2", "T3")}
        assert await owner_of(w, books.building, before[books.owner("T2")]) == books.owner("T2")
        assert await owner_of(w, books.building, "000000000097") is None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (replace(quarter(), label=" "), "label"),
        (replace(quarter(), parts=[]), "parts"),
        (quarter(PartWanted(WORKING, 0)), "parts.0.amount"),
        (replace(quarter(), instalments=[]), "count"),
        (quarter(due=date(2026, 2, 1)), "instalments.0.due_on"),
        (Wanted("x", [PartWanted(WORKING, 1)], [(date(2026, 1, 1), date(2026, 1, 2))] * 2), "parts.0.amount"),
    ],
)
async def test_what_is_refused_names_its_field(books: Books, wanted: Wanted, field: str) -> None:
    async with books.at_work() as w:
        with pytest.raises(Invalid) as refusal:
            await calls.save(w, books.building, wanted)
        assert refusal.value.field == field


async def test_who_may(books: Books) -> None:
    async with books.at_work() as w:
        draft = await calls.save(w, books.building, quarter())
    for name, error in (("board_tilia", Forbidden), ("owner_tilia", Forbidden), ("syndic_b", NotFound)):
        async with books.at_work(name) as w:
            with pytest.raises(error):
                await call_posting.post(w, draft.id)
    async with books.at_work("board_tilia") as w:
        assert (await call_detail(w, draft.id)).call.label == "Premier trimestre 2026"
    async with books.at_work("owner_tilia") as w:
        with pytest.raises(Forbidden):
            await calls_page(w, books.building)
