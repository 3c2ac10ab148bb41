"""Invoices: written as a draft, submitted, approved by another where the building asks for it, posted, taken back.

- `create_invoice(w, building_id, values) -> Invoice`, `change_invoice(w, invoice_id, version, changes) -> Invoice`
- `remove_invoice(w, invoice_id)` — a draft only
- `submit(w, invoice_id)`, `withdraw(w, invoice_id)`, `reject(w, invoice_id, reason)`
- `approve(w, invoice_id, on=None) -> Posted`, `take_back(w, invoice_id, reason, on=None) -> Posted`

Raises Invalid on the field, Conflict, NotFound, Forbidden (`invoices.write`, `invoices.approve`).
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.service.describing import read_id
from koprogo_app.estate.queries.holders import lot_holders
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import as_error
from koprogo_app.foundation.numbers import read_communication
from koprogo_app.identity.access import require
from koprogo_app.ledger.model import JournalKind, Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import Draft
from koprogo_app.ledger.service import entries
from koprogo_app.purchases.model import WRITABLE, Invoice, InvoiceKind, InvoiceStatus
from koprogo_app.purchases.queries import invoices as queries
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.rules.invoices import Charged, debtors, posting
from koprogo_app.purchases.service.bearing import unborne_lines
from koprogo_app.workspace import fields


def _day(value: Any, field: str, lang: str) -> date:
    found: date = fields.day(optional=False)(value, field, lang)
    if not 1990 <= found.year <= 2100:
        raise Invalid(field, N_("Check the year of this date."))
    return found


def _due(value: Any, field: str, lang: str) -> date | None:
    return None if value in (None, "") else _day(value, field, lang)


FIELDS: Final[dict[str, fields.Read]] = {
    "supplier_id": read_id,
    "kind": fields.one_of(tuple(InvoiceKind)),
    "number": fields.text(required=True, longest=100),
    "dated": _day,
    "due_on": _due,
    "communication": fields.text(longest=140),
    "iban": fields.iban,
    "document_id": read_id,
}
"""What is written at the head of an invoice; `communication` is a structured message, or what to write instead."""


def read_message(text: str) -> dict[str, str]:
    """What to write with a payment, as the two columns keep it. Raises Invalid on wrong check digits."""
    if re.fullmatch(r"[+*]{0,3}\d{3}/?\d{4}/?\d{5}[+*]{0,3}", text.replace(" ", "")):
        return {"communication": read_communication(text.replace("+", "")), "message": ""}
    return {"communication": "", "message": text}


async def create_invoice(w: Work, building_id: UUID, values: Mapping[str, Any], *, origin: str = "manual") -> Invoice:
    """A new draft. `values`: `FIELDS`; supplier, number and date are needed."""
    book = await books.open_book(w, building_id, "invoices.write")
    wanted = {"kind": InvoiceKind.INVOICE, "number": "", "dated": "", "supplier_id": "", **values}
    clean = await _clean(w, book.organization_id, wanted)
    row = await w.add(
        Invoice(
            organization_id=book.organization_id, building_id=building_id, origin=origin,
            author_id=w.principal.user_id, created_at=w.now, **clean,
        )
    )  # fmt: skip
    await _audited(w, "invoice.created", row, after=snapshot(row))
    return row


async def _clean(w: Work, organization_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    clean = fields.read(values, FIELDS, w.principal.lang)
    if "communication" in clean:
        clean |= read_message(clean["communication"])
    if "supplier_id" in clean:
        supplier = await w.session.get(Supplier, clean["supplier_id"]) if clean["supplier_id"] else None
        if supplier is None or supplier.organization_id != organization_id:
            raise Invalid("supplier_id", N_("Choose a supplier."))
    if clean.get("due_on") and clean.get("dated") and clean["due_on"] < clean["dated"]:
        raise Invalid("due_on", N_("An invoice is due on its date or later."))
    return clean


async def open_invoice(w: Work, invoice_id: UUID, permission: str = "invoices.write") -> Invoice:
    """An invoice, held until the transaction ends. Raises NotFound, Forbidden."""
    row = await w.get(Invoice, invoice_id)
    require(w, permission, row.organization_id, row.building_id)
    await w.value("select 1 from invoice where id = %(i)s for update", i=invoice_id)
    await w.session.refresh(row)
    return row


async def draft_of(w: Work, invoice_id: UUID) -> Invoice:
    """An invoice that may still be written, held until the transaction ends. Raises Conflict when it may not."""
    row = await open_invoice(w, invoice_id)
    if row.status not in WRITABLE:
        raise Conflict(N_("This invoice is submitted: it is no longer changed."))
    return row


async def change_invoice(w: Work, invoice_id: UUID, version: int, changes: Mapping[str, Any]) -> Invoice:
    """Changes the head of a draft."""
    row = await draft_of(w, invoice_id)
    if row.version != version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before = snapshot(row)
    days = {"dated": row.dated} if "due_on" in changes and "dated" not in changes else {}
    for field, value in (await _clean(w, row.organization_id, {**days, **changes})).items():
        setattr(row, field, value)
    if snapshot(row) != before:
        row.version += 1
        await w.add(row)
        await _audited(w, "invoice.updated", row, before=before, after=snapshot(row))
    return row


async def remove_invoice(w: Work, invoice_id: UUID) -> None:
    """Throws a draft away, with its lines; papers filed with it stay in the library."""
    row = await draft_of(w, invoice_id)
    await w.execute("delete from invoice where id = %(i)s", i=invoice_id)
    w.session.expunge(row)
    await _audited(w, "invoice.removed", row, before={"number": row.number})


async def submit(w: Work, invoice_id: UUID) -> Invoice:
    """Hands a draft in: it must add up, and each line needs its account. From then on it does not change."""
    row = await draft_of(w, invoice_id)
    await _check_whole(w, row)
    row.submitted_by, row.submitted_at = w.principal.user_id, w.now
    return await _step(w, row, InvoiceStatus.SUBMITTED, "invoice.submitted")


async def _check_whole(w: Work, row: Invoice) -> None:
    """The same as the database asks, with the line that is wrong."""
    for number, line in enumerate(await queries.invoice_lines(w, row.id), 1):
        if not line.account:
            raise Invalid("lines", N_("Line {number} has no account yet."), number=number)
        if (line.lot_id is not None) != line.account.startswith("643"):
            raise Invalid(
                "lines", N_("Line {number}: a private cost is charged to one lot on account 643, and nothing else is."),
                number=number,
            )  # fmt: skip


async def withdraw(w: Work, invoice_id: UUID) -> Invoice:
    """Takes a submitted invoice back to the draft, to change it."""
    row = await _submitted(w, invoice_id, "invoices.write")
    return await _step(w, row, InvoiceStatus.DRAFT, "invoice.withdrawn")


async def reject(w: Work, invoice_id: UUID, reason: str) -> Invoice:
    """Refuses a submitted invoice; whoever wrote it sees why, and may change it and submit it again."""
    row = await _submitted(w, invoice_id, "invoices.approve")
    row.reason = fields.text(longest=500)(reason, "reason", w.principal.lang)
    if not row.reason:
        raise Invalid("reason", N_("Say why this invoice is rejected."))
    row.rejected_by, row.rejected_at = w.principal.user_id, w.now
    return await _step(w, row, InvoiceStatus.REJECTED, "invoice.rejected", after={"reason": row.reason})


async def approve(w: Work, invoice_id: UUID, on: date | None = None) -> entries.Posted:
    """Approves a submitted invoice and posts it on its date, or on `on` when that year is closed.

    Raises Conflict where four eyes are asked and the same person wrote it, Invalid for a line that nobody would bear.
    """
    row = await _submitted(w, invoice_id, "invoices.approve")
    if (await charge_rules(w, row.building_id)).four_eyes and w.principal.user_id in (row.author_id, row.submitted_by):
        raise Conflict(
            N_("Four eyes: somebody other than whoever wrote or submitted this invoice approves it."), field="status"
        )
    day = on or row.dated
    for refusal in await unborne_lines(w, row.building_id, await queries.invoice_lines(w, row.id), day):
        raise as_error(refusal)
    supplier = await w.get(Supplier, row.supplier_id)
    posted = await entries.post(w, row.building_id, await _draft(w, row, supplier.name, day))
    row.entry_id, row.approved_by, row.approved_at, row.reason = posted.id, w.principal.user_id, w.now, ""
    await _step(
        w, row, InvoiceStatus.APPROVED, "invoice.approved", after={"entry": f"{posted.journal} {posted.number}"}
    )
    return posted


async def _draft(w: Work, row: Invoice, supplier: str, on: date) -> Draft:
    lines = await queries.invoice_lines(w, row.id)
    charged = [await _charged(w, line, row.dated) for line in lines]
    name = f"{supplier} · {row.number}"
    purchases = next(j for j in await books.journals(w, row.building_id) if j.kind == JournalKind.PURCHASES)
    return Draft(
        purchases.code, on, row.number, posting(row.kind, row.supplier_id, charged, name), document_date=row.dated,
        label=name, document_id=row.document_id,
    )  # fmt: skip


async def _charged(w: Work, line: queries.LineRow, on: date) -> Charged:
    """A line with, when it is private, those who bear it: who owns the lot on the invoice's day."""
    if line.lot_id is None:
        return Charged(line.account, line.gross_cents, line.label)
    held = await lot_holders(w, line.lot_id, on)
    if not held.parts and held.mandatary is None:
        raise Invalid("lines", N_("Nobody owns lot {lot} on {day}."), lot=line.lot, day=on)
    owed = debtors(line.gross_cents, held.parts, held.mandatary)
    return Charged(line.account, line.gross_cents, line.label, line.lot_id, owed)


