"""Who writes and who is written to: the head and the window of a letter.

- `letterhead(w, building_id) -> Association` — the association, and the office that writes for it
- `addressee(w, owner_id) -> Addressee` — a co-owner as on an envelope, at her postal address
"""

from uuid import UUID

from koprogo_app.estate.model import Building, Organization, Owner
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.paper.letters import Addressee, Association


def postal_lines(street: str, postal_code: str, city: str, country: str) -> tuple[str, ...]:
    """An address as two or three lines; Belgium is not named."""
    place = " ".join(part for part in (postal_code, city) if part)
    abroad = country if country not in ("", "BE") else ""
    return tuple(line for line in (street, place, abroad) if line)


async def letterhead(w: Work, building_id: UUID) -> Association:
    """The head of an association's letters. Raises NotFound."""
    building = await w.get(Building, building_id)
    office = await w.get(Organization, building.organization_id)
    return Association(
        name=building.name,
        enterprise_number=building.enterprise_number or "",
        address=postal_lines(building.street, building.postal_code, building.city, building.country),
        contact=tuple(
            line
            for line in (
                office.name,
                *postal_lines(office.street, office.postal_code, office.city, office.country),
                office.phone,
                office.email,
            )
            if line
        ),
    )


async def addressee(w: Work, owner_id: UUID) -> Addressee:
    """A co-owner as on an envelope: first name and name, then the address. Raises NotFound."""
    owner = await w.get(Owner, owner_id)
    name = " ".join(part for part in (owner.first_name, owner.name) if part)
    return Addressee(name, postal_lines(owner.street, owner.postal_code, owner.city, owner.country))
