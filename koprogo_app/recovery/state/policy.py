"""A building's recovery policy as a form."""

from decimal import Decimal
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, number
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import Policy
from koprogo_app.recovery.queries.policy import civil_rates, policy_of
from koprogo_app.recovery.service.policies import set_policy
from koprogo_app.workspace.state.common import acting, failure, id_after, lang_of, may, ticked, typed, workspace

_TEXTS = ("basis", "clause_percent", "clause_start", "clause_reference", "day_count", "bank_days")
_LEVEL_TEXTS = ("days", "channel", "costs", "react_days")


class RecoveryRules(rx.State):
    """The page of a building's policy."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    values: dict[str, str] = {}
    version: int = 0
    basis: str = ""
    rates: list[dict[str, str]] = []
    errors: dict[str, dict[str, str]] = {}

    @handler("recovery.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            await self._fill()
            self.ready, self.failed, self.errors = True, {}, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.book(w, building_id, "recovery.read")
            found = await policy_of(w, building_id)
            rates = await civil_rates(w)
        self.building, self.write = book.building_name, may("recovery.write", book.organization_id, building_id)
        self.values, self.version, self.basis = policy_values(found, lang), found.version, found.basis
        self.rates = [
            {"year": str(row.year), "percent": f"{number(row.percent, lang, 2)} %", "source": row.source}
            for row in rates[:8]
        ]

    @handler("recovery.write")
    async def choose_basis(self, basis: str) -> None:
        """Shows the fields of what interest rests on."""
        self.basis = basis if basis in ("none", "statutory", "clause") else self.basis

    @handler("recovery.write")
    async def save(self, data: dict[str, Any]) -> None:
        """Writes the policy."""
        names = [*_TEXTS, *(f"{name}_{n}" for n in (1, 2, 3) for name in _LEVEL_TEXTS)]
        values: dict[str, Any] = typed(data, *names)
        values |= {name: ticked(data, name) for name in ("guard", "automatic_1", "automatic_2", "automatic_3")}
        try:
            async with work(acting(await lang_of(self))) as w:
                await set_policy(w, id_after(self, "buildings"), values, version=self.version)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.errors = {}
        await notify(self, "done", N_("The policy is saved. It counts from the next morning on."))


def policy_values(found: Policy, lang: str) -> dict[str, str]:
    """The fields of the form, as the language writes them."""
    values = {
        "basis": found.basis, "clause_start": found.clause_start, "clause_reference": found.clause_reference,
        "clause_percent": "" if found.clause_percent is None else number(found.clause_percent, lang, 2),
        "day_count": found.day_count, "bank_days": str(found.bank_days), "guard": "yes" if found.guard else "",
    }  # fmt: skip
    for step in found.levels:
        n = step.level
        values |= {
            f"days_{n}": str(step.days), f"channel_{n}": step.channel, f"react_days_{n}": str(step.react_days),
            f"costs_{n}": number(Decimal(step.costs_cents) / 100, lang, 2),
            f"automatic_{n}": "yes" if step.automatic else "",
        }  # fmt: skip
    return values
