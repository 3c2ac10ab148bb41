"""A building's recovery policy as a form."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, number
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import Policy
from koprogo_app.recovery.queries.policy import civil_rates, policy_of
from koprogo_app.recovery.service.policies import set_policy
from koprogo_app.workspace.state.common import id_after, may
from koprogo_app.workspace.state.page import PageState, Sent, loads, submits

_TEXTS = ("basis", "clause_percent", "clause_start", "clause_reference", "day_count", "bank_days")
_LEVEL_TEXTS = ("days", "channel", "costs", "react_days")
_TICKS = ("guard", "charges_first", "automatic_1", "automatic_2", "automatic_3")


@dataclass(frozen=True)
class RateView:
    """The legal rate of a year."""

    year: str = ""
    percent: str = ""
    source: str = ""


class RecoveryRules(PageState, rx.State):
    """The page of a building's policy."""

    building: str = ""
    write: bool = False
    values: dict[str, str] = {}
    ticks: dict[str, bool] = {}
    version: int = 0
    basis: str = ""
    rates: list[RateView] = []

    load = loads("recovery.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.book(w, building_id, "recovery.read")
        found = await policy_of(w, building_id)
        rates = await civil_rates(w)
        self.building, self.write = book.building_name, may("recovery.write", book.organization_id, building_id)
        self.values, self.version, self.basis = policy_values(found, lang), found.version, found.basis
        self.ticks = {name: bool(getattr(found, name)) for name in ("guard", "charges_first")} | {
            f"automatic_{step.level}": step.automatic for step in found.levels
        }
        self.rates = [RateView(str(row.year), f"{number(row.percent, lang, 2)} %", row.source) for row in rates[:8]]

    @handler("recovery.write")
    async def choose_basis(self, basis: str) -> None:
        """Shows the fields of what interest rests on."""
        self.basis = basis if basis in ("none", "statutory", "clause") else self.basis

    @submits("recovery.write", done=N_("The policy is saved. It counts from the next morning on."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Writes the policy."""
        names = [*_TEXTS, *(f"{name}_{n}" for n in (1, 2, 3) for name in _LEVEL_TEXTS)]
        values: dict[str, Any] = {**sent.typed(*names), **{name: sent.ticked(name) for name in _TICKS}}
        await set_policy(w, id_after(self, "buildings"), values, version=self.version)


def policy_values(found: Policy, lang: str) -> dict[str, str]:
    """The texts of the form, as the language writes them."""
    values = {
        "basis": found.basis, "clause_start": found.clause_start, "clause_reference": found.clause_reference,
        "clause_percent": "" if found.clause_percent is None else number(found.clause_percent, lang, 2),
        "day_count": found.day_count, "bank_days": str(found.bank_days),
    }  # fmt: skip
    for step in found.levels:
        n = step.level
        values |= {
            f"days_{n}": str(step.days), f"channel_{n}": step.channel, f"react_days_{n}": str(step.react_days),
            f"costs_{n}": number(Decimal(step.costs_cents) / 100, lang, 2),
        }  # fmt: skip
    return values
