"""The owners of a building, with how to reach them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.service.owners import OWNER
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.workspace.records.grid import RecordList
from koprogo_app.workspace.records.record import Parent
from koprogo_app.workspace.state.common import address, id_after
from koprogo_app.workspace.state.page import Sent, Told, loads, opens, submits


class Owners(RecordList, rx.State):
    """One page of the owners of a building; with `show=no_lot`, of its office. In the address: `q`, `show`, `lang`."""

    RECORD: ClassVar = OWNER
    of: str = ""
    archived: bool = False

    load = loads("owners.read")
    ask = opens("owners.write", "add")

    async def _parent(self, w: Work) -> Parent:
        row = await building_row(w, id_after(self, "buildings"))
        self.of, self.archived = str(row.id), row.archived
        held = await OWNER.parent(w, row.organization_id, OWNER.read)
        where = f"({held.where}) and r.organization_id = %(o)s"
        return replace(held, building_id=row.id, name=row.name, where=where)

    def _chosen(self, query: Mapping[str, str]) -> dict[str, Any]:
        chosen = super()._chosen(query)
        # Who holds nothing is in no building.
        return chosen if chosen.get("problem") == "no_lot" else chosen | {"building_id": self.of}

    async def _fill(self, w: Work, lang: str) -> None:
        await super()._fill(w, lang)
        self.adds = self.adds and not self.archived

    def _more(self, row: Any, lang: str) -> dict[str, str]:
        return {"address": address(row), "phone": row.phone}

    @submits("owners.write", dialog="add")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Makes the card and goes to it."""
        building = await building_row(w, id_after(self, "buildings"))
        row = await OWNER.add(w, building.organization_id, sent.typed(*OWNER.typed), building_id=building.id)
        said = N_("The card is made. Give the owner a lot on the lot's own page.")
        return Told(said, go=f"/owners/{row.id}")
