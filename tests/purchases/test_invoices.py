"""Invoices from the draft to the books: what is charged to whom, who approves, what is refused."""

from datetime import date
from fractions import Fraction

import pytest

from koprogo_app.estate.model import Mandatary, Owner, Ownership
from koprogo_app.estate.service.keys import KEY
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries, matching
from koprogo_app.purchases.queries import invoices as queries
from koprogo_app.purchases.queries.invoices import InvoiceFilter, invoice_detail, invoices_page, open_invoices, tally
from koprogo_app.purchases.rules.invoices import debtors, vat_of
from koprogo_app.purchases.service import invoice_lines, invoices, suppliers
from koprogo_app.purchases.service.bearing import unborne_lines
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.workspace.queries.paging import Asked
from tests.ledger.books import Books
from tests.purchases.invoices import DATED, approved, draft, invoice, submitted


async def lines_of(books: Books, made) -> list[DraftLine]:
    row = await invoice(books, made)
    async with books.at_work() as w:
        return await entries.entry_lines(w, row.entry_id)


def test_vat_is_rounded_half_up_and_mirrored() -> None:
    assert [vat_of(c, 21) for c in (10000, 50, -50, 7, 0)] == [2100, 11, -11, 1, 0]
    assert vat_of(25, 6) == 2 and vat_of(-25, 6) == -2


def test_the_mandatary_bears_it_all_else_each_his_part() -> None:
    a, b, c = (__import__("uuid").UUID(int=n) for n in (1, 2, 3))
    thirds = dict.fromkeys((a, b, c), Fraction(1, 3))
    assert debtors(10000, thirds, b) == ((b, 10000),)
    assert debtors(10000, thirds, None) == ((a, 3334), (b, 3333), (c, 3333))


async def test_a_cost_that_nobody_would_bear_is_not_approved(books: Books) -> None:
    async with books.at_work("syndic_a") as w:
        weights = {books.world.lots["T1"]: 1}
        key = await KEY.add(w, books.building, {"name": "Lift"}, weights=weights, since=date(2026, 3, 3))
    line = {"account": "61011", "net": 45_372, "vat_rate": 21, "label": "Visit", "divided_by": f"key:{key.id}"}
    made = await submitted(books, {"account": "61210", "net": 100, "vat_rate": 0}, line)
    async with books.at_work() as w:
        (found,) = await unborne_lines(w, books.building, await queries.invoice_lines(w, made), DATED)
        assert found.params["number"] == 2
    with pytest.raises(Invalid) as refused:  # dated 2 March, the day before
        async with books.at_work() as w:
            await invoices.approve(w, made)
    said = refused.value.text("en")
    assert "Line 2" in said and "€549.00" in said and "“Lift” only begins on 03/03/2026" in said
    async with books.at_work("syndic_a") as w:
        await KEY.change(w, key.id, None, {"starts_on": DATED})
    async with books.at_work() as w:
        await invoices.approve(w, made)


async def test_approval_posts_the_cost_with_its_vat(books: Books) -> None:
    made = await approved(
        books,
        {"account": "61210", "net": 10000, "vat_rate": 6, "label": "Current"},
        {"account": "61011", "net": "250,50", "vat_rate": "21 %", "label": "Visit"},
    )
    row = await invoice(books, made)
    assert (row.net_cents, row.vat_cents, row.total_cents) == (35050, 600 + 5261, 40911)
    assert [(line.account, line.cents, line.label) for line in await lines_of(books, made)] == [
        ("61210", 10600, "Current"), ("61011", 30311, "Visit"), ("440", -40911, "Électricité SA · F-1"),
    ]  # fmt: skip
    async with books.at_work() as w:
        detail = await invoice_detail(w, made)
    assert detail.row.entry == "ACH 1" and detail.row.open_cents == 40911 and not detail.row.paid
    assert detail.trail.approved_by == "Accountant_A"


async def test_a_private_cost_ends_with_the_lots_owner(books: Books) -> None:
    lot = books.world.lots["T2"]
    made = await approved(books, {"net": 5000, "vat_rate": 21, "label": "Badge", "divided_by": f"lot:{lot}"})
    assert [(x.account, x.cents, x.owner_id, x.lot_id) for x in await lines_of(books, made)] == [
        ("643", 6050, None, lot), ("440", -6050, None, None), ("4101", 6050, books.owner("T2"), lot),
        ("643", -6050, None, lot),
    ]  # fmt: skip


