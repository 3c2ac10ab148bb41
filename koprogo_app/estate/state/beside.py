"""What other areas say of a lot in the table, a few words beside its link: "3 documents"."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.manifests import Hook

Said = Callable[[Work, Sequence[UUID], str], Awaitable[Mapping[UUID, str]]]
"""Takes the lots of a page and the reader's language; gives words for those it has something to say of."""

SAID_OF_LOTS: Final = Hook[Said]("estate.said_of_lots")


async def said_of(w: Work, lots: Sequence[UUID], lang: str) -> dict[UUID, str]:
    """The words beside each lot, of all areas together."""
    together: dict[UUID, str] = {}
    for said in SAID_OF_LOTS.given() if lots else ():
        for lot, words in (await said(w, lots, lang)).items():
            together[lot] = f"{together[lot]} · {words}" if lot in together else words
    return together
