"""A building's own rules for invoices and calls: `change_rules(w, building_id, changes) -> Rules`."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.service.buildings import open_building
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.purchases.model import ChargeSettings
from koprogo_app.purchases.queries.settings import Rules, charge_rules
from koprogo_app.workspace import fields


def _yes(value: Any, field: str, lang: str) -> bool:
    return value in (True, "true", "on", "1")


_FIELDS: Final[dict[str, fields.Read]] = {"four_eyes": _yes, "call_days": fields.whole(least=1, most=365)}


async def change_rules(w: Work, building_id: UUID, changes: Mapping[str, Any]) -> Rules:
    """Changes the rules (`buildings.write`: the syndic's, not the accountant's whom four eyes control)."""
    building = await open_building(w, building_id, "buildings.write")
    clean = fields.read(changes, _FIELDS, w.principal.lang)
    before = await charge_rules(w, building_id)
    after = replace(before, **clean)
    if after == before:
        return before
    row = await w.session.get(ChargeSettings, building_id)
    if row is None:
        row = ChargeSettings(building_id=building_id, organization_id=building.organization_id)
    row.four_eyes, row.call_days = after.four_eyes, after.call_days
    await w.add(row)
    await audit(
        w, "charge_settings.updated", "charge_settings", building_id, organization_id=building.organization_id,
        building_id=building_id, before=asdict(before), after=asdict(after),
    )  # fmt: skip
    return after
