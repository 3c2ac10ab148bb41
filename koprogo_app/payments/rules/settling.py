"""Which debts a payment settles: the ones the payer names, else interest and costs, then the oldest debt first.

Pure: open items in, parts out. What is left over is a credit on the account where the next call will meet it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.accounts import OWNERS_WORKING, SUPPLIERS
from koprogo_app.ledger.rules.posting import DraftLine
from koprogo_app.payments.facts import OpenItem


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment goes to one account of the person: `cents` positive, `settles` (line, cents) of it.

    `cents` may exceed the sum of `settles`: the rest is open to the person's credit.
    """

    account: str
    cents: int
    settles: tuple[tuple[UUID, int], ...] = ()
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    credit: bool = True

    def line(self, label: str = "", lot_id: UUID | None = None) -> DraftLine:
        """The entry line of this part: a credit for money from an owner, a debit for money to a supplier."""
        cents = -self.cents if self.credit else self.cents
        return DraftLine(self.account, cents, self.owner_id, self.supplier_id, lot_id, label)


OVERPAID: Final = {True: OWNERS_WORKING, False: SUPPLIERS}
"""Where what is paid too much stays: of an owner (True), of a supplier."""


def plan(
    items: Sequence[OpenItem],
    cents: int,
    *,
    owner_id: UUID | None = None,
    supplier_id: UUID | None = None,
    aims: Sequence[UUID] = (),
    first: str = OWNERS_WORKING,
    agreed: Sequence[tuple[UUID, int]] = (),
    charges_first: bool = False,
) -> list[Part]:
    """The parts of `cents` over the person's open items, exact; one part an account, in the order first settled.

    Positive cents are money the usual way (an owner pays, a supplier is paid), negative ones money back, which takes
    from the person's credits. `aims` are lines settled first, in their order; then so many cents of each `agreed` line;
    of debts due the same day those on the account `first` come first. `charges_first`: interest and costs wait. Raises
    Invalid when a named line is not an open one, or when there is nothing to plan.
    """
    if not cents:
        raise Invalid("amount", N_("Type an amount."))
    credit = (owner_id is not None) == (cents > 0)
    sign = 1 if credit else -1
    claims = _in_order([item for item in items if item.open_cents * sign > 0], aims, first, charges_first)
    met: dict[UUID, int] = {}
    left = abs(cents)
    for item, most in [*_limited(claims, aims, agreed, first), *((item, abs(item.open_cents)) for item in claims)]:
        part = min(left, most - met.get(item.line_id, 0))
        if part > 0:
            met[item.line_id] = met.get(item.line_id, 0) + part
            left -= part
    taken: dict[str, list[tuple[UUID, int]]] = {}
    by_id = {item.line_id: item for item in claims}
    for line_id, part in met.items():
        taken.setdefault(by_id[line_id].account, []).append((line_id, part))
    sums = {account: sum(part for _, part in settles) for account, settles in taken.items()}
    if left:
        home = OVERPAID[owner_id is not None]
        sums[home] = sums.get(home, 0) + left
    return [
        Part(account, total, tuple(taken.get(account, ())), owner_id, supplier_id, credit)
        for account, total in sums.items()
    ]


def _limited(
    claims: Sequence[OpenItem], aims: Sequence[UUID], agreed: Sequence[tuple[UUID, int]], first: str
) -> list[tuple[OpenItem, int]]:
    """What is named, whole, then what was agreed of each line, on the account `first` first; nothing if nothing was."""
    by_id = {item.line_id: item for item in claims}
    whole = [(by_id[line], abs(by_id[line].open_cents)) for line in dict.fromkeys(aims)] if agreed else []
    parts = [(by_id[line], min(cents, abs(by_id[line].open_cents))) for line, cents in agreed if line in by_id]
    return whole + sorted(parts, key=lambda part: part[0].account != first)


def _in_order(items: Sequence[OpenItem], aims: Sequence[UUID], first: str, charges_first: bool) -> list[OpenItem]:
    """The named items in their order, then what is set aside for a refund, interest and costs, the oldest due first."""
    by_id = {item.line_id: item for item in items}
    if unknown := [line_id for line_id in aims if line_id not in by_id]:
        raise Invalid("aims", N_("This is no longer open: choose among the open items."), line=unknown[0])
    named = list(dict.fromkeys(aims))
    rest = sorted((item for item in items if item.line_id not in set(named)), key=lambda item: _age(item, first))
    if charges_first:
        rest.sort(key=lambda item: item.ancillary)
    rest.sort(key=lambda item: not item.aside)
    return [by_id[line_id] for line_id in named] + rest


def _age(item: OpenItem, first: str = "") -> tuple[object, ...]:
    return (not item.ancillary, item.due_on, item.account != first, item.on, item.account, item.line_id)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A debit and a credit of one person on one account that meet, and for how much."""

    debit_line_id: UUID
    credit_line_id: UUID
    cents: int


def meetings(items: Sequence[OpenItem]) -> list[Meeting]:
    """What one person's open credits can settle at once, account by account, oldest with oldest; those that are to be
    refunded settle nothing."""
    found: list[Meeting] = []
    for account in dict.fromkeys(item.account for item in items):
        mine = sorted((item for item in items if item.account == account and not item.aside), key=_age)
        debits = [(item.line_id, item.open_cents) for item in mine if item.open_cents > 0]
        credits = [(item.line_id, -item.open_cents) for item in mine if item.open_cents < 0]
        found.extend(_meet(debits, credits))
    return found


def _meet(debits: list[tuple[UUID, int]], credits: list[tuple[UUID, int]]) -> list[Meeting]:
    result: list[Meeting] = []
    owed, given = deque(debits), deque(credits)
    while owed and given:
        (debit, asked), (credit, available) = owed.popleft(), given.popleft()
        part = min(asked, available)
        result.append(Meeting(debit, credit, part))
        if asked > part:
            owed.appendleft((debit, asked - part))
        if available > part:
            given.appendleft((credit, available - part))
    return result
