"""Calling funds: a draft, its preview, its posting, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.calls.model.calls import CallInstalment, CallKind, CallPart, CallStatus, FundCall
from koprogo_app.calls.queries.shares import PersonRow, lots_on, people
from koprogo_app.calls.rules import calls as rules
from koprogo_app.calls.rules.calls import Asked, Held, Lot
from koprogo_app.estate.model import AllocationKey
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.queries import books

MAX_CENTS: Final = 10**12
"""Ten thousand million euros: more is a typing error."""


@dataclass(frozen=True, slots=True)
class PartWanted:
    """What is to be called for a fund, over all instalments; `key_id` None: by the shares."""

    kind: CallKind
    cents: int
    key_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call as it is written: `instalments` are (called on, due on)."""

    label: str
    parts: Sequence[PartWanted]
    instalments: Sequence[tuple[date, date]]
    decided_on: date | None = None
    decision_ref: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a preview: which instalment (from 0), which part (from 0), and what is asked of whom."""

    instalment: int
    part: int
    kind: CallKind
    asked: Asked


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would ask: its lines, the lots and people they name, and the draft lots that are left out."""

    wanted: Wanted
    lines: list[Line]
    lots: dict[UUID, Lot]
    people: dict[UUID, PersonRow]
    left_out: list[str]

    @property
    def cents(self) -> int:
        """All that is asked: the sum of the parts, which the lines add up to."""
        return sum(part.cents for part in self.wanted.parts)


def check(wanted: Wanted) -> Wanted:
    """The call with its texts trimmed. Raises Invalid on the field."""
    if not wanted.label.strip():
        raise Invalid("label", N_("Give the call a name, such as “First quarter 2026”."))
    if not wanted.parts:
        raise Invalid("parts", N_("Type what is called for at least one fund."))
    for n, part in enumerate(wanted.parts):
        if not 0 < part.cents <= MAX_CENTS:
            raise Invalid(f"parts.{n}.amount", N_("A call asks for more than nothing."))
    if not 1 <= len(wanted.instalments) <= rules.MAX_INSTALMENTS:
        raise Invalid("count", N_("A call has 1 to {max} instalments."), max=rules.MAX_INSTALMENTS)
    for n, (called_on, due_on) in enumerate(wanted.instalments):
        if due_on < called_on:
            raise Invalid(f"instalments.{n}.due_on", N_("A call is due after it is made."))
    return Wanted(wanted.label.strip()[:200], wanted.parts, sorted(wanted.instalments), wanted.decided_on,
                  wanted.decision_ref.strip()[:200])  # fmt: skip


async def preview(w: Work, building_id: UUID, wanted: Wanted) -> Preview:
    """What this call would ask of whom (`calls.read`); nothing is written. Raises Invalid."""
    await books.open_book(w, building_id, "calls.read")
    return await _previewed(w, building_id, check(wanted))


async def _previewed(w: Work, building_id: UUID, wanted: Wanted) -> Preview:
    lines: list[Line] = []
    lots: dict[UUID, Lot] = {}
    left_out: dict[str, None] = {}
    for part_no, part in enumerate(wanted.parts):
        await _check_key(w, building_id, part.key_id)
        for no, cents in enumerate(rules.instalments(part.cents, len(wanted.instalments))):
            if not cents:
                raise Invalid(f"parts.{part_no}.amount", N_("This is less than a cent for each instalment."))
            found = await _lots(w, building_id, part.key_id, wanted.instalments[no][0])
            lots |= {lot.id: lot for lot in found}
            left_out |= {lot.number: None for lot in found if not lot.ready and lot.weight}
            lines += [Line(no, part_no, part.kind, asked) for asked in rules.divide(part.kind, cents, found)]
    lines.sort(key=lambda line: (line.instalment, lots[line.asked.lot_id].position, line.part))
    named = await people(w, list({line.asked.owner_id for line in lines}))
    return Preview(wanted, lines, lots, named, list(left_out))


async def _check_key(w: Work, building_id: UUID, key_id: UUID | None) -> None:
    if key_id is not None and (await w.get(AllocationKey, key_id)).building_id != building_id:
        raise NotFound


