"""What a document can belong to, told by the areas whose nouns these are: an invoice, a supplier, a letter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.estate.model import Building
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import Hook
from koprogo_app.identity.access import require


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies; no building: everywhere in its organisation."""

    organization_id: UUID
    building_id: UUID | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A noun that documents belong to: who may write one of its records, and where a record lies (None: nowhere)."""

    noun: str
    permission: str
    place: Callable[[Work, UUID], Awaitable[Place | None]]


SUBJECTS: Final = Hook[Subject]("documents.subjects")
"""The nouns of the areas above."""


async def check_subject(w: Work, building: Building, noun: str, record_id: UUID) -> None:
    """The record exists, in this building, and may be written by this person. Raises Invalid, Forbidden, NotFound."""
    subject = next((one for one in SUBJECTS.given() if one.noun == noun), None)
    place = await subject.place(w, record_id) if subject else None
    here = place and place.organization_id == building.organization_id and place.building_id in (None, building.id)
    if subject is None or not here:
        raise Invalid("entity_id", N_("What it belongs to does not exist in this building."))
    require(w, subject.permission, building.organization_id, building.id)
