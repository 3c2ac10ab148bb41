"""On whose behalf something is done: all the database needs to know of it."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Kind = Literal["person", "system", "nobody"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `organizations` are the tenants whose rows the transaction may touch; `everything` lifts that limit."""

    kind: Kind = "nobody"
    user_id: UUID | None = None
    session_id: UUID | None = None
    organizations: frozenset[UUID] = field(default_factory=frozenset)
    everything: bool = False
    lang: str = "fr"
    ip: str = ""

    @property
    def tenant_setting(self) -> str:
        """Value of `koprogo.organizations` for the transaction."""
        return "*" if self.everything else ",".join(str(o) for o in sorted(self.organizations))


NOBODY = Principal()
SYSTEM = Principal(kind="system", everything=True)
