"""What the running year has cost a co-owner so far: by account, in her buildings, with the proof beside it."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries.books import telling_names
from koprogo_app.statements.rules.statement import Portion
from koprogo_app.statements.service.statement import Statement, yearly


@dataclass(frozen=True, slots=True)
class Nature:
    """One account of the year: the whole building's cents, hers, and the keys by which it was shared out."""

    code: str
    label: str
    keys: tuple[str, ...]
    whole_cents: int
    cents: int


@dataclass(frozen=True, slots=True)
class OwnCharges:
    """Her charges of a year by name, the largest first; `lots` add up to the books when `holds`."""

    year: str
    natures: tuple[Nature, ...]
    cents: int
    lots: int
    holds: bool


async def own_charges(w: Work, building_id: UUID, owner_id: UUID, lang: str) -> OwnCharges:
    """Her charges of the running year (`own_account.read` for herself, else `reports.read`).

    Raises NotFound, Forbidden, Conflict before the accounts are opened.
    """
    found = await yearly(w, building_id, owner_id=owner_id)
    by_account: defaultdict[str, list[Portion]] = defaultdict(list)
    for one in found.of(owner_id):
        by_account[one.expense.account].append(one)
    names = telling_names(list(found.chart.values()), lang)
    natures = [_nature(found, code, names[code], own) for code, own in by_account.items()]
    natures.sort(key=lambda one: (-one.cents, one.code))
    return OwnCharges(
        found.year.name, tuple(natures), sum(one.cents for one in natures), len(found.lots), found.proof.holds
    )


def _nature(found: Statement, code: str, name: str, own: list[Portion]) -> Nature:
    keys = {found.keys[one.expense.key_id]: None for one in own if one.expense.key_id}
    if any(one.expense.key_id is None for one in own):
        keys[""] = None  # by the shares of the deed
    return Nature(
        code,
        name,
        tuple(keys),
        found.accounts[code].whole_cents,
        sum(one.cents for one in own),
    )
