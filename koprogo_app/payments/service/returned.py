"""A payment that comes back: what it had settled is open again; and that taken back in its turn.

- `reopen(w, building_id, line_id, cents, credit=…)` — opens again what was paid on a debt
- `met_by(w, entry_id)` — which payments the entry of a return has met
- `meet_again(w, building_id, pairs)` — a payment settles again what it had settled, as far as both are open
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service.settling import unsettle, write_settlements


@dataclass(frozen=True, slots=True)
class _Settled:
    id: UUID
    debit_line_id: UUID
    credit_line_id: UUID
    cents: int


async def reopen(w: Work, building_id: UUID, line_id: UUID, cents: int, *, credit: bool) -> list[UUID]:
    """Opens so much again of what was paid on a line (`ledger.write`); returns the lines of those payments.

    `credit`: on which side debts of this kind of person stand (a supplier's invoice is a credit). A line of the other
    side is no debt: nothing is opened. Raises Invalid on `parts` when less was paid on it.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    rows = await w.rows(
        """select s.id, s.debit_line_id, s.credit_line_id, s.cents from settlement s
             join ledger.entry_line l on l.id = %(l)s and (l.credit_cents > 0) = %(credit)s
            where s.building_id = %(b)s and s.order_id is null and l.id in (s.debit_line_id, s.credit_line_id)
            order by s.cents <> %(n)s, s.created_at desc, s.id desc""",
        _Settled,
        b=building_id,
        l=line_id,
        credit=credit,
        n=cents,
    )
    if not rows and not await w.value(
        "select (credit_cents > 0) = %(credit)s from ledger.entry_line where id = %(l)s and building_id = %(b)s",
        b=building_id, l=line_id, credit=credit,
    ):  # fmt: skip
        return []
    left, payments, rest = cents, list[UUID](), list[tuple[UUID, UUID, int]]()
    for row in rows:
        if not left:
            break
        part = min(left, row.cents)
        await unsettle(w, row.id)
        if row.cents > part:
            rest.append((row.debit_line_id, row.credit_line_id, row.cents - part))
        payments.append(row.debit_line_id if credit else row.credit_line_id)
        left -= part
    if left:
        raise Invalid("parts", N_("Less than this was paid on it."))
    await write_settlements(w, book, rest)
    return payments


@dataclass(frozen=True, slots=True)
class Met:
    """So many cents of a payment that a return has met."""

    line_id: UUID
    cents: int


async def met_by(w: Work, entry_id: UUID) -> list[Met]:
    """The payments with which the lines of an entry have met; the caller has authorised it."""
    return await w.rows(
        """select case l.id when s.debit_line_id then s.credit_line_id else s.debit_line_id end as line_id, s.cents
             from settlement s join ledger.entry_line l on l.id in (s.debit_line_id, s.credit_line_id)
            where l.entry_id = %(e)s order by s.created_at, s.id""",
        Met,
        e=entry_id,
    )


async def meet_again(w: Work, building_id: UUID, pairs: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Lets payments settle debts again: (debt, payment, cents), as far as both are open (`ledger.write`)."""
    book = await books.open_book(w, building_id, "ledger.write")
    left = {item.line_id: item.open_cents for item in await open_items(w, building_id)}
    found: list[tuple[UUID, UUID, int]] = []
    for debt, payment, cents in pairs:
        one, two = left.get(debt, 0), left.get(payment, 0)
        part = min(cents, abs(one), abs(two))
        if not part or (one > 0) == (two > 0):
            continue
        found.append((debt, payment, part) if one > 0 else (payment, debt, part))
        left[debt], left[payment] = one - part * (1 if one > 0 else -1), two - part * (1 if two > 0 else -1)
    await write_settlements(w, book, found)
