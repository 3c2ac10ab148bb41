"""An electronic invoice becomes a draft with its lines, its XML and the PDF inside it filed beside it.

- `import_ubl(who, building_id, name, data) -> Imported`

All of it is written in one transaction, or nothing is. Raises Invalid on `file`, Conflict when it is there already.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from koprogo_app.documents.acceptance import judge
from koprogo_app.documents.acceptance.clamav import scan
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.model import span
from koprogo_app.foundation.numbers import read_enterprise_number, read_iban
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import Spool
from koprogo_app.ledger.model import Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.formats import ubl
from koprogo_app.purchases.model import Invoice, InvoiceLine
from koprogo_app.purchases.queries.invoices import last_account, last_key
from koprogo_app.purchases.queries.suppliers import supplier_of_number
from koprogo_app.purchases.service.invoices import create_invoice, read_message
from koprogo_app.purchases.service.suppliers import SUPPLIER
from koprogo_app.settings import settings
from koprogo_app.workspace import fields


@dataclass(frozen=True, slots=True)
class Imported:
    """The draft that was made; `notes` are messages on what deserves a look, `added` whether its supplier is new."""

    invoice_id: UUID
    supplier_id: UUID
    added: bool
    notes: tuple[str, ...]


async def import_ubl(who: Principal, building_id: UUID, name: str, data: bytes) -> Imported:
    """Takes a UBL invoice or credit note in (`invoices.write`)."""
    async with work(who) as w:
        await books.open_book(w, building_id, "invoices.write")
    read = await asyncio.to_thread(ubl.read, data)
    async with contextlib.AsyncExitStack() as stack:
        xml = await stack.enter_async_context(made(data))
        papers = [(await stack.enter_async_context(made(one.data)), one.name) for one in read.attachments]
        for paper, title in [(xml, _xml_name(name)), *papers]:
            await asyncio.to_thread(judge, paper.path, title)
            await scan(paper.path, settings().clamav)
        async with work(who) as w:
            return await _written(w, building_id, read, (xml, _xml_name(name)), papers)


def _xml_name(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem[:100] or "invoice"
    return f"{stem}.xml"


async def _written(
    w: Work, building_id: UUID, read: ubl.Ubl, xml: tuple[Spool, str], papers: Sequence[tuple[Spool, str]]
) -> Imported:
    book = await books.open_book(w, building_id, "invoices.write")
    supplier, added = await _supplier(w, building_id, book.organization_id, read)
    row = await create_invoice(
        w, building_id,
        {
            "supplier_id": supplier.id, "kind": read.kind, "number": read.number, "dated": read.dated,
            "due_on": read.due_on, "communication": _structured(read), "iban": _iban(read, supplier),
        },
        origin="ubl",
    )  # fmt: skip
    row.message = "" if row.communication else read.communication
    row.net_cents, row.vat_cents, row.total_cents = read.net_cents, read.vat_cents, read.total_cents
    await _lines(w, row, read, supplier)
    row.document_id = await _file(w, row, read, xml, papers)
    await w.add(row)
    await audit(
        w, "invoice.imported", "invoice", row.id, organization_id=row.organization_id, building_id=building_id,
        after={"number": row.number, "total_cents": row.total_cents},
    )  # fmt: skip
    return Imported(row.id, supplier.id, added, await _notes(w, building_id, read, supplier))


async def _supplier(w: Work, building_id: UUID, organization_id: UUID, read: ubl.Ubl) -> tuple[Supplier, bool]:
    """The supplier with the document's enterprise number, or by that very name when it has none; else a new one."""
    number = _enterprise_number(read.supplier.number)
    found = await supplier_of_number(w, organization_id, number) if number else None
    if found is None and not number:
        found = await w.value(
            """select id from ledger.supplier where organization_id = %(o)s and enterprise_number is null
                  and lower(name) = lower(%(name)s) order by archived_at nulls first limit 1""",
            o=organization_id, name=read.supplier.name,
        )  # fmt: skip
    if found is not None:
        return await w.get(Supplier, found), False
    said = read.supplier
    values: dict[str, Any] = {
        "name": said.name, "enterprise_number": number, "iban": _valid_iban(read.iban), "street": said.street,
        "postal_code": said.postal_code, "city": said.city, "country": said.country or "BE",
    }  # fmt: skip
    with contextlib.suppress(Invalid):
        values["email"] = fields.email(said.email, "email", w.principal.lang)
    return await SUPPLIER.add(w, building_id, values), True


