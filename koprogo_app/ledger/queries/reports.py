"""Trial balance, balance sheet and income statement: added up in memory from a building's frame.

Every amount is cents; a balance is debit minus credit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import polars as pl
from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.accounts import AccountKind
from koprogo_app.law.calendar import add_years
from koprogo_app.ledger.queries import books, frames
from koprogo_app.ledger.queries.books import AccountRow, Book, YearRow

_NET = pl.col("debit") - pl.col("credit")


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a report, both included; `year_start` is the first day of the financial year that `end` lies in."""

    start: date
    end: date
    year_start: date

    def earlier(self, years: list[YearRow]) -> "Period | None":
        """The same days a year before; None before the first financial year."""
        start, end = add_years(self.start, -1), add_years(self.end, -1)
        if not years or end < years[0].start:
            return None
        return Period(start, end, _year_start(years, end))


def period(years: list[YearRow], start: date | None, end: date | None, today: date) -> Period:
    """The days asked for; without them the financial year of today, or the last one. Raises Invalid."""
    if start and end and end < start:
        raise Invalid("end", N_("The period ends before it begins."))
    anchor = end or start or today
    within = next((y for y in years if y.start <= anchor <= y.end), years[-1] if years else None)
    first = start or (within.start if within else date(anchor.year, 1, 1))
    last = end or (within.end if within else date(anchor.year, 12, 31))
    return Period(first, max(first, last), _year_start(years, max(first, last)))


def _year_start(years: list[YearRow], day: date) -> date:
    starts = [y.start for y in years if y.start <= day]
    return starts[-1] if starts else date(day.year, 1, 1)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An account in the trial balance; `opening` and `closing` are balances, `debit` and `credit` the movements."""

    code: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts with a balance or a movement, by code. `earlier_result`: costs and income of years that ended before
    the period and are not closed yet, which no account of the period shows; with it the balances add up to zero."""

    book: Book
    period: Period
    rows: list[TrialRow]
    earlier_result: int

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)

    @property
    def balanced(self) -> bool:
        """Whether debits equal credits and all balances add up to zero."""
        rest = sum(row.closing for row in self.rows) + self.earlier_result
        return self.debit == self.credit and rest == 0


_SLOTS: Final = 4
_EARLIER, _OPENING, _DURING = 0, 1, 2


