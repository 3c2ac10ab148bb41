"""The lines of a building as a Polars frame in memory, kept under its ledger's version.

A frame is loaded once and then only grows by the entries that came since: a page with reports reads the version and
adds up in memory. Carried balances (natures `close` and `open`) are left out: they cancel each other, and without them
every sum over time is the true balance.

Columns: day, account (i64, its code), profit_loss (classes 6 and 7), result (the entry that
ends the year), debit and credit (i64, cents).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
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
    frame: pl.DataFrame


KEY: Final = 10**10
"""Above every account number."""
_JOINED: Final = ("day", "profit_loss", "result", "debit", "credit")

_held: OrderedDict[UUID, _Held] = OrderedDict()
_joined: list[tuple[tuple[tuple[UUID, int, bytes | None], ...], pl.DataFrame]] = []
_locks: dict[UUID, asyncio.Lock] = {}


def forget() -> None:
    """Empties the cache."""
    _held.clear()
    _joined.clear()
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
    fresh = await asyncio.to_thread(_parse, text or "")
    whole = pl.concat([held.frame, fresh]) if held else fresh
    return _Held(book.version, book.head, whole)


def _parse(text: str) -> pl.DataFrame:
    lines = pl.read_csv(StringIO(text), has_header=False, schema=_SCHEMA) if text else pl.DataFrame(schema=_SCHEMA)
    return lines.select(
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


async def together(w: Work, several: Sequence[Book]) -> pl.DataFrame:
    """The lines of several buildings as one frame in one piece.

    One column, `key` (i64: the building's place in the list × `KEY` + account), says both: grouping by one number takes
    a third of the time of two columns. The last list asked for is kept until one of its ledgers grows.
    """
    frames = [await frame(w, book) for book in several]
    versions = tuple((book.building_id, book.version, book.head) for book in several)
    if _joined and _joined[0][0] == versions:
        return _joined[0][1]
    whole = await asyncio.to_thread(_join, frames)
    _joined[:] = [(versions, whole)]
    return whole


def _join(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    def named(frame: pl.DataFrame, place: int) -> pl.DataFrame:
        return frame.select((pl.col("account") + place * KEY).alias("key"), *_JOINED)

    return pl.concat([named(frame, place) for place, frame in enumerate([*frames, _parse("")])]).rechunk()
