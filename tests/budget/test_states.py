"""The pages of provisions, of budget and actual, and behind a figure, without a browser."""

import pytest
import reflex as rx

from koprogo_app.budget.state.line import BudgetLine
from koprogo_app.budget.state.provisions import ProvisionsPage
from koprogo_app.budget.state.variance import VariancePage
from tests.budget.plans import draft, in_force
from tests.ledger.books import NOW, Books
from tests.states import Opened, key, opened

ORDER = {"account_code": "61210 Électricité", "key_id": "", "label": "Meter", "cents": "100,00", "ordered_on": ""}


async def at(books: Books, state: type[rx.State], where: str, who: str = "syndic_a") -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", "fr", now=NOW)


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (ProvisionsPage, "budget/provisions"), (VariancePage, "budget/variance"),
        (BudgetLine, "budget/line?year=2026&account=61210"),
    ],
)  # fmt: skip
async def test_the_neighbours_office_sees_why_a_page_stays_closed(
    books: Books, state: type[rx.State], where: str
) -> None:
    page = await at(books, state, where, "syndic_b")
    assert not page.state.ready and page.state.failed.en


async def test_the_days_are_set_on_the_budget_that_was_shown(books: Books) -> None:
    row = await draft(books)
    page = await at(books, ProvisionsPage, "budget/provisions", "accountant_a")
    assert page.state.editable and page.state.budget_id == str(row.id) and page.state.proof
    sent = {"budget": str(row.id), "frequency": "free", "called_on": "no day"}
    await page.send("plan", sent)
    assert set(page.state.errors) == {"called_on"}
    await page.send("plan", sent | {"called_on": "01/02/2026 01/09/2026"})
    assert page.state.errors == {} and len(page.state.instalments) == 2


async def test_the_provisions_are_called_once(books: Books) -> None:
    row = await in_force(books)
    page = await at(books, ProvisionsPage, "budget/provisions")
    one = key()
    for _ in range(2):
        await page.send("call", str(row.id), key=one)
    assert len(page.went) == 2 and len(set(page.went)) == 1 and "/calls/" in page.went[0]
    async with books.at_work() as w:
        assert await w.value("select count(*) from fund_call where building_id = %(b)s", b=books.building) == 1


async def test_an_order_is_recorded_once_and_ended(books: Books) -> None:
    await in_force(books)
    page = await at(books, VariancePage, "budget/variance")
    assert page.state.has_budget and page.state.sums.year_budget
    await page.send("add_order", ORDER | {"label": ""})
    assert set(page.state.errors) == {"label"} and page.state.form_version == 0
    one = key()
    for _ in range(2):
        await page.send("add_order", ORDER, key=one)
    assert len(page.state.orders) == 1 and page.state.form_version == 1 and page.state.errors == {}
    await page.send("end_order", page.state.orders[0].id)
    assert page.state.orders == []
    await page.send("set_percent", {"alert_percent": "x"})
    assert set(page.state.errors) == {"alert_percent"}
    await page.send("set_percent", {"alert_percent": "15"})
    assert page.state.percent == "15" and page.state.errors == {}


async def test_a_figure_that_is_none_says_so(books: Books) -> None:
    page = await at(books, BudgetLine, "budget/line?year=2026&account=nothing")
    assert not page.state.ready and page.state.failed.en
    await books.post(books.invoice(40_00))
    page = await at(books, BudgetLine, "budget/line?year=2026&account=61210")
    assert page.state.ready and len(page.state.items) == 1
