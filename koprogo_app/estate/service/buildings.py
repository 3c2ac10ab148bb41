"""Buildings.

- `create_building(w, organization_id, values) -> Building`, `update_building(w, id, changes) -> Building`,
  `archive_building(w, id) -> None`, `restore_building(w, id) -> None`

`values` and `changes` map a field's name to what was typed or sent; every field is read and checked on its own
(`BUILDING` lists them). Raises Invalid on the field, Conflict for a name taken, NotFound, Forbidden.
"""

from calendar import monthrange
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.model import Building, Organization
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.law.articles import UNANIMITY
from koprogo_app.workspace import fields

_NOBODY: Final[frozenset[str]] = frozenset()
_ADDRESS: Final[dict[str, fields.Read]] = {
    "street": fields.text(),
    "postal_code": fields.text(longest=12),
    "city": fields.text(longest=100),
    "country": fields.country,
}
BUILDING: Final[dict[str, fields.Read]] = {
    "name": fields.text(required=True),
    "enterprise_number": fields.enterprise_number,
    **_ADDRESS,
    "deed_total": fields.whole(least=1),
    "provisional_acceptance": fields.day(),
    "fiscal_month": fields.whole(least=1, most=12),
    "fiscal_day": fields.whole(least=1, most=31),
    "assembly_month": fields.whole(least=1, most=12, optional=True),
    "assembly_day": fields.whole(least=1, most=31, optional=True),
    "langs": fields.languages,
}
"""The fields of a building that can be written."""


async def create_building(w: Work, organization_id: UUID, values: Mapping[str, Any]) -> Building:
    """A new building of an organisation (`buildings.create`)."""
    await w.get(Organization, organization_id)
    require(w, "buildings.create", organization_id)
    clean = fields.read({"name": "", "deed_total": "", **values}, BUILDING, w.principal.lang)
    row = Building(organization_id=organization_id, **clean)
    _check_days(row)
    row = await w.add(row)
    await audit(
        w,
        "building.created",
        "building",
        row.id,
        organization_id=organization_id,
        building_id=row.id,
        after=clean,
        personal=_NOBODY,
    )
    return row


async def update_building(w: Work, building_id: UUID, changes: Mapping[str, Any]) -> Building:
    """Changes fields of a building (`buildings.write`).

    The deed total cannot be changed any more once the lots add up to it: that is a change in the division of the shares
    (art. 3.88 §3; `service.lots.change_shares`).
    """
    row = await open_building(w, building_id, "buildings.write")
    before, clean = snapshot(row), fields.read(changes, BUILDING, w.principal.lang)
    if clean.get("deed_total", row.deed_total) != row.deed_total and await lots_match_deed(w, row):
        raise shares_are_settled("deed_total")
    _check_days(row, clean)
    if await _write(w, row, clean):
        await audit(
            w,
            "building.updated",
            "building",
            row.id,
            organization_id=row.organization_id,
            building_id=row.id,
            before=before,
            after=snapshot(row),
            personal=_NOBODY,
        )
    return row


async def archive_building(w: Work, building_id: UUID) -> None:
    """Takes a building out of the lists (`buildings.write`); everything about it is kept."""
    row = await w.get(Building, building_id)
    require(w, "buildings.write", row.organization_id, row.id)
    if row.archived_at is None:
        await _write(w, row, {"archived_at": w.now})
        await audit(w, "building.archived", "building", row.id, organization_id=row.organization_id, building_id=row.id)


async def restore_building(w: Work, building_id: UUID) -> None:
    """Brings an archived building back (`buildings.write`)."""
    row = await w.get(Building, building_id)
    require(w, "buildings.write", row.organization_id, row.id)
    if row.archived_at is not None:
        await _write(w, row, {"archived_at": None})
        await audit(w, "building.restored", "building", row.id, organization_id=row.organization_id, building_id=row.id)


async def open_building(w: Work, building_id: UUID, permission: str) -> Building:
    """A building to work on: authorised and not archived. Raises NotFound, Forbidden, Conflict."""
    row = await w.get(Building, building_id)
    require(w, permission, row.organization_id, row.id)
    if row.archived_at is not None:
        raise Conflict(N_("This building is archived. Restore it first."))
    return row


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


async def _write(w: Work, row: Building, clean: Mapping[str, Any]) -> bool:
    changed = {field: value for field, value in clean.items() if getattr(row, field) != value}
    for field, value in changed.items():
        setattr(row, field, value)
    w.session.add(row)
    await w.flush()
    return bool(changed)
