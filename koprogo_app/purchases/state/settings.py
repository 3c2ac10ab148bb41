"""A building's rules for invoices and calls."""

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.workspace.state.common import id_after, may
from koprogo_app.workspace.state.page import PageState, Sent, loads, submits


class ChargeRules(PageState, rx.State):
    """The page of the rules."""

    building: str = ""
    write: bool = False
    four_eyes: bool = False
    call_days: str = ""

    load = loads("invoices.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.book(w, building_id, "invoices.read")
        rules = await charge_rules(w, building_id)
        self.building, self.write = book.building_name, may("buildings.write", book.organization_id, building_id)
        self.four_eyes, self.call_days = rules.four_eyes, str(rules.call_days)

    @submits("buildings.write", done=N_("Saved."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Changes the rules."""
        changes = {"four_eyes": sent.ticked("four_eyes"), **sent.typed("call_days")}
        await change_rules(w, id_after(self, "buildings"), changes)
