"""The audit trail as it is read: filtered, paged, and its chain verified."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from koprogo_app.foundation.audit import Chain, verified
from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.identity.access import require
from koprogo_app.identity.queries.paging import FIRST, Asked, Page, like, paged

ALL = "all"
"""For superadmins: the entries of every organisation and of the installation."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. Empty fields do not limit; `until` is the last day shown, in Belgium."""

    search: str = ""
    entity: str = ""
    entity_id: UUID | None = None
    user_id: UUID | None = None
    building_id: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One act. `before`/`after` hold the fields that changed; `who` is the name today, '' for the program itself."""

    id: UUID
    organization_id: UUID | None
    seq: int
    at: datetime
    user_id: UUID | None
    who: str
    ip: str
    action: str
    entity: str
    entity_id: UUID | None
    building_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


_ENTRIES = """
select a.id, a.organization_id, a.seq, a.at, a.user_id, coalesce(u.name, '') as who, a.ip, a.action, a.entity,
       a.entity_id, a.building_id, a.before, a.after, count(*) over () as total
  from foundation.audit_entry a left join app_user u on u.id = a.user_id
 where (%(everything)s or a.organization_id is not distinct from %(o)s::uuid)
   and (%(q)s = '' or a.action ilike %(like)s or u.name ilike %(like)s or a.entity ilike %(like)s)
   and (%(entity)s = '' or a.entity = %(entity)s)
   and (%(entity_id)s::uuid is null or a.entity_id = %(entity_id)s)
   and (%(user_id)s::uuid is null or a.user_id = %(user_id)s)
   and (%(building_id)s::uuid is null or a.building_id = %(building_id)s)
   and (%(since)s::timestamptz is null or a.at >= %(since)s)
   and (%(until)s::timestamptz is null or a.at < %(until)s)
 order by a.at desc, a.seq desc limit %(limit)s offset %(offset)s
"""


def _midnight(day: date | None, plus: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(date.fromordinal(day.toordinal() + plus), datetime.min.time(), BRUSSELS)


def _authorise(w: Work, organization_id: UUID | str | None) -> None:
    if isinstance(organization_id, UUID):
        require(w, "audit.read", organization_id)
    else:
        require(w, "platform.read")


async def entries(w: Work, organization_id: UUID | str | None, chosen: Filter, asked: Asked = FIRST) -> Page[EntryRow]:
    """Acts, newest first: of an organisation, of the installation (None), or of all (`ALL`)."""
    _authorise(w, organization_id)
    return await paged(
        w, _ENTRIES, EntryRow, asked, everything=organization_id == ALL,
        o=organization_id if isinstance(organization_id, UUID) else None, q=chosen.search.strip(),
        like=like(chosen.search),
        entity=chosen.entity, entity_id=chosen.entity_id, user_id=chosen.user_id, building_id=chosen.building_id,
        since=_midnight(chosen.since), until=_midnight(chosen.until, 1),
    )  # fmt: skip


async def entities(w: Work, organization_id: UUID | str | None) -> list[str]:
    """The kinds of things that the trail speaks of, for the filter."""
    _authorise(w, organization_id)
    found: list[str] = await w.value(
        "select coalesce(array_agg(distinct entity order by entity), '{}') from foundation.audit_entry a "
        "where %(everything)s or a.organization_id is not distinct from %(o)s::uuid",
        everything=organization_id == ALL, o=organization_id if isinstance(organization_id, UUID) else None,
    )  # fmt: skip
    return found


async def verify_chain(w: Work, organization_id: UUID | None) -> Chain:
    """Recomputes the whole chain of an organisation (None: of the installation).

    `last_hash` is worth writing down elsewhere: only an older copy of it shows that the end was cut off.
    """
    _authorise(w, organization_id)
    return await verified(w, organization_id)
