"""Removing a statement that was imported by mistake, while nothing stands on it."""

from uuid import UUID

from koprogo_app.bank.facts import name_of
from koprogo_app.bank.queries.bank_statements import statement_row
from koprogo_app.documents.service.describing import withdraw
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.access import require
from koprogo_app.ledger.service import entries


async def remove_statement(w: Work, statement_id: UUID, reason: str) -> None:
    """Removes a statement with its movements and what was noted of them (`bank.write`); its file too, when no other
    statement came in it and no entry names it.

    Raises Conflict while a movement is posted, Invalid on `reason` without one, NotFound, Forbidden.
    """
    row = await statement_row(w, statement_id)
    require(w, "bank.write", row.organization_id, row.building_id)
    await entries.alone(w, row.building_id)
    row = await statement_row(w, statement_id)
    why = reason.strip()
    if not why:
        raise Invalid("reason", N_("Say why this statement is removed."))
    if posted := row.count - row.open_count:
        raise Conflict(
            N_("{count} movement of this statement is posted: open it again first.",
               "{count} movements of this statement are posted: open them again first."), count=posted,
        )  # fmt: skip
    for which in ("parent_id is not null", "true"):  # details before what they break down
        await w.execute(f"delete from bank_movement where statement_id = %(s)s and {which}", s=statement_id)
    await w.execute("delete from bank_statement where id = %(s)s", s=statement_id)
    await audit(
        w, "bank_statement.removed", "bank_statement", statement_id, organization_id=row.organization_id,
        building_id=row.building_id,
        before={"number": name_of(row), "movements": row.count, "account": row.account}, after={"reason": why},
    )  # fmt: skip
    if row.document_id and not await w.value(
        "select exists (select from bank_statement where document_id = %(d)s) "
        "or exists (select from ledger.entry where document_id = %(d)s)",
        d=row.document_id,
    ):
        said = tr(w.principal.lang, "Bank statement {name} removed: {reason}", name=name_of(row), reason=why)
        await withdraw(w, row.document_id, said[:500])