def trial_plan(lines: pl.LazyFrame, asked: Period, key: str) -> pl.LazyFrame:
    """The trial balance as a Polars plan, by `key` (`account`, or that of several buildings). Before the closing of
    its own year, so that a closed year's costs can be read.

    The lines are added up once, by one number that says key and part of time; the few sums then find their columns.
    """
    day, debit, credit = pl.col("day"), pl.col("debit"), pl.col("credit")
    before = pl.when(~pl.col("profit_loss") | (day >= asked.year_start)).then(_OPENING).otherwise(_EARLIER)
    when = pl.when(day >= asked.start).then(_DURING).otherwise(before).cast(pl.Int64)
    sums = (
        lines.filter((day <= asked.end) & ~(pl.col("result") & (day >= asked.year_start)))
        .group_by((pl.col(key) * _SLOTS + when).alias("slot"))
        .agg(debit.sum(), credit.sum())
    )
    part = pl.col("slot") % _SLOTS
    return sums.group_by((pl.col("slot") // _SLOTS).alias(key)).agg(
        opening=_NET.filter(part == _OPENING).sum(),
        debit=debit.filter(part == _DURING).sum(),
        credit=credit.filter(part == _DURING).sum(),
        earlier=_NET.filter(part == _EARLIER).sum(),
    )


async def trial_balance(w: Work, building_id: UUID, start: date | None = None, end: date | None = None) -> TrialBalance:
    """The trial balance of a period (`ledger.read`), without dates of the running year."""
    book = await books.open_book(w, building_id)
    asked = period(await books.years(w, building_id), start, end, w.today)
    lines = await frames.frame(w, book)
    found = trial_plan(lines.lazy(), asked, "account").collect()
    rows = [
        TrialRow(str(account), opening, debit, credit)
        for account, opening, debit, credit, _ in found.iter_rows()
        if opening or debit or credit
    ]
    return TrialBalance(book, asked, sorted(rows, key=lambda row: row.code), int(found["earlier"].sum()))


async def trial_balances(w: Work, building_ids: Iterable[UUID], start: date, end: date) -> pl.DataFrame:
    """The trial balances of several buildings (`ledger.read` on each) whose years run from `start` to `end`: columns
    building (its id as text), account, opening, debit, credit, earlier; one pass over all their lines."""
    several = await books.every_open_book(w, list(building_ids))
    lines = await frames.together(w, several)
    found = trial_plan(lines.lazy(), Period(start, end, start), "key").collect()
    names = pl.Series([str(book.building_id) for book in several], dtype=pl.String)
    return found.select(
        names.gather(found["key"] // frames.KEY).alias("building"),
        (pl.col("key") % frames.KEY).alias("account"),
        *("opening", "debit", "credit", "earlier"),
    )


def _named(name: str, description: str | None = None) -> Any:
    return Field(serialization_alias=name, description=description)


@answer(code="", label="code")
@dataclass(frozen=True, slots=True)
class Amount:
    """A line of a statement: this period's amount and the one before, both as the statement shows them (positive on
    their own side)."""

    account: Hidden[AccountRow]
    now: Annotated[int, _named("cents")]
    before: Annotated[int | None, _named("previous_cents")]

    @property
    def code(self) -> str:
        """Of its account."""
        return self.account.code

    def label(self, lang: str) -> str:
        """Its account's name in a language."""
        return self.account.label(lang)


@answer("now as total_cents", "before as previous_total_cents")
@dataclass(frozen=True, slots=True)
class Side:
    """One side of a statement with its lines by account, and its total."""

    rows: list[Amount]

    @property
    def now(self) -> int:
        return sum(row.now for row in self.rows)

    @property
    def before(self) -> int | None:
        known = [row.before for row in self.rows if row.before is not None]
        return sum(known) if known else None


@answer("balanced", building_id="")
@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What the association has and owes on a day, and a year before (None: before its first year).

    `result` is what the years not closed yet have left (income minus costs): it stands with what is owed.
    """

    book: Hidden[Book]
    day: date
    day_before: Annotated[date | None, _named("previous_day")]
    assets: Side
    liabilities: Side
    result: Annotated[int, _named("result_cents", "Income minus costs of the years that are not closed yet")]
    result_before: Annotated[int | None, _named("previous_result_cents")]

    @property
    def building_id(self) -> UUID:
        """Whose it is."""
        return self.book.building_id

    @property
    def balanced(self) -> bool:
        """Whether both sides are equal, on both days."""
        now = self.assets.now == self.liabilities.now + self.result
        if self.day_before is None:
            return now
        return now and (self.assets.before or 0) == (self.liabilities.before or 0) + (self.result_before or 0)


def _sums(lines: pl.DataFrame, keep: pl.Expr) -> dict[str, int]:
    found = lines.lazy().filter(keep).group_by("account").agg(net=_NET.sum()).collect()
    return {str(account): net for account, net in found.iter_rows() if net}


async def balance_sheet(w: Work, building_id: UUID, day: date | None = None) -> BalanceSheet:
    """The balance sheet on a day (`ledger.read`; default: the last day of the running year)."""
    book = await books.open_book(w, building_id)
    years = await books.years(w, building_id)
    asked = period(years, None, day, w.today)
    prior = asked.earlier(years)
    lines = await frames.frame(w, book)
    chart = {row.code: row for row in await books.accounts(w, building_id)}
    now = _sums(lines, pl.col("day") <= (day or asked.end))
    before = _sums(lines, pl.col("day") <= prior.end) if prior else None
    assets, liabilities = _sides(chart, now, before)
    return BalanceSheet(
        book,
        day or asked.end,
        prior.end if prior else None,
        assets,
        liabilities,
        -sum(cents for code, cents in now.items() if code[0] in "67"),
        None if before is None else -sum(cents for code, cents in before.items() if code[0] in "67"),
    )


def _sides(chart: dict[str, AccountRow], now: dict[str, int], before: dict[str, int] | None) -> tuple[Side, Side]:
    """Each account on its side; a mixed one on the side of its balance, day by day."""
    assets, liabilities = [], []
    for code in sorted({*now, *(before or {})}):
        if code[0] in "67":
            continue
        account, here = chart[code], now.get(code, 0)
        there = None if before is None else before.get(code, 0)
        if account.kind == AccountKind.MIXED:
            left = (max(here, 0), None if there is None else max(there, 0))
            right = (max(-here, 0), None if there is None else max(-there, 0))
            assets += [Amount(account, *left)] if any(left) else []
            liabilities += [Amount(account, *right)] if any(right) else []
        elif account.kind == AccountKind.ASSET:
            assets.append(Amount(account, here, there))
        else:
            liabilities.append(Amount(account, -here, None if there is None else -there))
    return Side(assets), Side(liabilities)


@answer(
    "result as result_cents", "result_before as previous_result_cents", building_id="", start="building_id",
    end="start", previous_start="end", previous_end="previous_start",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class IncomeStatement:
    """Costs and income of a period, and of the same days a year before (None: before the first year)."""

    book: Hidden[Book]
    period: Hidden[Period]
    prior: Hidden[Period | None]
    costs: Side
    income: Side

    @property
    def building_id(self) -> UUID:
        """Whose it is."""
        return self.book.building_id

    @property
    def start(self) -> date:
        """Its first day."""
        return self.period.start

    @property
    def end(self) -> date:
        """Its last day."""
        return self.period.end

    @property
    def previous_start(self) -> date | None:
        """The first day a year before."""
        return self.prior.start if self.prior else None

    @property
    def previous_end(self) -> date | None:
        """The last day a year before."""
        return self.prior.end if self.prior else None

    @property
    def result(self) -> int:
        """Income minus costs."""
        return self.income.now - self.costs.now

    @property
    def result_before(self) -> int | None:
        return None if self.prior is None else (self.income.before or 0) - (self.costs.before or 0)


async def income_statement(
    w: Work, building_id: UUID, start: date | None = None, end: date | None = None
) -> IncomeStatement:
    """The income statement of a period (`ledger.read`), before the entry that ends its year."""
    book = await books.open_book(w, building_id)
    years = await books.years(w, building_id)
    asked = period(years, start, end, w.today)
    prior = asked.earlier(years)
    lines = await frames.frame(w, book)
    chart = {row.code: row for row in await books.accounts(w, building_id)}

    def within(days: Period) -> dict[str, int]:
        kept = pl.col("day").is_between(days.start, days.end) & pl.col("profit_loss") & ~pl.col("result")
        return _sums(lines, kept)

    now, before = within(asked), within(prior) if prior else None
    costs: list[Amount] = []
    income: list[Amount] = []
    for code in sorted({*now, *(before or {})}):
        sign = 1 if code[0] == "6" else -1
        amount = Amount(chart[code], sign * now.get(code, 0), None if before is None else sign * before.get(code, 0))
        (costs if sign == 1 else income).append(amount)
    return IncomeStatement(book, asked, prior, Side(costs), Side(income))
