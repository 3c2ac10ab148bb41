"""Paying suppliers: what the SEPA file says, what it holds once, what is refused."""

from datetime import date

import pytest
from lxml import etree

from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import bank_accounts, settling
from koprogo_app.purchases.formats import pain001
from koprogo_app.purchases.model import InvoiceKind
from koprogo_app.purchases.queries.invoices import invoice_detail, open_invoices
from koprogo_app.purchases.queries.payment_orders import order_file, orders_page
from koprogo_app.purchases.service import invoices, payment_orders, suppliers
from tests.ledger.books import Books
from tests.purchases.invoices import approved, draft

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
DAY = date(2026, 3, 20)
LINE = {"account": "61210", "net": 10000, "vat_rate": 6, "label": "Electricity"}


async def account(books: Books):
    async with books.at_work() as w:
        row = await bank_accounts.open_account(w, books.building, {"iban": "BE68 5390 0754 7034", "fund": "working"})
    return row.id


async def payable(books: Books, number: str = "F-1", **values):
    async with books.at_work() as w:
        await w.execute("update supplier set iban = 'BE11000123456748' where id = %(s)s", s=books.supplier)
    return await approved(books, number=number, **values)


async def test_the_file_pays_what_is_open(books: Books) -> None:
    bank = await account(books)
    first = await payable(books, communication="+++090/9337/55493+++")
    second = await payable(
        books, number="F-2", communication="Client 12 é", iban="BE54 0000 0000 9797", due_on=date(2026, 3, 9)
    )
    async with books.at_work() as w:
        order = await payment_orders.make_order(w, books.building, bank, [first, second], DAY)
        reference, text = await order_file(w, order.row.id)
    root = etree.fromstring(text.encode())
    assert (order.row.total_cents, order.row.count) == (21200, 2) and len(reference) <= 35
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NS) == "212.00"
    assert root.findtext(".//p:GrpHdr/p:NbOfTxs", namespaces=NS) == "2"
    assert root.findtext(".//p:MsgId", namespaces=NS) == reference
    assert root.findtext(".//p:CreDtTm", namespaces=NS) == "2026-03-15T10:00:00"
    assert root.findtext(".//p:ReqdExctnDt/p:Dt", namespaces=NS) == "2026-03-20"
    assert root.findtext(".//p:DbtrAcct//p:IBAN", namespaces=NS) == "BE68539007547034"
    paid = root.findall(".//p:CdtTrfTxInf", NS)
    by_iban = {p.findtext("p:CdtrAcct//p:IBAN", namespaces=NS): p for p in paid}
    structured, free = by_iban["BE11000123456748"], by_iban["BE54000000009797"]
    assert structured.findtext(".//p:CdtrRefInf/p:Ref", namespaces=NS) == "090933755493"
    assert structured.findtext(".//p:Issr", namespaces=NS) == "BBA" and structured.find(".//p:Ustrd", NS) is None
    assert free.findtext(".//p:Ustrd", namespaces=NS) == "Client 12 e"
    assert {p.findtext("p:Amt/p:InstdAmt", namespaces=NS) for p in paid} == {"106.00"}


async def test_an_invoice_is_in_one_live_order(books: Books) -> None:
    bank, made = await account(books), await payable(books)
    async with books.at_work() as w:
        order = await payment_orders.make_order(w, books.building, bank, [made])
    with pytest.raises(Conflict, match="another payment order"):
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made])
    with pytest.raises(Conflict, match="Cancel the order first"):
        async with books.at_work() as w:
            await invoices.take_back(w, made, "Wrong")
    async with books.at_work() as w:
        assert (await invoice_detail(w, made)).row.order_id == order.row.id
        assert not (await payment_orders.cancel_order(w, order.row.id)).row.live
    with pytest.raises(Conflict, match="cancelled already"):
        async with books.at_work() as w:
            await payment_orders.cancel_order(w, order.row.id)
    async with books.at_work() as w:
        assert (await open_invoices(w, books.building))[0].order_id is None
        await payment_orders.make_order(w, books.building, bank, [made])
        assert (await orders_page(w, books.building)).total == 2