async def take_back(w: Work, invoice_id: UUID, reason: str, on: date | None = None) -> entries.Posted:
    """Takes an approved invoice back by the reversal of its entry; its number may be used again then."""
    row = await open_invoice(w, invoice_id, "invoices.approve")
    if row.status != InvoiceStatus.APPROVED or row.entry_id is None:
        raise Conflict(N_("Only an approved invoice is taken back."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why this invoice is taken back."))
    shown = await queries.invoice_row(w, invoice_id)
    if shown.order_id and shown.open_cents:
        raise Conflict(N_("This invoice is in a payment order. Cancel the order first."))
    posted = await entries.reverse(w, row.entry_id, reason, on)
    await _audited(w, "invoice.reversed", row, after={"reason": reason.strip(), "entry": f"{posted.number}"})
    return posted


async def _submitted(w: Work, invoice_id: UUID, permission: str) -> Invoice:
    row = await open_invoice(w, invoice_id, permission)
    if row.status != InvoiceStatus.SUBMITTED:
        raise Conflict(N_("This invoice is not waiting for approval."))
    return row


async def _step(
    w: Work, row: Invoice, status: InvoiceStatus, action: str, *, after: Mapping[str, Any] | None = None
) -> Invoice:
    row.status = status
    row.version += 1
    await w.add(row)
    await _audited(w, action, row, after={"number": row.number, **(after or {})})
    return row


async def _audited(w: Work, action: str, row: Invoice, *, before: Any = None, after: Any = None) -> None:
    await audit(
        w, action, "invoice", row.id, organization_id=row.organization_id, building_id=row.building_id,
        before=before, after=after,
    )  # fmt: skip
