"""What waits in a building's money today."""

from uuid import UUID

from koprogo_app.calls.service.claims import accounts
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books
from koprogo_app.statements.queries import today as queries
from koprogo_app.statements.queries.today import Today


async def today(w: Work, building_id: UUID) -> Today | None:
    """The numbers of a building (`ledger.read`); None while its accounts are not opened.

    What owners owe is what is left after their credits, as everywhere.
    """
    if not (await books.book(w, building_id)).opened:
        return None
    found = await accounts(w, building_id)
    return await queries.today(w, building_id, [item for one in found.values() for item in (*one.debts, *one.later)])
