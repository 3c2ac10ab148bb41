"""Calls in tests: written, posted and paid in one line each."""

from datetime import date

from koprogo_app.calls.model.calls import CallKind, FundCall
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.service import settling
from tests.ledger.books import Books

WORKING, RESERVE, EXTRAORDINARY = CallKind.WORKING, CallKind.RESERVE, CallKind.EXTRAORDINARY


def quarter(*parts: PartWanted, on: date = date(2026, 3, 1), due: date = date(2026, 3, 31)) -> Wanted:
    """A call in one instalment; by default 1,000.01 for the working fund and 200.00 for the reserve."""
    wanted = parts or (PartWanted(WORKING, 100_001), PartWanted(RESERVE, 20_000))
    return Wanted("Premier trimestre 2026", wanted, [(on, due)], date(2025, 12, 4), "AG 4 décembre 2025")


async def called(w: Work, books: Books, wanted: Wanted | None = None) -> FundCall:
    """A call written and posted."""
    return await call_posting.post(w, (await calls.save(w, books.building, wanted or quarter())).id)


async def pay(w: Work, books: Books, cents: int, lot: str = "T1", on: date = date(2026, 3, 10)) -> entries.Posted:
    """A payment into the working account, settled oldest first."""
    parts = await settling.plan(w, books.building, owner_id=books.owner(lot), cents=cents)
    lines = [DraftLine("551", cents), *(part.line("Paiement") for part in parts)]
    posted = await entries.post(w, books.building, Draft("BQE", on, "EXT 3", lines))
    await settling.settle(w, books.building, posted.id, parts)
    return posted
