"""Matching the lines of a co-owner or supplier that settle each other (lettrage), and undoing it."""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.model import Matching
from koprogo_app.ledger.queries import books

_CHECKS = "set constraints matching_whole, matching_line_whole "


async def match(w: Work, building_id: UUID, line_ids: Sequence[UUID]) -> UUID:
    """Matches lines of one person on one account whose sum is zero; returns the matching's id.

    Raises Invalid when they do not settle each other, Conflict when one is matched already.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    row = await w.add(
        Matching(organization_id=book.organization_id, building_id=building_id, user_id=w.principal.user_id)
    )
    await w.execute(
        """insert into matching_line (organization_id, building_id, matching_id, line_id)
           select %(o)s, %(b)s, %(m)s, unnest(%(lines)s::uuid[])""",
        o=book.organization_id,
        b=building_id,
        m=row.id,
        lines=list(line_ids),
    )
    await w.execute(_CHECKS + "immediate")
    await w.execute(_CHECKS + "deferred")
    await audit(
        w,
        "lines.matched",
        "matching",
        row.id,
        organization_id=book.organization_id,
        building_id=building_id,
        after={"lines": list(line_ids)},
    )
    return row.id


async def unmatch(w: Work, matching_id: UUID) -> None:
    """Undoes a matching; its lines are open again."""
    row = await w.get(Matching, matching_id)
    book = await books.open_book(w, row.building_id, "ledger.write")
    lines = await w.value("select array_agg(line_id) from matching_line where matching_id = %(m)s", m=matching_id)
    await w.execute("delete from matching where id = %(m)s", m=matching_id)
    await audit(
        w,
        "lines.unmatched",
        "matching",
        matching_id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        before={"lines": lines},
    )
