"""Paying co-owners back: open credits on their accounts become a SEPA file for the association's bank.

- `make_refund_order(w, building_id, account_id, refunds) -> OrderDetail`

The credits are set aside until the bank has paid them or the order is cancelled, so that they pay no debt meanwhile.
Raises Invalid on the field, Conflict, NotFound, Forbidden (`invoices.pay`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import entries
from koprogo_app.payments.queries.bank_accounts import bank_account
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import terms
from koprogo_app.purchases.formats import pain001
from koprogo_app.purchases.model import PaymentOrder
from koprogo_app.purchases.queries.payment_orders import OrderDetail, order_detail
from koprogo_app.purchases.service.payment_orders import audited_order, next_reference, write_lines


@dataclass(frozen=True, slots=True)
class Refund:
    """A co-owner's credit to pay back: its line, what is open of it, to whom and where."""

    line_id: UUID
    name: str
    iban: str
    cents: int
    message: str


async def make_refund_order(w: Work, building_id: UUID, account_id: UUID, refunds: Sequence[Refund]) -> OrderDetail:
    """Puts these credits into one file, to be carried out today; each must be open for exactly its amount."""
    book = await books.open_book(w, building_id, "invoices.pay")
    account = await bank_account(w, account_id)
    if account.building_id != building_id or account.archived:
        raise Invalid("account_id", N_("Choose one of the association's accounts."))
    if not refunds:
        raise Invalid("refunds", N_("There is no credit to refund."))
    await entries.alone(w, building_id)
    open_now = {item.line_id: -item.open_cents for item in await open_items(w, building_id) if item.owner_id}
    if any(open_now.get(one.line_id) != one.cents for one in refunds):
        raise Conflict(N_("One of these credits was used in the meantime. Load the page again."), field="refunds")
    reference = await next_reference(w, building_id)
    transfers = [
        pain001.Transfer(one.name, one.iban, one.cents, one.message, f"{reference}-{place}")
        for place, one in enumerate(refunds, 1)
    ]
    total = sum(one.cents for one in refunds)
    local = w.now.astimezone(BRUSSELS)
    order = pain001.Order(reference, account.holder, account.iban, account.bic, w.today, local, transfers)
    file = await asyncio.to_thread(pain001.write, order)
    row = await w.add(
        PaymentOrder(
            organization_id=book.organization_id, building_id=building_id, bank_account_id=account.id,
            reference=reference, execute_on=w.today, count=len(refunds),
            total_cents=total, file=file.decode(), created_by=w.principal.user_id, created_at=w.now,
        )
    )  # fmt: skip
    await write_lines(w, row, [(None, one.line_id) for one in refunds], transfers)
    await terms.set_aside(w, building_id, [one.line_id for one in refunds])
    await audited_order(w, "payment_order.made", row)
    return await order_detail(w, row.id)
