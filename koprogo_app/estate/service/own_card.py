"""What a co-owner changes about herself, without asking the syndic.

- `own_cards(w) -> list[Owner]` — the cards linked to the account that is signed in
- `update_own_card(w, owner_id, changes) -> Owner` — telephone and language
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlmodel import select

from koprogo_app.estate.model import Owner
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.identity.access import person, require
from koprogo_app.identity.permissions import SELF
from koprogo_app.workspace import fields

OWN: Final[dict[str, fields.Read]] = {"phone": fields.phone, "lang": fields.language}
"""Name and address go with the deed, the e-mail address with the consent given for it: those the syndic changes."""


async def own_cards(w: Work) -> list[Owner]:
    """The owners' cards of the signed-in person, one for each organisation she owns in (`self`)."""
    require(w, SELF)
    found = await w.session.exec(select(Owner).where(Owner.user_id == person(w).user_id).order_by(Owner.name))
    return list(found)


async def update_own_card(w: Work, owner_id: UUID, changes: Mapping[str, Any]) -> Owner:
    """Changes one's own telephone or language. Raises NotFound for anybody else's card, Invalid on the field."""
    require(w, SELF)
    row = await w.get(Owner, owner_id)
    if row.user_id is None or row.user_id != person(w).user_id:
        raise NotFound
    before, clean = snapshot(row), fields.read(changes, OWN, w.principal.lang)
    changed = {field: value for field, value in clean.items() if getattr(row, field) != value}
    if not changed:
        return row
    for field, value in changed.items():
        setattr(row, field, value)
    row.version += 1
    w.session.add(row)
    await w.flush()
    await audit(
        w, "owner.updated", "owner", row.id, organization_id=row.organization_id, before=before, after=snapshot(row)
    )
    return row
