"""Buildings: a row with its red flags, one building's overview.

- `building_overview(w, building_id) -> Overview` — the row, main lots, what the size entails, reserve fund, warnings
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
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
from koprogo_app.workspace import fields
from koprogo_app.workspace.records import kinds
from koprogo_app.workspace.records.fields import Field, selected

Flag = Literal["deed", "draft", "suspended", "acceptance", "assembly"]
"""deed: the lots do not total the deed; draft: lots without complete ownership; suspended: lots whose vote waits for a
mandatary; acceptance: day of provisional acceptance unknown; assembly: period of the ordinary assembly not set."""


@answer("deed_difference", "flags")
@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building in the portfolio: its card, counts of lots, and its red flags.

    `lots_total` is the sum of the lots' shares, to hold against `deed_total`; `owner_count` counts persons.
    """

    id: UUID
    organization_id: UUID
    organization_name: Annotated[
        str, Field(N_("Syndic's office"), sort="organization", sql="og.name", order="lower(og.name)")
    ]
    name: Annotated[
        str,
        Field(
            N_("Name of the association"), fields.text(required=True), N_("Building"), N_("As in its statutes"),
            description="Of the association of co-owners", example="ACP Les Tilleuls", required=True, primary=True,
            sort=True, link="/buildings/{id}",
        ),
    ]  # fmt: skip
    enterprise_number: Annotated[str | None, replace(kinds.ENTERPRISE_NUMBER, description="Of the association itself")]
    street: kinds.Street
    postal_code: kinds.PostalCode
    city: kinds.City
    country: kinds.Country
    deed_total: Annotated[
        int,
        Field(
            N_("Total of shares in the base deed"), fields.whole(least=1), hint=N_("For instance 1,000 or 10,000"),
            description="Total of the shares in the base deed", example=10_000, required=True, unit="number", sort=True,
        ),
    ]  # fmt: skip
    provisional_acceptance: Annotated[
        date | None,
        Field(
            N_("Provisional acceptance of the common parts"), fields.day(), unit="date",
            hint=N_("The reserve fund is due five years later (art. 3.86 §3)"),
            description="Of the common parts (art. 3.86 §3)",
        ),
    ]  # fmt: skip
    fiscal_month: Annotated[
        int, Field("", fields.whole(least=1, most=12), description="Month in which the fiscal year begins")
    ]
    fiscal_day: Annotated[int, Field("", fields.whole(least=1, most=31))]
    assembly_month: Annotated[
        int | None,
        Field(
            "", fields.whole(least=1, most=12, optional=True),
            description="First day of the 15-day period (art. 3.87 §2)",
        ),
    ]  # fmt: skip
    assembly_day: Annotated[int | None, Field("", fields.whole(least=1, most=31, optional=True))]
    langs: Annotated[
        list[Literal["fr", "nl", "de", "en"]], Field("", fields.languages, description="Languages of the building")
    ]
    archived: bool
    lot_count: Annotated[int, Field(N_("Lots"), unit="number", sort="lots", sql="c.lot_count")]
    main_lots: Annotated[
        int,
        Field(
            N_("Main lots"), unit="number", sql="c.main_lots", wide=True,
            description="Without cellars, garages, parkings (art. 3.90)",
        ),
    ]  # fmt: skip
    lots_total: Annotated[
        int, Field(N_("Shares"), unit="number", sql="c.lots_total", wide=True, description="Sum of the lots' shares")
    ]
    draft_lots: Annotated[int, Field(sql="c.draft_lots", sort="draft")]
    suspended_lots: Annotated[
        int,
        Field(
            sql="c.suspended_lots", sort="suspended",
            description="Lots whose vote waits for a mandatary (art. 3.87 §1 al. 2)",
        ),
    ]  # fmt: skip
    owner_count: Annotated[int, Field(N_("Owners"), unit="number", sql="c.owner_count")]

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


JOINED = """join organization og on og.id = r.organization_id
left join lateral (
  select count(*) as lot_count, count(*) filter (where l.kind not in ('cellar', 'garage', 'parking')) as main_lots,
         coalesce(sum(l.share), 0)::bigint as lots_total, count(*) filter (where l.status = 'draft') as draft_lots,
         count(*) filter (where l.status = 'complete' and h.heads > 1 and not exists (
           select from mandatary m where m.lot_id = l.id and m.period @> %(today)s::date)) as suspended_lots,
         (select count(distinct o.owner_id) from ownership o join lot x on x.id = o.lot_id
           where x.building_id = r.id and x.retired_on is null and o.period @> %(today)s::date) as owner_count
    from lot l left join lateral (select count(distinct o.owner_id) as heads from ownership o
                                   where o.lot_id = l.id and o.period @> %(today)s::date) h on true
   where l.building_id = r.id and l.organization_id = r.organization_id and l.retired_on is null
) c on true"""
FLAGGED: Final[dict[str, str]] = {
    "deed": "c.lots_total <> r.deed_total",
    "draft": "c.draft_lots > 0",
    "suspended": "c.suspended_lots > 0",
    "acceptance": "r.provisional_acceptance is null",
    "assembly": "r.assembly_month is null",
}
"""The condition of each red flag."""


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
    sql = f"select {selected(BuildingRow)} from building r {JOINED} where r.id = %(id)s"
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
