"""What stands behind a figure of the budget: the entries, with their invoices, that add up to it.

- `behind_actual(w, building_id, year, place, to=None) -> Behind` — a line's actual to date
- `behind_last_year(w, building_id, year, number, place) -> Behind` — last year's actual beside a line of a budget
- `address(base, year, place, to=…, number=…)` — the page that shows them
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from koprogo_app.budget.facts import Place
from koprogo_app.budget.queries.actuals import Posted, posted
from koprogo_app.budget.rules.lines import Held, held_by, place_of
from koprogo_app.budget.service.overview import view
from koprogo_app.budget.service.variance import variance
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books


@dataclass(frozen=True, slots=True)
class Behind:
    """The entries of the days from `start` to `end` that belong to a line, by date, each with its part of it."""

    start: date
    end: date
    items: list[Posted]

    @property
    def cents(self) -> int:
        """Their sum: the figure."""
        return sum(item.cents for item in self.items)


async def behind_actual(w: Work, building_id: UUID, year: int, place: Place, to: date | None = None) -> Behind:
    """The entries of a line's actual to date, as `variance` tells it (`budget.read`). Raises NotFound, Invalid."""
    seen = await variance(w, building_id, year, to)
    start, end = seen.months.starts[0], seen.last_day or seen.months.starts[0]
    return await _behind(w, building_id, held_by(row.place for row in seen.variance.rows if row.budgeted), place,
                         start, end)  # fmt: skip


async def behind_last_year(w: Work, building_id: UUID, year: int, number: int, place: Place) -> Behind:
    """The entries of last year's actual beside a line of a budget (`budget.read`). Raises NotFound."""
    seen = await view(w, building_id, year, number)
    months = seen.before.months
    return await _behind(w, building_id, held_by(line.place for line in seen.lines), place, months.starts[0],
                         months.end)  # fmt: skip


async def _behind(w: Work, building_id: UUID, held: Held, place: Place, start: date, end: date) -> Behind:
    book = await books.open_book(w, building_id, "budget.read")
    parts = parted(await posted(w, book, start, end))
    return Behind(start, end, [item for item in parts if place_of((item.code, item.key_id), held) == place])


def address(base: str, year: int, place: Place, *, to: str = "", number: int | None = None) -> str:
    """The page of a line's entries below a building's address `base`: of its actual up to the month `to` (2026-09), or
    of last year's beside the line of the year's budget `number`."""
    asked = {"year": year, "account": place[0], "key": place[1] or "", "to": to, "n": "" if number is None else number}
    return f"{base}/budget/line?" + urlencode({name: value for name, value in asked.items() if value != ""})


def parted(items: Sequence[Posted]) -> list[Posted]:
    """Entries parted by key: what keys divide, and the rest of each account. What an account does not hold in an entry
    cannot be parted."""
    keyed: dict[tuple[object, str], int] = {}
    whole = {(item.entry_id, item.code) for item in items if item.key_id is None}
    for item in items:
        if item.key_id is not None:
            keyed[item.entry_id, item.code] = keyed.get((item.entry_id, item.code), 0) + item.cents
    found = [
        replace(item, cents=item.cents - keyed.get((item.entry_id, item.code), 0)) if item.key_id is None else item
        for item in items
        if item.key_id is None or (item.entry_id, item.code) in whole
    ]
    return [item for item in found if item.cents]
