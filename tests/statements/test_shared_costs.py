"""What is kept of a year's shares: nothing is shared out twice, and nothing that changed is shown as it was."""

from datetime import date
from uuid import UUID

import pytest

from koprogo_app.documents.model import Document
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.service import books as ledger
from koprogo_app.ledger.service import entries
from koprogo_app.purchases.model import Invoice
from koprogo_app.statements.service import shared_costs
from koprogo_app.statements.service.statement import yearly
from koprogo_app.statements.service.statement_papers import owner_charges
from tests.ledger.books import NOW, Books
from tests.statements.test_statement import books, charges, invoiced, of_2026, sold

__all__ = ["books"]


@pytest.fixture(autouse=True)
def empty() -> None:
    shared_costs.forget()


async def test_a_year_is_shared_out_once_for_everybody(books: Books) -> None:
    await books.post(books.invoice(10_001))
    first = await of_2026(books)
    assert (await of_2026(books)).shared is first.shared
    assert (await of_2026(books, "owner_tilia", books.owner("T1"))).shared is first.shared
    await books.post(books.invoice(1_000, on=date(2026, 2, 4)))
    second = await of_2026(books)
    assert second.shared is not first.shared
    assert charges(second, books) == {"T1": 4_401, "T2": 3_850, "T3": 2_750}


async def test_a_sale_shares_again_though_no_entry_came(books: Books) -> None:
    await books.post(books.invoice(1_000))
    assert charges(await of_2026(books), books)["T1"] == 400
    buyer = await sold(books, "T1", date(2026, 2, 1))
    found = await of_2026(books)
    assert (found.sum_of(books.owner("T1")).charges, found.sum_of(buyer).charges) == (0, 400)


async def test_another_share_or_weight_shares_again(books: Books) -> None:
    await books.post(books.invoice(1_000))
    assert charges(await of_2026(books), books) == {"T1": 400, "T2": 350, "T3": 250}
    async with work(SYSTEM, now=NOW) as w:
        for lot, share in (("T1", 250), ("T3", 400)):
            await w.execute("update lot set share = %(s)s where id = %(l)s", s=share, l=books.world.lots[lot])
    assert charges(await of_2026(books), books) == {"T1": 250, "T2": 350, "T3": 400}


async def test_what_a_transaction_took_back_is_not_shown(books: Books) -> None:
    """Shares of entries that were rolled back stand under a version that comes again, with another hash."""
    with pytest.raises(RuntimeError):
        async with books.at_work() as w:
            await entries.post(w, books.building, books.invoice(5_000))
            await w.execute("set constraints all immediate")
            assert (await yearly(w, books.building, "2026")).proof.books_cents == 5_000
            raise RuntimeError
    await books.post(books.invoice(1_000))
    assert charges(await of_2026(books), books) == {"T1": 400, "T2": 350, "T3": 250}


async def test_the_least_used_year_goes_when_there_is_no_room(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_costs, "MOST", 8)
    async with books.at_work() as w:
        await ledger.add_year(w, books.building)
    await books.post(*(books.invoice(1_000, on=date(year, 2, day)) for year in (2026, 2027) for day in (3, 4)))
    first = (await of_2026(books)).shared
    assert first.size == 6 and (await of_2026(books)).shared is first
    async with books.at_work() as w:
        assert (await yearly(w, books.building, "2027")).shared.size == 6
    assert (await of_2026(books)).shared is not first


async def filed(books: Books, title: str) -> UUID:
    async with work(SYSTEM, now=NOW) as w:
        row = await w.add(
            Document(organization_id=books.world.organizations["a"], building_id=books.building, title=title,
                     kind="invoice", dated=date(2026, 2, 1), visibility="co_owners")
        )  # fmt: skip
        return row.id


async def test_names_and_scans_are_those_of_now(books: Books) -> None:
    """They change without the ledger: a supplier is called otherwise, a scan comes later."""
    await invoiced(books, "F-1", date(2026, 2, 1), [{"account": "61210", "net": 10_000, "vat": 2_100}])

    async def line() -> tuple[str, str]:
        async with books.at_work() as w:
            table = (await owner_charges(w, books.building, books.owner("T1"), "2026", "fr")).tables[-1]
        row = next(row for row in table.rows if row.get("on"))
        return row["label"], row["_links"].get("label", "")

    assert await line() == ("Électricité SA · F-1", "")
    scan = await filed(books, "F-1")
    async with work(SYSTEM, now=NOW) as w:
        await w.execute("update supplier set name = 'Lumière SA' where id = %(s)s", s=books.supplier)
        row = await w.value("select id from invoice where number = 'F-1'")
        invoice = await w.get(Invoice, row)
        assert invoice.document_id is None
        await w.execute("update document set entity = 'invoice', entity_id = %(i)s where id = %(d)s", i=row, d=scan)
    assert await line() == ("Lumière SA · F-1", f"/api/v1/documents/{scan}")
