"""Lots as a table, one lot with its holders, and the lots of the person who is signed in.

- `lots_page(w, building_id, asked, text=, kind=, status=, problem=) -> Page[LotRow]`
- `lot_detail(w, lot_id) -> LotDetail` — number, kind, share, holders with name and postal address, mandatary
- `lot_contacts(w, lot_id) -> list[ContactRow]` — e-mail, telephone, consent of the holders (`owners.read`)
- `own_lots(w) -> list[OwnLot]` — every lot of the person signed in, with the names of those who hold it with her

Rows that any co-owner may see (art. 3.89 §5 14°: name, address, shares, lot) have no field for e-mail, telephone or
consent; those are `ContactRow` here and the cards of `queries.owners`, which ask for `owners.read`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.model import Lot
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.identity.access import person, require
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, R, like, paged, scope


class PartOf:
    """What a row with a fraction tells of it: as it is written, and in percent."""

    __slots__ = ()
    numerator: int
    denominator: int

    @property
    def fraction(self) -> Annotated[str, Field(examples=["1/3"])]:
        """The exact fraction of the whole unit"""
        return f"{self.numerator}/{self.denominator}"

    @property
    def percentage(self) -> Annotated[float, Field(examples=[33.3333])]:
        """The same in percent, with four decimals"""
        return float(round(Decimal(100) * self.numerator / self.denominator, 4))


Voting = Literal["votes", "suspended", "draft"]
Problem = Literal["", "draft", "no_owner", "suspended", "no_share"]


def full_name(owner: str) -> str:
    """SQL: how a person (family name first) or a company is written, of an owner by its alias."""
    return f"trim({owner}.name || ' ' || {owner}.first_name)"


FULL_NAME = full_name("p")

_HELD = f"""
left join lateral (
  select coalesce(json_agg(json_build_object('owner_id', o.owner_id, 'name', {FULL_NAME}, 'right', o."right",
                  'numerator', o.numerator, 'denominator', o.denominator, 'primary', o.primary_contact,
                  'fraction', o.numerator || '/' || o.denominator,
                  'percentage', trim_scale(round(100.0 * o.numerator / o.denominator, 4)))
                  order by o.primary_contact desc, p.name, p.first_name, o.id), '[]'::json) as holders,
         count(distinct o.owner_id) as heads,
         coalesce(sum(o.numerator::numeric / o.denominator) filter (where o."right" in ('full', 'bare')), 0)
           as ownership,
         coalesce(sum(o.numerator::numeric / o.denominator) filter (where o."right" <> 'bare'), 0) as enjoyment,
         string_agg({FULL_NAME}, ', ' order by p.name) as names
    from ownership o join owner p on p.id = o.owner_id
   where o.lot_id = l.id and o.period @> %(today)s::date
) h on true
left join lateral (
  select m.owner_id as mandatary_id, {FULL_NAME} as mandatary
    from mandatary m join owner p on p.id = m.owner_id
   where m.lot_id = l.id and m.period @> %(today)s::date
) m on true
"""
VOTING = """case when l.status = 'draft' then 'draft' when h.heads > 1 and m.mandatary_id is null then 'suspended'
            else 'votes' end"""
"""Voting status of a lot l with holders h and mandatary m (art. 3.87 §1 al. 2); a test holds it against the law."""

_NATURAL = """(select string_agg(case when part[1] ~ '^[0-9]' then lpad(part[1], 12, '0') else lower(part[1]) end, ''
              order by at) from regexp_matches(l.number, '([0-9]+|[^0-9]+)', 'g') with ordinality as parts(part, at))"""
SORTS = {
    "number": _NATURAL,
    "position": "l.position",
    "kind": "l.kind",
    "floor": "l.floor",
    "area": "l.area",
    "share": "l.share",
    "status": "l.status",
    "holders": "h.names",
}
_PROBLEMS = {
    "draft": "l.status = 'draft'",
    "no_owner": "h.heads = 0",
    "suspended": "l.status = 'complete' and h.heads > 1 and m.mandatary_id is null",
    "no_share": "l.share = 0",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds which right on a lot, for which fraction of it. Name only."""

    owner_id: UUID
    name: str
    right: str
    numerator: int
    denominator: int
    primary: bool

    @property
    def share(self) -> Fraction:
        """The fraction of the lot, exact."""
        return Fraction(self.numerator, self.denominator)


@dataclass(slots=True)
class LotRow:
    """A lot in the table: `share` over the deed total, `area` in m², `voting` with its mandatary, holders by name.

    `ownership` and `enjoyment` are the two totals of the rights in force, 1 when whole.
    """

    id: UUID
    building_id: UUID
    number: str
    position: int
    kind: str
    floor: int | None
    area: Decimal | None
    share: int
    status: str
    complete_from: date | None
    retired_on: date | None
    version: int
    voting: Voting
    mandatary_id: UUID | None
    mandatary: str | None
    ownership: Decimal
    enjoyment: Decimal
    holders: list[Holder]

    def __post_init__(self) -> None:
        self.holders = [_holder(row) for row in self.holders]


