"""An electronic invoice becomes a draft: its supplier, its lines, its papers; or nothing at all."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from koprogo_app.foundation import storage
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.purchases.queries.invoices import invoice_detail
from koprogo_app.purchases.service import invoice_lines, invoices
from koprogo_app.purchases.service.invoice_import import Imported, import_files, import_ubl
from koprogo_app.purchases.service.suppliers import SUPPLIER
from tests.ledger.books import Books
from tests.purchases.invoices import draft
from tests.purchases.test_ubl import TWO_RATES
from tests.purchases.ubl import PDF, Doc, case, cii, enveloped, pdf_with


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


async def send(books: Books, data: bytes, name: str = "facture.xml", who: str = "accountant_a") -> Imported:
    return await import_ubl(books.world.people[who], books.building, name, data)


async def known(books: Books, **values: str):
    """A supplier who is known already."""
    async with books.at_work() as w:
        return (await SUPPLIER.add(w, books.building, {"name": "Nettoyage Brabant SRL", **values})).id


async def test_a_supplier_is_known_by_the_number_wherever_it_stands(books: Books) -> None:
    brabant = await known(books, enterprise_number="0462.011.889")
    made = await send(books, case("vat_in_party_identification"))
    assert (made.supplier_id, made.added) == (brabant, False)
    with pytest.raises(Conflict, match="already has an invoice"):
        await send(books, case("vat_in_party_identification"))


@pytest.mark.parametrize(
    ("supplier", "doc", "found", "asks"),
    [
        ({"iban": "BE68539007547034"}, Doc(supplier_number=""), True, False),
        ({"iban": "BE68539007547034"}, Doc(), True, False),
        ({"iban": "BE68539007547034", "enterprise_number": "0462.011.889"}, Doc(supplier_number=""), True, False),
        # A VAT unit, or another firm: a person says which.
        ({"iban": "BE68539007547034", "enterprise_number": "0462.011.889"}, Doc(), True, True),
        ({"name": "ascenseurs mosans sa"}, Doc(supplier_number=""), True, False),
        ({"name": "Ascenseurs Mosans SA"}, Doc(), True, True),
        ({"name": "Ascenseurs Mosans SA", "enterprise_number": "0462.011.889"}, Doc(), False, False),
        ({"name": "Ascenseurs Mosans SA", "enterprise_number": "0462.011.889"}, Doc(supplier_number=""), True, False),
        ({"iban": "BE11000123456748"}, Doc(), False, False),
    ],
    ids=[
        "account", "account, number new", "account, none said", "account of another number", "name",
        "name, number new", "name of another number", "name, none said", "nothing",
    ],
)  # fmt: skip
async def test_who_sent_it(books: Books, supplier: dict[str, str], doc: Doc, found: bool, asks: bool) -> None:
    one = await known(books, **supplier)
    made = await take(books, doc)
    assert (made.supplier_id == one, made.added) == (found, not found)
    async with books.at_work() as w:
        assert (await invoice_detail(w, made.invoice_id)).questions == (["supplier"] if asks else [])


async def test_two_suppliers_with_the_account_are_told_by_name(books: Books) -> None:
    await known(books, iban="BE68539007547034")
    two = await known(books, name="Ascenseurs Mosans SA", iban="BE68539007547034")
    assert (await take(books, Doc(supplier_number=""))).supplier_id == two


async def ready(books: Books, made: Imported) -> None:
    """Its lines have their account."""
    async with books.at_work() as w:
        for line in (await invoice_detail(w, made.invoice_id)).lines:
            await invoice_lines.change_line(w, line.id, line.version, {"account": "61011"})


async def test_prepaid_wholly_owes_nothing(books: Books) -> None:
    made = await send(books, case("fully_prepaid"))
    await ready(books, made)
    async with books.at_work() as w:
        await invoices.submit(w, made.invoice_id)
        await invoices.approve(w, made.invoice_id)
    async with books.at_work() as w:
        row = (await invoice_detail(w, made.invoice_id)).row
        assert (row.total_cents, row.payable_cents, row.open_cents, row.paid) == (12100, 0, 0, True)
    assert any("paid in advance" in note for note in made.notes)


REVERSED = Doc(category="AE", subtotals=[("0", "100.00", "0.00")], tax="0.00", gross="100.00", payable="100.00")
REVERSED.lines[0].rate = "0"


async def test_vat_left_to_an_association_is_asked_about(books: Books) -> None:
    made = await take(books, REVERSED)
    await ready(books, made)
    with pytest.raises(Conflict, match="No VAT is charged"):
        async with books.at_work() as w:
            await invoices.submit(w, made.invoice_id)
    async with books.at_work() as w:
        await invoices.decide(w, made.invoice_id, "reverse_charge")
        assert (await invoice_detail(w, made.invoice_id)).questions == []
        await invoices.submit(w, made.invoice_id)


@pytest.mark.parametrize(("number", "asked"), [("0462011889", ["addressee"]), ("0403101217", []), ("", [])])
async def test_an_invoice_to_another_number_is_asked_about(books: Books, number: str, asked: list[str]) -> None:
    async with books.at_work() as w:
        await w.execute("update building set enterprise_number = '0403101217' where id = %(b)s", b=books.building)
    made = await take(books, Doc(customer_number=number))
    async with books.at_work() as w:
        assert (await invoice_detail(w, made.invoice_id)).questions == asked


async def test_a_leading_blank_line_and_an_envelope_are_no_matter(books: Books) -> None:
    await send(books, case("leading_blank_line"))
    made = await send(books, enveloped(Doc(number="IN-1").xml()))
    async with books.at_work() as w:
        assert (await invoice_detail(w, made.invoice_id)).row.number == "IN-1"


async def test_a_pdf_with_the_invoice_inside_is_shown_with_it(books: Books) -> None:
    made = await send(books, pdf_with({"factur-x.xml": cii()}), "facture 117.pdf")
    async with books.at_work() as w:
        row = (await invoice_detail(w, made.invoice_id)).row
        shown = await w.value("select file_name from document_version where document_id = %(d)s", d=row.document_id)
    assert (row.number, row.total_cents, row.documents, shown) == ("2026-117", 12100, 2, "facture 117.pdf")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(PDF, "no electronic invoice inside"), (pdf_with({"a.xml": cii()}, encrypted=True), "password")],
    ids=["a plain pdf", "locked"],
)
async def test_a_pdf_without_one_is_explained(books: Books, data: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        await send(books, data, "facture.pdf")


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


async def unpack(books: Books, files: dict[str, bytes]):
    return await import_files(books.world.people["accountant_a"], books.building, "factures.zip", zipped(files))


async def test_an_archive_of_one_invoice_and_its_pdf(books: Books) -> None:
    (one,) = await unpack(books, {"f/facture.xml": Doc().xml(), "f/facture.pdf": PDF, "lisez-moi.txt": b"x"})
    async with books.at_work() as w:
        assert (await invoice_detail(w, one.imported.invoice_id)).row.documents == 2


async def test_an_archive_of_several_takes_each_for_itself(books: Books) -> None:
    made = await unpack(
        books,
        {
            "1.xml": Doc(number="1").xml(), "2.xml": Doc(number="1").xml(), "3.xml": Doc(number="3").xml(),
            "3.pdf": PDF, "4.pdf": pdf_with({"x.xml": cii()}), "5.xml": b"<rss/>",
        },
    )  # fmt: skip
    told = {one.name: one.refusal.text("en")[:40] if one.refusal else "" for one in made}
    assert told == {
        "1.xml": "", "2.xml": "This supplier already has an invoice or ", "3.xml": "", "4.pdf": "",
        "5.xml": "This XML file is not an electronic invoi",
    }  # fmt: skip
    assert await count(books, "invoice") == 3


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.xml": b" " * 10_000_001}, "unfold to more than"),
        ({f"{n}.xml": b" " * 9_000_000 for n in range(12)}, "unfold to more than"),
        ({f"{n}.xml": b"x" for n in range(101)}, "holds more than"),
        ({"readme.txt": b"x"}, "no electronic invoice"),
    ],
    ids=["a bomb", "a bomb in parts", "too many", "nothing"],
)
async def test_an_archive_beyond_the_limits_is_refused(books: Books, files: dict[str, bytes], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        await unpack(books, files)
    assert await count(books, "invoice") == 0


async def test_a_damaged_archive_is_refused(books: Books) -> None:
    with pytest.raises(Invalid, match="damaged"):
        await import_files(books.world.people["accountant_a"], books.building, "x.zip", b"PK\x03\x04" + b"?" * 99)


@pytest.mark.parametrize("number", ["2026/117", "2026 117", "2026117", "2026-117"])
async def test_a_number_written_otherwise_is_asked_about(books: Books, number: str) -> None:
    made = await take(books, Doc())
    async with books.at_work() as w:
        other = await SUPPLIER.add(w, books.building, {"name": "Ascenseurs mosans SA"})
    twin = await draft(books, supplier_id=other.id, number=number)
    with pytest.raises(Conflict, match="Another invoice has this number"):
        async with books.at_work() as w:
            await invoices.submit(w, twin)
    async with books.at_work() as w:
        found = await invoice_detail(w, twin)
        assert [(one.id, one.same_number) for one in found.lookalikes] == [(made.invoice_id, True)]
        await invoices.decide(w, twin, "twice")
        await invoices.submit(w, twin)
        assert (await invoice_detail(w, made.invoice_id)).questions == ["twice"], "the other is not decided by that"


async def test_a_number_comes_again_in_another_year(books: Books) -> None:
    first = await draft(books, number="12", dated="2025-12-31")
    again = await draft(books, number="12", dated="2026-01-01")
    with pytest.raises(Conflict, match="already has an invoice"):
        await draft(books, number="12", dated="2026-12-31")
    async with books.at_work() as w:
        assert [one.id for one in (await invoice_detail(w, again)).lookalikes] == [first]
        assert (await invoice_detail(w, again)).questions == ["twice"]
        await invoices.decide(w, again, "twice")
        row = (await invoice_detail(w, again)).row
        await invoices.change_invoice(w, again, row.version, {"due_on": "2026-03-01"})
        assert (await invoice_detail(w, again)).questions == []
        row = (await invoice_detail(w, again)).row
        await invoices.change_invoice(w, again, row.version, {"dated": "2026-01-02"})
        assert (await invoice_detail(w, again)).questions == ["twice"], "of another day nothing was decided"


async def test_the_same_day_and_amount_is_shown_and_does_not_stop(books: Books) -> None:
    first, other = await draft(books), await draft(books, number="F-2")
    await draft(books, {"account": "61210", "net": 10001, "vat_rate": 6}, number="F-3")
    async with books.at_work() as w:
        found = await invoice_detail(w, other)
        assert [(one.id, one.same_number) for one in found.lookalikes] == [(first, False)]
        assert found.questions == []
        await invoices.submit(w, other)
