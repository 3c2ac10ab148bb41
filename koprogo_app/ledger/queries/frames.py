"""The lines of a building as a Polars frame in memory, kept under its ledger's version.

A frame is loaded once and then only grows by the entries that came since: a page with reports reads the version and
adds up in memory. Carried balances (natures `close` and `open`) are left out: they cancel each other, and without them
every sum over time is the true balance.

Columns: book (i32, the building), day, account (i64, its code), profit_loss (classes 6 and 7), result (the entry that
ends the year), debit and credit (i64, cents).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import Final
from uuid import UUID

import polars as pl

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries.books import Book

MAX_ROWS: Final = 5_000_000
"""Lines kept in memory over all buildings, some 40 bytes each; the least recently used go first."""

_SCHEMA: Final = {
    "day": pl.Int32,
    "account": pl.Int64,
    "profit_loss": pl.Int8,
    "result": pl.Int8,
    "debit": pl.Int64,
    "credit": pl.Int64,
}

# One text for all lines: a row per line would cost a Python object each.
_LINES = """
select string_agg(concat_ws(',', e.date - date '1970-01-01', a.code, (a.code >= '6')::int, (e.nature = 'result')::int,
                            l.debit_cents, l.credit_cents), E'\\n')
  from entry_seal s join entry e on e.id = s.entry_id join entry_line l on l.entry_id = e.id
  join account a on a.id = l.account_id
 where s.building_id = %(b)s and s.seq > %(after)s and s.seq <= %(version)s and e.nature in ('entry', 'result')
"""


@dataclass(frozen=True, slots=True)
class _Held:
    version: int
    head: bytes | None
    book: int
    frame: pl.DataFrame


_held: OrderedDict[UUID, _Held] = OrderedDict()
_numbers = count(1)
_locks: dict[UUID, asyncio.Lock] = {}


def forget() -> None:
    """Empties the cache."""
    _held.clear()
    _locks.clear()


async def frame(w: Work, book: Book) -> pl.DataFrame:
    """The lines of a building's books as this transaction sees them; the caller has authorised the building."""
    held = _held.get(book.building_id)
    if held is None or (held.version, held.head) != (book.version, book.head):
        async with _locks.setdefault(book.building_id, asyncio.Lock()):
            held = await _refreshed(w, book, _held.get(book.building_id))
    if book.building_id in _held:
        _held.move_to_end(book.building_id)
    return held.frame


async def _refreshed(w: Work, book: Book, held: _Held | None) -> _Held:
    """What is held when it is this version, or grown to it; an older transaction's version is read, not kept."""
    if held and (held.version, held.head) == (book.version, book.head):
        return held
    if held and held.version > book.version:
        return await _load(w, book, None)
    if held and held.head is not None:
        # What was held may be of a transaction that was rolled back: its last hash must be in the chain.
        sealed = await w.value(
            "select hash from entry_seal where building_id = %(b)s and seq = %(s)s", b=book.building_id, s=held.version
        )
        held = held if sealed == held.head else None
    fresh = await _load(w, book, held)
    _keep(book.building_id, fresh)
    return fresh


async def _load(w: Work, book: Book, held: _Held | None) -> _Held:
    text = await w.value(_LINES, b=book.building_id, after=held.version if held else 0, version=book.version)
    number = held.book if held else next(_numbers)
    fresh = await asyncio.to_thread(_parse, text or "", number)
    whole = pl.concat([held.frame, fresh]) if held else fresh
    return _Held(book.version, book.head, number, whole)


def _parse(text: str, book: int) -> pl.DataFrame:
    lines = pl.read_csv(StringIO(text), has_header=False, schema=_SCHEMA) if text else pl.DataFrame(schema=_SCHEMA)
    return lines.select(
        pl.lit(book, dtype=pl.Int32).alias("book"),
        pl.col("day").cast(pl.Date),
        "account",
        pl.col("profit_loss") == 1,
        pl.col("result") == 1,
        "debit",
        "credit",
    )


def _keep(building_id: UUID, held: _Held) -> None:
    _held[building_id] = held
    rows = sum(h.frame.height for h in _held.values())
    while rows > MAX_ROWS and len(_held) > 1:
        _, gone = _held.popitem(last=False)
        rows -= gone.frame.height


def together(frames: Iterable[pl.DataFrame]) -> pl.LazyFrame:
    """Frames of several buildings as one, without copying them."""
    return pl.concat(list(frames), rechunk=False).lazy()