async def test_what_an_order_refuses(books: Books) -> None:
    bank, made = await account(books), await approved(books)
    note = await payable(books, number="C-1", kind="credit_note")
    async with books.at_work() as w:
        await w.execute("update supplier set iban = '' where id = %(s)s", s=books.supplier)
    for chosen, day, error, field in (
        ([made], DAY, Invalid, "invoices"), ([], DAY, Invalid, "invoices"), ([note], DAY, Invalid, "invoices"),
        ([made], date(2026, 3, 14), Invalid, "execute_on"), ([made], date(2027, 6, 1), Invalid, "execute_on"),
    ):  # fmt: skip
        with pytest.raises(error) as refused:
            async with books.at_work() as w:
                await payment_orders.make_order(w, books.building, bank, chosen, day)
        assert refused.value.field == field
    for who, error in (("board_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(error):
            async with books.at_work(who) as w:
                await payment_orders.make_order(w, books.building, bank, [made])


async def test_the_number_of_a_supplier_that_was_added(books: Books) -> None:
    """A supplier typed with his account is payable at once."""
    bank = await account(books)
    async with books.at_work() as w:
        added = await suppliers.SUPPLIER.add(w, books.building, {"name": "Lift", "iban": "BE11 0001 2345 6748"})
    made = await approved(books, supplier_id=added.id)
    async with books.at_work() as w:
        order = await payment_orders.make_order(w, books.building, bank, [made])
    assert [(line.name, line.iban, line.message) for line in order.lines] == [("Lift", "BE11000123456748", "F-1")]


async def test_a_credit_note_lessens_what_its_supplier_is_paid(books: Books) -> None:
    """106 and 106 less a note of 150: one transfer of 62; both stand in the order, the books and the invoices."""
    bank = await account(books)
    first, second = await payable(books, due_on=DAY), await payable(books, number="F-2", due_on=date(2026, 4, 1))
    note = await approved(books, {**LINE, "net": 14151}, number="C-1", kind="credit_note")
    async with books.at_work() as w:
        order = await payment_orders.make_order(w, books.building, bank, [second, note, first], DAY)
        _, text = await order_file(w, order.row.id)
    assert (order.row.count, order.row.total_cents) == (1, 6200)
    assert [(line.number, line.cents, line.message) for line in order.lines] == [("F-2", 6200, "F-2, C-1")]
    assert [(one.note, one.number, one.cents) for one in order.netted] == [("C-1", "F-1", 10600), ("C-1", "F-2", 4400)]
    assert etree.fromstring(text.encode()).findtext(".//p:CtrlSum", namespaces=NS) == "62.00"
    async with books.at_work() as w:
        assert (await invoice_detail(w, first)).row.paid
        assert [(p.cents, p.entry) for p in (await invoice_detail(w, second)).payments] == [(4400, "ACH 3")]
        assert not await open_invoices(w, books.building, kind=InvoiceKind.CREDIT_NOTE)
    async with books.at_work() as w:
        cancelled = await payment_orders.cancel_order(w, order.row.id)
        assert not cancelled.netted
        assert sum(row.open_cents for row in await open_invoices(w, books.building)) == 21200
        assert [r.open_cents for r in await open_invoices(w, books.building, kind=InvoiceKind.CREDIT_NOTE)] == [15000]


async def test_a_note_larger_than_the_invoices_leaves_nothing_to_transfer(books: Books) -> None:
    bank, made = await account(books), await payable(books, communication="+++090/9337/55493+++")
    whole = await payable(books, number="C-1", kind="credit_note")
    with pytest.raises(Invalid, match="nothing is left to transfer"):
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made, whole])
    part = await approved(books, {**LINE, "net": 100}, number="C-2", kind="credit_note")
    async with books.at_work() as w:
        order = await payment_orders.make_order(w, books.building, bank, [made, part])
    # The structured message stays: the supplier's program knows no other.
    assert [(line.cents, line.message) for line in order.lines] == [(10494, "090933755493")]


async def test_a_prepaid_invoice_owes_the_rest(books: Books) -> None:
    """106 of which 30 is paid: 76 goes to the bank; the 30 meets its payment on a line of its own."""
    bank, made = await account(books), await payable(books, prepaid_cents="30,00")
    async with books.at_work() as w:
        (row,) = await open_invoices(w, books.building)
        assert (row.total_cents, row.payable_cents, row.open_cents) == (10600, 7600, 7600)
        items = await open_items(w, books.building, supplier_id=books.supplier)
        assert {(i.open_cents, i.source) for i in items} == {(-7600, "invoice"), (-3000, "entry")}
    # Money of before is matched first: it says nothing of what is left to pay.
    paid = [DraftLine("440", 3000, supplier_id=books.supplier), DraftLine("551", -3000)]
    async with books.at_work() as w:
        parts = await settling.plan(w, books.building, supplier_id=books.supplier, cents=3000,
                                    aims=[next(i.line_id for i in items if i.open_cents == -3000)])  # fmt: skip
        posted = await entries.post(w, books.building, Draft("BQE", DAY, "EXT 1", paid))
        await settling.settle(w, books.building, posted.id, parts)
        assert (await invoice_detail(w, made)).row.open_cents == 7600
        order = await payment_orders.make_order(w, books.building, bank, [made], DAY)
    assert order.row.total_cents == 7600
    async with books.at_work() as w:
        detail = await invoice_detail(w, made)
        assert [p.cents for p in detail.payments] == [3000] and not detail.row.paid


