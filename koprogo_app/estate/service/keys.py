"""Allocation keys (art. 3.81): by value or by utility, a weight a lot, each valid for a period.

- `KEY` — the record: `add`, with first weights, `change`, `use`; `keys_of` lists them with the shares
- `proposed_start(w, building_id) -> date` — the first day to propose for a new key
- `set_weights(w, key_id, weights, since, decision=None) -> int` — how many lots have another weight from that day

Raises Invalid on the field, Conflict for a name taken, AgainstTheLaw, NotFound, Forbidden (`keys.write`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.model import AllocationKey, Building, ShareDecision
from koprogo_app.estate.queries.keys import KeyRow
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.estate.service.division import Decision
from koprogo_app.estate.service.ownership import fiscal_year_start
from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import as_conflict
from koprogo_app.foundation.manifests import Hook
from koprogo_app.law.articles import Article
from koprogo_app.law.refusal import Refusal
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.record import Parent, Record

CHARGES_DIVISION: Final = Article("3.88", 1, point="2° a")
"""Changing the division of the charges: four fifths of the votes."""

KeyCheck = Callable[[Work, UUID, date, date], Awaitable[Sequence[Refusal]]]
KEY_HELD: Final = Hook[KeyCheck]("estate.key_held")
"""What rests on a key's division of costs on the days from one to the other, so that its first day cannot move."""


class _Keys(Record[KeyRow, AllocationKey]):
    async def add(
        self, w: Work, building_id: UUID | None, values: Mapping[str, Any], *,
        weights: Mapping[UUID, int] | None = None, since: date | None = None,
    ) -> AllocationKey:  # fmt: skip
        """A new key, with its first weights when given, from `starts_on` or `since` (else `proposed_start`)."""
        if building_id is not None and "starts_on" not in values:
            await self.parent(w, building_id, self.write)
            values = {**values, "starts_on": since or await proposed_start(w, building_id)}
        key = await super().add(w, building_id, values)
        if weights:
            await set_weights(w, key.id, weights, since or key.starts_on or w.today)
        return key

    async def decide(self, w: Work, row: AllocationKey | None, clean: dict[str, Any]) -> dict[str, Any]:
        if row is not None and "starts_on" in clean:
            await _move_start(w, row, clean["starts_on"])
        return clean

    async def authorise(self, w: Work, permission: str, row: AllocationKey) -> None:
        await open_building(w, row.building_id, permission)


async def _parent(w: Work, building_id: UUID, permission: str) -> Parent:
    building = await open_building(w, building_id, permission)
    return Parent(building.organization_id, building_id, building.name, "r.building_id = %(b)s")


KEY = _Keys(
    row=KeyRow, model=AllocationKey, noun="key", entity="allocation_key", title=N_("Allocation keys"), read="keys.read",
    write="keys.write", parent=_parent, order="lower(r.name), r.id", public=True,
)  # fmt: skip


async def proposed_start(w: Work, building_id: UUID) -> date:
    """The first day to propose for a key: since lots have owners here, as the statutes that found it do not change with
    the year; without owners yet, since the fiscal year began. The caller has authorised the building."""
    building = await w.get(Building, building_id)
    first: date | None = await w.value(
        """select min(lower(o.period)) from ownership o join lot l on l.id = o.lot_id
            where l.building_id = %(b)s""",
        b=building_id,
    )
    this_year = fiscal_year_start(building, w.today)
    return min(first, this_year) if first else this_year


