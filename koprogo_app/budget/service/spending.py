"""What was spent: the books by account and month, parted by the keys that invoices and calls name."""

from collections.abc import Sequence

from koprogo_app.budget.facts import Months, Place
from koprogo_app.budget.queries.actuals import keyed
from koprogo_app.budget.rules.variance import actuals, by_place
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import frames
from koprogo_app.ledger.queries.books import Book


async def spent(w: Work, book: Book, years: Sequence[Months]) -> dict[Place, list[int]]:
    """Costs and reserve calls by account and key, cents in each month of the years counted through.

    The caller has authorised the building.
    """
    frame = await frames.frame(w, book)
    return by_place(actuals(frame.lazy(), years), await keyed(w, book, years))
