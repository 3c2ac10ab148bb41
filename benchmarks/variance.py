"""Budget against actual: 2,800 cells over 1,000,000 postings, against plain Polars on the same frame in memory.

    python -m benchmarks.variance

40 lines, 14 columns (12 months, to date, the year), 5 measures (budget, actual, committed, forecast, last year). The
floor is the least Polars can do: the costs summed by account and month, without lines, groups or keys.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

import polars as pl

from koprogo_app.budget.facts import Line, Months
from koprogo_app.budget.rules.variance import Variance, actuals, by_place, compare

POSTINGS: Final = 1_000_000
LINES: Final = 40
ROUNDS: Final = 15
YEARS: Final = [Months.of(date(year, 1, 1), date(year, 12, 31)) for year in (2025, 2026)]


def frame() -> pl.DataFrame:
    """Two years of postings: a cost for each debit, the supplier for each credit."""
    rnd = random.Random(2026)
    costs = [61000 + n for n in range(120)]
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    half = POSTINGS // 2
    amounts = [rnd.randrange(100, 100_000) for _ in range(half)]
    when = [rnd.choice(days) for _ in range(half)]
    accounts = [rnd.choice(costs) for _ in range(half)]
    return pl.DataFrame(
        {
            "day": when * 2,
            "account": accounts + [440] * half,
            "profit_loss": [True] * half + [False] * half,
            "result": [False] * POSTINGS,
            "debit": amounts + [0] * half,
            "credit": [0] * half + amounts,
        }
    )


def plain(lines: pl.LazyFrame) -> pl.DataFrame:
    """The floor: one sum by account, year and month."""
    return (
        lines.filter(pl.col("profit_loss") & ~pl.col("result"))
        .group_by("account", pl.col("day").dt.year().alias("year"), pl.col("day").dt.month().alias("month"))
        .agg((pl.col("debit") - pl.col("credit")).sum())
        .collect()
    )


def cells(found: Variance) -> int:
    """Reads every cell, as a page would; how many there are."""
    count = 0
    for row in found.rows:
        figures = [*row.budget, *row.actual, *row.last, row.budget_to_date, row.actual_to_date, row.last_to_date]
        months = [row.committed] * 14 + [row.forecast] * 14
        count += len(figures) + 3 + len(months)
    return count


def median(act: Callable[[], object]) -> float:
    """Milliseconds of the middle one of several runs, after one that is not counted."""
    act()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def main() -> None:
    """Prints both times and their ratio."""
    data = frame()
    lift = uuid4()
    lines = [
        Line(uuid4(), uuid4(), n, str(61000 + 3 * n), "ordinary", None, 1_200_000, "", [], 1) for n in range(LINES - 2)
    ]
    lines.append(Line(uuid4(), uuid4(), LINES, "61000", "ordinary", lift, 600_000, "", [], 1))
    lines.append(Line(uuid4(), uuid4(), LINES, "61", "ordinary", None, 5_000_000, "", [], 1))
    keyed = {("61000", lift): [1_000] * 24}

    def ours() -> int:
        spent = by_place(actuals(data.lazy(), YEARS), keyed)
        now = {place: cents[12:] for place, cents in spent.items()}
        before = {place: cents[:12] for place, cents in spent.items()}
        return cells(compare(lines, now, before, {("61000", None): 100}, YEARS[1], 9))

    floor, taken = median(lambda: plain(data.lazy())), median(ours)
    print(f"plain Polars: {floor:.1f} ms; variance, {ours()} cells: {taken:.1f} ms; ratio {taken / floor:.2f} (≤ 2)")


if __name__ == "__main__":
    main()
