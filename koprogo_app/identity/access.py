"""The person who acts, and the one call with which a service authorises."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.answers import Plain, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden, NotFound, Unauthenticated
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import Principal
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS, SELF


@answer()
@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force: on everything (superadmin), an organisation, or one building of it."""

    role: Plain[Role]
    organization_id: UUID | None = None
    building_id: UUID | None = None

    def covers(self, organization_id: UUID | None, building_id: UUID | None) -> bool:
        """Whether the grant reaches that organisation (and building, when given)."""
        if self.role is Role.SUPERADMIN:
            return True
        if organization_id is None or self.organization_id != organization_id:
            return False
        return self.building_id is None or self.building_id == building_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Principal):
    """A signed-in person with the roles in force now; `grants` are those of the chosen role, or all.

    `needs_totp`: a superadmin who has yet to set up his second factor; until then he has no grants.
    """

    name: str = ""
    email: str = ""
    theme: str = "system"
    active_role: str = ""
    roles: tuple[Role, ...] = ()
    grants: tuple[Grant, ...] = ()
    session_kind: str = "web"
    needs_totp: bool = False

    def may(self, permission: str, organization_id: UUID | None = None, building_id: UUID | None = None) -> bool:
        """Whether one of the grants allows this, there."""
        if permission == SELF:
            return True
        roles = PERMISSIONS[permission]
        return any(g.role in roles and g.covers(organization_id, building_id) for g in self.grants)

    def may_somewhere(self, permission: str) -> bool:
        """Whether one of the grants allows this anywhere: enough to show a page, never enough to act."""
        return permission == SELF or any(g.role in PERMISSIONS[permission] for g in self.grants)


def person(w: Work) -> Person:
    """The signed-in person of this transaction. Raises Unauthenticated when there is none."""
    if not isinstance(w.principal, Person):
        raise Unauthenticated
    return w.principal


def require(w: Work, permission: str, organization_id: UUID | None = None, building_id: UUID | None = None) -> None:
    """Authorises a command or a read.

    Raises NotFound when the person has nothing to do with that organisation or building, so that it does not even learn
    that it exists; Forbidden when it does but no role of it allows this; Unauthenticated when nobody is signed in.
    """
    if w.principal.kind == "system":
        return
    who = person(w)
    if who.needs_totp and permission != SELF:
        raise Forbidden(N_("Set up two-step sign-in in your profile first."))
    if who.may(permission, organization_id, building_id):
        return
    if organization_id is not None and not any(g.covers(organization_id, building_id) for g in who.grants):
        raise NotFound
    raise Forbidden
