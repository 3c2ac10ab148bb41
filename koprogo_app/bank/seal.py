"""What the seal of the books checks of the bank: its balance is the books'."""

from uuid import UUID

from koprogo_app.bank.queries.bank_balance import bank_balances, strange_entries
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.values import Cents
from koprogo_app.ledger.rules.integrity import Finding, Level


async def bank(w: Work, building_id: UUID) -> Finding | None:
    """The bank's balance is that of its account in the books, on the day of the last statement."""
    rows = await bank_balances(w, building_id)
    if not rows:
        return None
    if wrong := [row for row in rows if row.difference]:
        amount = Cents(wrong[0].difference)
        named = await strange_entries(w, building_id, [row.bank_account_id for row in wrong])
        message = N_("Account {account} differs from its bank statement of {day} by {amount}; look at")
        params = {"account": wrong[0].account, "day": wrong[0].on, "amount": amount}
        return Finding("bank", Level.BROKEN, message, params, named)
    if waiting := [row for row in rows if row.open_cents]:
        total = Cents(sum(row.open_cents for row in waiting))
        return Finding("bank", Level.ATTENTION, N_("Bank movements still to be posted: {amount}."), {"amount": total})
    if missing := [row for row in rows if row.gap_cents]:
        amount = Cents(sum(row.gap_cents for row in missing))
        message = N_("Bank statements are missing; the balance moved by {amount} meanwhile.")
        return Finding("bank", Level.ATTENTION, message, {"amount": amount})
    return Finding("bank", Level.GOOD, N_("The bank's balances are those of the books."))
