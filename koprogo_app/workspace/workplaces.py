"""The buildings that the frame around the pages lets a person choose from; the area that has buildings gives them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from koprogo_app.foundation.manifests import Hook
from koprogo_app.identity.access import Person

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Workplace:
    """A building that a person may read. `counts`: what the badges of the menu show."""

    id: UUID
    organization_id: UUID
    name: str
    counts: Mapping[str, int] = field(default_factory=dict)


WORKPLACES: Final = Hook[Callable[[Person], Awaitable[Sequence[Workplace]]]]("workspace.workplaces")
"""A person's buildings by name; the first `MOST` of them when there are very many."""


async def workplaces_of(who: Person) -> list[Workplace]:
    """The buildings a person may read, of all areas that have some."""
    return [one for buildings in WORKPLACES.given() for one in await buildings(who)]
