"""The yearly statement of charges: each expense over the lots by its key, then over those who bore each lot's charges.

Every step adds up to the cent (`law.allocation`): all the shares of an expense are the expense, its VAT too. Between a
former and a new owner an expense goes by days (art. 3.94): those of its period of use, else the one day it bears.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from koprogo_app.law.allocation import allocate
from koprogo_app.statements.rules.allocation import allocate_many


@dataclass(frozen=True, slots=True)
class Expense:
    """A cost of the year as it stands in the books, or an income that lessens the costs (negative).

    `cents` holds its VAT, `vat_cents` of it at `vat_rate` percent (None: nothing is known of it). `start` and `end`:
    the days that were used, both included; without them it is of the day `on`. `lot_id`: the one lot that bears it.
    """

    id: UUID
    entry_id: UUID
    entry: str
    on: date
    label: str
    supplier_id: UUID | None
    account: str
    cents: int
    vat_rate: int | None = None
    vat_cents: int = 0
    key_id: UUID | None = None
    lot_id: UUID | None = None
    start: date | None = None
    end: date | None = None
    invoice_id: UUID | None = None
    document_id: UUID | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day it is for."""
        return self.start or self.on, self.end or self.start or self.on


@dataclass(frozen=True, slots=True)
class Right:
    """A right on a lot on [start, end[ (None: still), as a fraction; not the bare ownership beside a usufruct."""

    owner_id: UUID
    right: str
    share: Fraction
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who stands for the several owners of a lot, on [start, end[."""

    owner_id: UUID
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class LotHistory:
    """A lot, in the order of the deed, with all rights and mandates it ever had."""

    id: UUID
    number: str
    rights: tuple[Right, ...] = ()
    mandates: tuple[Mandate, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """What one owner bears of an expense through one lot, and the numbers that explain it.

    `weight` over `weight_total`: the lot's quota in the key; `lot_cents`: what the lot bears; `part`: the owner's of
    it, by fraction and days. `days` of `of_days` he bore it. `owner_id` None: nobody is known to have held the lot;
    `lot_id` None: no lot has a weight in the key.
    """

    expense: Expense
    lot_id: UUID | None
    weight: int
    weight_total: int
    lot_cents: int
    owner_id: UUID | None
    part: Fraction
    days: int
    of_days: int
    cents: int
    vat_cents: int


Weights = Mapping[UUID, int]
"""Lot → weight, in the order of the deed."""


Borne = dict[UUID | None, tuple[Fraction, int]]
"""Owner → his part (together 1) and his days."""


def divide(
    expense: Expense,
    weights: Weights,
    lots: Mapping[UUID, LotHistory],
    known: dict[tuple[UUID, date, date], Borne] | None = None,
) -> list[Portion]:
    """The portions of one expense; their cents add up to its cents, their VAT to its VAT.

    Lots of weight 0 bear nothing. `known` remembers from one expense to the next who bore a lot in a stretch of days.
    """
    bearing = _bearing(expense, weights)
    quotas = list(bearing.values())
    parts = (allocate(expense.cents, quotas), allocate(expense.vat_cents, quotas)) if bearing else ([], [])
    return _portions(expense, bearing, *parts, lots, {} if known is None else known)


def _bearing(expense: Expense, weights: Weights) -> Weights:
    """The lots that bear an expense: its one lot, or those that weigh in its key."""
    if expense.lot_id is not None:
        return {expense.lot_id: 1}
    return {lot: weight for lot, weight in weights.items() if weight > 0}


def _portions(
    expense: Expense,
    bearing: Weights,
    lot_cents: Sequence[int],
    lot_vat: Sequence[int],
    lots: Mapping[UUID, LotHistory],
    known: dict[tuple[UUID, date, date], Borne],
) -> list[Portion]:
    if not bearing:
        return [Portion(expense, None, 0, 0, expense.cents, None, Fraction(1), 0, 1, expense.cents, expense.vat_cents)]
    first, last = expense.days
    total, of_days = sum(bearing.values()), (last - first).days + 1
    portions = []
    for (lot, weight), cents, vat in zip(bearing.items(), lot_cents, lot_vat, strict=True):
        if (lot, first, last) not in known:
            known[lot, first, last] = (bearers(lots[lot], first, last) if lot in lots else {}) or {
                None: (Fraction(1), 0)
            }
        borne = known[lot, first, last]
        own, own_vat = _over(cents, borne), _over(vat, borne)
        portions += [
            Portion(expense, lot, weight, total, cents, owner, part, days, of_days, own[place], own_vat[place])
            for place, (owner, (part, days)) in enumerate(borne.items())
        ]
    return portions


def _over(cents: int, borne: Borne) -> list[int]:
    """What each of those who bore a lot bears of its cents; nearly always there is one."""
    return [cents] if len(borne) == 1 else allocate(cents, [part for part, _ in borne.values()])


def divide_all(
    expenses: Iterable[Expense], weights: Mapping[tuple[UUID | None, date], Weights], lots: Mapping[UUID, LotHistory]
) -> list[Portion]:
    """The portions of many expenses; `weights` by key and day of the expense. All lots' shares in one pass."""
    asked = list(expenses)
    bearing = [_bearing(e, weights.get((e.key_id, e.on), {})) for e in asked]
    quotas = [list(one.values()) for one in bearing]
    cents, vat = allocate_many([e.cents for e in asked], quotas), allocate_many([e.vat_cents for e in asked], quotas)
    known: dict[tuple[UUID, date, date], Borne] = {}
    return [one for drawn in zip(asked, bearing, cents, vat, strict=True) for one in _portions(*drawn, lots, known)]


def bearers(lot: LotHistory, first: date, last: date) -> Borne:
    """Who bears a lot's charges for the days `first` to `last`: the part of each (together 1), and his days.

    Day by day: where use and ownership are in different hands, those who have the use; of a lot that several own, the
    mandatary they named; else each for his fraction. Days on which nobody is known to hold the lot are left out; when
    that is all of them, whoever came first after them, or else was the last before.
    """
    parts: defaultdict[UUID | None, Fraction] = defaultdict(Fraction)
    days: defaultdict[UUID | None, int] = defaultdict(int)
    for start, stop in _spans(lot, first, last):
        length = (stop - start).days
        for owner, share in _on(lot, start).items():
            parts[owner] += share * length
            days[owner] += length
    whole = sum(parts.values(), Fraction(0))
    if whole:
        return {owner: (part / whole, days[owner]) for owner, part in parts.items()}
    nearest = _nearest(lot, first, last)
    return {} if nearest is None else {owner: (share, 0) for owner, share in _on(lot, nearest).items()}


def _spans(lot: LotHistory, first: date, last: date) -> list[tuple[date, date]]:
    """The days from `first` to `last` in stretches [start, stop[ in which nothing changes."""
    stop = last + timedelta(days=1)
    edges = {first, stop}
    for one in [*((r.start, r.end) for r in lot.rights), *((m.start, m.end) for m in lot.mandates)]:
        edges |= {day for day in one if day is not None and first < day < stop}
    return list(pairwise(sorted(edges)))


def _in_force(one: Right | Mandate, day: date) -> bool:
    return one.start <= day and (one.end is None or day < one.end)


def _on(lot: LotHistory, day: date) -> dict[UUID | None, Fraction]:
    rights = [one for one in lot.rights if _in_force(one, day)]
    owners = {one.owner_id for one in rights}
    if len(owners) > 1 and all(one.right == "full" for one in rights):
        named = next((m.owner_id for m in lot.mandates if _in_force(m, day)), None)
        if named in owners:
            return {named: Fraction(1)}
    shares: defaultdict[UUID | None, Fraction] = defaultdict(Fraction)
    for one in rights:
        if one.right != "bare":
            shares[one.owner_id] += one.share
    whole = sum(shares.values(), Fraction(0))
    return {owner: share / whole for owner, share in shares.items()} if whole else {}


def _nearest(lot: LotHistory, first: date, last: date) -> date | None:
    """A day on which the lot was held: the first after these, else the last before."""
    after = sorted(one.start for one in lot.rights if one.start > last)
    before = sorted(one.end for one in lot.rights if one.end is not None and one.end <= first)
    if after:
        return after[0]
    return before[-1] - timedelta(days=1) if before else None


@dataclass(frozen=True, slots=True)
class VatRow:
    """What of one owner's charges bears VAT at a rate through a lot: the base and the tax, in cents (VAT-taxable
    co-owners deduct their part by such a statement: circular 13 of 20 September 1995, no 5)."""

    lot_id: UUID | None
    rate: int
    base_cents: int
    vat_cents: int


def vat_rows(portions: Iterable[Portion]) -> list[VatRow]:
    """Base and VAT by lot, in the order given, and by rate, of the portions whose rate is known."""
    sums: dict[UUID | None, defaultdict[int, list[int]]] = {}
    for one in portions:
        if one.expense.vat_rate is not None:
            row = sums.setdefault(one.lot_id, defaultdict(lambda: [0, 0]))[one.expense.vat_rate]
            row[0] += one.cents - one.vat_cents
            row[1] += one.vat_cents
    return [VatRow(lot, rate, *rates[rate]) for lot, rates in sums.items() for rate in sorted(rates)]


@dataclass(frozen=True, slots=True)
class Proof:
    """What all owners bear, what the books show, and what could be given to nobody."""

    shared_cents: int
    books_cents: int
    nobody_cents: int

    @property
    def holds(self) -> bool:
        """Whether all shares are the costs in the books, to the cent, and all of them are somebody's."""
        return self.shared_cents == self.books_cents and not self.nobody_cents


def proof(portions: Sequence[Portion], books_cents: int) -> Proof:
    """All portions against the costs of the year in the books."""
    return Proof(
        sum(one.cents for one in portions), books_cents, sum(one.cents for one in portions if one.owner_id is None)
    )
