"""A year against its budget: month by month and to date, by line, group of accounts, key and nature.

Amounts are cents, a cost positive, a contribution to the reserve too. Every amount in the books belongs to a line by
its account and key (`rules.lines`): one of the budget, or one of its own that was not budgeted; so the lines add up
with the books.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl

from koprogo_app.budget.facts import Line, Months, Place
from koprogo_app.budget.model import Nature
from koprogo_app.budget.rules.lines import Held, by_month, default_nature, group_of, held_by, place_of, summed

_NET = pl.col("debit") - pl.col("credit")
_RESERVE_CALLS = 700
_EPOCH = date(1970, 1, 1)
"""Day 0 of a date in Polars."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or a sum of lines. `budget`, `actual` and `last` have an amount a month; of `to` months is reported.

    `committed`: ordered or waiting for approval, not posted. `budgeted` is false for a line that no budget has.
    """

    code: str
    nature: str
    key_id: UUID | None
    budget: tuple[int, ...]
    actual: tuple[int, ...]
    last: tuple[int, ...]
    committed: int
    to: int
    budgeted: bool = True

    @property
    def place(self) -> Place:
        """Its account and key."""
        return self.code, self.key_id

    @property
    def budget_to_date(self) -> int:
        return sum(self.budget[: self.to])

    @property
    def actual_to_date(self) -> int:
        return sum(self.actual[: self.to])

    @property
    def last_to_date(self) -> int:
        return sum(self.last[: self.to])

    @property
    def year_budget(self) -> int:
        return sum(self.budget)

    @property
    def year_last(self) -> int:
        return sum(self.last)

    @property
    def gap(self) -> int:
        """To date, actual minus budget: positive when more was spent."""
        return self.actual_to_date - self.budget_to_date

    @property
    def forecast(self) -> int:
        """The year's end as it looks now: what is posted, and what is ordered or else budgeted for the months left."""
        return self.actual_to_date + max(self.committed, self.year_budget - self.budget_to_date)

    @property
    def year_gap(self) -> int:
        """At the year's end, forecast minus budget."""
        return self.forecast - self.year_budget

    def over(self, percent: int) -> bool:
        """Whether more than so many per cent above the budget to date is spent; nothing budgeted: any cent."""
        return self.nature != Nature.RESERVE and self.gap > 0 and self.gap * 100 > self.budget_to_date * percent


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines together under a name (a code, a key, a nature); it reads like a line."""

    name: object
    rows: tuple[Row, ...]
    months: int
    to: int

    def monthly(self, of: Callable[[Row], Sequence[int]]) -> tuple[int, ...]:
        """The months of all lines added up."""
        return tuple(sum(values) for values in zip(*map(of, self.rows), strict=True)) or (0,) * self.months

    @property
    def budget(self) -> tuple[int, ...]:
        return self.monthly(lambda row: row.budget)

    @property
    def actual(self) -> tuple[int, ...]:
        return self.monthly(lambda row: row.actual)

    @property
    def last(self) -> tuple[int, ...]:
        return self.monthly(lambda row: row.last)

    def total(self, figure: str) -> int:
        """One figure of all lines added up: `budget_to_date`, `actual_to_date`, `forecast`, `gap`, …"""
        return sum(int(getattr(row, figure)) for row in self.rows)


FIGURES = (
    "budget_to_date", "actual_to_date", "gap", "committed", "year_budget", "forecast", "year_gap", "last_to_date",
    "year_last",
)  # fmt: skip
"""What a row and a sum both tell."""


@dataclass(frozen=True, slots=True)
class Variance:
    """The lines of a year; `to` months of it have been reported."""

    months: Months
    to: int
    rows: tuple[Row, ...]

    @property
    def all(self) -> Sum:
        return self._sum("", self.rows)

    def _sum(self, name: object, rows: Iterable[Row]) -> Sum:
        return Sum(name, tuple(rows), len(self.months), self.to)

    def by(self, of: Callable[[Row], object]) -> list[Sum]:
        """The lines summed, in the order their names first occur."""
        found: dict[object, list[Row]] = {}
        for row in self.rows:
            found.setdefault(of(row), []).append(row)
        return [self._sum(name, rows) for name, rows in found.items()]

    @property
    def by_nature(self) -> list[Sum]:
        return self.by(lambda row: row.nature)

    @property
    def by_group(self) -> list[Sum]:
        return self.by(lambda row: group_of(row.code))

    @property
    def by_key(self) -> list[Sum]:
        return self.by(lambda row: row.key_id)


def slots(years: Sequence[Months]) -> tuple[date, list[int]]:
    """The first day, and for each day from there to the last year's end the month it lies in (-1: none); the months of
    all the years are counted through."""
    first, number = years[0].starts[0], 0
    table: list[int] = []
    for year in years:
        table += [-1] * ((year.starts[0] - first).days - len(table))
        for index in range(len(year)):
            table += [number] * ((year.last_day(index) - first).days + 1 - len(table))
            number += 1
    return first, table


def monthly_plan(lines: pl.LazyFrame, years: Sequence[Months]) -> pl.LazyFrame:
    """Costs (class 6) and reserve calls (700) by account and month as a Polars plan: account, slot, cents.

    Accrual: what is posted counts on its day, whether paid or not; the entry that ends a year is left out.
    """
    first, table = slots(years)
    lookup = pl.Series(table, dtype=pl.Int16)
    day, account = pl.col("day"), pl.col("account")
    since = day.to_physical() - (first - _EPOCH).days
    return (
        lines.filter(pl.col("profit_loss") & ~pl.col("result") & day.is_between(first, years[-1].end))
        .select("account", slot=pl.lit(lookup).gather(since), net=_NET)
        .group_by("account", "slot")
        .agg(cents=pl.col("net").sum())
        .filter((pl.col("slot") >= 0) & (_is_cost(account) | _is_reserve(account)))
    )


def _first_digits(account: pl.Expr, count: int) -> pl.Expr:
    return account.cast(pl.String).str.slice(0, count)


def _is_cost(account: pl.Expr) -> pl.Expr:
    return _first_digits(account, 1) == "6"


def _is_reserve(account: pl.Expr) -> pl.Expr:
    return _first_digits(account, 3) == str(_RESERVE_CALLS)


def actuals(frame: pl.LazyFrame, years: Sequence[Months]) -> dict[str, list[int]]:
    """By account, cents in each month of the years counted through; reserve calls positive like costs."""
    count = sum(len(year) for year in years)
    found: dict[str, list[int]] = {}
    for account, slot, cents in monthly_plan(frame, years).collect().iter_rows():
        code = str(account)
        found.setdefault(code, [0] * count)[slot] += cents if code[0] == "6" else -cents
    return found


def by_place(spent: Mapping[str, Sequence[int]], keyed: Mapping[Place, Sequence[int]]) -> dict[Place, list[int]]:
    """The months of each account parted by key: `keyed` holds what invoices and calls say of keys, the rest of the
    account goes by the shares. What is added up over the keys is what the books hold, whatever `keyed` says."""
    found: dict[Place, list[int]] = {(code, None): list(months) for code, months in spent.items()}
    for (code, key), months in keyed.items():
        rest = found.get((code, None))
        if rest is None or key is None:
            continue
        found[code, key] = list(months)
        for index, cents in enumerate(months):
            rest[index] -= cents
    return found


def compare(
    lines: Sequence[Line],
    actual: Mapping[Place, Sequence[int]],
    last: Mapping[Place, Sequence[int]],
    committed: Mapping[Place, int],
    months: Months,
    to: int,
) -> Variance:
    """Puts what was budgeted beside what was.

    `lines` of all budgets in force (several on one account and key are added up, under the first one's nature),
    `actual` and `last` by account and key, an amount a month of the year, `committed` by account and key.
    """
    count = len(months)
    natures: dict[Place, str] = {}
    budget: dict[Place, list[int]] = {}
    for line in lines:
        natures.setdefault(line.place, line.nature)
        _add(budget, line.place, by_month(line.cents, line.profile, count), count)
    held = held_by(natures)
    now, before, ordered = _placed(actual, held, count), _placed(last, held, count), summed(committed, held)
    zero = (0,) * count
    rows = [
        Row(
            place[0],
            natures.get(place, default_nature(place[0]).value),
            place[1],
            tuple(budget.get(place, zero)),
            tuple(now.get(place, zero)),
            tuple(before.get(place, zero)),
            ordered.get(place, 0),
            to,
            place in natures,
        )
        for place in {*natures, *now, *before, *ordered}
    ]
    order = [nature.value for nature in Nature]
    rows.sort(key=lambda row: (order.index(row.nature), row.code, str(row.key_id or "")))
    return Variance(months, to, tuple(rows))


def _placed(source: Mapping[Place, Sequence[int]], held: Held, count: int) -> dict[Place, list[int]]:
    """Amounts a month by the line that each belongs to; nothing where every month is zero."""
    found: dict[Place, list[int]] = {}
    for place, cents in source.items():
        if any(cents):
            _add(found, place_of(place, held), cents, count)
    return found


def _add(target: dict[Place, list[int]], place: Place, cents: Sequence[int], count: int) -> None:
    held = target.setdefault(place, [0] * count)
    for index, amount in enumerate(cents[:count]):
        held[index] += amount
