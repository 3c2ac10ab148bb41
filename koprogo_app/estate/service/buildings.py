"""Buildings: the record (`BUILDING`), and what commands on a building share.

- `open_building(w, building_id, permission) -> Building` — authorised and not archived
- `alone(w, building_id)` — held until the end of the transaction
- `lots_match_deed(w, building) -> bool` — whether the division of the shares is settled
"""

from calendar import monthrange
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from koprogo_app.estate.model import Building, Organization
from koprogo_app.estate.queries.buildings import FLAGGED, JOINED, BuildingRow
from koprogo_app.estate.words import FLAGS
from koprogo_app.foundation.audit import snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.law.articles import UNANIMITY
from koprogo_app.workspace.records.filters import Filter
from koprogo_app.workspace.records.record import Record, wherever


class _Buildings(Record[BuildingRow, Building]):
    """The deed total cannot be changed any more once the lots add up to it: that is a change in the division of the
    shares (art. 3.88 §3; `service.division.change_shares`)."""

    async def add(self, w: Work, organization_id: UUID | None, values: Mapping[str, Any]) -> Building:
        await w.get(Organization, organization_id)
        return await super().add(w, organization_id, values)

    def owned(self, row: Building) -> tuple[UUID | None, UUID | None]:
        return row.organization_id, row.id

    async def decide(self, w: Work, row: Building | None, clean: dict[str, Any]) -> dict[str, Any]:
        if row is None:
            _check_days(Building(**clean))
            return clean
        _check_open(row)
        if clean.get("deed_total", row.deed_total) != row.deed_total and await lots_match_deed(w, row):
            raise shares_are_settled("deed_total")
        _check_days(row, clean)
        return clean


BUILDING = _Buildings(
    row=BuildingRow, model=Building, noun="building", title=N_("Buildings"), read="buildings.read",
    write="buildings.write", create="buildings.create", within="organization_id", under="", public=True, instead=True,
    joins=JOINED, order="lower(r.name), r.id",
    parent=wherever("%(everything)s or r.organization_id = any(%(organizations)s) or r.id = any(%(buildings)s)"),
    search="r.name ilike %(text)s or r.city ilike %(text)s or r.street ilike %(text)s",
    filters=(
        Filter("problem", FLAGGED, options=tuple(FLAGS.items()), key="show",
               description="Only those with this red flag"),
        Filter("organization_id", "r.organization_id = %(organization_id)s"),
    ),
    layout=(
        ("name",), ("enterprise_number", "deed_total"), ("street",), ("postal_code", "city"),
        ("provisional_acceptance",),
    ),
    listed=("name", "lot_count", "main_lots", "lots_total"),
    filed=(
        "name", "organization_name", "enterprise_number", "street", "postal_code", "city", "deed_total", "lots_total",
        "lot_count", "main_lots", "owner_count", "provisional_acceptance",
    ),
)  # fmt: skip


async def open_building(w: Work, building_id: UUID, permission: str) -> Building:
    """A building to work on: authorised and not archived. Raises NotFound, Forbidden, Conflict."""
    row = await w.get(Building, building_id)
    require(w, permission, row.organization_id, row.id)
    _check_open(row)
    return row


def _check_open(row: Building) -> None:
    if row.archived_at is not None:
        raise Conflict(N_("This building is archived. Restore it first."))


async def alone(w: Work, building_id: UUID) -> None:
    """Holds a building until the end of the transaction, so that another who wants it waits."""
    await w.execute("select from building where id = %(b)s for update", b=building_id)


async def lots_match_deed(w: Work, building: Building) -> bool:
    """Whether the lots' shares add up to the deed: then their division is settled. Holds the building until the end of
    the transaction, so that two changes cannot each be right alone."""
    await alone(w, building.id)
    sql = "select coalesce(sum(share), 0)::bigint from lot where building_id = %(b)s and retired_on is null"
    total = await w.value(sql, b=building.id)
    return bool(total == building.deed_total)


def shares_are_settled(field: str) -> AgainstTheLaw:
    """The refusal of a change of shares without a decision."""
    return AgainstTheLaw(
        UNANIMITY.code,
        N_("The lots add up to the deed: only a decision of all co-owners changes their division. State it."),
        field=field,
    )


def _check_days(row: Building, clean: Mapping[str, Any] | None = None) -> None:
    """The two days of the year must exist; the assembly's month and day go together."""
    values = {**snapshot(row), **(clean or {})}
    for kind in ("fiscal", "assembly"):
        month, day = values[f"{kind}_month"], values[f"{kind}_day"]
        if (month is None) != (day is None):
            missing = "month" if month is None else "day"
            raise Invalid(f"{kind}_{missing}", N_("Give both the month and the day."))
        if month is not None and day > monthrange(2024, month)[1]:
            raise Invalid(f"{kind}_day", N_("This month does not have that day."))
