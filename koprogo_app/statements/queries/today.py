"""What waits in a building's money today: arrears by age, calls due, invoices to approve, bank lines to match."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import POSTED
from koprogo_app.foundation.database import Work
from koprogo_app.payments.facts import OpenItem
from koprogo_app.purchases.queries.invoices import tally
from koprogo_app.workspace.queries.paging import scope

AGES: Final = (30, 60, 90)
"""The ages of arrears, in days late: up to 30, to 60, to 90, and more."""


@dataclass(frozen=True, slots=True)
class Today:
    """`ages` are arrears in cents by `AGES` and above; `called_cents` falls due within 30 days, first on `next_due`."""

    arrears_cents: int
    owners: int
    ages: tuple[int, ...]
    next_due: date | None
    called_cents: int
    drafts: int
    to_approve: int
    to_match: int


async def today(w: Work, building_id: UUID, debts: Sequence[OpenItem]) -> Today:
    """The numbers of a building, with what its owners owe after credits (`ledger.read`)."""
    late = [item for item in debts if item.due_on < w.today]
    coming = [item for item in debts if 0 <= (item.due_on - w.today).days <= AGES[0]]
    drafts: int = await w.value(
        "select count(*) from calls.fund_call where building_id = %(b)s and status = 'draft'", b=building_id
    )
    to_match: int = await w.value(
        "select count(*) from bank.bank_movement m "
        f"where m.building_id = %(b)s and m.parent_id is null and not {POSTED}",
        b=building_id,
    )
    ages = [0] * (len(AGES) + 1)
    for item in late:
        ages[sum((w.today - item.due_on).days > age for age in AGES)] += item.open_cents
    return Today(
        sum(ages), len({item.owner_id for item in late}), tuple(ages),
        min((item.due_on for item in coming), default=None), sum(item.open_cents for item in coming), drafts,
        (await tally(w, building_id)).submitted, to_match,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one building: invoices submitted, bank lines without entry, calls that are still drafts."""

    building_id: UUID
    building: str
    to_approve: int
    to_match: int
    drafts: int


_EVERYWHERE: Final = f"""
select b.id as building_id, b.name as building,
       (select count(*) from purchases.invoice i where i.building_id = b.id and i.status = 'submitted') as to_approve,
       (select count(*) from bank.bank_movement m where m.building_id = b.id and m.parent_id is null and not {POSTED})
         as to_match,
       (select count(*) from calls.fund_call c where c.building_id = b.id and c.status = 'draft') as drafts
  from estate.building b join ledger.ledger l on l.building_id = b.id
 where b.archived_at is null
   and (%(everything)s or b.organization_id = any(%(organizations)s) or b.id = any(%(buildings)s))
"""


async def everywhere(w: Work) -> list[Waiting]:
    """The buildings in which something waits (`ledger.read`), those with most first; at most 100."""
    return await w.rows(
        f"""select * from ({_EVERYWHERE}) t where to_approve + to_match + drafts > 0
             order by to_approve + to_match + drafts desc, building, building_id limit 100""",
        Waiting,
        **scope(w, "ledger.read").params,
    )
