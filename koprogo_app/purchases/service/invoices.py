"""Invoices: written as a draft, submitted, approved by another where the building asks for it, posted, taken back.

- `create_invoice(w, building_id, values) -> Invoice`, `change_invoice(w, invoice_id, version, changes) -> Invoice`
- `remove_invoice(w, invoice_id)` — a draft only
- `decide(w, invoice_id, question)` — answers what is asked before it is submitted
- `submit(w, invoice_id)`, `withdraw(w, invoice_id)`, `reject(w, invoice_id, reason)`
- `pay_otherwise(w, invoice_id, paid_by)` — by transfer although the supplier was to collect it, or the reverse
- `approve(w, invoice_id, on=None) -> Posted`, `take_back(w, invoice_id, reason, on=None) -> Posted`

Raises Invalid on the field, Conflict, NotFound, Forbidden (`invoices.write`, `invoices.approve`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.service.describing import read_id
from koprogo_app.estate.queries.holders import lot_holders
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.lawful import as_error
from koprogo_app.foundation.numbers import parse_cents, read_communication
from koprogo_app.identity.access import require
from koprogo_app.law.values import Cents
from koprogo_app.ledger.model import JournalKind, Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import MAX_CENTS, Draft
from koprogo_app.ledger.service import entries
from koprogo_app.purchases.facts import open_questions
from koprogo_app.purchases.model import WRITABLE, Invoice, InvoiceKind, InvoiceStatus, PaidBy, Question
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


def _prepaid(value: Any, field: str, lang: str) -> int:
    """Cents: a whole number is taken as cents, a text as euros in the person's language; nothing is nothing."""
    if value in (None, ""):
        return 0
    whole = isinstance(value, int) and not isinstance(value, bool)
    cents = value if whole else parse_cents(str(value), lang, field)
    if not 0 <= cents <= MAX_CENTS:
        raise Invalid(field, N_("What was paid in advance is an amount above zero, or nothing."))
    return int(cents)


FIELDS: Final[dict[str, fields.Read]] = {
    "supplier_id": read_id,
    "kind": fields.one_of(tuple(InvoiceKind)),
    "number": fields.text(required=True, longest=100),
    "dated": _day,
    "due_on": _due,
    "communication": fields.text(longest=140),
    "iban": fields.iban,
    "prepaid_cents": _prepaid,
    "paid_by": fields.one_of(tuple(PaidBy)),
    "mandate": fields.text(longest=35),
    "document_id": read_id,
}
"""What is written at the head of an invoice; `communication` is a structured message, or what to write instead."""


def read_message(text: str) -> dict[str, str]:
    """What to write with a payment, as the two columns keep it. Raises Invalid on wrong check digits."""
    if re.fullmatch(r"[+*]{0,3}\d{3}/?\d{4}/?\d{5}[+*]{0,3}", text.replace(" ", "")):
        return {"communication": read_communication(text.replace("+", "")), "message": ""}
    return {"communication": "", "message": text}


async def create_invoice(
    w: Work, building_id: UUID, values: Mapping[str, Any], *, origin: str = "manual", asked: Sequence[Question] = ()
) -> Invoice:
    """A new draft. `values`: `FIELDS`; supplier, number and date are needed. `asked`: the questions its file raises."""
    book = await books.open_book(w, building_id, "invoices.write")
    wanted = {"kind": InvoiceKind.INVOICE, "number": "", "dated": "", "supplier_id": "", **values}
    clean = await _clean(w, book.organization_id, wanted)
    row = Invoice(
        organization_id=book.organization_id, building_id=building_id, origin=origin,
        author_id=w.principal.user_id, created_at=w.now, asked=[*asked], **clean,
    )  # fmt: skip
    await _check_number(w, row)
    await w.add(row)
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


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: str
    dated: date
    total_cents: int


async def _check_number(w: Work, row: Invoice) -> None:
    """A supplier's number comes once a year. Raises Conflict with the invoice that has it."""
    found = await w.rows(
        """select number, dated, total_cents from invoice
            where building_id = %(b)s and supplier_id = %(s)s and kind = %(kind)s and lower(number) = lower(%(n)s)
              and extract(year from dated) = extract(year from %(on)s::date) and status <> 'reversed'
              and id is distinct from %(own)s limit 1""",
        _Numbered, b=row.building_id, s=row.supplier_id, kind=row.kind, n=row.number, on=row.dated, own=row.id,
    )  # fmt: skip
    if found:
        raise Conflict(
            N_("This supplier already has an invoice or credit note with this number: {number} of {day}, {amount}."),
            field="number", number=found[0].number, day=found[0].dated, amount=Cents(found[0].total_cents),
        )  # fmt: skip


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
        _ask_again(row, before)
        await _check_number(w, row)
        row.version += 1
        await w.add(row)
        await _audited(w, "invoice.updated", row, before=before, after=snapshot(row))
    return row