async def _lots(w: Work, building_id: UUID, key_id: UUID | None, on: date) -> list[Lot]:
    return [
        Lot(row.id, row.number, row.position, row.ready, row.weight or 0,
            tuple(Held(one.owner_id, one.right, one.share) for one in row.holders), row.mandatary_id)
        for row in await lots_on(w, building_id, key_id, on)
    ]  # fmt: skip


async def save(
    w: Work, building_id: UUID, wanted: Wanted, *, call_id: UUID | None = None, version: int | None = None
) -> FundCall:
    """Writes a draft, new or instead of the one named (`calls.write`). Raises Invalid, Conflict."""
    book = await books.open_book(w, building_id, "calls.write")
    wanted = check(wanted)
    await _previewed(w, building_id, wanted)
    if call_id is None:
        call = await w.add(FundCall(
            organization_id=book.organization_id, building_id=building_id, label=wanted.label,
            decided_on=wanted.decided_on, decision_ref=wanted.decision_ref, user_id=w.principal.user_id,
        ))  # fmt: skip
    else:
        call = await _draft(w, call_id, version)
        if call.building_id != building_id:
            raise NotFound
        await w.execute("delete from call_part where call_id = %(c)s", c=call_id)
        await w.execute("delete from call_instalment where call_id = %(c)s", c=call_id)
        call.label, call.version = wanted.label, call.version + 1
        call.decided_on, call.decision_ref = wanted.decided_on, wanted.decision_ref
        await w.add(call)
    await _write_terms(w, call, wanted)
    await _audited(w, call, "call.drafted" if call_id is None else "call.changed")
    return call


async def _write_terms(w: Work, call: FundCall, wanted: Wanted) -> None:
    where = {"organization_id": call.organization_id, "building_id": call.building_id, "call_id": call.id}
    for n, part in enumerate(wanted.parts, 1):
        await w.add(CallPart(**where, position=n, kind=part.kind.value, key_id=part.key_id, cents=part.cents))
    for n, (called_on, due_on) in enumerate(wanted.instalments, 1):
        await w.add(CallInstalment(**where, position=n, called_on=called_on, due_on=due_on))


async def _draft(w: Work, call_id: UUID, version: int | None = None) -> FundCall:
    """A draft that the person may change; its row is held until the transaction ends."""
    call = await w.get(FundCall, call_id)
    await books.open_book(w, call.building_id, "calls.write")
    await w.execute("select from fund_call where id = %(c)s for update", c=call_id)
    await w.session.refresh(call)
    if version is not None and call.version != version:
        raise Conflict(N_("Somebody else changed this call meanwhile. Load it again."))
    if call.status != CallStatus.DRAFT:
        raise Conflict(N_("This call is no longer a draft."))
    return call


async def wanted_of(w: Work, call: FundCall) -> Wanted:
    """A stored call as it was written; the caller has authorised it."""
    parts = await w.rows(
        "select kind, cents, key_id from call_part where call_id = %(c)s order by position", _Part, c=call.id
    )
    days = await w.rows(
        "select called_on, due_on from call_instalment where call_id = %(c)s order by position", _Days, c=call.id
    )
    return Wanted(
        call.label,
        [PartWanted(CallKind(part.kind), part.cents, part.key_id) for part in parts],
        [(day.called_on, day.due_on) for day in days],
        call.decided_on,
        call.decision_ref,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    cents: int
    key_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Days:
    called_on: date
    due_on: date


async def delete(w: Work, call_id: UUID) -> None:
    """Throws a draft away (`calls.write`). Raises Conflict for a posted call."""
    call = await _draft(w, call_id)
    await w.execute("delete from fund_call where id = %(c)s", c=call_id)
    await _audited(w, call, "call.deleted")


async def _audited(w: Work, call: FundCall, act: str, **after: object) -> None:
    await audit(
        w,
        act,
        "fund_call",
        call.id,
        organization_id=call.organization_id,
        building_id=call.building_id,
        after={"label": call.label, "status": call.status, **after},
    )