async def test_undivided_owners_bear_their_parts_and_a_mandatary_all(books: Books) -> None:
    lot, organization = books.world.lots["T3"], books.world.organizations["a"]
    async with work(SYSTEM) as w:
        await w.execute("delete from ownership where lot_id = %(l)s", l=lot)
        heirs = [(await w.add(Owner(organization_id=organization, name=f"Heir {n}"))).id for n in range(3)]
        for heir in heirs:
            await w.add(
                Ownership(organization_id=organization, lot_id=lot, owner_id=heir, numerator=1, denominator=3,
                          primary_contact=heir == heirs[0], period=span(date(2020, 1, 1)))
            )  # fmt: skip
    line = {"net": 10000, "vat_rate": 0, "label": "Key", "divided_by": f"lot:{lot}"}
    parts = [x.cents for x in await lines_of(books, await approved(books, line)) if x.account == "4101"]
    assert sorted(parts) == [3333, 3333, 3334]
    async with work(SYSTEM) as w:
        await w.add(
            Mandatary(organization_id=organization, lot_id=lot, owner_id=heirs[2], reference="Letter",
                      period=span(date(2026, 3, 1)))
        )  # fmt: skip
    made = await approved(books, line, number="F-2")
    assert [(x.owner_id, x.cents) for x in await lines_of(books, made) if x.account == "4101"] == [(heirs[2], 10000)]


async def test_a_credit_note_is_the_mirror(books: Books) -> None:
    lot = books.world.lots["T1"]
    made = await approved(
        books,
        {"account": "61210", "net": 10000, "vat_rate": 21},
        {"net": 1000, "vat_rate": 0, "divided_by": f"lot:{lot}"},
        kind="credit_note",
    )
    assert [(x.account, x.cents) for x in await lines_of(books, made)] == [
        ("61210", -12100), ("643", -1000), ("440", 13100), ("4101", -1000), ("643", 1000),
    ]  # fmt: skip
    async with books.at_work() as w:
        assert await open_invoices(w, books.building) == []  # a credit note is not paid
        assert (await tally(w, books.building)).open_cents == -13100


async def test_four_eyes(books: Books) -> None:
    made = await submitted(books)
    async with books.at_work("syndic_a") as w:
        assert (await change_rules(w, books.building, {"four_eyes": True, "call_days": "45"})).call_days == 45
    with pytest.raises(Conflict, match="Four eyes"):
        async with books.at_work() as w:
            await invoices.approve(w, made)
    async with books.at_work("syndic_a") as w:
        await invoices.approve(w, made)
    with pytest.raises(Forbidden):  # who is controlled does not set the control
        async with books.at_work() as w:
            await change_rules(w, books.building, {"four_eyes": False})


async def test_a_rejected_invoice_is_mended_and_submitted_again(books: Books) -> None:
    made = await submitted(books)
    with pytest.raises(Invalid) as error:
        async with books.at_work() as w:
            await invoices.reject(w, made, "  ")
    assert error.value.field == "reason"
    async with books.at_work("syndic_a") as w:
        await invoices.reject(w, made, "Wrong key")
    row = await invoice(books, made)
    assert (row.status, row.reason) == ("rejected", "Wrong key")
    async with books.at_work() as w:
        line = (await invoice_detail(w, made)).lines[0]
        await invoice_lines.change_line(w, line.id, line.version, {"label": "Mended"})
        await invoices.submit(w, made)
        await invoices.approve(w, made)
    assert (await invoice(books, made)).reason == ""


async def test_what_is_submitted_is_not_changed_and_may_be_withdrawn(books: Books) -> None:
    made = await submitted(books)
    async with books.at_work() as w:
        line = (await invoice_detail(w, made)).lines[0]
    for change in (
        lambda w: invoice_lines.change_line(w, line.id, line.version, {"net": 1}),
        lambda w: invoice_lines.add_line(w, made, {"net": 1}),
        lambda w: invoice_lines.remove_line(w, line.id),
        lambda w: invoices.change_invoice(w, made, 2, {"number": "F-9"}),
        lambda w: invoices.remove_invoice(w, made),
    ):
        with pytest.raises(Conflict):
            async with books.at_work() as w:
                await change(w)
    async with books.at_work() as w:
        await invoices.withdraw(w, made)
    async with books.at_work() as w:
        await invoices.remove_invoice(w, made)
    with pytest.raises(NotFound):
        await invoice(books, made)


