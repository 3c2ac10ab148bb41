"""Bank accounts and statements of `tilia` in tests, in one line each."""

from datetime import date, timedelta
from uuid import UUID

from koprogo_app.bank.service.bank_import import Imported, import_statements
from koprogo_app.bank.service.bank_matching import MatchLine, statement_view
from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.payments.service.bank_accounts import open_account
from tests.ledger.books import Books

IBAN, RESERVE = "BE68539007547034", "BE54000000009797"
PAYER, SUPPLIER = "BE26091000009729", "BE88363000000141"
ON = date(2026, 3, 12)


async def open_accounts(books: Books) -> None:
    """One for each fund."""
    async with books.at_work() as w:
        await open_account(w, books.building, {"iban": IBAN, "fund": "working"})
        await open_account(w, books.building, {"iban": RESERVE, "fund": "reserve"})


def pay(cents: int, name: str = "", iban: str = "", *, ogm: str = "", text: str = "", code: str = "") -> Payment:
    """A payment on 12 March 2026."""
    return Payment(ON, cents, name, iban, ogm, text, code)


async def statement(books: Books, *payments: Payment, number: int = 1, old: int = 0, iban: str = IBAN) -> UUID:
    """Imports a statement with these payments; returns its id."""
    since = ON - timedelta(1) if number == 1 else ON
    made = paid_in(iban, "TILIA", number, old, since, payments)
    done: Imported = await import_statements(books.world.people["accountant_a"], books.building, "x.cod", write([made]))
    return done.statements[0].id


async def lines(books: Books, statement_id: UUID) -> tuple[MatchLine, ...]:
    """The statement's movements as the page shows them."""
    async with books.at_work() as w:
        return (await statement_view(w, statement_id)).lines