def _ask_again(row: Invoice, before: Mapping[str, Any]) -> None:
    """What was decided of another number, day or supplier is not decided of this one; a supplier that a person chose
    is not asked about."""
    after = snapshot(row)
    if any(before[name] != after[name] for name in ("supplier_id", "kind", "number", "dated")):
        row.answered = [one for one in row.answered if one != Question.TWICE]
    if before["supplier_id"] != after["supplier_id"]:
        row.asked = [one for one in row.asked if one != Question.SUPPLIER]


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
    alike = await queries.lookalikes(w, invoice_id)
    for question in open_questions(row.asked, row.answered, any(one.same_number for one in alike)):
        raise Conflict(UNDECIDED[question], field="questions")
    row.submitted_by, row.submitted_at, row.reason = w.principal.user_id, w.now, ""
    return await _step(w, row, InvoiceStatus.SUBMITTED, "invoice.submitted")


UNDECIDED: Final = {
    Question.TWICE: N_("Another invoice has this number. Say whether this is another one, or remove this draft."),
    Question.REVERSE_CHARGE: N_("No VAT is charged: say whether that is right before you submit it."),
    Question.ADDRESSEE: N_("It is addressed to another enterprise number: say whether it is the association's."),
    Question.SUPPLIER: N_("Say whether it comes from this supplier, or choose another in its head."),
}
"""Why an invoice is not submitted yet, by what is to be decided."""


async def decide(w: Work, invoice_id: UUID, question: str) -> Invoice:
    """Answers a question of a draft with yes: it is another invoice, it is right, it is ours, it is theirs."""
    row = await draft_of(w, invoice_id)
    if question not in tuple(Question):
        raise Invalid("question", N_("Choose one."))
    if question not in row.answered:
        row.answered = [*row.answered, question]
        row.version += 1
        await w.add(row)
        await _audited(w, "invoice.decided", row, after={"number": row.number, "question": question})
    return row


async def pay_otherwise(w: Work, invoice_id: UUID, paid_by: str) -> Invoice:
    """Says how an approved invoice is paid, other than was written on it (`invoices.pay`)."""
    row = await open_invoice(w, invoice_id, "invoices.pay")
    wanted = fields.one_of(tuple(PaidBy))(paid_by, "paid_by", w.principal.lang)
    if row.status != InvoiceStatus.APPROVED:
        raise Conflict(N_("Change the head of a draft; this is for approved invoices."))
    shown = await queries.invoice_row(w, invoice_id, "invoices.pay")
    if shown.order_id and shown.open_cents:
        raise Conflict(N_("This invoice is in a payment order. Cancel the order first."))
    if row.paid_by != wanted:
        before, row.paid_by = row.paid_by, wanted
        row.version += 1
        await w.add(row)
        await _audited(w, "invoice.pay_otherwise", row, before={"paid_by": before}, after={"paid_by": wanted})
    return row


async def _check_whole(w: Work, row: Invoice) -> None:
    """The same as the database asks, with the line that is wrong."""
    if row.total_cents < 0:
        raise Invalid("lines", N_("This invoice is below zero: make it a credit note, its amounts above zero."))
    if row.prepaid_cents > row.total_cents:
        raise Invalid(
            "prepaid_cents", N_("More was paid in advance ({paid}) than the invoice comes to ({total})."),
            paid=Cents(row.prepaid_cents), total=Cents(row.total_cents),
        )  # fmt: skip
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
    if row.prepaid_cents:
        row.prepaid_line_id = await _last_line(w, posted.id, row.supplier_id)
    row.entry_id, row.approved_by, row.approved_at, row.reason = posted.id, w.principal.user_id, w.now, ""
    await _step(
        w, row, InvoiceStatus.APPROVED, "invoice.approved", after={"entry": f"{posted.journal} {posted.number}"}
    )
    return posted


async def _last_line(w: Work, entry_id: UUID, supplier_id: UUID) -> UUID:
    """The supplier's last line of an entry: what was paid in advance."""
    found: UUID = await w.value(
        """select id from ledger.entry_line where entry_id = %(e)s and supplier_id = %(s)s
            order by position desc limit 1""",
        e=entry_id, s=supplier_id,
    )  # fmt: skip
    return found


async def _draft(w: Work, row: Invoice, supplier: str, on: date) -> Draft:
    lines = await queries.invoice_lines(w, row.id)
    charged = [await _charged(w, line, row.dated) for line in lines]
    name = f"{supplier} · {row.number}"
    purchases = next(j for j in await books.journals(w, row.building_id) if j.kind == JournalKind.PURCHASES)
    advance = (row.prepaid_cents, tr(w.principal.lang, N_("{name}, paid in advance"), name=name))
    return Draft(
        purchases.code, on, row.number, posting(row.kind, row.supplier_id, charged, name, advance),
        document_date=row.dated, label=name, document_id=row.document_id,
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
