"""Closing a financial year in the background.

- `ask_to_close(w, year_id, accepted="") -> Run`
- `close(run, progress)` — what the job does
"""

from typing import Final
from uuid import UUID

from koprogo_app.foundation import runs
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.runs import Progress
from koprogo_app.ledger.model import YearStatus
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.runs import CLOSING
from koprogo_app.ledger.service.closing import STEPS, close_year

_BUSY: Final = N_("This financial year is being closed already.")


async def ask_to_close(w: Work, year_id: UUID, accepted: str = "") -> Run:
    """Asks the worker to close a year (`ledger.close`); the run tells how far it is.

    Raises Conflict when the year is being closed already.
    """
    year = await books.year(w, year_id)
    book = await books.open_book(w, year.building_id, "ledger.close")
    why = accepted.strip()[:500]
    run = await runs.ask(
        w, CLOSING, organization_id=book.organization_id, building_id=book.building_id, subject=str(year_id),
        total=len(STEPS), asked={"accepted": why}, busy=_BUSY,
    )  # fmt: skip
    await audit(
        w, "fiscal_year.closing", "fiscal_year", year_id, organization_id=book.organization_id,
        building_id=book.building_id, after={"accepted": why},
    )  # fmt: skip
    return run


async def close(run: Run, progress: Progress) -> None:
    """Closes the year of a run; one that was closed before its worker died is left as it is."""
    year_id = UUID(run.subject)
    who = runs.behalf(run)
    async with work(who) as w:
        if (await books.year(w, year_id)).status == YearStatus.CLOSED:
            return
    async with work(who) as w:
        await close_year(w, year_id, accepted=str(run.asked.get("accepted", "")), tell=progress.tell)
