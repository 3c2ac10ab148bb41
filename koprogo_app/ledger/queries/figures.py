"""Figures for charts, added up in memory from a building's frame; cents."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import polars as pl

from koprogo_app.foundation.database import Work
from koprogo_app.law.accounts import RESERVE_BANK, TERM_DEPOSITS
from koprogo_app.law.calendar import add_months
from koprogo_app.ledger.queries import books, frames


@dataclass(frozen=True, slots=True)
class CashPoint:
    """The money of both funds at the end of a day: of the working fund (banks and cash), of the reserve fund."""

    on: date
    working: int
    reserve: int


async def cash_by_month(w: Work, building_id: UUID, start: date, end: date) -> list[CashPoint]:
    """The money at the end of each month from `start` to `end` (`ledger.read`), no later than today's month."""
    book = await books.open_book(w, building_id)
    code = pl.col("account").cast(pl.String)
    reserve = code.str.starts_with(RESERVE_BANK) | code.str.starts_with(TERM_DEPOSITS)
    net = pl.col("debit") - pl.col("credit")
    money = (await frames.frame(w, book)).lazy().filter(code.str.starts_with("5") & ~code.str.starts_with("58"))
    days = (
        money.group_by("day")
        .agg(
            reserve=pl.when(reserve).then(net).otherwise(0).sum(), working=pl.when(reserve).then(0).otherwise(net).sum()
        )
        .sort("day")
        .collect()
    )
    points = []
    for last in _month_ends(start, min(end, max(w.today, start))):
        until = days.filter(pl.col("day") <= last)
        points.append(CashPoint(last, int(until["working"].sum()), int(until["reserve"].sum())))
    return points


def _month_ends(start: date, end: date) -> list[date]:
    """The last day of each month, counted from `start`, that begins by `end`."""
    starts = [add_months(start, n) for n in range(36)]
    return [add_months(start, n + 1) - timedelta(days=1) for n, first in enumerate(starts) if first <= end]
