"""Matching the lines of a co-owner or supplier that settle each other (lettrage), and undoing it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import Hook
from koprogo_app.ledger.facts import OpenLine
from koprogo_app.ledger.model import Matching
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.ledger.queries.matching import Matched, matched, open_lines, party_of
from koprogo_app.ledger.rules.matching import Proposal, proposals

Settled = Callable[[Work, UUID, UUID], Awaitable[Mapping[UUID, int]]]

_CHECKS: Final = "set constraints matching_whole, matching_line_whole "
SETTLED: Final = Hook[Settled]("ledger.settled")
"""What other areas know to be settled, in part or wholly: the cents by line, of a building and a person.

Such lines are not matched by hand.
"""


@answer()
@dataclass(frozen=True, slots=True)
class Matchable:
    """A person's lines that may be matched, which of them seem to belong together, and the last matchings."""

    book: Hidden[books.Book]
    lines: list[OpenLine]
    proposals: list[Proposal]
    matched: list[Matched]


async def matchable(w: Work, building_id: UUID, party_id: UUID) -> Matchable:
    """What can be matched on a co-owner's or supplier's accounts (`ledger.read`). Raises NotFound."""
    book = await books.open_book(w, building_id)
    await check_parties(w, building_id, [party_id])
    settled = await _settled_lines(w, building_id, party_id)
    lines = [line for line in await open_lines(w, building_id, party_id) if line.id not in settled]
    return Matchable(book, lines, proposals(lines), await matched(w, building_id, party_id))


async def _settled_lines(w: Work, building_id: UUID, party_id: UUID) -> set[UUID]:
    return {
        line for known in SETTLED.given() for line, cents in (await known(w, building_id, party_id)).items() if cents
    }


async def match_proposed(w: Work, building_id: UUID, party_id: UUID) -> int:
    """Matches everything that is proposed for a person (`ledger.write`); returns how many matchings were made."""
    found = (await matchable(w, building_id, party_id)).proposals
    for proposal in found:
        await match(w, building_id, [line.id for line in proposal.lines])
    return len(found)


async def match(w: Work, building_id: UUID, line_ids: Sequence[UUID]) -> UUID:
    """Matches lines of one person on one account whose sum is zero; returns the matching's id.

    Raises Invalid when they do not settle each other, Conflict when one is matched already.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    party = await party_of(w, list(line_ids))
    if party and await _settled_lines(w, building_id, party) & set(line_ids):
        raise Conflict(N_("A payment already settles one of these lines."))
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
