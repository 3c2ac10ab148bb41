"""The day a line is due, and credits that are set aside for a refund, where neither a call nor an invoice says it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books


async def set_due(w: Work, building_id: UUID, lines: Collection[UUID], due_on: date) -> None:
    """Says by when these lines are due (`ledger.write`)."""
    await _write(w, building_id, lines, due_on=due_on)


async def set_aside(w: Work, building_id: UUID, lines: Collection[UUID], *, aside: bool = True) -> None:
    """Keeps these credits for a refund, or lets them pay debts again (`ledger.write`)."""
    await _write(w, building_id, lines, aside=aside)


async def _write(
    w: Work, building_id: UUID, lines: Collection[UUID], *, due_on: date | None = None, aside: bool | None = None
) -> None:
    book = await books.open_book(w, building_id, "ledger.write")
    await w.execute(
        """insert into line_term (line_id, organization_id, building_id, due_on, set_aside)
           select t, %(o)s, %(b)s, %(due)s, coalesce(%(aside)s, false) from unnest(%(lines)s::uuid[]) t
               on conflict (line_id) do update set due_on = coalesce(excluded.due_on, line_term.due_on),
                  set_aside = coalesce(%(aside)s, line_term.set_aside)""",
        o=book.organization_id, b=building_id, due=due_on, aside=aside, lines=sorted(lines),
    )  # fmt: skip
