"""What owners hold, and who held what when.

- `held_lots(w, owner_id) -> list[HeldLot]` — today
- `lot_history(w, lot_id) -> list[LotHistoryRow]`, `owner_history(w, owner_id) -> list[OwnerHistoryRow]`
- `possible_holders(w, building_id, text) -> list[OwnerChoice]` — owners to choose from in an editor
- `check_owner(w, permission, owner) -> None` — authorises on an owner, by organisation or by a building he holds in
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.estate.model import Lot, Owner
from koprogo_app.estate.queries.lots import FULL_NAME, PartOf
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden, KoproError, NotFound
from koprogo_app.identity.access import person, require
from koprogo_app.workspace.queries.paging import like


@answer("fraction", "percentage")
@dataclass(frozen=True, slots=True)
class HeldLot(PartOf):
    """A lot an owner holds today, and his right on it."""

    unit_id: UUID
    building_id: UUID
    building_name: str
    number: str
    kind: str
    share: int
    deed_total: int
    status: str
    right: str
    numerator: Hidden[int]
    denominator: Hidden[int]
    primary: bool
    valid_from: date


HELD_BY_OWNER = """
select l.id as unit_id, b.id as building_id, b.name as building_name, l.number, l.kind, l.share,
       b.deed_total, l.status, o."right", o.numerator, o.denominator, o.primary_contact as primary,
       lower(o.period) as valid_from
  from ownership o join lot l on l.id = o.lot_id join building b on b.id = l.building_id
 where o.owner_id = %(owner)s and o.period @> %(today)s::date and l.retired_on is null
 order by b.name, l.position, l.number, o.id"""


async def held_lots(w: Work, owner_id: UUID) -> list[HeldLot]:
    """What an owner holds today; the caller has authorised."""
    return await w.rows(HELD_BY_OWNER, HeldLot, owner=owner_id, today=w.today)


@dataclass(frozen=True, slots=True)
class _Building:
    building_id: UUID


@dataclass(frozen=True, slots=True)
class _Held:
    building_id: UUID
    period: str


async def held_by_account(w: Work, organization_id: UUID, user_id: UUID) -> list[tuple[UUID, str]]:
    """Each building in which the owners linked to an account hold a lot, and the days (a daterange as text) they do."""
    rows = await w.rows(
        """select l.building_id, unnest(range_agg(o.period))::text as period
             from owner p join ownership o on o.owner_id = p.id join lot l on l.id = o.lot_id
            where p.organization_id = %(organization)s and p.user_id = %(user)s group by l.building_id""",
        _Held,
        organization=organization_id,
        user=user_id,
    )
    return [(row.building_id, row.period) for row in rows]


async def check_owner(w: Work, permission: str, owner: Owner, *, herself: bool = False) -> None:
    """Authorises on an owner: in his organisation, or in a building where he holds or held a lot.

    With `herself` the person may always read her own card. Raises NotFound to who has nothing to do with him, Forbidden
    to who has but may not.
    """
    if herself and w.principal.kind == "person" and owner.user_id == person(w).user_id:
        return None
    sql = "select distinct l.building_id from ownership o join lot l on l.id = o.lot_id where o.owner_id = %(owner)s"
    refusal: KoproError = NotFound()
    for building_id in [None, *(row.building_id for row in await w.rows(sql, _Building, owner=owner.id))]:
        try:
            return require(w, permission, owner.organization_id, building_id)
        except NotFound:
            continue
        except Forbidden as error:
            refusal = error
    raise refusal


@answer("fraction", "percentage")
@dataclass(frozen=True, slots=True)
class LotHistoryRow(PartOf):
    """A right somebody holds or held on a lot, on [valid_from, valid_to[."""

    owner_id: UUID
    name: str
    right: str
    numerator: Hidden[int]
    denominator: Hidden[int]
    primary: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class OwnerHistoryRow:
    """A right an owner holds or held on a lot, on [valid_from, valid_to[."""

    lot_id: UUID
    building_id: UUID
    building_name: str
    number: str
    right: str
    numerator: int
    denominator: int
    primary: bool
    valid_from: date
    valid_to: date | None


LOT_HISTORY = f"""
select o.owner_id, {FULL_NAME} as name, o."right", o.numerator, o.denominator, o.primary_contact as primary,
       lower(o.period) as valid_from, upper(o.period) as valid_to
  from ownership o join owner p on p.id = o.owner_id where o.lot_id = %(lot)s
 order by lower(o.period) desc, upper(o.period) desc nulls first, p.name, o.id"""
OWNER_HISTORY = """
select l.id as lot_id, b.id as building_id, b.name as building_name, l.number, o."right", o.numerator, o.denominator,
       o.primary_contact as primary, lower(o.period) as valid_from, upper(o.period) as valid_to
  from ownership o join lot l on l.id = o.lot_id join building b on b.id = l.building_id where o.owner_id = %(owner)s
 order by lower(o.period) desc, upper(o.period) desc nulls first, b.name, l.position, o.id"""
_HOLDS = """
select exists (select from ownership o join owner p on p.id = o.owner_id
                where o.lot_id = %(lot)s and p.user_id = %(user)s and o.period @> %(today)s::date)"""


async def sees_lot_history(w: Work, lot: Lot) -> bool:
    """Past owners of a lot are for those who keep the books, and for its owner of today."""
    if w.principal.kind == "system" or person(w).may("owners.read", lot.organization_id, lot.building_id):
        return True
    return bool(await w.value(_HOLDS, lot=lot.id, user=person(w).user_id, today=w.today))


async def check_lot_history(w: Work, lot: Lot) -> None:
    """Raises Forbidden when the past owners of a lot are none of this person's business."""
    require(w, "lots.read", lot.organization_id, lot.building_id)
    if not await sees_lot_history(w, lot):
        raise Forbidden


async def lot_history(w: Work, lot_id: UUID) -> list[LotHistoryRow]:
    """Who held what on a lot, latest first (`owners.read`, or an owner of that lot). Raises NotFound."""
    await check_lot_history(w, await w.get(Lot, lot_id))
    return await w.rows(LOT_HISTORY, LotHistoryRow, lot=lot_id)


async def owner_history(w: Work, owner_id: UUID) -> list[OwnerHistoryRow]:
    """What an owner held, latest first (`owners.read`, or the person herself). Raises NotFound."""
    await check_owner(w, "owners.read", await w.get(Owner, owner_id), herself=True)
    return await w.rows(OWNER_HISTORY, OwnerHistoryRow, owner=owner_id)


@dataclass(frozen=True, slots=True)
class OwnerChoice:
    """An owner to choose in an editor: the address tells namesakes apart."""

    id: UUID
    name: str
    address: str


async def possible_holders(
    w: Work, organization_id: UUID, text: str = "", building_id: UUID | None = None, limit: int = 20
) -> list[OwnerChoice]:
    """Owners of the organisation whose name contains `text`, by name (`lots.write`)."""
    require(w, "lots.write", organization_id, building_id)
    sql = f"""
select p.id, {FULL_NAME} as name, concat_ws(' ', nullif(p.street, ''), nullif(p.postal_code, ''), nullif(p.city, ''))
       as address
  from owner p
 where p.organization_id = %(organization)s
   and ({FULL_NAME} ilike %(like)s or p.first_name || ' ' || p.name ilike %(like)s)
 order by lower(p.name), lower(p.first_name), p.id limit %(limit)s"""
    return await w.rows(sql, OwnerChoice, organization=organization_id, like=like(text), limit=min(limit, 100))