async def test_a_line_needs_its_account_before_it_leaves(books: Books) -> None:
    made = await draft(books, {"net": 100, "label": "?"})
    with pytest.raises(Invalid, match="no account") as error:
        async with books.at_work() as w:
            await invoices.submit(w, made)
    assert error.value.params == {"number": 1}
    made = await draft(books, {"net": 100, "account": "643"}, number="F-2")
    with pytest.raises(Invalid, match="643"):
        async with books.at_work() as w:
            await invoices.submit(w, made)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"account": "612"}, "account"), ({"account": "4101"}, "account"), ({"account": "551"}, "account"),
        ({"account": "999"}, "account"), ({"vat_rate": "19"}, "vat_rate"), ({"net": "abc"}, "net"),
        ({"divided_by": "key:00000000-0000-0000-0000-000000000000"}, "divided_by"), ({"divided_by": "x"}, "divided_by"),
        ({"start": "2026-02-01", "end": "2026-01-01"}, "end"), ({"net": "1,001"}, "net"),
    ],
)  # fmt: skip
async def test_what_a_cell_refuses(books: Books, changes: dict, field: str) -> None:
    made = await draft(books)
    with pytest.raises(Invalid) as error:
        async with books.at_work() as w:
            line = (await invoice_detail(w, made)).lines[0]
            await invoice_lines.change_line(w, line.id, line.version, changes)
    assert error.value.field == field


async def test_cells_follow_each_other(books: Books) -> None:
    made = await draft(books)
    async with books.at_work() as w:
        line = (await invoice_detail(w, made)).lines[0]
        row = await invoice_lines.change_line(w, line.id, 1, {"net": "200"})
        assert row.vat_cents == 1200
        row = await invoice_lines.change_line(w, line.id, row.version, {"vat": "11,99"})
        row = await invoice_lines.change_line(w, line.id, row.version, {"start": "01/01/2026"})
        row = await invoice_lines.change_line(w, line.id, row.version, {"end": "31/03/2026"})
        assert (row.period.lower, row.period.upper) == (date(2026, 1, 1), date(2026, 4, 1))
        with pytest.raises(Conflict):
            await invoice_lines.change_line(w, line.id, 1, {"net": "1"})
    assert (await invoice(books, made)).total_cents == 21199


async def test_the_same_number_twice_is_refused(books: Books) -> None:
    first = await approved(books)
    with pytest.raises(Conflict, match="already has an invoice") as error:
        await draft(books, number="f-1")
    assert error.value.field == "number"
    async with books.at_work() as w:
        await invoices.take_back(w, first, "Sent twice")
    row = await invoice(books, first)
    assert (row.status, row.reason) == ("reversed", "Sent twice")
    await approved(books)  # the number is free again
    async with books.at_work() as w:
        assert (await tally(w, books.building)).open_cents == 10600


async def test_taking_its_entry_back_in_the_books_takes_the_invoice_back(books: Books) -> None:
    made = await approved(books)
    row = await invoice(books, made)
    async with books.at_work() as w:
        await entries.reverse(w, row.entry_id, "By mistake")
    assert (await invoice(books, made)).status == "reversed"


async def test_it_is_posted_in_an_open_year_only(books: Books) -> None:
    made = await submitted(books, dated=date(2025, 12, 30))
    with pytest.raises(Invalid, match="No financial year"):
        async with books.at_work() as w:
            await invoices.approve(w, made)
    async with books.at_work() as w:
        posted = await invoices.approve(w, made, on=date(2026, 1, 1))
    assert posted.on == date(2026, 1, 1)


async def test_paid_follows_from_the_books(books: Books) -> None:
    made = await approved(books)
    row = await invoice(books, made)
    pay = Draft("BQE", date(2026, 3, 10), "EXT 3", [DraftLine("440", 10600, supplier_id=books.supplier, label="Paid"),
                                                     DraftLine("551", -10600)])  # fmt: skip
    async with books.at_work() as w:
        posted = await entries.post(w, books.building, pay)
    async with books.at_work() as w:
        lines = await w.value(
            "select array_agg(id) from entry_line where supplier_id is not null and entry_id = any(%(e)s)",
            e=[row.entry_id, posted.id],
        )
        await matching.match(w, books.building, lines)
    async with books.at_work() as w:
        detail = await invoice_detail(w, made)
        assert detail.row.paid and detail.row.open_cents == 0
        assert [(p.entry, p.cents) for p in detail.payments] == [("BQE 1", 10600)]
        assert (await invoices_page(w, books.building, wanted=InvoiceFilter("paid"))).total == 1
        assert await open_invoices(w, books.building) == []


