"""The rows of an import: what a building already has, and writing all of a file in a handful of statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.estate.importing import ImportedOwner
from koprogo_app.estate.model import Building
from koprogo_app.estate.service.import_plan import KnownLot, KnownOwner, PlannedLot, PlannedOwner
from koprogo_app.foundation.database import Work


async def known_lots(w: Work, building_id: UUID) -> list[KnownLot]:
    """The lots of a building, without those split or merged away. A right that begins or ended later counts as held."""
    sql = """
select l.id, l.number, l.kind, l.floor, l.area, l.share, l.status = 'complete' as complete,
       coalesce((select json_agg(json_build_object('owner', o.owner_id, 'right', o."right", 'n', o.numerator,
                                                   'd', o.denominator))
                   from ownership o where o.lot_id = l.id and upper_inf(o.period)), '[]'::json) as held
  from lot l where l.building_id = %(building)s and l.retired_on is null"""
    return await w.rows(sql, KnownLot, building=building_id)


async def known_owners(w: Work, organization_id: UUID) -> list[KnownOwner]:
    """The owners of an organisation, the oldest first."""
    sql = """
select id, kind, name, first_name, enterprise_number, lang, email, phone, street, postal_code, city, country
  from owner where organization_id = %(organization)s order by id"""
    return await w.rows(sql, KnownOwner, organization=organization_id)


_OWNER_FIELDS = ("kind", "name", "first_name", "enterprise_number", "lang", "email", "phone", "street", "postal_code",
                 "city", "country")  # fmt: skip


def owner_values(owner: ImportedOwner) -> dict[str, Any]:
    """The fields of an owner as the file gives them; empty where it says nothing."""
    values: dict[str, Any] = {name: getattr(owner, name) for name in _OWNER_FIELDS if name != "kind"}
    return {"kind": "company" if owner.company else "person", **values}


async def write(
    w: Work, building: Building, lots: Sequence[PlannedLot], owners: Sequence[PlannedOwner], since: date
) -> list[UUID]:
    """Writes a plan; gives the known owners whose rights changed."""
    owner_ids = await _write_owners(w, building, owners)
    lot_ids = await _write_lots(w, building, lots, since)
    held = [(lot, owner_ids[r[0]], r) for lot in lots if lot.new_rights for r in lot.rights]
    await w.execute(
        "delete from ownership where lot_id = any(%(lots)s)",
        lots=[lot.known.id for lot in lots if lot.new_rights and lot.known],
    )
    await w.execute(
        'insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact, '
        "period) select %(o)s, lot, owner, r, n, d, c, daterange(%(since)s, null) "
        "from unnest(%(lots)s::uuid[], %(owners)s::uuid[], %(rights)s::text[], %(n)s::bigint[], %(d)s::bigint[], "
        "%(c)s::boolean[]) as given(lot, owner, r, n, d, c)",
        o=building.organization_id,
        since=since,
        lots=[lot_ids[lot.lot.key] for lot, _, _ in held],
        owners=[owner for _, owner, _ in held],
        rights=[str(right) for _, _, (_, right, _, _) in held],
        n=[share.numerator for _, _, (_, _, share, _) in held],
        d=[share.denominator for _, _, (_, _, share, _) in held],
        c=[primary for _, _, (_, _, _, primary) in held],
    )
    touched = {owner for _, owner, _ in held}
    return [one.known.id for one in owners if one.known and one.known.id in touched]


async def _ids(w: Work, count: int) -> list[UUID]:
    """New ids, in order."""
    found: list[UUID] = await w.value("select array(select uuidv7() from generate_series(1, %(n)s))", n=count)
    return sorted(found)


async def _write_owners(w: Work, building: Building, owners: Sequence[PlannedOwner]) -> dict[str, UUID]:
    """Inserts the new owners, changes the known ones; gives each owner's id by his key in the file."""
    new = [one for one in owners if one.known is None]
    ids = dict(zip((one.owner.key for one in new), await _ids(w, len(new)), strict=True))
    values = [owner_values(one.owner) for one in new]
    for row in values:
        row["lang"] = row["lang"] or building.langs[0]
        row["country"] = row["country"] or "BE"
        row["enterprise_number"] = row["enterprise_number"] or None
    columns = ", ".join(_OWNER_FIELDS)
    arrays = ", ".join(f"%({name})s::text[]" for name in _OWNER_FIELDS)
    await w.execute(
        f"insert into owner (id, organization_id, {columns}, email_consent_ref, version) "
        f"select id, %(o)s, {columns}, '', 1 from unnest(%(ids)s::uuid[], {arrays}) as given(id, {columns})",
        o=building.organization_id,
        ids=list(ids.values()),
        **{name: [row[name] for row in values] for name in _OWNER_FIELDS},
    )
    for one in owners:
        if one.known is not None and one.changes:
            assigned = ", ".join(f"{name} = %({name})s" for name in one.changes)
            await w.execute(
                f"update owner set {assigned}, version = version + 1 where id = %(id)s", id=one.known.id, **one.changes
            )
    return ids | {one.owner.key: one.known.id for one in owners if one.known}


async def _write_lots(w: Work, building: Building, lots: Sequence[PlannedLot], since: date) -> dict[str, UUID]:
    """Inserts the new lots in the order of the file, changes the known ones; gives each lot's id by its key."""
    new = [one for one in lots if one.known is None]
    ids = dict(zip((one.lot.key for one in new), await _ids(w, len(new)), strict=True))
    last = await w.value("select coalesce(max(position), 0) from lot where building_id = %(b)s", b=building.id)
    await w.execute(
        "insert into lot (id, organization_id, building_id, number, position, kind, floor, area, share, status, "
        "complete_from, version) select id, %(o)s, %(b)s, number, %(last)s + at, kind, floor, area, share, "
        "case when whole then 'complete' else 'draft' end, case when whole then %(since)s::date end, 1 "
        "from unnest(%(ids)s::uuid[], %(numbers)s::text[], %(kinds)s::text[], %(floors)s::int[], %(areas)s::numeric[], "
        "%(shares)s::bigint[], %(whole)s::boolean[]) with ordinality "
        "as given(id, number, kind, floor, area, share, whole, at)",
        o=building.organization_id,
        b=building.id,
        last=last,
        since=since,
        ids=list(ids.values()),
        numbers=[one.lot.number for one in new],
        kinds=[str(one.lot.kind) for one in new],
        floors=[one.lot.floor for one in new],
        areas=[one.lot.area for one in new],
        shares=[one.lot.share for one in new],
        whole=[one.complete for one in new],
    )
    for one in lots:
        if one.known is not None and one.action == "changed":
            changes = dict(one.changes)
            if one.new_rights and one.complete:
                changes |= {"status": "complete", "complete_from": since}
            assigned = "".join(f"{name} = %({name})s, " for name in changes)
            await w.execute(
                f"update lot set {assigned}version = version + 1 where id = %(id)s", id=one.known.id, **changes
            )
    return ids | {one.lot.key: one.known.id for one in lots if one.known}