async def _move_start(w: Work, key: AllocationKey, day: date) -> None:
    """Lets the key's first weights begin on another day."""
    known = [row.valid_from for row in await w.rows(_HELD, _Weight, key=key.id)]
    start = min(known, default=None)
    if start is None or start == day:
        return
    for check in KEY_HELD.given():
        for refusal in await check(w, key.id, min(start, day), max(start, day)):
            raise as_conflict(refusal, "starts_on")
    ends = await w.value(
        "select min(upper(period)) from key_weight where key_id = %(key)s and lower(period) = %(start)s",
        key=key.id, start=start,
    )  # fmt: skip
    if ends is not None and day >= ends:
        raise Invalid("starts_on", N_("These weights already change on {day}: begin before it."), day=ends)
    await w.execute(
        """update key_weight set period = daterange(%(day)s, upper(period))
            where key_id = %(key)s and lower(period) = %(start)s""",
        key=key.id, start=start, day=day,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Weight:
    id: UUID
    lot_id: UUID
    weight: int
    valid_from: date
    valid_to: date | None
    created_at: datetime


async def set_weights(
    w: Work, key_id: UUID, weights: Mapping[UUID, int], since: date, *, decision: Decision | None = None
) -> int:
    """Gives lots a weight from the day `since`; the other lots keep theirs.

    First weights are simply entered, and mended on the day they were typed. To change them later is to change the
    division of the charges: the decision must be stated (art. 3.88 §1 2° a), otherwise AgainstTheLaw.
    """
    key = await KEY.alone(w, key_id)
    if key.archived_at is not None:
        raise Conflict(N_("This key is archived. Restore it first."))
    await _check_lots(w, key, weights)
    clean = {lot: fields.whole()(weight, "weight", w.principal.lang) for lot, weight in weights.items()}
    rows = await w.rows(_HELD, _Weight, key=key.id)
    _check_later(rows, clean, since)
    held = {row.lot_id: row for row in rows if row.valid_to is None}
    changed = {lot: weight for lot, weight in clean.items() if lot not in held or held[lot].weight != weight}
    if not changed:
        return 0
    if _needs_decision(w, rows, changed, since):
        await _decided(w, key, held, changed, since, decision)
    await _write(w, key, held, changed, since)
    await KEY.told(
        w,
        "weighted",
        key,
        before={"weights": {str(lot): held[lot].weight for lot in changed if lot in held}},
        after={"weights": {str(lot): weight for lot, weight in changed.items()}, "since": since},
    )
    return len(changed)


_HELD = """
select id, lot_id, weight, lower(period) as valid_from, upper(period) as valid_to, created_at
  from key_weight where key_id = %(key)s order by lower(period)"""


def _check_later(rows: list[_Weight], weights: Mapping[UUID, int], since: date) -> None:
    if any(row.valid_from > since or (row.valid_to and row.valid_to > since) for row in rows if row.lot_id in weights):
        raise Invalid("since", N_("These weights already change on a later day. Choose a later one."))


def _needs_decision(w: Work, rows: list[_Weight], changed: Mapping[UUID, int], since: date) -> bool:
    """Weights typed today may be mended today, and lots entered later join those of the same first day."""
    fresh = {row.lot_id for row in rows if row.created_at.astimezone(BRUSSELS).date() == w.today}
    first_day = all(row.valid_from == since and row.valid_to is None for row in rows)
    known = {row.lot_id for row in rows}
    return bool(rows) and not (first_day and all(lot in fresh or lot not in known for lot in changed))


async def _decided(
    w: Work,
    key: AllocationKey,
    held: Mapping[UUID, _Weight],
    changed: Mapping[UUID, int],
    since: date,
    decision: Decision | None,
) -> None:
    if decision is None or not decision.reference.strip():
        raise AgainstTheLaw(
            CHARGES_DIVISION.code,
            N_("Other weights divide the charges otherwise: that takes four fifths of the votes. State the decision."),
            field="decision",
        )
    if decision.decided_on > w.today:
        raise Invalid("decided_on", N_("The decision cannot lie in the future."))
    detail = {
        "allocation_key": str(key.id),
        "since": since.isoformat(),
        "before": {str(lot): held[lot].weight for lot in changed if lot in held},
        "after": {str(lot): weight for lot, weight in changed.items()},
    }
    await w.add(
        ShareDecision(
            organization_id=key.organization_id,
            building_id=key.building_id,
            kind="change",
            decided_on=decision.decided_on,
            reference=decision.reference.strip()[:500],
            detail=detail,
            user_id=w.principal.user_id,
        )
    )


async def _write(
    w: Work, key: AllocationKey, held: Mapping[UUID, _Weight], changed: Mapping[UUID, int], since: date
) -> None:
    old = [held[lot] for lot in changed if lot in held]
    await w.execute(
        "delete from key_weight where id = any(%(ids)s)", ids=[row.id for row in old if row.valid_from == since]
    )
    await w.execute(
        "update key_weight set period = daterange(lower(period), %(since)s) where id = any(%(ids)s)",
        since=since,
        ids=[row.id for row in old if row.valid_from != since],
    )
    await w.execute(
        "insert into key_weight (organization_id, key_id, lot_id, weight, period) "
        "select %(o)s, %(k)s, lot, weight, daterange(%(since)s, null) "
        "from unnest(%(lots)s::uuid[], %(weights)s::bigint[]) as given(lot, weight)",
        o=key.organization_id,
        k=key.id,
        since=since,
        lots=list(changed),
        weights=list(changed.values()),
    )


async def _check_lots(w: Work, key: AllocationKey, weights: Mapping[UUID, int]) -> None:
    sql = "select count(*) from lot where building_id = %(b)s and retired_on is null and id = any(%(ids)s)"
    if await w.value(sql, b=key.building_id, ids=list(weights)) != len(weights):
        raise Invalid("weights", N_("A lot of another building is among them."))
