"""Lots.

- `create_lot(w, building_id, values) -> Lot` — a draft, until its ownership is complete
- `update_lot(w, lot_id, changes, version=None) -> Lot` — one or several fields (`LOT`), for instance `{"area": "72,5"}`
- `delete_lot(w, lot_id) -> None` — a draft only

The division of the shares, splitting and merging are in `service.division`.

With `version` the change is refused (Conflict) when somebody changed the lot in the meantime.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.model import Building, Lot, LotStatus
from koprogo_app.estate.service.buildings import lots_match_deed, open_building, shares_are_settled
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.buildings import LotKind
from koprogo_app.workspace import fields

KINDS: Final = tuple(str(kind) for kind in LotKind)
LOT: Final[dict[str, fields.Read]] = {
    "number": fields.text(required=True, longest=40),
    "position": fields.whole(most=100_000),
    "kind": fields.one_of(KINDS),
    "floor": fields.whole(least=-20, most=200, optional=True),
    "area": fields.area,
    "share": fields.whole(),
}
"""The fields of a lot that can be written."""


async def create_lot(w: Work, building_id: UUID, values: Mapping[str, Any]) -> Lot:
    """A new lot (`lots.write`), a draft; its position is the last unless given."""
    building = await open_building(w, building_id, "lots.write")
    clean = fields.read({"number": "", "kind": "", "share": 0, **values}, LOT, w.principal.lang)
    if "position" not in clean:
        last = await w.value("select coalesce(max(position), 0) from lot where building_id = %(b)s", b=building_id)
        clean["position"] = last + 1
    lot = await w.add(Lot(organization_id=building.organization_id, building_id=building_id, **clean))
    await audited(w, "lot.created", lot, after=clean)
    return lot


async def update_lot(w: Work, lot_id: UUID, changes: Mapping[str, Any], *, version: int | None = None) -> Lot:
    """Changes fields of a lot (`lots.write`). Its share is settled once the lots add up to the deed (art. 3.88 §3)."""
    lot = await open_lot(w, lot_id, "lots.write", alone=True)
    if version is not None and version != lot.version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before, clean = snapshot(lot), fields.read(changes, LOT, w.principal.lang)
    changed = {field: value for field, value in clean.items() if getattr(lot, field) != value}
    if not changed:
        return lot
    if "share" in changed and await lots_match_deed(w, await w.get(Building, lot.building_id)):
        raise shares_are_settled("share")
    await write(w, lot, changed)
    await audited(w, "lot.updated", lot, before=before, after=snapshot(lot))
    return lot


async def delete_lot(w: Work, lot_id: UUID) -> None:
    """Deletes a draft (`lots.write`). A complete lot is part of the history: Conflict."""
    lot = await open_lot(w, lot_id, "lots.write")
    if lot.status == LotStatus.COMPLETE:
        raise Conflict(N_("A complete lot is part of the history and cannot be deleted."))
    for table in ("ownership", "mandatary", "key_weight"):
        await w.execute(f"delete from {table} where lot_id = %(lot)s", lot=lot.id)
    await audited(w, "lot.deleted", lot, before=snapshot(lot))
    await w.session.delete(lot)
    await w.flush()


async def open_lot(w: Work, lot_id: UUID, permission: str, *, alone: bool = False) -> Lot:
    """A lot to work on: authorised, its building not archived, itself not split or merged away; `alone`: locked."""
    lot = await w.get(Lot, lot_id, alone=alone)
    await open_building(w, lot.building_id, permission)
    if lot.retired_on is not None:
        raise Conflict(N_("This lot was split or merged and no longer exists."))
    return lot


async def write(w: Work, lot: Lot, changed: Mapping[str, Any]) -> None:
    """Writes fields of a lot and its next version."""
    for field, value in changed.items():
        setattr(lot, field, value)
    lot.version += 1
    w.session.add(lot)
    await w.flush()


async def audited(w: Work, action: str, lot: Lot, *, before: Any = None, after: Any = None) -> None:
    """Records an act on a lot."""
    await audit(
        w,
        action,
        "lot",
        lot.id,
        organization_id=lot.organization_id,
        building_id=lot.building_id,
        before=before,
        after=after,
    )