def _enterprise_number(text: str) -> str:
    try:
        return read_enterprise_number(text) if text else ""
    except Invalid:
        return ""


def _valid_iban(text: str) -> str:
    try:
        return read_iban(text) if text else ""
    except Invalid:
        raise Invalid("file", N_("The account number in this invoice contains a mistake: {iban}."), iban=text) from None


def _structured(read: ubl.Ubl) -> str:
    """Its structured message; anything else, a mistyped one too, is kept as it stands."""
    with contextlib.suppress(Invalid):
        return read_message(read.communication)["communication"]
    return ""


def _iban(read: ubl.Ubl, supplier: Supplier) -> str:
    """The invoice's own account number when it is another than the supplier's."""
    iban = _valid_iban(read.iban)
    return "" if iban == supplier.iban else iban


async def _lines(w: Work, row: Invoice, read: ubl.Ubl, supplier: Supplier) -> None:
    """Its lines, on the account and with the key that this supplier's invoices usually have; else to be chosen."""
    accounts = await books.posting_accounts(w, row.building_id)
    usual = accounts.get(supplier.default_account) or accounts.get(
        await last_account(w, row.building_id, supplier.id) or ""
    )
    account_id = usual.id if usual and usual.postable and not usual.archived else None
    key_id = await last_key(w, row.building_id, supplier.id)
    for position, line in enumerate(read.lines, 1):
        period = None
        if line.start and line.end and line.start <= line.end:
            period = span(line.start, line.end.fromordinal(line.end.toordinal() + 1))
        w.session.add(
            InvoiceLine(
                organization_id=row.organization_id, building_id=row.building_id, invoice_id=row.id, position=position,
                account_id=account_id, label=tr(w.principal.lang, line.label) if line.label else "",
                net_cents=line.net_cents, vat_rate=line.vat_rate, vat_cents=line.vat_cents, key_id=key_id,
                period=period,
            )
        )  # fmt: skip
    await w.flush()


async def _file(
    w: Work, row: Invoice, read: ubl.Ubl, xml: tuple[Spool, str], papers: Sequence[tuple[Spool, str]]
) -> UUID:
    """Files the XML and the PDFs with the invoice; returns the document to show: the first PDF, else the XML."""
    # Any co-owner may consult what is not private (art. 3.89 §5), and her statement leads to it.
    values = {"kind": "invoice", "dated": row.dated, "visibility": "co_owners", "lang": w.principal.lang,
              "entity": "invoice", "entity_id": row.id}  # fmt: skip
    title = f"{read.supplier.name} {row.number}"[:180]
    shown: UUID | None = None
    for paper, name in papers:
        document = await file_made(
            w, row.organization_id, row.building_id, paper, name, {**values, "title": title}
        )  # fmt: skip
        shown = shown or document.id
    document = await file_made(
        w, row.organization_id, row.building_id, xml[0], xml[1], {**values, "title": f"{title} (XML)"},
        media_type="application/xml",
    )  # fmt: skip
    return shown or document.id


async def _notes(w: Work, building_id: UUID, read: ubl.Ubl, supplier: Supplier) -> tuple[str, ...]:
    notes = []
    own = await w.value("select enterprise_number from estate.building where id = %(b)s", b=building_id)
    theirs = _enterprise_number(read.customer.number)
    if own and theirs and theirs != own:
        notes.append(N_("It is addressed to another enterprise number than this association's."))
    if read.prepaid_cents:
        notes.append(N_("Part of it was paid in advance: look at the amount to pay."))
    if read.iban and supplier.iban and _valid_iban(read.iban) != supplier.iban:
        notes.append(N_("It asks to be paid on another account number than the supplier's. Ask him by telephone."))
    return tuple(notes)