async def test_the_list_is_filtered(books: Books) -> None:
    await approved(books)
    await draft(books, number="F-2", dated=date(2026, 1, 5), due_on=date(2026, 2, 5))
    async with books.at_work("board_tilia") as w:

        def of(**kw):
            return invoices_page(w, books.building, Asked(), InvoiceFilter(**kw))

        assert [r.number for r in (await of()).rows] == ["F-1", "F-2"]
        assert [r.number for r in (await of(status="draft")).rows] == ["F-2"]
        assert [r.number for r in (await of(status="unpaid")).rows] == ["F-1"]
        assert [r.number for r in (await of(end=date(2026, 1, 31))).rows] == ["F-2"]
        assert [r.number for r in (await of(text="électr", supplier_id=books.supplier)).rows] == ["F-1", "F-2"]
    async with books.at_work() as w:
        assert [r.number for r in await open_invoices(w, books.building, until=DATED)] == ["F-1"]


async def test_strangers_and_readers(books: Books) -> None:
    made = await draft(books)
    for who, error in (("syndic_b", NotFound), ("board_tilia", Forbidden), ("owner_tilia", Forbidden)):
        with pytest.raises(error):
            async with books.at_work(who) as w:
                await invoices.submit(w, made)
    with pytest.raises(NotFound):
        async with books.at_work("syndic_b") as w:
            await invoice_detail(w, made)


async def test_suppliers(books: Books) -> None:
    async with books.at_work() as w:
        row = await suppliers.SUPPLIER.add(
            w, books.building, {"name": "Ascenseurs Mosans", "iban": "BE68 5390 0754 7034", "default_account": "61011"}
        )
        row = await suppliers.SUPPLIER.change(w, row.id, 1, {"enterprise_number": "1000.000.021", "city": "Liège"})
        assert (row.enterprise_number, row.version, row.iban) == ("1000000021", 2, "BE68539007547034")
    for change, field in (({"iban": "BE68 5390 0754 7035"}, "iban"), ({"enterprise_number": "1"}, "enterprise_number"),
                          ({"name": ""}, "name"), ({"email": "x"}, "email")):  # fmt: skip
        with pytest.raises(Invalid) as error:
            async with books.at_work() as w:
                await suppliers.SUPPLIER.change(w, row.id, 2, change)
        assert error.value.field == field
    with pytest.raises(Conflict, match="enterprise number"):
        async with books.at_work() as w:
            await suppliers.SUPPLIER.change(w, row.id, 2, {"enterprise_number": "0403.101.217"})


@pytest.mark.parametrize(("author", "submitter"), [("syndic_a", "accountant_a"), ("accountant_a", "syndic_a")])
async def test_with_four_eyes_neither_who_wrote_nor_who_submitted_approves(
    books: Books, monkeypatch: pytest.MonkeyPatch, author: str, submitter: str
) -> None:
    made = await draft(books, who=author)
    async with books.at_work("syndic_a") as w:
        await change_rules(w, books.building, {"four_eyes": True})
    async with books.at_work(submitter) as w:
        await invoices.submit(w, made)
    for own in (author, submitter):
        with pytest.raises(Conflict, match="Four eyes"), monkeypatch.context() as no_entry:
            no_entry.setattr(entries, "post", None)  # refused before anything is written, not by the database alone
            async with books.at_work(own) as w:
                await invoices.approve(w, made)
    async with books.at_work("admin") as w:
        await invoices.approve(w, made)


async def test_a_supplier_that_somebody_else_changed_meanwhile_is_not_overwritten(books: Books) -> None:
    async with books.at_work() as w:
        row = await suppliers.SUPPLIER.add(w, books.building, {"name": "Ascenseurs Mosans"})
        assert (await suppliers.SUPPLIER.change(w, row.id, 1, {"city": "Liège"})).version == 2
    for stale in (1, 3):
        with pytest.raises(Conflict, match="Somebody else changed this"):
            async with books.at_work("syndic_a") as w:
                await suppliers.SUPPLIER.change(w, row.id, stale, {"city": "Namur"})
    async with books.at_work() as w:
        assert await w.value("select city from supplier where id = %(s)s", s=row.id) == "Liège"
