"""Budgets of the building `tilia` in tests: a draft, and one voted and in force."""

from datetime import date

from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.service import budgets, lines
from tests.ledger.books import Books

LINES = [
    {"account_code": "61210", "cents": 12_000_00},
    {"account_code": "614", "cents": 6_000_00},
    {"account_code": "6110", "cents": 3_000_00},
    {"account_code": "700", "cents": 1_200_00},
]
"""Electricity, insurance (a heading), studies for works, reserve fund: 22 200 euros."""
VOTE = budgets.Vote(date(2026, 3, 1), "AG 01/03/2026, point 5")


async def draft(books: Books, given: list[dict] = LINES, year: int = 2026) -> BudgetRow:
    """A draft with lines."""
    async with books.at_work() as w:
        row = await budgets.create(w, books.building, year)
        await lines.replace_lines(w, row.id, given)
    return row


async def in_force(books: Books, given: list[dict] = LINES, year: int = 2026) -> BudgetRow:
    """A budget that is voted and in force."""
    row = await draft(books, given, year)
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, row.id)
        await budgets.vote(w, row.id, VOTE)
        return await budgets.activate(w, row.id)
