"""A person's lines that nothing settles yet, and those that settle each other."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Ids, answer
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.facts import OpenLine

_LINE = """l.id, l.entry_id, a.code as account, e.date as on, j.code || ' ' || e.number as entry, e.document_ref,
       coalesce(nullif(l.label, ''), e.label) as label, (l.debit_cents - l.credit_cents)::bigint as cents"""
_OF = """from entry_line l join entry e on e.id = l.entry_id join account a on a.id = l.account_id
  join journal j on j.id = e.journal_id left join matching_line m on m.line_id = l.id
 where l.building_id = %(b)s and a.party <> 'none' and e.nature = 'entry'
   and (l.owner_id = %(p)s or l.supplier_id = %(p)s)"""


async def open_lines(w: Work, building_id: UUID, party_id: UUID) -> list[OpenLine]:
    """The lines of a co-owner or a supplier that are not matched, by account and day; the caller has authorised the
    building."""
    return await w.rows(
        f"select {_LINE} {_OF} and m.line_id is null order by a.code, e.date, e.id, l.position",
        OpenLine,
        b=building_id,
        p=party_id,
    )


@answer("cents")
@dataclass(frozen=True, slots=True)
class Matched:
    """Lines that settle each other, and when that was said."""

    id: UUID
    on: date
    lines: Annotated[Ids[tuple[OpenLine, ...]], Field(serialization_alias="line_ids")]

    @property
    def cents(self) -> int:
        """What was settled."""
        return sum(line.cents for line in self.lines if line.cents > 0)


@dataclass(frozen=True, slots=True)
class _Row:
    matching_id: UUID
    matched_on: date
    id: UUID
    entry_id: UUID
    account: str
    on: date
    entry: str
    document_ref: str
    label: str
    cents: int


async def matched(w: Work, building_id: UUID, party_id: UUID, limit: int = 50) -> list[Matched]:
    """The last matchings of a person, newest first; the caller has authorised the building."""
    rows = await w.rows(
        f"""select g.id as matching_id, (g.created_at at time zone 'Europe/Brussels')::date as matched_on, {_LINE}
              {_OF.replace(" where", " join matching g on g.id = m.matching_id where")}
               and m.matching_id in (select n.matching_id from matching_line n join entry_line k on k.id = n.line_id
                    where k.building_id = %(b)s and (k.owner_id = %(p)s or k.supplier_id = %(p)s)
                    group by n.matching_id order by n.matching_id desc limit %(limit)s)
             order by g.id desc, e.date, e.id, l.position""",
        _Row,
        b=building_id,
        p=party_id,
        limit=limit,
    )
    groups: dict[UUID, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.matching_id, []).append(row)
    return [Matched(key, group[0].matched_on, tuple(_line(row) for row in group)) for key, group in groups.items()]


def _line(row: _Row) -> OpenLine:
    return OpenLine(row.id, row.entry_id, row.account, row.on, row.entry, row.document_ref, row.label, row.cents)


async def party_of(w: Work, line_ids: list[UUID]) -> UUID | None:
    """Whose lines these are; None for lines of nobody."""
    found: UUID | None = await w.value(
        "select coalesce(owner_id, supplier_id) from entry_line where id = any(%(l)s) limit 1", l=line_ids
    )
    return found
