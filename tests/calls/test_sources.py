"""An entry leads to the paper it was made of: its invoice, its call for funds; one that was typed to none."""

from datetime import date

import koprogo_app.calls.seal  # noqa: F401  (it tells the books of its papers)
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.service.sources import Source, source_of
from tests.ledger.books import open_books
from tests.statements.test_statement import invoiced
from tests.world import World

LINE = {"account": "61210", "net": 100_00, "vat": 0, "rate": 0}


async def test_an_invoice_and_what_takes_it_back(world: World) -> None:
    books = await open_books(world)
    posted = await invoiced(books, "F-7", date(2026, 2, 3), [LINE])
    credit = await invoiced(books, "C-7", date(2026, 2, 4), [LINE], kind="credit_note")
    async with books.at_work() as w:
        back = await entries.reverse(w, posted.id, "wrong", on=date(2026, 3, 3))
    async with books.at_work() as w:
        invoice_id = await w.value("select id from invoice where number = 'F-7'")
        expected = Source("Invoice", "F-7 – Électricité SA", f"invoices/{invoice_id}")
        assert [await source_of(w, one) for one in (posted.id, back.id)] == [expected, expected]
        found = await source_of(w, credit.id)
        assert found and (found.kind, found.name) == ("Credit note", "C-7 – Électricité SA")


async def test_a_call_and_an_entry_that_was_typed(world: World) -> None:
    books = await open_books(world)
    (typed,) = await books.post(books.paid(5_00))
    async with books.at_work() as w:
        wanted = Wanted(
            "Appel 1", [PartWanted(CallKind.WORKING, 300_00)], [(date(2026, 2, 1), date(2026, 3, 1))], None, ""
        )
        call = await calls.save(w, books.building, wanted)
        await call_posting.post(w, call.id)
    async with books.at_work() as w:
        entry = await w.value("select entry_id from call_instalment where call_id = %(c)s", c=call.id)
        assert await source_of(w, entry) == Source("Call for funds", "Appel 1", f"calls/{call.id}")
        assert await source_of(w, typed.id) is None
