"""Settling: which debts a payment pays, written down line by line, and taken back."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import Hook
from koprogo_app.law.accounts import OWNERS_WORKING
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.entries import alone
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.model.settling import Settlement
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.rules import settling as rules
from koprogo_app.payments.rules.settling import Meeting, Part

__all__ = ["Order", "Part", "net", "plan", "settle", "undo_netting", "unsettle", "use_credit", "write_settlements"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is agreed on the order in which an owner's payment meets debts: of these lines so many cents before all
    others; whether charges come before interest and costs."""

    agreed: tuple[tuple[UUID, int], ...] = ()
    charges_first: bool = False


Before = Callable[[Work, UUID, UUID, date], Awaitable[Order]]
BEFORE_PAYMENT: Final = Hook[Before]("payments.before_payment")
"""Heard of a payment by an owner (building, owner, day) before it is shared over debts: what was asked and is not on
the account yet is put there; returns what is agreed on the order."""


async def plan(
    w: Work,
    building_id: UUID,
    *,
    owner_id: UUID | None = None,
    supplier_id: UUID | None = None,
    cents: int,
    aims: Sequence[UUID] = (),
    first: str = OWNERS_WORKING,
    on: date | None = None,
) -> list[Part]:
    """How a payment would be shared over the person's open lines; nobody else posts in these books until the
    transaction ends, so that two payments at once do not settle the same line.

    `on`: the day of a payment by an owner, before which interest and costs that were asked are put on the account; for
    anything else nothing is written.

    `cents` > 0: an owner pays, or a supplier is paid; < 0: money goes back. `aims`: the lines the payer names, settled
    first; the rest goes to the oldest due, of the same day to the account `first` first (4100 for money on the reserve
    fund's bank account). What an owner pays too much stays as credit on 4101.
    Post `part.line(label)` of each part, then `settle`. Raises Invalid.
    """
    await alone(w, building_id)
    orders = []
    if on is not None and owner_id is not None and cents > 0:
        orders = [await hear(w, building_id, owner_id, on) for hear in BEFORE_PAYMENT.given()]
    items = await open_items(w, building_id, owner_id=owner_id, supplier_id=supplier_id)
    return rules.plan(
        items, cents, owner_id=owner_id, supplier_id=supplier_id, aims=aims, first=first,
        agreed=[one for order in orders for one in order.agreed],
        charges_first=any(order.charges_first for order in orders),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    account: str
    credit: bool
    owner_id: UUID | None
    supplier_id: UUID | None


async def settle(w: Work, building_id: UUID, entry_id: UUID, parts: Sequence[Part]) -> None:
    """Writes what the lines of a posted payment settle (`ledger.write`); each part is found by account and person.

    Raises Invalid when the entry has no line for a part or a line would be settled beyond its amount.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    lines = await w.rows(
        """select l.id, a.code as account, l.credit_cents > 0 as credit, l.owner_id, l.supplier_id
             from ledger.entry_line l join ledger.account a on a.id = l.account_id
            where l.entry_id = %(e)s and l.building_id = %(b)s order by l.position""",
        _Line,
        e=entry_id,
        b=building_id,
    )
    pairs: list[tuple[UUID, UUID, int]] = []
    for part in parts:
        if part.settles:
            mine = _line_of(part, lines)
            lines.remove(mine)
            pairs += [(other, mine.id, n) if part.credit else (mine.id, other, n) for other, n in part.settles]
    await write_settlements(w, book, pairs)


def _line_of(part: Part, lines: Sequence[_Line]) -> _Line:
    wanted = (part.account, part.credit, part.owner_id, part.supplier_id)
    for line in lines:
        if (line.account, line.credit, line.owner_id, line.supplier_id) == wanted:
            return line
    raise Invalid("lines", N_("The entry has no line for this part of the payment."))


async def write_settlements(
    w: Work, book: books.Book, pairs: Sequence[tuple[UUID, UUID, int]], order_id: UUID | None = None
) -> None:
    """Writes what settles what, (debit line, credit line, cents), in these books; the caller has authorised."""
    if not pairs:
        return
    await w.execute(
        """insert into settlement (organization_id, building_id, debit_line_id, credit_line_id, cents, order_id,
                                   user_id)
           select %(o)s, %(b)s, t.*, %(order)s, %(user)s
             from unnest(%(d)s::uuid[], %(c)s::uuid[], %(n)s::bigint[]) t""",
        o=book.organization_id,
        b=book.building_id,
        order=order_id,
        user=w.principal.user_id,
        d=[debit for debit, _, _ in pairs],
        c=[credit for _, credit, _ in pairs],
        n=[cents for _, _, cents in pairs],
    )
    await audit(
        w,
        "lines.settled",
        "settlement",
        None,
        organization_id=book.organization_id,
        building_id=book.building_id,
        after={"pairs": [{"debit": debit, "credit": credit, "cents": cents} for debit, credit, cents in pairs]},
    )


async def unsettle(w: Work, settlement_id: UUID) -> None:
    """Opens again what a payment settled (`ledger.write`); the payment stays posted, as a credit."""
    row = await w.get(Settlement, settlement_id)
    book = await books.open_book(w, row.building_id, "ledger.write")
    await w.execute("delete from settlement where id = %(s)s", s=settlement_id)
    await audit(
        w,
        "lines.unsettled",
        "settlement",
        settlement_id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        before={"debit": row.debit_line_id, "credit": row.credit_line_id, "cents": row.cents},
    )


async def net(w: Work, building_id: UUID, found: Sequence[Meeting], order_id: UUID) -> None:
    """Settles what a payment order deducts: invoices by credit notes of the same supplier (`ledger.write`)."""
    book = await books.open_book(w, building_id, "ledger.write")
    await write_settlements(w, book, [(one.debit_line_id, one.credit_line_id, one.cents) for one in found], order_id)


async def undo_netting(w: Work, building_id: UUID, order_id: UUID) -> None:
    """Opens again what a payment order deducted (`ledger.write`)."""
    book = await books.open_book(w, building_id, "ledger.write")
    gone = await w.execute("delete from settlement where order_id = %(order)s", order=order_id)
    if gone:
        await audit(
            w, "lines.unsettled", "settlement", None, organization_id=book.organization_id,
            building_id=book.building_id, before={"order": order_id, "pairs": gone},
        )  # fmt: skip


async def use_credit(w: Work, building_id: UUID, people: Collection[UUID] | None = None) -> int:
    """Lets open credits settle open debts of the same account, oldest first (`ledger.write`).

    `people`: owners and suppliers, None for everybody. Returns how many cents were settled.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    mine: dict[UUID | None, list[OpenItem]] = {}
    for item in await open_items(w, building_id):
        mine.setdefault(item.owner_id or item.supplier_id, []).append(item)
    wanted = [items for who, items in mine.items() if people is None or who in people]
    found = [meeting for items in wanted for meeting in rules.meetings(items)]
    await write_settlements(w, book, [(one.debit_line_id, one.credit_line_id, one.cents) for one in found])
    return sum(one.cents for one in found)
