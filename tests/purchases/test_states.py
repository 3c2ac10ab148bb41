"""The pages of invoices without a browser."""

import asyncio
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.payments.service import bank_accounts
from koprogo_app.purchases.model import InvoiceStatus
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.purchases.state.invoice import InvoicePage
from koprogo_app.purchases.state.invoices import Invoices
from koprogo_app.purchases.state.payment_orders import PaymentOrders
from koprogo_app.purchases.state.settings import ChargeRules
from koprogo_app.workspace.state.page import Dialog
from tests.ledger.books import NOW, Books
from tests.purchases.invoices import approved, draft, invoice, submitted
from tests.states import Opened, key, opened


async def at(books: Books, state: type[rx.State], where: str, who: str = "accountant_a") -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", now=NOW)


def change(page: Opened, field: str, value: str, line: int = 0) -> list[dict[str, Any]]:
    row = page.state.rows[line]
    return [{"row": row["id"], "field": field, "value": value, "version": row["version"]}]


async def test_the_rules_are_changed_and_a_wrong_number_stands_under_its_field(books: Books) -> None:
    page = await at(books, ChargeRules, "charge-rules", "syndic_a")
    assert page.state.ready and page.state.building == "Tilia"
    await page.send("save", {"call_days": "many", "four_eyes": "on"})
    assert page.state.errors["call_days"].en and not page.state.four_eyes
    await page.send("save", {"call_days": "21", "four_eyes": "on"})
    assert (page.state.call_days, page.state.four_eyes, page.state.errors) == ("21", True, {})
    assert page.notices() == ["done: Saved."]


async def test_an_owner_of_another_building_sees_why_the_page_is_not_theirs(books: Books) -> None:
    page = await opened(InvoicePage, books.world.people["syndic_b"], f"/buildings/{books.building}/invoices", now=NOW)
    assert not page.state.ready and page.state.failed.en and page.state.rows == []


async def test_two_presses_enter_one_invoice(books: Books) -> None:
    page = await at(books, Invoices, "invoices")
    await page.send("add", "")
    assert page.state.dialog == Dialog("add") and len(page.state.choices) == 2
    head = {"supplier_id": str(books.supplier), "kind": "invoice", "number": "", "dated": "2026-03-02"}
    await page.send("create", head)
    assert set(page.state.errors) == {"number"} and page.state.dialog.name == "add"
    one, other = key(), await at(books, Invoices, "invoices")
    await asyncio.gather(*(tab.send("create", head | {"number": "F-9"}, key=one) for tab in (page, other)))
    await page.go(page.address)
    assert [row.number for row in page.state.rows] == ["F-9"]
    assert page.went == other.went == [f"{page.state.base}/invoices/{page.state.rows[0].id}"]


async def test_a_cell_that_is_saved_takes_the_totals_with_it(books: Books) -> None:
    made = await draft(books)
    page = await at(books, InvoicePage, f"invoices/{made}")
    assert page.state.totals["gross"] == "106.00"
    await page.send("save_cells", change(page, "net", "200"))
    told = {one["field"]: one["value"] for one in page.state.outcomes}
    assert (told["net"], told["vat"], told["gross"]) == ("200.00", "12.00", "212.00")
    assert page.state.totals["gross"] == "212.00"
    await page.send("save_cells", change(page, "account", "99"))
    assert page.state.outcomes[-1]["error"]["text"]


async def test_lines_come_and_go_once(books: Books) -> None:
    made = await draft(books)
    page, one = await at(books, InvoicePage, f"invoices/{made}"), key()
    await page.send("add_line", key=one)
    await page.send("add_line", key=one)
    assert len(page.state.rows) == 2
    await page.send("act", page.state.rows[1]["id"], "remove")
    assert len(page.state.rows) == 1


async def test_an_invoice_goes_its_way(books: Books) -> None:
    made = await draft(books)
    page = await at(books, InvoicePage, f"invoices/{made}")
    await page.send("submit")
    await page.send("submit")
    assert page.state.refused.en, "a second, other press is refused above the lines"
    await page.send("withdraw")
    await page.send("submit")
    assert page.state.refused.en == ""
    office = await at(books, InvoicePage, f"invoices/{made}", "syndic_a")
    await office.send("ask", "reject", "")
    await office.send("reject", {"reason": ""})
    assert set(office.state.errors) == {"reason"}
    await office.send("reject", {"reason": "Not ours"})
    assert office.state.shown["reason"] == "Not ours"
    await page.go(page.address)
    assert page.state.shown["reason"] == "Not ours"
    await page.send("submit")
    await office.go(office.address)
    assert (office.state.shown["status"], office.state.shown["reason"]) == ("submitted", ""), (
        "it was about the last one"
    )
    await office.send("approve", {"date": office.state.shown["posting_day"]})
    assert office.notices()[-1] == "done: Approved and posted." and office.state.shown["entry"]
    await office.send("reverse", {"reason": "Twice", "date": ""})
    assert (await invoice(books, made)).status == InvoiceStatus.REVERSED


async def test_four_eyes_are_said_in_the_dialog(books: Books) -> None:
    async with books.at_work("syndic_a") as w:
        await change_rules(w, books.building, {"four_eyes": True})
    made = await submitted(books, who="syndic_a")
    page = await at(books, InvoicePage, f"invoices/{made}", "syndic_a")
    assert page.state.marks["own"] and not page.state.marks["approve"]
    await page.send("ask", "approve", "")
    await page.send("approve", {"date": "2026-03-02"})
    assert set(page.state.errors) == {""}, "no field of the dialog can show it, so it stands above the buttons"
    assert (await invoice(books, made)).status == InvoiceStatus.SUBMITTED