def _holder(row: Any) -> Holder:
    if isinstance(row, Holder):
        return row
    return Holder(
        UUID(row["owner_id"]), row["name"], row["right"], row["numerator"], row["denominator"], row["primary"]
    )


LOT_COLUMNS = f"""l.id, l.building_id, l.number, l.position, l.kind, l.floor, l.area, l.share, l.status,
  l.complete_from, l.retired_on, l.version, {VOTING} as voting, m.mandatary_id, m.mandatary, h.ownership,
  h.enjoyment, h.holders"""


@dataclass(frozen=True, slots=True)
class LotFilter:
    """Which lots: `text` looks in the number and the holders' names, `problem` is one of draft, no_owner, suspended,
    no_share; empty: all of them."""

    text: str = ""
    kind: str = ""
    status: str = ""
    problem: Problem = ""


def _lots_sql(asked: Asked, chosen: LotFilter, columns: str) -> str:
    where = [
        "l.building_id = %(building)s",
        "(%(everything)s or l.organization_id = any(%(organizations)s) or l.building_id = any(%(buildings)s))",
        "l.retired_on is null",
    ]
    if chosen.kind:
        where.append("l.kind = %(kind)s")
    if chosen.status:
        where.append("l.status = %(status)s")
    if chosen.problem:
        where.append(f"({_PROBLEMS[chosen.problem]})")
    if chosen.text:
        where.append("(l.number ilike %(like)s or h.names ilike %(like)s)")
    order = asked.order(SORTS, "l.position, l.number, l.id")
    by_holder = bool(chosen.text) or chosen.problem in ("no_owner", "suspended") or "h.names" in order
    return f"""
with page as materialized (
  select l.id, count(*) over () as total, row_number() over (order by {order}) as place
    from lot l {_HELD if by_holder else ""}
   where {" and ".join(where)}
   order by place limit %(limit)s offset %(offset)s)
select page.total, {columns} from page join lot l on l.id = page.id {_HELD} order by page.place"""


async def _lots(
    w: Work, building_id: UUID, asked: Asked, chosen: LotFilter, columns: str, row_type: type[R]
) -> Page[R]:
    """One query that also authorises: only an empty page asks whether there is such a building, and whether one may."""
    page = await paged(
        w,
        _lots_sql(asked, chosen, columns),
        row_type,
        asked,
        building=building_id,
        today=w.today,
        kind=chosen.kind,
        status=chosen.status,
        like=like(chosen.text),
        **scope(w, "lots.read").params,
    )
    if not page.total:
        require(w, "lots.read", await organization_of_building(w, building_id), building_id)
    return page


async def organization_of_building(w: Work, building_id: UUID) -> UUID:
    """The organisation a building belongs to. Raises NotFound."""
    return (await w.one("select organization_id as hex from building where id = %(id)s", _Id, id=building_id)).hex


@dataclass(frozen=True, slots=True)
class _Id:
    hex: UUID


async def lots_page(
    w: Work,
    building_id: UUID,
    asked: Asked = FIRST,
    *,
    text: str = "",
    kind: str = "",
    status: str = "",
    problem: Problem = "",
) -> Page[LotRow]:
    """The lots of a building, in the order of the deed unless sorted, without those split or merged away (`lots.read`).

    `text` looks in the number and the holders' names; `problem` is one of draft, no_owner, suspended, no_share.
    """
    return await _lots(w, building_id, asked, LotFilter(text, kind, status, problem), LOT_COLUMNS, LotRow)


@dataclass(frozen=True, slots=True)
class LotJson:
    """A lot of the table as JSON, written by the database."""

    item: str


_JSON = f"""json_build_object(
  'id', l.id, 'building_id', l.building_id, 'number', l.number, 'position', l.position, 'kind', l.kind,
  'floor', l.floor, 'area', trim_scale(l.area), 'share', l.share, 'status', l.status, 'complete_from', l.complete_from,
  'voting', {VOTING}, 'mandatary', case when m.mandatary_id is not null then
    json_build_object('owner_id', m.mandatary_id, 'name', m.mandatary) end,
  'owners', h.holders, 'version', l.version)::text as item"""


async def lots_json(w: Work, building_id: UUID, asked: Asked, chosen: LotFilter) -> Page[LotJson]:
    """The same page as `lots_page`, its rows as JSON texts: what the API hands out most (`lots.read`)."""
    return await _lots(w, building_id, asked, chosen, _JSON, LotJson)


