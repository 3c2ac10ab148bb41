"""What the books and the keys must know of statements: what keeps a year from being closed or opened again, what an
entry was made of, what rests on a key's first day."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import Refusal
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.service.sources import Source
from koprogo_app.statements.queries.settlement import booked, settlement_of_entry
from koprogo_app.statements.queries.statement import closed_with_key
from koprogo_app.statements.service.shared_costs import shared_costs
from koprogo_app.statements.service.unborne import unborne

_NAMED: Final = 10
"""How many costs that nobody bears are named at once."""


async def borne(w: Work, year: YearRow) -> Sequence[Refusal]:
    """Each cost of the year that nobody bears: it is not closed with them."""
    book = await books.open_book(w, year.building_id)
    found = await unborne(w, await shared_costs(w, book, year), year.building_id)
    return [one.refusal for one in found[:_NAMED]]


async def unbooked(w: Work, year: YearRow) -> Sequence[Refusal]:
    """A year whose balances are booked is not opened again."""
    row = await booked(w, year.id)
    if row is None:
        return []
    message = N_(
        "The balances of {year} are booked on the co-owners' accounts ({entry}): take that booking back first, "
        "then open the year again."
    )
    return [Refusal(message, None, {"year": year.name, "entry": row.entry})]


async def key_free(w: Work, key_id: UUID, start: date, stop: date) -> Sequence[Refusal]:
    """A key's first day stays where a cost of a closed year was divided by it."""
    found = await closed_with_key(w, key_id, start, stop)
    if found is None:
        return []
    message = N_(
        "{what} of {day} is divided by this key in a year that is closed: open that year again first, "
        "or change the weights by decision."
    )
    return [Refusal(message, None, {"what": found.name, "day": found.on})]


async def settlement(w: Work, entry_id: UUID) -> Source | None:
    """The year's statements whose balances an entry booked."""
    row = await settlement_of_entry(w, entry_id)
    if row is None:
        return None
    year = (await books.year(w, row.fiscal_year_id)).name
    return Source(N_("Settlement of the year"), year, f"settlement?year={year}")
