"""REST: owners, with their contact data: for those who keep the books, and each person for herself."""

from uuid import UUID

from pydantic import BaseModel

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.queries.owners import HeldLot
from koprogo_app.estate.service.owners import OWNER, owner_card
from koprogo_app.foundation.api import problems
from koprogo_app.foundation.database import work
from koprogo_app.workspace.api.common import Who
from koprogo_app.workspace.records.rest import Told, serve


class OwnedUnits(BaseModel):
    """The units of an owner."""

    items: list[HeldLot]
    total: int


serve(
    router, "/owners", OWNER,
    Told(
        list="Owners with their contact data. `text` looks in names, e-mail and unit numbers.",
        add="Enter a new owner.",
        read="An owner's card: for those who keep the books, and for the person herself.",
        change="Change fields of an owner. With `version`, 409 when the owner changed in the meantime.",
        remove="Delete an owner who never held anything; otherwise he is part of the history: 409.",
    ),
    tags=["owners"],
)  # fmt: skip


@router.get("/owners/{owner_id}/units", tags=["owners"], responses=problems(401, 403, 404, 422))
async def list_owner_units(who: Who, owner_id: UUID) -> OwnedUnits:
    """The units an owner holds today: for those who keep the books, and for the person herself."""
    async with work(who) as w:
        lots = (await owner_card(w, owner_id)).lots
    return OwnedUnits(items=lots, total=len(lots))
