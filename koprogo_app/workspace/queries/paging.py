"""What every list shares: which rows a person may see, and one page of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import person
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS
from koprogo_app.identity.queries.paging import FIRST, MAX_PER_PAGE, WHOLE, Asked, Page, R, like, paged

__all__ = ["FIRST", "MAX_PER_PAGE", "WHOLE", "Asked", "Page", "R", "Scope", "like", "paged", "scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a person holds a permission: everywhere, in whole organisations, in single buildings."""

    everything: bool
    organizations: list[UUID]
    buildings: list[UUID]

    @property
    def params(self) -> dict[str, Any]:
        """Parameters for a condition written with `everything`, `organizations` and `buildings`."""
        return {"everything": self.everything, "organizations": self.organizations, "buildings": self.buildings}

    @property
    def nowhere(self) -> bool:
        """Whether the permission is held nowhere at all."""
        return not (self.everything or self.organizations or self.buildings)


def scope(w: Work, permission: str) -> Scope:
    """Where the person of this transaction holds a permission. Raises Unauthenticated when nobody is signed in."""
    if w.principal.kind == "system":
        return Scope(True, [], [])
    roles = PERMISSIONS[permission]
    grants = [grant for grant in person(w).grants if grant.role in roles]
    return Scope(
        any(grant.role is Role.SUPERADMIN for grant in grants),
        [grant.organization_id for grant in grants if grant.organization_id and not grant.building_id],
        [grant.building_id for grant in grants if grant.building_id],
    )
