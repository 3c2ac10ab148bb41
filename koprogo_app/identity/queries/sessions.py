"""Who stands behind a session, and which sessions somebody has."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role

_PERSON = """
select s.id as session_id, s.kind, s.active_role, s.expires_at, s.last_seen_at,
       u.id as user_id, u.email, u.name, u.lang, u.theme, u.totp_confirmed_at is not null as has_totp,
       coalesce((select jsonb_agg(jsonb_build_array(g.role, g.organization_id, g.building_id) order by g.id)
                   from role_grant g where g.user_id = u.id and g.period @> %(today)s), '[]') as grants
  from user_session s join app_user u on u.id = s.user_id
 where s.revoked_at is null and s.expires_at > %(now)s and u.status = 'active' and {condition}
"""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in force with its person and roles."""

    session_id: UUID
    kind: str
    active_role: str
    expires_at: datetime
    last_seen_at: datetime
    user_id: UUID
    email: str
    name: str
    lang: str
    theme: str
    has_totp: bool
    grants: list[list[Any]]

    def person(self, ip: str) -> Person:
        """The principal of this session: the grants of the chosen role, or of every role when none is chosen.

        A superadmin without a second factor has no grant at all until he has set it up.
        """
        every = [Grant(Role(r), UUID(o) if o else None, UUID(b) if b else None) for r, o, b in self.grants]
        roles = tuple(dict.fromkeys(g.role for g in every))
        active = self.active_role if self.active_role in roles else ""
        bare = Role.SUPERADMIN in roles and not self.has_totp
        grants = () if bare else tuple(g for g in every if not active or g.role == active)
        return Person(
            kind="person",
            user_id=self.user_id,
            session_id=self.session_id,
            organizations=frozenset(g.organization_id for g in grants if g.organization_id),
            everything=any(g.role is Role.SUPERADMIN for g in grants),
            lang=self.lang,
            ip=ip,
            name=self.name,
            email=self.email,
            theme=self.theme,
            active_role=active or (roles[0] if len(roles) == 1 else ""),
            roles=roles,
            grants=grants,
            session_kind=self.kind,
            needs_totp=bare,
        )


async def session_by_hash(w: Work, token_hash: str, now: datetime, today: date) -> SessionRow | None:
    """The session of a cookie or token, by its SHA-256; None when there is none in force."""
    found = await w.rows(
        _PERSON.format(condition="s.token_hash = %(h)s"), SessionRow, h=token_hash, now=now, today=today
    )
    return found[0] if found else None


async def session_by_id(w: Work, session_id: UUID, now: datetime, today: date) -> SessionRow | None:
    """The session of an access token, by its id; None when there is none in force."""
    found = await w.rows(_PERSON.format(condition="s.id = %(s)s"), SessionRow, s=session_id, now=now, today=today)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it in their list; `current`: the one that asks."""

    id: UUID
    kind: str
    ip: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


async def open_sessions(w: Work, user_id: UUID) -> list[OpenSession]:
    """The sessions of a person that are in force, the last used first."""
    return await w.rows(
        "select id, kind, ip, user_agent, created_at, last_seen_at, coalesce(id = %(s)s, false) as current "
        "from user_session "
        "where user_id = %(u)s and revoked_at is null and expires_at > %(now)s order by last_seen_at desc, id desc",
        OpenSession, u=user_id, now=w.now, s=w.principal.session_id,
    )  # fmt: skip
