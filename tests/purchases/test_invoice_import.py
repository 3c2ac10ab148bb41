"""An electronic invoice becomes a draft: its supplier, its lines, its papers; or nothing at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from koprogo_app.foundation import storage
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.purchases.queries.invoices import invoice_detail
from koprogo_app.purchases.service import invoice_lines, invoices
from koprogo_app.purchases.service.invoice_import import Imported, import_ubl
from tests.ledger.books import Books
from tests.purchases.test_ubl import TWO_RATES
from tests.purchases.ubl import PDF, Doc


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    """A file store of this test alone."""
    storage.use(local_store(tmp_path / "files"))
    yield
    storage.use(None)


async def take(books: Books, doc: Doc, who: str = "accountant_a") -> Imported:
    return await import_ubl(books.world.people[who], books.building, "C:\\mail\\facture.XML", doc.xml())


async def count(books: Books, what: str) -> int:
    async with books.at_work() as w:
        return await w.value(f"select count(*) from {what}")


async def test_a_draft_with_its_lines_and_papers(books: Books) -> None:
    made = await take(books, Doc(pdf=PDF))
    async with books.at_work() as w:
        found = await invoice_detail(w, made.invoice_id)
        papers = await w.value(
            "select array_agg(media_type order by media_type) from document_version v join document d "
            "on d.id = v.document_id where d.entity = 'invoice' and d.entity_id = %(i)s",
            i=made.invoice_id,
        )
        shown = await w.value(
            "select file_name from document_version where document_id = %(d)s", d=found.row.document_id
        )
    assert (found.row.supplier, found.row.origin, found.row.status) == ("Ascenseurs Mosans SA", "ubl", "draft")
    assert (found.row.total_cents, found.row.communication, found.row.documents) == (12100, "090933755493", 2)
    assert [(line.label, line.net_cents, line.vat_cents, line.account) for line in found.lines] == [
        ("Maintenance", 10000, 2100, "")
    ]
    assert papers == ["application/pdf", "application/xml"] and shown == "facture.pdf"
    assert made.added and found.row.supplier_iban == "BE68539007547034" and found.row.iban == ""


async def test_the_next_one_finds_its_supplier_and_its_account(books: Books) -> None:
    first = await take(books, Doc())
    async with books.at_work() as w:
        line = (await invoice_detail(w, first.invoice_id)).lines[0]
        await invoice_lines.change_line(w, line.id, line.version, {"account": "61011"})
        await invoices.submit(w, first.invoice_id)
        await invoices.approve(w, first.invoice_id)
    second = await take(books, Doc(number="2026-118", iban="BE11 0001 2345 6748"))
    assert not second.added and second.supplier_id == first.supplier_id
    assert any("another account number" in note for note in second.notes)
    async with books.at_work() as w:
        found = await invoice_detail(w, second.invoice_id)
    assert found.lines[0].account == "61011" and found.row.pay_to == "BE11000123456748"


async def test_its_totals_stay_the_documents(books: Books) -> None:
    made = await take(books, TWO_RATES)
    async with books.at_work() as w:
        for line in (await invoice_detail(w, made.invoice_id)).lines:
            await invoice_lines.change_line(w, line.id, line.version, {"account": "61011"})
        line = (await invoice_detail(w, made.invoice_id)).lines[0]
        await invoice_lines.change_line(w, line.id, line.version, {"net": "30,00"})
    with pytest.raises(Invalid, match="do not add up"):
        async with books.at_work() as w:
            await invoices.submit(w, made.invoice_id)
    async with books.at_work() as w:
        assert (await invoice_detail(w, made.invoice_id)).row.total_cents == 7072


async def test_the_same_document_twice(books: Books) -> None:
    await take(books, Doc(pdf=PDF))
    before = await count(books, "document")
    with pytest.raises(Conflict, match="already has an invoice"):
        await take(books, Doc(pdf=PDF))
    assert await count(books, "document") == before


@pytest.mark.parametrize(
    "doc",
    [Doc(gross="1.00"), Doc(iban="BE68 5390 0754 7035"), Doc(pdf=b"<html>no pdf</html>"), Doc(pdf=PDF[:-30])],
    ids=["totals", "account number", "a page as pdf", "a cut pdf"],
)
async def test_a_refused_file_leaves_nothing(books: Books, doc: Doc) -> None:
    with pytest.raises(Invalid) as error:
        await take(books, doc)
    assert error.value.field == "file"
    for table in ("invoice", "document"):
        assert await count(books, table) == 0
    assert await count(books, "supplier") == 1


async def test_a_mistyped_message_is_kept_as_text(books: Books) -> None:
    made = await take(books, Doc(payment="+++090/9337/55490+++"))
    async with books.at_work() as w:
        row = (await invoice_detail(w, made.invoice_id)).row
    assert (row.communication, row.message) == ("", "+++090/9337/55490+++")


async def test_who_may_not(books: Books) -> None:
    for who, error in (("board_tilia", Forbidden), ("owner_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(error):
            await take(books, Doc(), who)
