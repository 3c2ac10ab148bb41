"""What the parts of a movement settle in the books, and what is open again when a payment comes back."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import StatementRow
from koprogo_app.bank.rules.matching import Share, Target
from koprogo_app.foundation.database import Work
from koprogo_app.law import accounts as law
from koprogo_app.payments.model.accounts import Fund
from koprogo_app.payments.service import returned, settling

Aims = Sequence[tuple[UUID, int]]
"""The lines that a part of a movement names, and how much of it is for each."""


async def planned(w: Work, statement: StatementRow, share: Share, aims: Aims, on: date) -> list[settling.Part]:
    """How the part of one person is shared over that person's open lines on its day, those that it names first."""
    owner, supplier = share.target.owner_id, share.target.supplier_id
    lines = await _aimed(w, statement.building_id, share, aims)
    if supplier:
        return await settling.plan(w, statement.building_id, supplier_id=supplier, cents=-share.cents, aims=lines)
    first = law.OWNERS_RESERVE if statement.fund == Fund.RESERVE else law.OWNERS_WORKING
    return await settling.plan(
        w, statement.building_id, owner_id=owner, cents=share.cents, aims=lines, first=first, on=on
    )


async def _aimed(w: Work, building_id: UUID, share: Share, aims: Aims) -> list[UUID]:
    """The open lines that a part is for. What comes back opens the debt that it had paid, and meets that payment."""
    supplier = share.target.supplier_id is not None
    found: list[UUID] = []
    for line, cents in aims:
        back = (cents > 0) == supplier
        payments = await returned.reopen(w, building_id, line, abs(cents), credit=supplier) if back else []
        found += payments or [line]
    return found


def merged(shares: Iterable[Share]) -> list[tuple[Share, Aims]]:
    """The shares of one person planned together with the lines they name, so that no debt is settled twice."""
    sums: dict[Target, int] = {}
    aims: dict[Target, list[tuple[UUID, int]]] = {}
    for share in shares:
        target = replace(share.target, line_id=None)
        sums[target] = sums.get(target, 0) + share.cents
        aims.setdefault(target, []).extend([(share.target.line_id, share.cents)] if share.target.line_id else [])
    return [(Share(target, cents), aims[target]) for target, cents in sums.items() if cents]


def paired(debts: Sequence[Share], met: Sequence[returned.Met]) -> Iterator[tuple[UUID, UUID, int]]:
    """Each debt with the payments that had settled it."""
    payments = deque((one.line_id, one.cents) for one in met)
    for debt in debts:
        left = abs(debt.cents)
        while left and payments and debt.target.line_id:
            line, cents = payments.popleft()
            part = min(left, cents)
            yield debt.target.line_id, line, part
            left -= part
            if cents > part:
                payments.appendleft((line, cents - part))
