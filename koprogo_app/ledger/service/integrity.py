"""The seal on a building's books."""

import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.manifests import Hook
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.integrity import facts
from koprogo_app.ledger.rules.integrity import Finding, Seal, seal

Check = Callable[[Work, UUID], Awaitable[Finding | None]]
SEALS: Final = Hook[Check]("ledger.seals")
"""What other areas check of every ledger, given a building whose books the caller may read.

They are asked at each page of the books: one or two statements. What one finds broken keeps a year from being closed.
None: there is nothing to say of this building.
"""

_KEPT_SECONDS: Final = 300
_recent: dict[UUID, tuple[float, int, bytes | None, Seal]] = {}


async def check(w: Work, building_id: UUID) -> Seal:
    """Checks a building's books now (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    found = seal(book.version, await facts(w, building_id))
    _recent[building_id] = (time.monotonic(), book.version, book.head, found)
    return await _with_added(w, building_id, found)


async def recent(w: Work, building_id: UUID) -> Seal:
    """The seal for a page (`ledger.read`): the last check, while nothing was posted since and it is fresh.

    What other areas check is asked anew: a bank statement changes nothing in the books.
    """
    book = await books.open_book(w, building_id)
    known = _recent.get(building_id)
    if known and known[1:3] == (book.version, book.head) and time.monotonic() - known[0] < _KEPT_SECONDS:
        return await _with_added(w, building_id, known[3])
    return await check(w, building_id)


async def _with_added(w: Work, building_id: UUID, found: Seal) -> Seal:
    more = [finding for added in SEALS.given() if (finding := await added(w, building_id)) is not None]
    return Seal(found.version, found.entries, (*found.findings, *more))
