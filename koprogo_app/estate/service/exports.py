"""The table of lots and owners as a file that spreadsheets open and the import reads back.

- `export_table(w, building_id, form, lang) -> ExportFile` — `form` is "csv" or "xlsx", `lang` fr, nl, de or en
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from koprogo_app.estate.importing import ExportRow, write_csv, write_xlsx
from koprogo_app.estate.model import Building
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require
from koprogo_app.law.buildings import LotKind
from koprogo_app.law.shares import Right

Form = Literal["csv", "xlsx"]
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to hand out."""

    name: str
    media_type: str
    data: bytes


_ROWS = """
select l.number, l.kind, l.share as shares, l.floor, l.area, coalesce(p.name, '') as owner,
       coalesce(p.first_name, '') as first_name, coalesce(p.kind = 'company', false) as company,
       coalesce(p.enterprise_number, '') as enterprise_number, coalesce(p.email, '') as email,
       coalesce(p.phone, '') as phone, coalesce(p.lang, '') as lang, coalesce(p.street, '') as street,
       coalesce(p.postal_code, '') as postal_code, coalesce(p.city, '') as city, coalesce(p.country, '') as country,
       coalesce(o."right", 'full') as "right", coalesce(o.numerator, 1) as numerator,
       coalesce(o.denominator, 1) as denominator, coalesce(o.primary_contact, false) as primary,
       coalesce(p.id::text, '') as reference
  from lot l left join ownership o on o.lot_id = l.id and o.period @> %(today)s::date
  left join owner p on p.id = o.owner_id
 where l.building_id = %(building)s and l.retired_on is null
 order by l.position, l.number, o.primary_contact desc, p.name, o.id"""


def _row(kind: str, right: str, numerator: int, denominator: int, **columns: Any) -> ExportRow:
    return ExportRow(kind=LotKind(kind), right=Right(right), share=Fraction(numerator, denominator), **columns)


async def export_table(w: Work, building_id: UUID, form: Form, lang: str) -> ExportFile:
    """The lots of a building with their owners of today, contact data included (`owners.read`)."""
    building = await w.get(Building, building_id)
    require(w, "owners.read", building.organization_id, building_id)
    rows: list[ExportRow] = await w.rows(_ROWS, _row, building=building_id, today=w.today)  # type: ignore[arg-type]
    write = write_csv if form == "csv" else write_xlsx
    name = re.sub(r"[^\w]+", "-", building.name, flags=re.ASCII).strip("-").lower() or "lots"
    return ExportFile(f"{name}.{form}", _MEDIA[form], write(rows, lang))