async def test_a_dialog_left_open_approves_nothing_else(books: Books) -> None:
    first, second = await submitted(books), await submitted(books, number="F-2")
    page = await at(books, InvoicePage, f"invoices/{first}", "syndic_a")
    await page.send("ask", "approve", "")
    seen = page.address
    await page.go(page.address.replace(str(first), str(second)))
    assert page.state.dialog == Dialog()
    await page.send("approve", {"date": "2026-03-02"}, page=seen)
    assert "another page" in page.notices()[-1] and page.state.dialog == Dialog()
    for made in (first, second):
        assert (await invoice(books, made)).status == InvoiceStatus.SUBMITTED


async def test_a_removed_draft_leads_back_to_the_list(books: Books) -> None:
    made = await draft(books)
    page, one = await at(books, InvoicePage, f"invoices/{made}"), key()
    await page.send("remove", {}, key=one)
    await page.send("remove", {}, key=one)
    assert page.went == [f"{page.state.base}/invoices"] * 2, "sent again, it tells the same"
    assert page.notices() == ["done: The draft is removed."]


async def _payable(books: Books) -> UUID:
    async with books.at_work() as w:
        bank = await bank_accounts.open_account(w, books.building, {"iban": "BE68 5390 0754 7034", "fund": "working"})
        await w.execute("update supplier set iban = 'BE11000123456748' where id = %(s)s", s=books.supplier)
    await approved(books)
    await approved(books, number="F-2")
    return bank.id


async def test_what_is_chosen_is_paid_by_one_order_and_it_is_cancelled(books: Books) -> None:
    bank = await _payable(books)
    page = await at(books, PaymentOrders, "payment-orders", "syndic_a")
    assert (page.state.count, page.state.total) == (2, "€212.00")
    await page.send("choose", page.state.due[0].id, False)
    assert (page.state.count, page.state.total) == (1, "€106.00")
    await page.send("make", {"account_id": "", "execute_on": "2026-03-20"})
    assert set(page.state.errors) == {"account_id"}
    wanted, one = {"account_id": str(bank), "execute_on": "2026-03-20"}, key()
    await page.send("make", wanted, key=one)
    await page.send("make", wanted, key=one)
    await page.go(page.went[-1])
    assert len(page.state.rows) == 1 and page.state.order.live and len(page.state.transfers) == 1
    order = page.state.order.id
    await page.send("ask", "cancel", order)
    await page.send("cancel", {}, record=str(books.building))
    assert page.state.order.live, "another order than the one the dialog asks about"
    await page.send("close")
    await page.send("ask", "cancel", order)
    await page.send("cancel", {})
    assert not page.state.order.live and page.state.count == 2


async def test_a_question_is_answered_before_it_is_submitted(books: Books) -> None:
    first, made = await draft(books, number="2026-33"), await draft(books, number="2026/33")
    page = await at(books, InvoicePage, f"invoices/{made}")
    assert [one.id for one in page.state.questions] == ["twice"]
    assert [(one.number, one.own, one.why) for one in page.state.lookalikes] == [
        ("2026/33", True, "this one"), ("2026-33", False, "the same number"),
    ]  # fmt: skip
    assert page.state.lookalikes[1].href.endswith(str(first))
    await page.send("submit")
    assert "Another invoice has this number" in page.state.refused.en
    one = key()
    await page.send("decide", "twice", key=one)
    await page.send("decide", "twice", key=one)
    assert page.state.questions == [] and page.state.refused.en == ""
    await page.send("submit")
    assert page.state.shown["status"] == "submitted"
    await page.send("decide", "nonsense")
    assert page.state.refused.en


async def test_the_page_says_by_whom_it_is_collected(books: Books) -> None:
    made = await approved(books, paid_by="debit", mandate="M-7", prepaid_cents="6,00")
    page = await at(books, InvoicePage, f"invoices/{made}", "syndic_a")
    assert page.state.shown["collected"] == (
        "Électricité SA collects it by direct debit: it is not offered for transfer. Mandate M-7."
    )
    assert (page.state.shown["payable"], page.state.shown["prepaid"]) == ("100.00", "6.00")
    assert (page.state.shown["state"], page.state.marks["prepaid"]) == ("collected by the supplier", True)
    due = await at(books, PaymentOrders, "payment-orders", "syndic_a")
    assert [(row.payable, row.chosen, row.why) for row in due.state.due] == [
        (False, False, "collected by the supplier")
    ]
    await page.send("ask", "payment", "")
    await page.send("pay_otherwise", {"paid_by": "transfer"})
    assert page.state.shown["collected"] == "" and page.state.dialog == Dialog()


async def test_what_was_paid_in_advance_is_typed_with_it(books: Books) -> None:
    page = await at(books, Invoices, "invoices")
    await page.send("add", "")
    head = {
        "supplier_id": str(books.supplier), "kind": "invoice", "number": "F-9", "dated": "2026-03-02",
        "paid_by": "card", "prepaid_cents": "x",
    }  # fmt: skip
    await page.send("create", head)
    assert set(page.state.errors) == {"prepaid_cents"}
    await page.send("create", head | {"prepaid_cents": "12.50"})
    made = await at(books, InvoicePage, page.went[-1].partition(f"{books.building}/")[2])
    assert (made.state.shown["prepaid"], made.state.shown["paid_by"]) == ("12.50", "card")


async def test_a_new_invoice_begins_empty_after_another_was_given_up(books: Books) -> None:
    page = await at(books, Invoices, "invoices")
    await page.send("add", "")
    await page.send("create", {"supplier_id": "", "kind": "invoice", "number": "", "dated": "2026-03-02"})
    assert page.state.errors
    await page.send("close")
    await page.send("add", "")
    assert page.state.errors == {} and page.state.rows == []
