"""Invoices in one line each, in the books of `tilia`."""

from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.purchases.model import Invoice
from koprogo_app.purchases.service import invoice_lines, invoices
from tests.ledger.books import Books

DATED = date(2026, 3, 2)


async def draft(
    books: Books, *lines: dict[str, Any], who: str = "accountant_a", number: str = "F-1", **values: Any
) -> UUID:
    """A draft of the books' supplier with lines, by default one of 100 € at 6 % on electricity."""
    async with books.at_work(who) as w:
        row = await invoices.create_invoice(
            w, books.building, {"supplier_id": books.supplier, "number": number, "dated": DATED, **values}
        )
        for line in lines or ({"account": "61210", "net": 10000, "vat_rate": 6, "label": "Electricity"},):
            await invoice_lines.add_line(w, row.id, line)
    return row.id


async def submitted(books: Books, *lines: dict[str, Any], who: str = "accountant_a", **values: Any) -> UUID:
    """A draft handed in."""
    made = await draft(books, *lines, who=who, **values)
    async with books.at_work(who) as w:
        await invoices.submit(w, made)
    return made


async def approved(books: Books, *lines: dict[str, Any], **values: Any) -> UUID:
    """An invoice that is posted."""
    made = await submitted(books, *lines, **values)
    async with books.at_work() as w:
        await invoices.approve(w, made)
    return made


async def invoice(books: Books, made: UUID) -> Invoice:
    """The row as it is now."""
    async with books.at_work() as w:
        return await w.get(Invoice, made)
