"""People and their roles, as lists show them and as sign-in looks them up."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require
from koprogo_app.identity.model import User
from koprogo_app.identity.queries.paging import FIRST, Asked, Page, like, paged


async def by_email(w: Work, email: str) -> User | None:
    """The account of an e-mail address, whatever its case."""
    row_id = await w.value("select id from app_user where lower(email) = lower(%(e)s)", e=email.strip())
    return None if row_id is None else await w.session.get(User, row_id)


async def is_superadmin(w: Work, user_id: UUID) -> bool:
    """Whether the person holds the role of superadmin today."""
    return bool(
        await w.value(
            "select exists (select from role_grant where user_id = %(u)s and role = 'superadmin' and period @> %(t)s)",
            u=user_id, t=w.today,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role held by somebody; `ends` is the first day without it, None when it has no end."""

    id: UUID
    user_id: UUID
    role: str
    organization_id: UUID | None
    building_id: UUID | None
    starts: date
    ends: date | None
    in_force: bool


_GRANT = (
    "select id, user_id, role, organization_id, building_id, lower(period) as starts, upper(period) as ends, "
    "period @> %(t)s as in_force from role_grant "
)


async def grants_of(w: Work, user_id: UUID) -> list[GrantRow]:
    """The roles of a person in the organisations of this principal, past ones too, newest first."""
    return await w.rows(
        _GRANT + "where user_id = %(u)s order by lower(period) desc, id desc", GrantRow, u=user_id, t=w.today
    )


async def grant(w: Work, grant_id: UUID) -> GrantRow:
    """One role that was given. Raises NotFound."""
    return await w.one(_GRANT + "where id = %(g)s", GrantRow, g=grant_id, t=w.today)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list of people. `grants`: role, organisation, building of each role in force."""

    id: UUID
    email: str
    name: str
    lang: str
    status: str
    has_totp: bool
    last_seen_at: datetime | None
    grants: list[list[Any]]


_PEOPLE = """
select u.id, u.email, u.name, u.lang, u.status, u.totp_confirmed_at is not null as has_totp,
       (select max(s.last_seen_at) from user_session s where s.user_id = u.id) as last_seen_at,
       coalesce((select jsonb_agg(jsonb_build_array(g.role, g.organization_id, g.building_id) order by g.id)
                   from role_grant g where g.user_id = u.id and g.period @> %(t)s
                    and (%(o)s::uuid is null or g.organization_id = %(o)s)), '[]') as grants,
       count(*) over () as total
  from app_user u
 where (%(o)s::uuid is null or exists (
         select from role_grant g where g.user_id = u.id and g.organization_id = %(o)s and g.period @> %(t)s))
   and (%(q)s = '' or u.name ilike %(like)s or u.email ilike %(like)s)
 order by lower(u.name), u.id limit %(limit)s offset %(offset)s
"""


async def people(w: Work, organization_id: UUID | None, asked: Asked = FIRST, *, search: str = "") -> Page[PersonRow]:
    """The people with a role in an organisation (`users.read`), or everybody (None: `platform.read`), by name."""
    require(w, "users.read" if organization_id else "platform.read", organization_id)
    return await paged(w, _PEOPLE, PersonRow, asked, o=organization_id, q=search.strip(), like=like(search), t=w.today)
