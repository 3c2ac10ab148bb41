"""Sending reminders: drawn outside of any transaction, then filed, mailed and marked as sent in one.

- `send(who, reminder_id)` — one, by a person or by the worker
- `send_automatic()` — every prepared one that goes out by itself and that nothing holds up
- `preview(w, reminder_id) -> str` — the letter as it would go out now
- `cancel(w, reminder_id, reason)`

A reminder is sent when the transaction says so: a process that dies before leaves at worst a file nobody refers to.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import structlog

from koprogo_app.calls.service.claims import kept_lines
from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid, KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.foundation.storage import Spool
from koprogo_app.identity.access import require
from koprogo_app.law.recovery import react_by
from koprogo_app.recovery.model import Channel, Reminder, Status
from koprogo_app.recovery.queries import holding, policy
from koprogo_app.recovery.rules.arrears import bank_is_behind
from koprogo_app.recovery.service import writing
from koprogo_app.recovery.service.preparing import Figures, audited, refresh

Draw = Callable[[str], Awaitable[bytes]]
_TRIES: Final = 3
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Written:
    letter: writing.Letter
    figures: Figures
    react_by: date


async def send(who: Principal, reminder_id: UUID, *, now: datetime | None = None, draw: Draw = pdf.render) -> bool:
    """Sends a prepared reminder (`recovery.write`); False when it needed none: all was paid meanwhile.

    Raises Conflict when it was sent or cancelled already, or when something holds it up.
    """
    for _ in range(_TRIES):
        async with work(who, now=now) as w:
            written = await _write(w, reminder_id)
        if written is None:
            return False
        async with made(await draw(written.letter.html)) as paper, work(who, now=now) as w:
            if await _finish(w, reminder_id, written, paper):
                return True
    raise Conflict(N_("The account changes at this moment. Try again."))


async def _write(w: Work, reminder_id: UUID) -> _Written | None:
    row = await _prepared(w, reminder_id)
    figures = await refresh(w, reminder_id)
    if figures is None:
        return None
    await _check_free(w, row, figures)
    rules = await policy.policy_of(w, row.building_id)
    last = react_by(w.today, posted=row.channel != Channel.EMAIL, days=row.react_days)
    return _Written(await writing.letter(w, row, figures, rules, last), figures, last)


async def _prepared(w: Work, reminder_id: UUID) -> Reminder:
    await w.value("select 1 from reminder where id = %(r)s for update", r=reminder_id)
    row = await w.get(Reminder, reminder_id)
    require(w, "recovery.write", row.organization_id, row.building_id)
    if row.status == Status.SENT:
        raise Conflict(N_("This reminder has been sent already."))
    if row.status == Status.CANCELLED:
        raise Conflict(N_("This reminder was cancelled."))
    return row


async def _check_free(w: Work, row: Reminder, figures: Figures) -> None:
    if row.owner_id in await holding.paused(w, row.building_id):
        raise Conflict(N_("This owner’s account is paused: end the pause first."))
    planned = await kept_lines(w, row.building_id)
    if any(debt.line_id in planned for debt in figures.debts):
        raise Conflict(N_("An instalment plan covers this debt and is kept."))


async def _finish(w: Work, reminder_id: UUID, written: _Written, paper: Spool) -> bool:
    """Files, mails and marks, when the letter still says what is owed; False when it must be written again."""
    row = await _prepared(w, reminder_id)
    figures = await refresh(w, reminder_id)
    if figures is None or figures.total_cents != written.figures.total_cents:
        return False
    await _check_free(w, row, figures)
    document = await file_made(
        w, row.organization_id, row.building_id, paper, f"{row.owner_id.hex[-6:]}-{w.today.isoformat()}.pdf",
        {"title": written.letter.title, "lang": row.lang, "visibility": Visibility.OWNER, "owner_id": row.owner_id,
         "entity": "reminder", "entity_id": row.id},
    )  # fmt: skip
    queued = await writing.mail(w, row, written.letter, paper) if row.channel != Channel.POST else None
    row.document_id, row.mail_id = document.id, queued.id if queued else None
    row.status, row.sent_on, row.react_by = Status.SENT, w.today, written.react_by
    row.user_id = w.principal.user_id
    w.session.add(row)
    await w.flush()
    await audited(w, "reminder.sent", row)
    return True


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    building_id: UUID


async def send_automatic(*, now: datetime | None = None, draw: Draw = pdf.render) -> int:
    """Sends what goes out by itself; returns how many did. What something holds up waits for the next time.

    A fault with one letter keeps no other back: the first is raised when all have been tried.
    """
    async with work(SYSTEM, now=now) as w:
        due = await w.rows(
            "select id, building_id from reminder where status = 'prepared' and automatic order by id", _Due
        )
        behind = {b for b in {one.building_id for one in due} if await bank_behind(w, b)}
    sent, faults = 0, list[Exception]()
    for one in due:
        if one.building_id not in behind:
            try:
                sent += await send(SYSTEM, one.id, now=now, draw=draw)
            except KoproError:
                continue  # another worker sent it, or it is held up: the page says why
            except Exception as error:
                log.error("reminder not sent", reminder=str(one.id), error=type(error).__name__)
                faults.append(error)
    if faults:
        raise faults[0]
    return sent


async def bank_behind(w: Work, building_id: UUID) -> bool:
    """Whether payments may be on their way that the bank has not told of yet."""
    rules = await policy.policy_of(w, building_id)
    return bank_is_behind(await holding.last_statement_on(w, building_id), w.today, rules.bank_days)


async def preview(w: Work, reminder_id: UUID) -> str:
    """The HTML of the letter: as it would go out now (`recovery.read`). Raises Conflict once it is sent."""
    row = await w.get(Reminder, reminder_id)
    require(w, "recovery.read", row.organization_id, row.building_id)
    if row.status != Status.PREPARED:
        raise Conflict(N_("This reminder has been sent already."))
    figures = await refresh(w, reminder_id)
    if figures is None:
        raise Conflict(N_("All of it is paid: nothing is left to remind of."))
    rules = await policy.policy_of(w, row.building_id)
    last = react_by(w.today, posted=row.channel != Channel.EMAIL, days=row.react_days)
    return (await writing.letter(w, row, figures, rules, last)).html


async def cancel(w: Work, reminder_id: UUID, reason: str) -> None:
    """Gives up a prepared reminder (`recovery.write`), with a reason; its debts reach the next level in their time."""
    row = await _prepared(w, reminder_id)
    if not reason.strip():
        raise Invalid("reason", N_("Say why this reminder is not sent."))
    row.status, row.reason = Status.CANCELLED, reason.strip()[:500]
    w.session.add(row)
    await w.flush()
    await audited(w, "reminder.cancelled", row)
