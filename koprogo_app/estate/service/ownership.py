"""Who holds a lot: drafts being completed, changes, transfers, the mandatary.

- `preview_holders(holders) -> HoldersPreview` — live totals, what is missing and one-click mends; no database
- `set_holders(w, lot_id, holders, on=None) -> Ownerships` — the whole set at once; a draft becomes complete by it
- `add_holder(w, lot_id, owner_id, share, right=, on=, primary=)`, `remove_holder(w, lot_id, owner_id, on=, right=)`
- `change_percentage(w, lot_id, owner_id, share, right=, on=)`, `change_primary(w, lot_id, owner_id)`
- `correct_shares(w, lot_id, {(owner_id, right): share})` — mends shares that were typed wrongly, without history
- `transfer_lot(w, lot_id, seller, parts, on, right=None)` — `parts` are `rules.ownership.Part`
- `name_mandatary(w, lot_id, owner_id, since, reference, until=None)`, `end_mandate(w, lot_id, on)`

Each returns `Ownerships`. A share is a `Fraction`, a percentage (33.3333) or a text ("1/3", "33,33 %"). Raises Invalid,
AgainstTheLaw, Conflict, NotFound, Forbidden (`lots.write`). A complete lot can never become incomplete again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from koprogo_app.estate.model import Building, Lot, LotStatus, Mandatary
from koprogo_app.estate.rules import ownership as rules
from koprogo_app.estate.rules.holding import (
    HeldRow,
    OwnershipChange,
    check_completeness,
    check_period,
    current,
    shares_of,
)
from koprogo_app.estate.rules.ownership import Part
from koprogo_app.estate.service.lots import audited, open_lot, write
from koprogo_app.estate.service.owners import sync_owner_grants
from koprogo_app.estate.service.rights import held_rows
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import lawful
from koprogo_app.foundation.model import span
from koprogo_app.law.calendar import add_years
from koprogo_app.law.refusal import Refusal, Refused
from koprogo_app.law.shares import Holding, Right, Suggestion, ownership_problem, ownership_totals, suggestions
from koprogo_app.law.written import parse_share
from koprogo_app.workspace import fields

Share = str | int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class HolderInput:
    """One line of an ownership editor."""

    owner_id: UUID
    share: Share
    right: str = Right.FULL
    primary: bool = False


@dataclass(frozen=True, slots=True)
class HoldersPreview:
    """What an editor shows while one types: the totals of the two sides (1 is whole), what is wrong, and the mends.

    `problems` are sentences to translate; `unread` maps the index of a line to why its share cannot be read.
    """

    ownership: Fraction
    enjoyment: Fraction
    complete: bool
    problems: tuple[Refusal, ...]
    suggestions: tuple[Suggestion, ...]
    unread: Mapping[int, Refusal]


@dataclass(frozen=True, slots=True)
class Ownerships:
    """A lot after a change: all rights, history included, and whether it is complete now and ended a mandate."""

    lot: Lot
    rows: list[HeldRow]
    complete: bool
    mandate_ended: bool = False


def preview_holders(holders: Sequence[tuple[str, str, Share]]) -> HoldersPreview:
    """Totals and mends of lines (person's key, right, share as typed); the suggestions keep the order of the lines
    that could be read."""
    read: list[Holding] = []
    unread: dict[int, Refusal] = {}
    for index, (owner, right, share) in enumerate(holders):
        try:
            read.append(Holding(owner, Right(right), parse_share(share)))
        except Refused as refused:
            unread[index] = refused.refusal
    totals, problem = ownership_totals(read), ownership_problem(read)
    return HoldersPreview(
        totals.ownership,
        totals.enjoyment,
        problem is None and not unread,
        problem.refusals if problem else (),
        () if unread else suggestions(read),
        unread,
    )


async def set_holders(w: Work, lot_id: UUID, holders: Sequence[HolderInput], *, on: date | None = None) -> Ownerships:
    """Makes `holders` the ownership of a lot from the day `on`; None: a draft is rewritten from the day it began.

    On a complete lot `on` is today unless given, and who held before stays in the history.
    """
    lot, rows = await _opened(w, lot_id)
    start = on or await _start(w, lot, rows)
    shares: dict[tuple[UUID, Right], Fraction] = {}
    for holder in holders:
        key = (holder.owner_id, _right(holder.right))
        if key in shares:
            raise Invalid("owner", N_("This person already holds this right on this lot."))
        shares[key] = _share(holder.share)
    await _check_owners(w, lot, [holder.owner_id for holder in holders])
    complete = lot.status == LotStatus.COMPLETE
    with lawful():
        change = rules.set_shares(rows, shares, start, complete=complete, lot_id=lot.id)
    done = await _apply(w, lot, rows, change, start, "ownership.set")
    chosen = next((holder.owner_id for holder in holders if holder.primary), None)
    return done if chosen is None else await _contact(w, lot, done, start, chosen)


async def add_holder(
    w: Work,
    lot_id: UUID,
    owner_id: UUID,
    share: Share,
    *,
    right: str = Right.FULL,
    on: date | None = None,
    primary: bool = False,
) -> Ownerships:
    """Lets one more person hold a right on a draft lot. On a complete lot use a transfer."""
    lot, rows = await _opened(w, lot_id)
    await _check_owners(w, lot, [owner_id])
    start, complete = on or await _start(w, lot, rows), lot.status == LotStatus.COMPLETE
    wanted = _share(share)
    with lawful():
        change = rules.add_owner(rows, start, owner_id, _right(right), wanted, complete=complete, lot_id=lot.id)
    done = await _apply(w, lot, rows, change, start, "ownership.added")
    return await _contact(w, lot, done, start, owner_id) if primary else done


async def remove_holder(
    w: Work, lot_id: UUID, owner_id: UUID, *, right: str | None = None, on: date | None = None
) -> Ownerships:
    """Takes a person out of a draft lot. On a complete lot only a transfer does that."""
    lot, rows = await _opened(w, lot_id)
    start, complete = on or await _start(w, lot, rows), lot.status == LotStatus.COMPLETE
    with lawful():
        change = rules.remove_owner(rows, start, owner_id, right=_right(right) if right else None, complete=complete)
    return await _apply(w, lot, rows, change, start, "ownership.removed")


async def change_percentage(
    w: Work, lot_id: UUID, owner_id: UUID, share: Share, *, right: str | None = None, on: date | None = None
) -> Ownerships:
    """Changes the share of one holder. `right` is needed when he holds several."""
    lot, rows = await _opened(w, lot_id)
    start, complete = on or await _start(w, lot, rows), lot.status == LotStatus.COMPLETE
    wanted, held = _share(share), _one_right(rows, start, owner_id, right)
    with lawful():
        change = rules.set_share(rows, start, owner_id, held, wanted, complete=complete)
    return await _apply(w, lot, rows, change, start, "ownership.changed")


async def change_primary(w: Work, lot_id: UUID, owner_id: UUID) -> Ownerships:
    """Makes a holder the one contact of the lot."""
    lot, rows = await _opened(w, lot_id)
    on = w.today if current(rows, w.today) else await _start(w, lot, rows)
    with lawful():
        change = rules.change_contact(rows, on, owner_id)
    return await _apply(w, lot, rows, change, on, "ownership.contact")


async def correct_shares(w: Work, lot_id: UUID, shares: Mapping[tuple[UUID, str], Share]) -> Ownerships:
    """Mends shares that were typed wrongly: the rights in force today keep their period, no history is made."""
    lot, rows = await _opened(w, lot_id)
    wanted = {(owner_id, _right(right)): _share(share) for (owner_id, right), share in shares.items()}
    complete = lot.status == LotStatus.COMPLETE
    with lawful():
        change = rules.correct_shares(rows, wanted, w.today, complete=complete)
    return await _apply(w, lot, rows, change, await _start(w, lot, rows), "ownership.corrected")


async def transfer_lot(
    w: Work, lot_id: UUID, seller: UUID, parts: Sequence[Part], on: date, *, right: str | None = None
) -> Ownerships:
    """Moves a right, or a part of it, to others from the day `on`; the past stays.

    A mandate given by other holders than those after the transfer ends that day: they name their mandatary again.
    """
    lot, rows = await _opened(w, lot_id)
    if on > add_years(w.today, 1):
        raise Invalid("on", N_("This day lies more than a year ahead."))
    await _check_owners(w, lot, [part.owner_id for part in parts])
    with lawful():
        change = rules.transfer(rows, on, seller, parts, right=_right(right) if right else None)
    return await _apply(w, lot, rows, change, on, "ownership.transferred")


# The mandatary (art. 3.87 §1 al. 2)


async def name_mandatary(
    w: Work, lot_id: UUID, owner_id: UUID, since: date, reference: str, *, until: date | None = None
) -> Mandatary:
    """Records whom the holders of a lot named to vote for it, in writing, from `since`; the one in force ends then."""
    lot, _ = await _opened(w, lot_id)
    with lawful():
        check_period(since, until)
    written = fields.text(required=True, longest=500)(reference, "reference", w.principal.lang)
    await _check_owners(w, lot, [owner_id])
    await _end_mandate(w, lot, since)
    row = await w.add(
        Mandatary(
            organization_id=lot.organization_id,
            lot_id=lot.id,
            owner_id=owner_id,
            reference=written,
            period=span(since, until),
        )
    )
    await audited(w, "mandatary.named", lot, after={"owner_id": owner_id, "since": since, "until": until})
    return row


async def end_mandate(w: Work, lot_id: UUID, on: date) -> None:
    """Ends the mandate on a day: from then on the vote of a lot held by several is suspended."""
    lot, _ = await _opened(w, lot_id)
    if not await _end_mandate(w, lot, on):
        raise Invalid("on", N_("No mandatary is in force on that day."))
    await audited(w, "mandatary.ended", lot, after={"on": on})


async def _end_mandate(w: Work, lot: Lot, on: date) -> bool:
    params = {"lot": lot.id, "on": on}
    removed = await w.execute("delete from mandatary where lot_id = %(lot)s and lower(period) = %(on)s", **params)
    ended = await w.execute(
        "update mandatary set period = daterange(lower(period), %(on)s) where lot_id = %(lot)s "
        "and period @> %(on)s::date",
        **params,
    )
    return bool(removed or ended)


# Loading and writing


async def _opened(w: Work, lot_id: UUID) -> tuple[Lot, list[HeldRow]]:
    """The lot, held until the end of the transaction, and all its rights."""
    await w.execute("select from lot where id = %(lot)s for update", lot=lot_id)
    lot = await open_lot(w, lot_id, "lots.write")
    return lot, await held_rows(w, lot.id)


async def _start(w: Work, lot: Lot, rows: Sequence[HeldRow]) -> date:
    """The day from which a change counts when none is given: today; for a draft the day its ownership began."""
    if lot.status == LotStatus.COMPLETE:
        return w.today
    if rows:
        return max(row.valid_from for row in rows)
    return fiscal_year_start(await w.get(Building, lot.building_id), w.today)


def fiscal_year_start(building: Building, today: date) -> date:
    """First day of the building's fiscal year in which `today` lies."""
    first = add_years(date(2000, building.fiscal_month, building.fiscal_day), today.year - 2000)
    return (
        first
        if first <= today
        else add_years(date(2000, building.fiscal_month, building.fiscal_day), today.year - 2001)
    )


async def _check_owners(w: Work, lot: Lot, owners: Sequence[UUID]) -> None:
    known = await w.value(
        "select count(*) from owner where organization_id = %(o)s and id = any(%(ids)s)",
        o=lot.organization_id,
        ids=list(owners),
    )
    if known != len(set(owners)):
        raise Invalid("owner", N_("This owner does not exist in this organisation."))


def _right(name: str) -> Right:
    try:
        return Right(name)
    except ValueError:
        raise Invalid("right", N_("Choose one of: {names}."), names=", ".join(Right)) from None


def _share(share: Share) -> Fraction:
    with lawful():
        return parse_share(share)


def _one_right(rows: Sequence[HeldRow], on: date, owner_id: UUID, right: str | None) -> Right:
    held = [row.right for row in current(rows, on) if row.owner_id == owner_id]
    if right is None and len(held) > 1:
        raise Invalid("right", N_("This person holds several rights on this lot: say which one."))
    if right is None and not held:
        raise Invalid("owner", N_("This person does not hold this right on this lot on that day."))
    return held[0] if right is None else _right(right)


async def _contact(w: Work, lot: Lot, done: Ownerships, on: date, owner_id: UUID) -> Ownerships:
    with lawful():
        change = rules.change_contact(done.rows, on, owner_id)
    again = await _apply(w, lot, done.rows, change, on, "ownership.contact")
    return Ownerships(lot, again.rows, again.complete, done.mandate_ended)


async def _apply(
    w: Work, lot: Lot, rows: Sequence[HeldRow], change: OwnershipChange, on: date, action: str
) -> Ownerships:
    """Writes a change of ownership with everything that follows from it: completeness, mandate, access, audit."""
    if change.is_empty:
        return Ownerships(lot, list(rows), lot.status == LotStatus.COMPLETE)
    await _written(w, lot, change)
    written = await held_rows(w, lot.id)
    before, now = current(rows, on - timedelta(days=1)) or current(rows, on), current(written, on)
    ended = {row.owner_id for row in before} != {row.owner_id for row in now} and await _end_mandate(w, lot, on)
    await _complete(w, lot, shares_of(now), on)
    for owner_id in {row.owner_id for row in rows} | {row.owner_id for row in written}:
        await sync_owner_grants(w, owner_id)
    await audit(
        w,
        action,
        "lot",
        lot.id,
        organization_id=lot.organization_id,
        building_id=lot.building_id,
        before={"rights": _told(current(rows, on)), "on": None},
        after={"rights": _told(now), "on": on},
    )
    return Ownerships(lot, written, lot.status == LotStatus.COMPLETE, ended)


async def _written(w: Work, lot: Lot, change: OwnershipChange) -> None:
    for row_id, day in change.end:
        sql = "update ownership set period = daterange(lower(period), %(d)s) where id = %(i)s"
        await w.execute(sql, d=day, i=row_id)
    if change.remove:
        await w.execute("delete from ownership where id = any(%(ids)s)", ids=list(change.remove))
    for row_id, share in change.rewrite:
        await w.execute(
            "update ownership set numerator = %(n)s, denominator = %(d)s where id = %(i)s",
            n=share.numerator,
            d=share.denominator,
            i=row_id,
        )
    if change.clear_primary:
        await w.execute(
            "update ownership set primary_contact = false where id = any(%(ids)s)", ids=list(change.clear_primary)
        )
    if change.set_primary is not None:
        await w.execute("update ownership set primary_contact = true where id = %(i)s", i=change.set_primary)
    for row in change.add:
        await w.execute(
            'insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator,'
            " primary_contact, period)"
            " values (%(o)s, %(l)s, %(p)s, %(r)s, %(n)s, %(d)s, %(c)s, daterange(%(f)s, %(t)s))",
            o=lot.organization_id,
            l=lot.id,
            p=row.owner_id,
            r=row.right,
            n=row.numerator,
            d=row.denominator,
            c=row.primary,
            f=row.valid_from,
            t=row.valid_to,
        )


async def _complete(w: Work, lot: Lot, shares: Mapping[tuple[UUID, Right], Fraction], on: date) -> None:
    """A draft whose rights are whole becomes complete from that day."""
    if lot.status != LotStatus.COMPLETE and check_completeness(False, shares):
        await write(w, lot, {"status": LotStatus.COMPLETE, "complete_from": on})
        await audited(w, "lot.completed", lot, after={"complete_from": on})


def _told(rows: Sequence[HeldRow]) -> list[dict[str, Any]]:
    return [
        {
            "owner_id": str(row.owner_id),
            "right": row.right,
            "share": f"{row.numerator}/{row.denominator}",
            "primary": row.primary,
        }
        for row in rows
    ]


__all__ = [
    "HolderInput",
    "HoldersPreview",
    "Ownerships",
    "Part",
    "Share",
    "add_holder",
    "change_percentage",
    "change_primary",
    "correct_shares",
    "end_mandate",
    "fiscal_year_start",
    "name_mandatary",
    "preview_holders",
    "remove_holder",
    "set_holders",
    "transfer_lot",
]
