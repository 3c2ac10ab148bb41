"""The lines of a financial year for the accounting entries file; the caller has authorised the building."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.estate.queries.lots import full_name
from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of an entry, with what the file tells of it; `party` the co-owner's or supplier's id and name."""

    journal: str
    journal_kind: str
    journal_name: str
    number: int
    on: date
    code: str
    label_fr: str
    party_id: UUID | None
    party: str
    document_ref: str
    document_date: date
    label: str
    debit: int
    credit: int
    matching: int | None
    matched_on: date | None
    posted_on: date


_LINES: Final = f"""
with matchings as (select id, row_number() over (order by created_at, id) as place,
                          (created_at at time zone 'Europe/Brussels')::date as on
                     from matching where organization_id = %(o)s and building_id = %(b)s)
select j.code as journal, j.kind as journal_kind, j.name as journal_name, e.number, e.date as on, a.code, a.label_fr,
       coalesce(l.owner_id, l.supplier_id) as party_id,
       coalesce({full_name("ow")}, su.name, '') as party,
       e.document_ref, e.document_date, coalesce(nullif(l.label, ''), nullif(e.label, ''), e.document_ref) as label,
       l.debit_cents as debit, l.credit_cents as credit, m.place as matching, m.on as matched_on,
       (e.created_at at time zone 'Europe/Brussels')::date as posted_on
  from entry_line l join entry e on e.id = l.entry_id join account a on a.id = l.account_id
  join journal j on j.id = e.journal_id left join estate.owner ow on ow.id = l.owner_id
  left join supplier su on su.id = l.supplier_id left join matching_line x on x.line_id = l.id
  left join matchings m on m.id = x.matching_id
 where l.organization_id = %(o)s and l.building_id = %(b)s and e.fiscal_year_id = %(y)s
   and e.nature in ('entry', 'open')
 order by e.nature = 'entry', e.date, j.code, e.number, l.position"""


async def fec_lines(w: Work, organization_id: UUID, building_id: UUID, year_id: UUID) -> list[FecLine]:
    """The year's lines by day, the opening balances first; without the entries that close it."""
    return await w.rows(_LINES, FecLine, o=organization_id, b=building_id, y=year_id)
