"""Owners as a table and as a card, and who held what when.

- `owners_page(w, organization_id, asked, building_id=, text=, lang=, problem=) -> Page[OwnerRow]` (`owners.read`)
- `owner_card(w, owner_id) -> OwnerCard` — the whole card with the lots held; also for the person herself
- `lot_history(w, lot_id) -> list[LotHistoryRow]`, `owner_history(w, owner_id) -> list[OwnerHistoryRow]`
- `possible_holders(w, building_id, text) -> list[OwnerChoice]` — owners to choose from in an editor
- `check_owner(w, permission, owner) -> None` — authorises on an owner, by organisation or by a building he holds in
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.model import Lot, Owner
from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden, KoproError, NotFound
from koprogo_app.identity.access import person, require
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged, scope

OwnerProblem = Literal["", "no_email", "no_consent", "no_address", "no_lot"]


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """An owner with his contact data (`owners.read`): `lots` are the numbers he holds today, with their building."""

    id: UUID
    organization_id: UUID
    kind: str
    name: str
    first_name: str
    full_name: Annotated[str, Field(examples=["DUBOIS Anne"])]
    enterprise_number: str | None
    lang: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    country: str
    email_consent_on: date | None
    email_consent_ref: str
    user_id: Annotated[UUID | None, Field(description="The account he signs in with")]
    version: int
    lots: Annotated[str, Field(examples=["A1.1, G4"])]
    lot_count: int


OWNER_COLUMNS = f"""p.id, p.organization_id, p.kind, p.name, p.first_name, {FULL_NAME} as full_name,
  p.enterprise_number, p.lang, p.email, p.phone, p.street, p.postal_code, p.city, p.country, p.email_consent_on,
  p.email_consent_ref, p.user_id, p.version, coalesce(h.lots, '') as lots, coalesce(h.lot_count, 0) as lot_count"""
HELD_LOTS = """
left join lateral (
  select string_agg(distinct l.number, ', ' order by l.number) as lots, count(distinct l.id) as lot_count,
         array_agg(distinct l.building_id) as buildings
    from ownership o join lot l on l.id = o.lot_id
   where o.owner_id = p.id and o.period @> %(today)s::date and l.retired_on is null
) h on true"""
SORTS = {
    "name": "lower(p.name)",
    "email": "nullif(p.email, '')",
    "lang": "p.lang",
    "city": "p.city",
    "lots": "h.lots",
    "consent": "p.email_consent_on",
    "kind": "p.kind",
}
_PROBLEMS = {
    "no_email": "p.email = ''",
    "no_consent": "p.email_consent_on is null",
    "no_address": "(p.street = '' or p.postal_code = '' or p.city = '')",
    "no_lot": "coalesce(h.lot_count, 0) = 0",
}


def owners_sql(
    asked: Asked,
    *,
    building: bool = False,
    organization: bool = True,
    text: str = "",
    lang: str = "",
    problem: OwnerProblem = "",
) -> str:
    """The list of owners as SQL; raises Invalid for a sort that is not offered."""
    where = [
        "(%(everything)s or p.organization_id = any(%(organizations)s) or exists (select from ownership o "
        "join lot l on l.id = o.lot_id where o.owner_id = p.id and l.building_id = any(%(buildings)s)))"
    ]
    if organization:
        where.append("p.organization_id = %(organization)s")
    if building:
        where.append("%(building)s = any(h.buildings)")
    if text:
        where.append(
            f"({FULL_NAME} ilike %(like)s or p.first_name || ' ' || p.name ilike %(like)s or "
            "p.email ilike %(like)s or h.lots ilike %(like)s)"
        )
    if lang:
        where.append("p.lang = %(lang)s")
    if problem:
        where.append(_PROBLEMS[problem])
    order = asked.order(SORTS, "lower(p.name), lower(p.first_name), p.id")
    return f"""
select count(*) over () as total, {OWNER_COLUMNS} from owner p {HELD_LOTS}
 where {" and ".join(where)} order by {order} limit %(limit)s offset %(offset)s"""


async def owners_page(
    w: Work,
    organization_id: UUID | None = None,
    asked: Asked = FIRST,
    *,
    building_id: UUID | None = None,
    text: str = "",
    lang: str = "",
    problem: OwnerProblem = "",
) -> Page[OwnerRow]:
    """Owners with their contact data, of an organisation (None: of all one may read) or of one building
    (`owners.read`).

    `text` looks in names, e-mail and lot numbers; `problem` is one of no_email, no_consent, no_address, no_lot.
    """
    where = scope(w, "owners.read")
    if where.nowhere:
        raise Forbidden
    sql = owners_sql(
        asked,
        building=building_id is not None,
        organization=organization_id is not None,
        text=text,
        lang=lang,
        problem=problem,
    )
    return await paged(
        w,
        sql,
        OwnerRow,
        asked,
        organization=organization_id,
        building=building_id,
        like=like(text),
        lang=lang,
        today=w.today,
        **where.params,
    )


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot an owner holds today, and his right on it."""

    lot_id: UUID
    building_id: UUID
    building_name: str
    number: str
    kind: str
    lot_share: int
    deed_total: int
    status: str
    right: str
    numerator: int
    denominator: int
    primary: bool
    valid_from: date


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """Everything about one owner: his data and what he holds today."""

    owner: OwnerRow
    lots: list[HeldLot]


HELD_BY_OWNER = """
select l.id as lot_id, b.id as building_id, b.name as building_name, l.number, l.kind, l.share as lot_share,
       b.deed_total, l.status, o."right", o.numerator, o.denominator, o.primary_contact as primary,
       lower(o.period) as valid_from
  from ownership o join lot l on l.id = o.lot_id join building b on b.id = l.building_id
 where o.owner_id = %(owner)s and o.period @> %(today)s::date and l.retired_on is null
 order by b.name, l.position, l.number, o.id"""


async def owner_card(w: Work, owner_id: UUID) -> OwnerCard:
    """An owner's whole card (`owners.read`, or the person herself). Raises NotFound."""
    await check_owner(w, "owners.read", await w.get(Owner, owner_id), herself=True)
    sql = f"select {OWNER_COLUMNS} from owner p {HELD_LOTS} where p.id = %(owner)s"
    owner = await w.one(sql, OwnerRow, owner=owner_id, today=w.today)
    return OwnerCard(owner, await w.rows(HELD_BY_OWNER, HeldLot, owner=owner_id, today=w.today))


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


@dataclass(frozen=True, slots=True)
class LotHistoryRow:
    """A right somebody holds or held on a lot, on [valid_from, valid_to[."""

    owner_id: UUID
    name: str
    right: str
    numerator: int
    denominator: int
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


async def check_lot_history(w: Work, lot: Lot) -> None:
    """Past owners of a lot are for those who keep the books, and for its owner of today."""
    require(w, "lots.read", lot.organization_id, lot.building_id)
    if w.principal.kind == "system" or person(w).may("owners.read", lot.organization_id, lot.building_id):
        return
    if not await w.value(_HOLDS, lot=lot.id, user=person(w).user_id, today=w.today):
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
