"""Who is asked what: an amount over instalments, then over the lots by their key, then over the holders of each lot.

Every step adds up to the cent (`law.allocation`): whoever adds the lines of an instalment finds what was called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.accounts import OWNERS_EXTRAORDINARY, OWNERS_RESERVE, OWNERS_WORKING, RESERVE_CALLS
from koprogo_app.law.allocation import allocate
from koprogo_app.law.calendar import add_months
from koprogo_app.ledger.facts import PostingAccount

INCOME: Final = {CallKind.RESERVE: RESERVE_CALLS, CallKind.WORKING: "701", CallKind.EXTRAORDINARY: "702"}
"""The account credited by a call for each fund (chart of the royal decree of 12 July 2012, 70)."""
OWED: Final = {
    CallKind.RESERVE: OWNERS_RESERVE,
    CallKind.WORKING: OWNERS_WORKING,
    CallKind.EXTRAORDINARY: OWNERS_EXTRAORDINARY,
}
"""The owners' account debited."""
MAX_INSTALMENTS: Final = 24


@dataclass(frozen=True, slots=True)
class Held:
    """A right on a lot: who, which, and which fraction."""

    owner_id: UUID
    right: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot on the day of the call: its weight in the key, and who holds it. `ready` false: a draft, out of calls."""

    id: UUID
    number: str
    position: int
    ready: bool
    weight: int
    holders: tuple[Held, ...]
    mandatary_id: UUID | None = None

    @property
    def divided(self) -> bool:
        """Whether use and ownership are in different hands: usufruct, use, habitation, superficies, emphyteusis."""
        return any(one.right != "full" for one in self.holders)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one holder of a lot is asked, and the numbers that explain it."""

    lot_id: UUID
    owner_id: UUID
    weight: int
    weight_total: int
    lot_cents: int
    share: Fraction
    cents: int


def instalments(cents: int, count: int) -> list[int]:
    """An amount over so many instalments, equal to the cent."""
    return allocate(cents, [1] * count)


def terms(first: date, days: int, count: int, months: int) -> list[tuple[date, date]]:
    """The days of `count` instalments, every `months`: called on, due `days` later. Raises Invalid."""
    if not 1 <= count <= MAX_INSTALMENTS:
        raise Invalid("count", N_("A call has 1 to {max} instalments."), max=MAX_INSTALMENTS)
    if not 0 <= days <= 365:
        raise Invalid("days", N_("Give 0 to 365 days to pay."))
    if count > 1 and not 1 <= months <= 12:
        raise Invalid("months", N_("Instalments are 1 to 12 months apart."))
    starts = [add_months(first, months * n) for n in range(count)]
    return [(day, date.fromordinal(day.toordinal() + days)) for day in starts]


def debtors(kind: CallKind, lot: Lot) -> list[Held]:
    """On whose accounts what a lot is asked for is written, each with the fraction of it.

    Use and ownership in different hands: all are jointly liable to the association (art. 3.86 §3). What is called for
    the reserve fund stands on the account of who owns, the rest on that of who has the use, as they bear it between
    themselves; each is told both. A lot that several hold in full: the mandatary they named, when he is one of them,
    otherwise each for his fraction.
    """
    if lot.divided:
        reserve = kind == CallKind.RESERVE
        return _merged([one for one in lot.holders if one.right == "full" or (one.right == "bare") == reserve])
    named = [one for one in lot.holders if one.owner_id == lot.mandatary_id]
    if len(lot.holders) > 1 and named:
        return [Held(named[0].owner_id, named[0].right, Fraction(1))]
    return _merged(lot.holders)


def _merged(holders: Sequence[Held]) -> list[Held]:
    """One for each person, in the order given."""
    found: dict[UUID, Held] = {}
    for one in holders:
        before = found.get(one.owner_id)
        found[one.owner_id] = Held(one.owner_id, one.right, one.share + (before.share if before else 0))
    return list(found.values())


def lots_called(lots: Sequence[Lot]) -> list[Lot]:
    """The lots that are asked something: complete, with a weight in the key, in the order of the deed."""
    return sorted((lot for lot in lots if lot.ready and lot.weight > 0), key=lambda lot: (lot.position, lot.number))


def divide(kind: CallKind, cents: int, lots: Sequence[Lot]) -> list[Asked]:
    """What each holder is asked of `cents`; the sum is exact. Raises Invalid when no lot has a weight."""
    called = lots_called(lots)
    if not called:
        raise Invalid("key", N_("No complete lot has a weight in this key on that day."))
    total = sum(lot.weight for lot in called)
    result = []
    for lot, lot_cents in zip(called, allocate(cents, [lot.weight for lot in called]), strict=True):
        holders = debtors(kind, lot)
        if not holders:
            raise Invalid("key", N_("Nobody holds lot {number} on that day."), number=lot.number)
        whole = sum((one.share for one in holders), Fraction(0))
        parts = allocate(lot_cents, [one.share for one in holders])
        result += [
            Asked(lot.id, one.owner_id, lot.weight, total, lot_cents, one.share / whole, part)
            for one, part in zip(holders, parts, strict=True)
            if part
        ]
    return result


def parties(lots: Sequence[Lot]) -> set[tuple[UUID, UUID]]:
    """Everybody to be told of a call, as (lot, person): the holders of each lot, and the mandatary they named.

    Of a lot that several hold in full, only the mandatary, when there is one (art. 3.87 §1 al. 2).
    """
    told: set[tuple[UUID, UUID]] = set()
    for lot in lots:
        if lot.mandatary_id is not None:
            told.add((lot.id, lot.mandatary_id))
        if lot.mandatary_id is None or lot.divided:
            told |= {(lot.id, one.owner_id) for one in lot.holders}
    return told


def account_for(accounts: dict[str, PostingAccount], *codes: str) -> str:
    """The first of these accounts that can be posted on, or the first own account below one. Raises Invalid."""
    for code in codes:
        found = sorted(c for c, a in accounts.items() if c.startswith(code) and a.postable and not a.archived)
        if found:
            return found[0]
    raise Invalid("account", N_("There is no account {code} to post on."), code=codes[0])
