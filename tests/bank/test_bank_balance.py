"""The seal knows whether the books say of the bank what the bank says."""

from datetime import date

import pytest

import koprogo_app.bank.seal  # registers what is checked
from koprogo_app.bank.queries.bank_balance import bank_balances
from koprogo_app.bank.service.bank_matching import confirm_certain
from koprogo_app.ledger.rules.integrity import Finding, Level
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import integrity
from tests.bank.bank import open_accounts, pay, statement
from tests.ledger.books import Books

assert koprogo_app.bank.seal
pytestmark = pytest.mark.usefixtures("kept")
COSTS = "08037000"


async def finding(books: Books) -> Finding | None:
    async with books.at_work() as w:
        seal = await integrity.check(w, books.building)
    return next((f for f in seal.findings if f.check == "bank"), None)


def entry(cents: int, on: date) -> Draft:
    return Draft("OD", on, "X", [DraftLine("551", cents), DraftLine("61210", -cents)])


async def test_open_posted_and_strange(books: Books) -> None:
    await open_accounts(books)
    assert await finding(books) is None
    one = await statement(books, pay(-250, code=COSTS))
    found = await finding(books)
    assert found and found.level is Level.ATTENTION and "2,50" in found.text("fr")
    async with books.at_work() as w:
        await confirm_certain(w, one)
    assert (found := await finding(books)) and found.level is Level.GOOD
    await books.post(entry(900, date(2026, 3, 13)))  # after the last statement: not the bank's matter yet
    assert (found := await finding(books)) and found.level is Level.GOOD
    (strange,) = await books.post(entry(700, date(2026, 3, 12)))
    found = await finding(books)
    assert found and found.level is Level.BROKEN and found.text("en").endswith("OD 2 (2026)")
    assert [e.id for e in found.entries] == [str(strange.id)]
    async with books.at_work() as w:
        (row,) = await bank_balances(w, books.building)
    assert (row.bank_cents, row.ledger_cents, row.difference) == (-250, 450, -700)


async def test_a_missing_statement_is_said(books: Books) -> None:
    await open_accounts(books)
    for number, old in ((1, 0), (3, -100)):
        one = await statement(books, pay(-250, code=COSTS), number=number, old=old)
        async with books.at_work() as w:
            await confirm_certain(w, one)
    found = await finding(books)
    assert found and found.level is Level.ATTENTION and "missing" in found.text("en")
