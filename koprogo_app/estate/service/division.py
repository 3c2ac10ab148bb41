"""The division of the shares: changing, splitting, merging, each by a referenced decision (art. 3.88 §3).

- `change_shares(w, building_id, shares, decision, kind=, deed_total=None) -> ShareDecision`
- `split_lot(w, lot_id, parts, decision) -> list[Lot]`, `merge_lots(w, lot_ids, number, decision) -> Lot`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from koprogo_app.estate.model import Building, Lot, Mandatary, Ownership, ShareDecision
from koprogo_app.estate.rules.holding import HeldRow, current, shares_of
from koprogo_app.estate.rules.lots import LotState, merge_refusal, split_refusal
from koprogo_app.estate.service.buildings import lots_match_deed, open_building
from koprogo_app.estate.service.lots import LOT, audited, open_lot, write
from koprogo_app.estate.service.rights import held_rows
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import heed
from koprogo_app.foundation.model import span
from koprogo_app.law.lots import Division, division_refusal
from koprogo_app.workspace import fields


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision or deed that allows a new division: its day and how to find it ("AG 12/05/2026, point 7")."""

    decided_on: date
    reference: str


async def change_shares(
    w: Work,
    building_id: UUID,
    shares: Mapping[UUID, int],
    decision: Decision,
    *,
    kind: Literal["change", "correction"] = "change",
    deed_total: int | None = None,
) -> ShareDecision:
    """Gives lots of a building new shares by a referenced decision (`lots.write`).

    All co-owners must agree (art. 3.88 §3). `correction` mends what was copied wrongly from the deed; the deed is then
    the reference. `deed_total` goes with it when the deed itself changed.
    """
    building = await open_building(w, building_id, "lots.write")
    heed(division_refusal(Division.CHANGE, decision.reference))
    await lots_match_deed(w, building)  # holds the building
    lots = [await open_lot(w, lot_id, "lots.write") for lot_id in shares]
    before, after = await _new_shares(w, building, lots, shares)
    if deed_total is not None and deed_total != building.deed_total:
        before["deed_total"] = building.deed_total
        building.deed_total = fields.whole(least=1)(deed_total, "deed_total", w.principal.lang)
        after["deed_total"] = building.deed_total
        w.session.add(building)
    if not after:
        raise Invalid("shares", N_("These are the shares the lots already have."))
    return await _decided(w, building, kind, decision, {"before": before, "after": after})


async def _new_shares(
    w: Work, building: Building, lots: Sequence[Lot], shares: Mapping[UUID, int]
) -> tuple[dict[str, int], dict[str, int]]:
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for lot in lots:
        if lot.building_id != building.id:
            raise Invalid("shares", N_("A lot of another building is among them."))
        share = fields.whole()(shares[lot.id], "share", w.principal.lang)
        if share == lot.share:
            continue
        before[lot.number], after[lot.number] = lot.share, share
        await write(w, lot, {"share": share})
    return before, after


async def _decided(w: Work, building: Building, kind: str, decision: Decision, detail: dict[str, Any]) -> ShareDecision:
    reference = fields.text(required=True, longest=500)(decision.reference, "reference", w.principal.lang)
    if decision.decided_on > w.today:
        raise Invalid("decided_on", N_("The decision cannot lie in the future."))
    row = await w.add(
        ShareDecision(
            organization_id=building.organization_id,
            building_id=building.id,
            kind=kind,
            decided_on=decision.decided_on,
            reference=reference,
            detail=detail,
            user_id=w.principal.user_id,
        )
    )
    await audit(
        w,
        f"shares.{kind}",
        "building",
        building.id,
        organization_id=building.organization_id,
        building_id=building.id,
        before=detail.get("before"),
        after={**detail["after"], "reference": reference},
    )
    return row


@dataclass(frozen=True, slots=True)
class LotPart:
    """What comes out of a split: `kind` and `floor` None: those of the lot that is split."""

    number: str
    share: int
    kind: str | None = None
    floor: int | None = None
    area: Any = None


async def split_lot(w: Work, lot_id: UUID, parts: Sequence[LotPart], decision: Decision | None) -> list[Lot]:
    """Splits a lot into parts held by the same owners, from the day of the decision (`lots.write`).

    Refused with its reason (art. 3.88 §3) without a decision, or when the parts' shares do not add up to the lot's. The
    old lot and its history are kept.
    """
    lot = await open_lot(w, lot_id, "lots.write")
    decision = _stated(Division.SPLIT, decision)
    heed(split_refusal(lot.share, [part.share for part in parts], decision.reference))
    building = await w.get(Building, lot.building_id)
    detail = {
        "before": {lot.number: lot.share},
        "after": {part.number: part.share for part in parts},
        "lots": [str(lot.id)],
    }
    await _decided(w, building, "split", decision, detail)
    mandates = await _mandates(w, lot, decision.decided_on)
    rows = await _retire(w, lot, decision.decided_on)
    made = []
    for part in parts:
        values = {
            "number": part.number,
            "kind": part.kind or lot.kind,
            "area": part.area,
            "share": part.share,
            "floor": lot.floor if part.floor is None else part.floor,
            "position": lot.position,
        }
        made.append(await _successor(w, lot, values, rows, mandates, decision.decided_on))
    return made