@answer("fraction", "percentage")
@dataclass(frozen=True, slots=True)
class HolderRow(PartOf):
    """A holder as any co-owner may know him: name, postal address, right and fraction (art. 3.89 §5 14°)."""

    owner_id: UUID
    name: str
    kind: str
    street: str
    postal_code: str
    city: str
    country: str
    right: str
    numerator: int
    denominator: int
    primary: bool
    valid_from: date
    valid_to: Hidden[date | None]

    @property
    def share(self) -> Fraction:
        """The fraction of the lot, exact."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class MandataryRow:
    """Who votes for a lot held by several, and since when; `reference` is the writing that names him."""

    id: UUID
    owner_id: UUID
    name: str
    reference: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class LotDetail:
    """One lot, those who hold it now, its mandatary in force, and the deed total its share is counted over."""

    lot: LotRow
    organization_id: UUID
    building_name: str
    deed_total: int
    holders: list[HolderRow]
    mandatary: MandataryRow | None


_HOLDERS = f"""
select o.owner_id, {FULL_NAME} as name, p.kind, p.street, p.postal_code, p.city, p.country, o."right", o.numerator,
       o.denominator, o.primary_contact as primary, lower(o.period) as valid_from, upper(o.period) as valid_to
  from ownership o join owner p on p.id = o.owner_id
 where o.lot_id = %(lot)s and o.period @> %(today)s::date
 order by o.primary_contact desc, p.name, p.first_name, o.id"""
_MANDATARY = f"""
select m.id, m.owner_id, {FULL_NAME} as name, m.reference, lower(m.period) as valid_from, upper(m.period) as valid_to
  from mandatary m join owner p on p.id = m.owner_id
 where m.lot_id = %(lot)s and m.period @> %(today)s::date"""


@dataclass(frozen=True, slots=True)
class _Where:
    organization_id: UUID
    building_id: UUID
    building_name: str
    deed_total: int


async def lot_detail(w: Work, lot_id: UUID) -> LotDetail:
    """One lot with its holders of today (`lots.read`). Raises NotFound."""
    where = await w.one(
        "select l.organization_id, l.building_id, b.name as building_name, b.deed_total "
        "from lot l join building b on b.id = l.building_id where l.id = %(lot)s",
        _Where,
        lot=lot_id,
    )
    require(w, "lots.read", where.organization_id, where.building_id)
    sql = f"select {LOT_COLUMNS} from lot l {_HELD} where l.id = %(lot)s"
    lot = await w.one(sql, LotRow, lot=lot_id, today=w.today)
    holders = await w.rows(_HOLDERS, HolderRow, lot=lot_id, today=w.today)
    mandatary = await w.rows(_MANDATARY, MandataryRow, lot=lot_id, today=w.today)
    return LotDetail(
        lot, where.organization_id, where.building_name, where.deed_total, holders, mandatary[0] if mandatary else None
    )


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How to reach a holder; never for other owners."""

    owner_id: UUID
    name: str
    lang: str
    email: str
    phone: str
    email_consent_on: date | None


async def lot_contacts(w: Work, lot_id: UUID) -> list[ContactRow]:
    """How to reach the holders of a lot today (`owners.read`)."""
    lot = await w.get(Lot, lot_id)
    require(w, "owners.read", lot.organization_id, lot.building_id)
    sql = f"""
select distinct on (p.name, p.id) p.id as owner_id, {FULL_NAME} as name, p.lang, p.email, p.phone, p.email_consent_on
  from ownership o join owner p on p.id = o.owner_id
 where o.lot_id = %(lot)s and o.period @> %(today)s::date order by p.name, p.id"""
    return await w.rows(sql, ContactRow, lot=lot_id, today=w.today)


@dataclass(slots=True)
class OwnLot:
    """A lot of the person who is signed in: her right on it, and the names of those who hold it with her."""

    lot_id: UUID
    building_id: UUID
    building_name: str
    deed_total: int
    number: str
    kind: str
    floor: int | None
    area: Decimal | None
    lot_share: int
    status: str
    right: str
    numerator: int
    denominator: int
    primary: bool
    valid_from: date
    voting: Voting
    mandatary: str | None
    holders: list[Holder]

    def __post_init__(self) -> None:
        self.holders = [_holder(row) for row in self.holders]


_OWN = f"""
select l.id as lot_id, b.id as building_id, b.name as building_name, b.deed_total, l.number, l.kind, l.floor, l.area,
       l.share as lot_share, l.status, mine."right", mine.numerator, mine.denominator, mine.primary_contact as primary,
       lower(mine.period) as valid_from, {VOTING} as voting, m.mandatary, h.holders
  from owner me join ownership mine on mine.owner_id = me.id and mine.period @> %(today)s::date
  join lot l on l.id = mine.lot_id and l.retired_on is null join building b on b.id = l.building_id {_HELD}
 where me.user_id = %(user)s and b.archived_at is null
   and (%(everything)s or b.organization_id = any(%(organizations)s) or b.id = any(%(buildings)s))
 order by b.name, l.position, l.number, mine.id"""


async def own_lots(w: Work) -> list[OwnLot]:
    """Every lot the signed-in person holds today, across buildings and organisations (`own_lots.read`)."""
    where = scope(w, "own_lots.read")
    if where.nowhere:
        raise Forbidden
    return await w.rows(_OWN, OwnLot, user=person(w).user_id, today=w.today, **where.params)