async def test_prepaid_wholly_goes_into_no_order(books: Books) -> None:
    bank, made = await account(books), await payable(books, prepaid_cents=10600)
    async with books.at_work() as w:
        assert await open_invoices(w, books.building) == []
        assert (await invoice_detail(w, made)).row.paid
    with pytest.raises(Conflict, match="no longer to be paid"):
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made])


async def test_more_than_the_invoice_is_not_prepaid(books: Books) -> None:
    made = await draft(books, prepaid_cents=10601)
    with pytest.raises(Invalid) as refused:
        async with books.at_work() as w:
            await invoices.submit(w, made)
    assert refused.value.field == "prepaid_cents"
    for wrong in ("-1,00", "abc"):
        with pytest.raises(Invalid):
            await draft(books, number="F-9", prepaid_cents=wrong)


async def test_a_credit_note_that_was_repaid_owes_nothing_back(books: Books) -> None:
    await payable(books, kind="credit_note", prepaid_cents=10600)
    async with books.at_work() as w:
        assert await open_invoices(w, books.building, kind=InvoiceKind.CREDIT_NOTE) == []


@pytest.mark.parametrize("paid_by", ["debit", "card", "other"])
async def test_what_the_supplier_collects_is_not_transferred(books: Books, paid_by: str) -> None:
    bank, made = await account(books), await payable(books, paid_by=paid_by)
    async with books.at_work() as w:
        (row,) = await open_invoices(w, books.building)
        assert row.open_cents == 10600, "the bank's movement is still to meet it"
    with pytest.raises(Invalid, match="not paid by transfer") as refused:
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made])
    assert refused.value.field == "invoices"
    async with books.at_work() as w:
        await invoices.pay_otherwise(w, made, "transfer")
        order = await payment_orders.make_order(w, books.building, bank, [made])
    assert order.row.total_cents == 10600
    with pytest.raises(Conflict, match="Cancel the order first"):
        async with books.at_work() as w:
            await invoices.pay_otherwise(w, made, paid_by)


async def test_who_says_how_it_is_paid(books: Books) -> None:
    waiting = await draft(books)
    with pytest.raises(Conflict, match="approved"):
        async with books.at_work() as w:
            await invoices.pay_otherwise(w, waiting, "card")
    made = await payable(books, number="F-2")
    for who, error in (("board_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(error):
            async with books.at_work(who) as w:
                await invoices.pay_otherwise(w, made, "card")
    with pytest.raises(Invalid):
        async with books.at_work() as w:
            await invoices.pay_otherwise(w, made, "barter")


WRITTEN = {
    "Électricité & Gaz S.A.": "Electricite + Gaz S.A.",
    "Œuvre d’Ł ß «x»": "OEuvre d'L ss 'x'",
    "Ελλάδα": "Ellada",
    "Иван_Пётр": "Ivan-Piotr",
    "A//B/": "A/B",
    "Vuil\nwerk\tnv": "Vuil werk nv",
    "100 € @ 5%": "100 EUR (at) 5",
    "🏠": "",
    "…!": "",
    "": "",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_texts_are_written_in_the_letters_of_sepa(text: str) -> None:
    assert pain001.plain(text) == WRITTEN[text]


def test_texts_are_as_long_as_banks_take_them() -> None:
    assert pain001.plain("ß" * 80, pain001.LONGEST_NAME) == "s" * 70 and len(pain001.plain("x" * 200)) == 140
    assert pain001.plain("x" * 69 + "/y", 70) == "x" * 69


async def test_a_name_without_a_letter_is_refused_in_words(books: Books) -> None:
    bank, made = await account(books), await payable(books, number="№ 7/2026 🏠")
    async with books.at_work() as w:
        await w.execute("update supplier set name = '🏠' where id = %(s)s", s=books.supplier)
    with pytest.raises(Invalid, match="Latin") as refused:
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made])
    assert refused.value.field == "invoices"
    async with books.at_work() as w:
        await w.execute("update supplier set name = 'Чистота ООД' where id = %(s)s", s=books.supplier)
        order = await payment_orders.make_order(w, books.building, bank, [made])
        _, text = await order_file(w, order.row.id)
    root = etree.fromstring(text.encode())
    assert root.findtext(".//p:Cdtr/p:Nm", namespaces=NS) == order.lines[0].name == "Chistota OOD"
    assert root.findtext(".//p:Ustrd", namespaces=NS) == order.lines[0].message == "No 7/2026"


async def test_a_holder_without_a_letter_is_refused_in_words(books: Books) -> None:
    bank, made = await account(books), await payable(books)
    async with books.at_work() as w:
        await w.execute("update bank_account set holder = '🏠' where id = %(i)s", i=bank)
    with pytest.raises(Invalid) as refused:
        async with books.at_work() as w:
            await payment_orders.make_order(w, books.building, bank, [made])
    assert refused.value.field == "account_id"
