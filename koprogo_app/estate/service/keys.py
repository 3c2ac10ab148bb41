"""Allocation keys (art. 3.81): by value or by utility, a weight a lot, each valid for a period.

- `create_key(w, building_id, values, weights=None, since=None) -> AllocationKey` — `values`: name, kind, basis
- `update_key(w, key_id, changes) -> AllocationKey` — name, basis, starts_on
- `proposed_start(w, building_id) -> date` — the first day to propose for a new key
- `archive_key(w, key_id)`, `restore_key(w, key_id)`
- `set_weights(w, key_id, weights, since, decision=None) -> int` — how many lots have another weight from that day

Raises Invalid on the field, Conflict for a name taken, AgainstTheLaw, NotFound, Forbidden (`keys.write`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.model import AllocationKey, Building, ShareDecision
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.estate.service.division import Decision
from koprogo_app.estate.service.ownership import fiscal_year_start
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import as_conflict
from koprogo_app.foundation.manifests import Hook
from koprogo_app.law.articles import Article
from koprogo_app.law.refusal import Refusal
from koprogo_app.workspace import fields

CHARGES_DIVISION: Final = Article("3.88", 1, point="2° a")
"""Changing the division of the charges: four fifths of the votes."""
KEY: Final[dict[str, fields.Read]] = {
    "name": fields.text(required=True, longest=100),
    "kind": fields.one_of(("value", "utility")),
    "basis": fields.text(longest=1000),
    "starts_on": fields.day(optional=False),
}
"""The fields of a key that can be written."""

KeyCheck = Callable[[Work, UUID, date, date], Awaitable[Sequence[Refusal]]]
KEY_HELD: Final = Hook[KeyCheck]("estate.key_held")
"""What rests on a key's division of costs on the days from one to the other, so that its first day cannot move."""


async def create_key(
    w: Work,
    building_id: UUID,
    values: Mapping[str, Any],
    *,
    weights: Mapping[UUID, int] | None = None,
    since: date | None = None,
) -> AllocationKey:
    """A new key of a building, with its first weights when given, from `starts_on` or `since` (`proposed_start`)."""
    building = await open_building(w, building_id, "keys.write")
    first = since or await proposed_start(w, building_id)
    clean = fields.read({"name": "", "kind": "utility", "starts_on": first, **values}, KEY, w.principal.lang)
    key = await w.add(AllocationKey(organization_id=building.organization_id, building_id=building_id, **clean))
    await _audited(w, "key.created", key, after=clean)
    if weights:
        await set_weights(w, key.id, weights, clean["starts_on"])
    return key


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


async def update_key(w: Work, key_id: UUID, changes: Mapping[str, Any]) -> AllocationKey:
    """Renames a key, states what it rests on, or corrects its first day while nothing rests on the days between."""
    key = await _opened(w, key_id)
    before = snapshot(key)
    clean = fields.read(changes, {name: KEY[name] for name in ("name", "basis", "starts_on")}, w.principal.lang)
    if "starts_on" in clean:
        await _move_start(w, key, clean["starts_on"])
    for field, value in clean.items():
        setattr(key, field, value)
    if snapshot(key) != before:
        w.session.add(key)
        await w.flush()
        await _audited(w, "key.updated", key, before=before, after=snapshot(key))
    return key


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


async def archive_key(w: Work, key_id: UUID) -> None:
    """Offers the key no longer; what it divided stays."""
    key = await _opened(w, key_id)
    if key.archived_at is None:
        await _move(w, key, w.now, "key.archived")


async def restore_key(w: Work, key_id: UUID) -> None:
    """Offers an archived key again."""
    key = await _opened(w, key_id)
    if key.archived_at is not None:
        await _move(w, key, None, "key.restored")


async def _move(w: Work, key: AllocationKey, archived_at: datetime | None, action: str) -> None:
    key.archived_at = archived_at
    w.session.add(key)
    await w.flush()
    await _audited(w, action, key)


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
    key = await _opened(w, key_id)
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
    await _audited(
        w,
        "key.weighted",
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


async def _opened(w: Work, key_id: UUID) -> AllocationKey:
    await w.execute("select from allocation_key where id = %(key)s for update", key=key_id)
    key = await w.get(AllocationKey, key_id)
    await open_building(w, key.building_id, "keys.write")
    return key


async def _audited(w: Work, action: str, key: AllocationKey, *, before: Any = None, after: Any = None) -> None:
    await audit(
        w,
        action,
        "allocation_key",
        key.id,
        organization_id=key.organization_id,
        building_id=key.building_id,
        before=before,
        after=after,
        personal=frozenset(),
    )
