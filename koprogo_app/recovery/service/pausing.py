"""Pausing recovery for an owner: a dispute, a restriction of processing, another reason; and ending it."""

from datetime import date, timedelta
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.recovery.model import PauseKind, RecoveryPause


async def begin_pause(
    w: Work, building_id: UUID, owner_id: UUID, kind: str, reason: str, until: date | None = None
) -> RecoveryPause:
    """Sends nothing more to an owner of a building (`recovery.write`) up to a day, or until it is ended.

    Raises NotFound for an owner of another building.
    """
    book = await books.open_book(w, building_id, "recovery.write")
    await check_parties(w, building_id, [owner_id])
    if kind not in set(PauseKind):
        raise Invalid("kind", N_("Choose one."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why recovery is paused."))
    if until is not None and until < w.today:
        raise Invalid("until", N_("The last day of the pause is over already."))
    row = await w.add(
        RecoveryPause(
            organization_id=book.organization_id, building_id=building_id, owner_id=owner_id, kind=kind,
            reason=reason.strip()[:500], since=w.today, until=until, user_id=w.principal.user_id,
        )
    )  # fmt: skip
    await _audited(w, "recovery_pause.begun", row)
    return row


async def end_pause(w: Work, pause_id: UUID) -> None:
    """Ends a pause yesterday, so that reminders go on today (`recovery.write`); begun today, it has no day left."""
    row = await w.get(RecoveryPause, pause_id)
    require(w, "recovery.write", row.organization_id, row.building_id)
    yesterday = w.today - timedelta(days=1)
    if row.until is not None and row.until <= yesterday:
        return
    row.until = yesterday
    await w.add(row)
    await _audited(w, "recovery_pause.ended", row)


async def _audited(w: Work, action: str, row: RecoveryPause) -> None:
    await audit(
        w, action, "recovery_pause", row.id, organization_id=row.organization_id, building_id=row.building_id,
        after={"owner": row.owner_id, "kind": row.kind, "since": row.since, "until": row.until},
    )  # fmt: skip
