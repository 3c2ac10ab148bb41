"""The demo's arrears: of the owners who pay late one is at each level; one disputes it, one has a plan."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from koprogo_app.calls.rules.plans import Term
from koprogo_app.calls.service.plans import agree
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import Principal
from koprogo_app.law.allocation import allocate
from koprogo_app.law.calendar import add_months
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.recovery.model import PauseKind
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, pausing, policies, preparing, proving, sending

_STEPS: Final = (95, 75, 45, 5)
"""Days before today on which the office prepares and sends."""
_LONG: Final = 60
_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class _Way:
    """How far an owner has come: the last level that was sent."""

    owner_id: UUID
    last: int


async def fill(syndic: Principal, building_id: UUID) -> None:
    """Reminds the late owners of a building with books: one friendly, one firm, one formally; the last level waits."""
    async with work(syndic) as w:
        today = w.today
        late = [row for row in (await overview.arrears(w, building_id)).rows if row.days > _LONG]
        await policies.set_policy(w, building_id, {"automatic_1": True})
    late.sort(key=lambda row: row.days)
    ways = {row.owner_id: min(place, 3) for place, row in enumerate(late, 1)}
    for before in _STEPS:
        await _office_day(syndic, building_id, today - timedelta(days=before), ways)
    if late:
        async with work(syndic) as w:
            await pausing.begin_pause(
                w, building_id, late[0].owner_id, PauseKind.DISPUTE,
                "Conteste la facture de l’ascenseur ; réponse de la firme attendue.", today + timedelta(days=30),
            )  # fmt: skip
    if len(late) > 1:
        await _plan(syndic, building_id, late[1].owner_id)


async def _plan(syndic: Principal, building_id: UUID, owner_id: UUID) -> None:
    """What is past due, paid over three months: as long as the plan is kept, no letter goes out."""
    async with work(syndic) as w:
        found = [one for one in await open_items(w, building_id, owner_id=owner_id) if one.open_cents > 0]
        due = [one for one in found if one.due_on < w.today]
        parts = allocate(sum(one.open_cents for one in due), [1] * _MONTHS)
        terms = [Term(add_months(w.today.replace(day=15), n), cents) for n, cents in enumerate(parts, 1)]
        await agree(w, building_id, owner_id, terms, lines=[one.line_id for one in due],
                    note="Demandé par le copropriétaire après le second rappel.")  # fmt: skip


def _at(day: date) -> datetime:
    return datetime.combine(day, time(7), UTC)


async def _office_day(syndic: Principal, building_id: UUID, day: date, ways: dict[UUID, int]) -> None:
    async with work(syndic, now=_at(day)) as w:
        await preparing.prepare(w, building_id)
        waiting = await reminders(w, building_id, status="prepared")
    for row in waiting:
        if row.level <= ways.get(row.owner_id, 0):
            await sending.send(syndic, row.id, now=_at(day))
            if row.channel == "registered":
                async with work(syndic, now=_at(day)) as w:
                    await proving.prove(w, row.id, tracking="RR 412 907 336 BE")
