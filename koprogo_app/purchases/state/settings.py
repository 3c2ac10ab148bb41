"""A building's rules for invoices and calls."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.service.settings import change_rules
from koprogo_app.workspace.state.common import acting, failure, id_after, lang_of, may, ticked, typed, workspace


class ChargeRules(rx.State):
    """The page of the rules."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    four_eyes: bool = False
    call_days: str = ""
    errors: dict[str, dict[str, str]] = {}

    @handler("invoices.read")
    async def load(self) -> None:
        """Reads the rules."""
        try:
            building_id = id_after(self, "buildings")
            async with work(acting(await lang_of(self))) as w:
                book = await books.book(w, building_id, "invoices.read")
                rules = await charge_rules(w, building_id)
            self.base, self.building = workspace(building_id), book.building_name
            self.write = may("buildings.write", book.organization_id, building_id)
            self.four_eyes, self.call_days = rules.four_eyes, str(rules.call_days)
            self.ready, self.failed, self.errors = True, {}, {}
        except KoproError as error:
            self.failed = failure(error)

    @handler("buildings.write")
    async def save(self, data: dict[str, Any]) -> None:
        """Changes the rules."""
        changes = {"four_eyes": ticked(data, "four_eyes"), **typed(data, "call_days")}
        try:
            async with work(acting(await lang_of(self))) as w:
                rules = await change_rules(w, id_after(self, "buildings"), changes)
        except KoproError as error:
            self.errors = problems(error)
            return
        self.four_eyes, self.call_days, self.errors = rules.four_eyes, str(rules.call_days), {}
        await notify(self, "done", N_("Saved."))
