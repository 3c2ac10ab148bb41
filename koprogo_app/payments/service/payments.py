"""Money from and to owners, written by hand: a payment, a refund, a credit used for another fund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.law.accounts import OWNERS_RESERVE, OWNERS_WORKING, RESERVE_BANK
from koprogo_app.law.values import Cents
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.service.entries import Posted
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.rules import settling as rules
from koprogo_app.payments.rules.settling import Part
from koprogo_app.payments.service import settling


@dataclass(frozen=True, slots=True)
class Money:
    """A movement of money: `journal` is the code of a bank or cash journal, `reference` the statement or receipt."""

    cents: int
    on: date
    journal: str
    reference: str
    label: str = ""


async def receive(w: Work, building_id: UUID, owner_id: UUID, money: Money, aims: Sequence[UUID] = ()) -> Posted:
    """A payment by an owner (`payments.write`): to the debts it names, then the oldest; too much stays as credit.

    Raises Invalid on `amount`, `journal`, `date`, `reference` or `aims`.
    """
    if money.cents <= 0:
        raise Invalid("amount", N_("Type an amount."))
    return await _posted(w, building_id, owner_id, money, money.cents, aims)


async def refund(w: Work, building_id: UUID, owner_id: UUID, money: Money) -> Posted:
    """Money back to an owner, out of his credit (`payments.write`). Raises Invalid beyond what he has."""
    await entries.alone(w, building_id)
    credit = -sum(
        item.open_cents for item in await open_items(w, building_id, owner_id=owner_id) if item.open_cents < 0
    )
    if not 0 < money.cents <= credit:
        raise Invalid("amount", N_("The credit is {amount}: refund that or less."), amount=Cents(credit))
    return await _posted(w, building_id, owner_id, money, -money.cents, ())


async def _posted(w: Work, building_id: UUID, owner_id: UUID, money: Money, cents: int, aims: Sequence[UUID]) -> Posted:
    book = await books.open_book(w, building_id, "payments.write")
    account = await _account_of(w, building_id, money.journal)
    first = OWNERS_RESERVE if account.startswith(RESERVE_BANK) else OWNERS_WORKING
    parts = await settling.plan(w, building_id, owner_id=owner_id, cents=cents, aims=aims, first=first, on=money.on)
    lines = [DraftLine(account, cents, label=money.label), *(part.line(money.label) for part in parts)]
    posted = await entries.post(w, building_id, Draft(money.journal, money.on, money.reference, lines,
                                                      label=money.label))  # fmt: skip
    await settling.settle(w, building_id, posted.id, parts)
    await audit(
        w, "payment.recorded", "entry", posted.id, organization_id=book.organization_id, building_id=building_id,
        after={"owner_id": owner_id, "cents": cents, "date": money.on},
    )  # fmt: skip
    return posted


async def _account_of(w: Work, building_id: UUID, code: str) -> str:
    for journal in await books.journals(w, building_id):
        if journal.code == code and journal.kind in (JournalKind.BANK, JournalKind.CASH) and journal.account:
            return journal.account
    raise Invalid("journal", N_("Choose a bank or cash journal."))


async def use_credit(w: Work, building_id: UUID, owner_id: UUID) -> int:
    """Lets an owner's credit pay his open debts, also those of another fund by a transfer (`payments.write`).

    Returns the cents settled. Raises Conflict when there is no credit, or nothing to pay with it.
    """
    await books.open_book(w, building_id, "payments.write")
    await entries.alone(w, building_id)
    settled = await settling.use_credit(w, building_id, [owner_id])
    items = [item for item in await open_items(w, building_id, owner_id=owner_id) if not item.aside]
    credit = -sum(item.open_cents for item in items if item.open_cents < 0)
    debt = sum(item.open_cents for item in items if item.open_cents > 0)
    if cents := min(credit, debt):
        paid = rules.plan(items, cents, owner_id=owner_id)
        taken = rules.plan(items, -cents, owner_id=owner_id)
        await _transfer(w, building_id, [*taken, *paid])
    if not settled + cents:
        raise Conflict(N_("There is no credit that could pay an open debt."))
    return settled + cents


async def _transfer(w: Work, building_id: UUID, parts: Sequence[Part]) -> None:
    journals = await books.journals(w, building_id)
    code = next(journal.code for journal in journals if journal.kind == JournalKind.MISCELLANEOUS)
    label = tr(w.principal.lang, "Credit used for another fund")
    posted = await entries.post(w, building_id, Draft(code, w.today, label, [part.line() for part in parts]))
    await settling.settle(w, building_id, posted.id, parts)
