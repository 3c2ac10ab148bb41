"""Buildings: the portfolio with its red flags, one building's overview.

- `portfolio(w, asked, text=, organization_id=, archived=, problem=) -> Page[BuildingRow]`
- `building_overview(w, building_id) -> Overview` — the row, main lots, what the size entails, reserve fund, warnings
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.identity.access import require
from koprogo_app.law.buildings import (
    Consequence,
    DeedGap,
    ReserveFund,
    consequences,
    deed_gap,
    next_ordinary_period,
    reserve_fund,
)
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged, scope

Flag = Literal["deed", "draft", "suspended", "acceptance", "assembly"]
"""deed: the lots do not total the deed; draft: lots without complete ownership; suspended: lots whose vote waits for a
mandatary; acceptance: day of provisional acceptance unknown; assembly: period of the ordinary assembly not set."""


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building in the portfolio: its card, counts of lots, and its red flags.

    `lots_total` is the sum of the lots' shares, to hold against `deed_total`; `main_lots` leaves out cellars, garages
    and parkings; `owner_count` counts persons.
    """

    id: UUID
    organization_id: UUID
    organization_name: str
    name: str
    enterprise_number: str | None
    street: str
    postal_code: str
    city: str
    country: str
    deed_total: int
    provisional_acceptance: date | None
    fiscal_month: int
    fiscal_day: int
    assembly_month: int | None
    assembly_day: int | None
    langs: list[str]
    archived: bool
    lot_count: int
    main_lots: int
    lots_total: int
    draft_lots: int
    suspended_lots: int
    owner_count: int

    @property
    def deed_difference(self) -> int:
        """Shares of the lots minus the deed total; 0 when they agree."""
        return self.lots_total - self.deed_total

    @property
    def flags(self) -> list[Flag]:
        """What needs attention, most pressing first."""
        raised: dict[Flag, bool] = {
            "deed": self.deed_difference != 0,
            "draft": self.draft_lots > 0,
            "suspended": self.suspended_lots > 0,
            "acceptance": self.provisional_acceptance is None,
            "assembly": self.assembly_month is None,
        }
        return [flag for flag, up in raised.items() if up]


BUILDING_COLUMNS = """b.id, b.organization_id, og.name as organization_name, b.name, b.enterprise_number, b.street,
  b.postal_code, b.city, b.country, b.deed_total, b.provisional_acceptance, b.fiscal_month, b.fiscal_day,
  b.assembly_month, b.assembly_day, b.langs, b.archived_at is not null as archived"""
_COUNTS = "c.lot_count, c.main_lots, c.lots_total, c.draft_lots, c.suspended_lots, c.owner_count"
_COUNTED = """
left join lateral (
  select count(*) as lot_count, count(*) filter (where l.kind not in ('cellar', 'garage', 'parking')) as main_lots,
         coalesce(sum(l.share), 0)::bigint as lots_total, count(*) filter (where l.status = 'draft') as draft_lots,
         count(*) filter (where l.status = 'complete' and h.heads > 1 and not exists (
           select from mandatary m where m.lot_id = l.id and m.period @> %(today)s::date)) as suspended_lots,
         (select count(distinct o.owner_id) from ownership o join lot x on x.id = o.lot_id
           where x.building_id = b.id and x.retired_on is null and o.period @> %(today)s::date) as owner_count
    from lot l left join lateral (select count(distinct o.owner_id) as heads from ownership o
                                   where o.lot_id = l.id and o.period @> %(today)s::date) h on true
   where l.building_id = b.id and l.organization_id = b.organization_id and l.retired_on is null
) c on true"""
SORTS = {
    "name": "lower(b.name)",
    "city": "b.city",
    "organization": "lower(og.name)",
    "lots": "c.lot_count",
    "deed_total": "b.deed_total",
    "draft": "c.draft_lots",
    "suspended": "c.suspended_lots",
}
_FLAGS = {
    "deed": "c.lots_total <> b.deed_total",
    "draft": "c.draft_lots > 0",
    "suspended": "c.suspended_lots > 0",
    "acceptance": "b.provisional_acceptance is null",
    "assembly": "b.assembly_month is null",
}


def buildings_sql(
    asked: Asked, *, organization: bool = False, archived: bool = False, problem: Flag | None = None
) -> str:
    """The portfolio as SQL; raises Invalid for a sort that is not offered."""
    where = [
        "(%(everything)s or b.organization_id = any(%(organizations)s) or b.id = any(%(buildings)s))",
        "(b.name ilike %(like)s or b.city ilike %(like)s or b.street ilike %(like)s)",
        "b.archived_at is not null" if archived else "b.archived_at is null",
    ]
    if organization:
        where.append("b.organization_id = %(organization)s")
    if problem:
        where.append(_FLAGS[problem])
    order = asked.order(SORTS, "lower(b.name), b.id")
    return f"""
select count(*) over () as total, {BUILDING_COLUMNS}, {_COUNTS}
  from building b join organization og on og.id = b.organization_id {_COUNTED}
 where {" and ".join(where)} order by {order} limit %(limit)s offset %(offset)s"""


async def portfolio(
    w: Work,
    asked: Asked = FIRST,
    *,
    text: str = "",
    organization_id: UUID | None = None,
    archived: bool = False,
    problem: Flag | None = None,
) -> Page[BuildingRow]:
    """The buildings one may read, with their red flags (`buildings.read`), by name."""
    where = scope(w, "buildings.read")
    if where.nowhere:
        raise Forbidden
    sql = buildings_sql(asked, organization=organization_id is not None, archived=archived, problem=problem)
    return await paged(
        w, sql, BuildingRow, asked, like=like(text), organization=organization_id, today=w.today, **where.params
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """One building: its row, what its number of main lots entails, the reserve fund, the next ordinary assembly's
    fifteen days (None: period not set) and the warning when the lots do not total the deed."""

    building: BuildingRow
    consequences: tuple[Consequence, ...]
    reserve: ReserveFund
    next_assembly: tuple[date, date] | None
    gap: DeedGap | None


async def building_row(w: Work, building_id: UUID) -> BuildingRow:
    """One building with its counts (`buildings.read`). Raises NotFound."""
    sql = f"""select {BUILDING_COLUMNS}, {_COUNTS} from building b join organization og on og.id = b.organization_id
              {_COUNTED} where b.id = %(id)s"""
    row = await w.one(sql, BuildingRow, id=building_id, today=w.today)
    require(w, "buildings.read", row.organization_id, row.id)
    return row


async def building_overview(w: Work, building_id: UUID) -> Overview:
    """One building with its consequences in law (`buildings.read`). Raises NotFound."""
    row = await building_row(w, building_id)
    assembly = None
    if row.assembly_month and row.assembly_day:
        assembly = next_ordinary_period(row.assembly_month, row.assembly_day, w.today)
    return Overview(
        row,
        consequences(row.main_lots),
        reserve_fund(row.provisional_acceptance, w.today),
        assembly,
        deed_gap([row.lots_total], row.deed_total),
    )