async def merge_lots(
    w: Work, lot_ids: Sequence[UUID], number: str, decision: Decision | None, *, kind: str | None = None
) -> Lot:
    """Merges lots of one building that the same owners hold in the same shares (`lots.write`).

    The new lot has the sum of their shares and areas, from the day of the decision. Refused with its reason (art. 3.88
    §3) without a decision. The old lots and their history are kept.
    """
    lots = [await open_lot(w, lot_id, "lots.write") for lot_id in dict.fromkeys(lot_ids)]
    if len({lot.building_id for lot in lots}) > 1 or len({lot.status for lot in lots}) > 1:
        raise Invalid("lots", N_("Only lots of one building, all complete or all drafts, can be merged."))
    decision = _stated(Division.MERGE, decision)
    on = decision.decided_on
    held = [shares_of(current(await held_rows(w, lot.id), on)) for lot in lots]
    states = [LotState(lot.share, shares) for lot, shares in zip(lots, held, strict=True)]
    heed(merge_refusal(states, sum(lot.share for lot in lots), decision.reference))
    building = await w.get(Building, lots[0].building_id)
    share = sum(lot.share for lot in lots)
    detail = {
        "before": {lot.number: lot.share for lot in lots},
        "after": {number: share},
        "lots": [str(lot.id) for lot in lots],
    }
    await _decided(w, building, "merge", decision, detail)
    first = lots[0]
    mandates = await _mandates(w, first, on)
    rows, *_ = [await _retire(w, lot, on) for lot in lots]
    areas = [lot.area for lot in lots]
    values = {
        "number": number,
        "kind": kind or first.kind,
        "floor": first.floor,
        "share": share,
        "position": first.position,
        "area": None if None in areas else sum(a for a in areas if a is not None),
    }
    return await _successor(w, first, values, rows, mandates, on)


def _stated(division: Division, decision: Decision | None) -> Decision:
    """The decision, refused with the law's reason when there is none."""
    heed(division_refusal(division, decision.reference if decision else None))
    if decision is None:
        raise Invalid("decision", N_("Fill this in."))
    return decision


async def _retire(w: Work, lot: Lot, on: date) -> list[HeldRow]:
    """Ends a lot on a day; gives the rights in force on it then. Raises Invalid when its ownership changes later."""
    rows = await held_rows(w, lot.id)
    in_force = current(rows, on)
    if any(row.valid_from > on or (row.valid_to and row.valid_to > on) for row in rows):
        raise Invalid("decided_on", N_("The ownership of this lot changes after that day."))
    if any(row.valid_from == on for row in rows) or (lot.complete_from and lot.complete_from >= on):
        raise Invalid("decided_on", N_("This lot only came into its present state on or after that day."))
    for table in ("ownership", "mandatary", "key_weight"):
        await w.execute(f"delete from {table} where lot_id = %(lot)s and lower(period) >= %(on)s", on=on, lot=lot.id)
        await w.execute(
            f"update {table} set period = daterange(lower(period), %(on)s) where lot_id = %(lot)s and "
            "period @> %(on)s::date",
            on=on,
            lot=lot.id,
        )
    before = snapshot(lot)
    await write(w, lot, {"retired_on": on})
    await audited(w, "lot.retired", lot, before=before, after=snapshot(lot))
    return in_force


async def _mandates(w: Work, lot: Lot, on: date) -> list[tuple[UUID, str]]:
    rows = await w.rows(
        "select owner_id, reference from mandatary where lot_id = %(lot)s and period @> %(on)s::date",
        _Mandate,
        lot=lot.id,
        on=on,
    )
    return [(row.owner_id, row.reference) for row in rows]


@dataclass(frozen=True, slots=True)
class _Mandate:
    owner_id: UUID
    reference: str


async def _successor(
    w: Work,
    old: Lot,
    values: Mapping[str, Any],
    rows: Sequence[HeldRow],
    mandates: Sequence[tuple[UUID, str]],
    on: date,
) -> Lot:
    """A lot that takes the place of an old one: the same holders and mandatary, from that day."""
    clean = fields.read(values, LOT, w.principal.lang)
    tenant, complete_from = old.organization_id, on if old.complete_from else None
    lot = Lot(
        organization_id=tenant, building_id=old.building_id, status=old.status, complete_from=complete_from, **clean
    )
    await w.add(lot)
    for row in rows:
        w.session.add(
            Ownership(
                organization_id=tenant,
                lot_id=lot.id,
                owner_id=row.owner_id,
                right=row.right,
                numerator=row.numerator,
                denominator=row.denominator,
                primary_contact=row.primary,
                period=span(on, None),
            )
        )
    for owner_id, reference in mandates:
        w.session.add(
            Mandatary(
                organization_id=tenant, lot_id=lot.id, owner_id=owner_id, reference=reference, period=span(on, None)
            )
        )
    await audited(w, "lot.created", lot, after={**clean, "from": old.number})
    return lot
