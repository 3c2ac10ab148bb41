"""The seal on a building's books."""

import time
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.integrity import facts
from koprogo_app.ledger.rules.integrity import Seal, seal

_KEPT_SECONDS: Final = 300
_recent: dict[UUID, tuple[float, int, bytes | None, Seal]] = {}


async def check(w: Work, building_id: UUID) -> Seal:
    """Checks a building's books now (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    found = seal(book.version, await facts(w, building_id))
    _recent[building_id] = (time.monotonic(), book.version, book.head, found)
    return found


async def recent(w: Work, building_id: UUID) -> Seal:
    """The seal for a page (`ledger.read`): the last check, while nothing was posted since and it is fresh."""
    book = await books.open_book(w, building_id)
    known = _recent.get(building_id)
    if known and known[1:3] == (book.version, book.head) and time.monotonic() - known[0] < _KEPT_SECONDS:
        return known[3]
    return await check(w, building_id)
