"""What an entry was made of: the paper of an area above, told by that area."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.manifests import Hook


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind an entry: its kind (a msgid), its own name, and its place below the building's pages."""

    kind: str
    name: str
    path: str


Finder = Callable[[Work, UUID], Awaitable[Source | None]]

SOURCES: Final = Hook[Finder]("ledger.sources")
"""How other areas find what an entry was made of."""


async def source_of(w: Work, entry_id: UUID) -> Source | None:
    """What an entry, or the one that it takes back, was made of; the caller has authorised the entry."""
    for finder in SOURCES.given():
        if found := await finder(w, entry_id):
            return found
    return None
