"""The pages of calls and of owners' accounts without a browser."""

import asyncio
from uuid import UUID

import reflex as rx

from koprogo_app.calls.state.account import AccountPage
from koprogo_app.calls.state.call import CallPage
from koprogo_app.calls.state.calls import Calls
from koprogo_app.calls.state.new_call import NewCall
from koprogo_app.payments.queries.open_items import account_sums, open_items
from koprogo_app.workspace.state.page import Dialog
from tests.calls.calls import called
from tests.ledger.books import NOW, Books
from tests.states import Opened, key, opened

CALL = {
    "label": "First quarter", "decided_on": "", "decision_ref": "", "first": "2026-03-01", "days": "30", "count": "1",
    "months": "3", "working": "1000,00", "working_key": "", "reserve": "", "reserve_key": "", "extraordinary": "",
    "extraordinary_key": "",
}  # fmt: skip


async def at(books: Books, state: type[rx.State], where: str, who: str = "syndic_a", lang: str = "fr") -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", lang, now=NOW)


async def balance(books: Books, lot: str = "T1") -> int:
    async with books.at_work() as w:
        return account_sums(await open_items(w, books.building, owner_id=books.owner(lot)), w.today).balance


async def drafted(books: Books) -> Opened:
    """A draft saved from its form, on its page."""
    page = await at(books, NewCall, "new-call")
    await page.send("save", CALL)
    return await at(books, CallPage, page.went[0].partition(f"{books.building}/")[2])


async def test_a_call_is_written_posted_once_and_taken_back(books: Books) -> None:
    page = await drafted(books)
    assert page.state.shown.status == "draft" and page.state.asked and not page.state.lines
    one = key()
    await asyncio.gather(page.send("post", key=one), page.send("post", key=one))
    assert page.state.shown.status == "posted" and page.state.proof
    assert await balance(books) > 0
    await page.send("ask", "cancel", "")
    await page.send("cancel", {"reason": ""})
    assert set(page.state.errors) == {"reason"} and page.state.dialog == Dialog("cancel")
    await page.send("cancel", {"reason": "Wrong key"})
    assert (page.state.shown.status, page.state.shown.reason) == ("cancelled", "Wrong key")
    assert await balance(books) == 0


async def test_a_draft_that_names_no_fund_says_so_at_its_field_and_keeps_what_was_typed(books: Books) -> None:
    page = await at(books, NewCall, "new-call")
    await page.send("save", CALL | {"working": ""})
    assert set(page.state.errors) == {"working"} and page.state.values["label"] == "First quarter" and not page.went
    await page.send("sketch", "working", "12,00")
    assert page.state.sums["total"] == "12,00" and len(page.state.rows) >= 3


async def test_a_deleted_draft_leads_back_to_the_list(books: Books) -> None:
    page = await drafted(books)
    await page.send("ask", "delete", "")
    await page.send("delete")
    assert page.went == [f"{page.state.base}/calls"]
    assert (await at(books, Calls, "calls")).state.rows == []


async def test_a_payment_pressed_twice_is_booked_once(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
    before, where = await balance(books), f"owners/{books.owner('T1')}/account"
    page = await at(books, AccountPage, where, "accountant_a")
    debt = page.state.open[0].id
    await page.send("ask", "pay", debt)
    assert page.state.dialog == Dialog("pay", debt)
    paid = {"amount": "10,00", "date": "2026-03-02", "journal": page.state.journals[0]["value"], "aim": ""}
    await page.send("pay", paid | {"reference": ""})
    assert set(page.state.errors) == {"reference"}
    one = key()
    for _ in range(2):
        await page.send("pay", paid | {"reference": "Statement 1"}, key=one, record=debt)
    assert await balance(books) == before - 10_00
    assert page.state.dialog == Dialog() and len(page.state.settled) == 1
    await page.send("undo", page.state.settled[0].id)
    assert page.state.settled == [] and page.state.shown.has_credit


async def test_a_plan_is_proposed_then_agreed_then_ended(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
    page = await at(books, AccountPage, f"owners/{books.owner('T1')}/account", "accountant_a")
    await page.send("ask_plan", "")
    await page.send("propose", {"count": "x", "first": "2026-04-01", "note": ""})
    assert set(page.state.errors) == {"count"} and not page.state.sketch
    await page.send("propose", {"count": "3", "first": "2026-04-01", "note": "by telephone"})
    assert len(page.state.sketch) == 3
    await page.send("agree")
    (plan,) = page.state.plans
    assert plan.running and plan.note == "by telephone" and page.state.dialog == Dialog()
    await page.send("ask", "end", plan.id)
    await page.send("end", {"reason": "Paid at once"})
    assert not page.state.plans[0].running


async def test_a_dialog_of_one_plan_never_ends_another(books: Books) -> None:
    page = await at(books, AccountPage, f"owners/{books.owner('T1')}/account", "accountant_a")
    await page.send("ask", "end", str(UUID(int=1)))
    await page.send("end", {"reason": "x"}, record=str(UUID(int=2)))
    assert page.state.errors[""].en.startswith("This belongs to another page")


async def test_a_neighbours_account_is_not_shown(books: Books) -> None:
    page = await at(books, AccountPage, f"owners/{books.owner('T2')}/account", "owner_tilia")
    assert not page.state.ready and page.state.failed.en and not page.state.open
