"""An electronic invoice becomes a draft with its lines, its file and the PDF inside it filed beside it.

- `import_ubl(who, building_id, name, data) -> Imported` — an XML (UBL, CII), or a PDF with one inside
- `import_files(who, building_id, name, data) -> list[Outcome]` — the same, or a ZIP of them, each for itself

All of one invoice is written in one transaction, or nothing is. Raises Invalid on `file`, Conflict when it is there
already.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.acceptance import judge
from koprogo_app.documents.acceptance.clamav import scan
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.model import span
from koprogo_app.foundation.numbers import read_iban
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import Spool
from koprogo_app.foundation.storage.archives import Member, is_zip, unzip
from koprogo_app.ledger.model import Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.formats import ubl
from koprogo_app.purchases.formats.pdf import embedded
from koprogo_app.purchases.model import Invoice, InvoiceLine, PaidBy, Question
from koprogo_app.purchases.queries.invoices import last_account, last_key
from koprogo_app.purchases.queries.suppliers import suppliers_like
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file that was sent: imported, or why not."""

    name: str
    imported: Imported | None = None
    refusal: KoproError | None = None


_MOST_FILES: Final = 100
_MOST_TOGETHER: Final = 100_000_000
_NO_XML: Final = {
    "none": N_("There is no electronic invoice inside this PDF. Enter it by hand and add the PDF to it."),
    "locked": N_("This PDF is locked with a password. Save it without one and send that."),
    "unreadable": N_("This PDF cannot be read. Send the XML of the invoice, or enter it by hand."),
}


async def import_files(who: Principal, building_id: UUID, name: str, data: bytes) -> list[Outcome]:
    """Takes in what one file holds: an electronic invoice, or a ZIP of several (`invoices.write`).

    The refusal of the one invoice of a file is raised; of several, each has its own outcome.
    """
    if not is_zip(data):
        return [Outcome(name, await import_ubl(who, building_id, name, data))]
    async with work(who) as w:
        await books.open_book(w, building_id, "invoices.write")
    members = await asyncio.to_thread(
        unzip, data, (".xml", ".pdf"), most=_MOST_FILES, each=ubl.MAX_BYTES, together=_MOST_TOGETHER
    )
    bills = _bills(members)
    if not bills:
        raise Invalid("file", N_("This archive holds no electronic invoice (XML, or a PDF with one inside)."))
    if len(bills) == 1:
        bill, papers = bills[0]
        return [Outcome(bill.name, await import_ubl(who, building_id, bill.name, bill.data, papers))]
    made: list[Outcome] = []
    for bill, papers in bills:
        try:
            made.append(Outcome(bill.name, await import_ubl(who, building_id, bill.name, bill.data, papers)))
        except KoproError as error:
            made.append(Outcome(bill.name, refusal=error))
    return made


def _bills(members: Sequence[Member]) -> list[tuple[Member, list[Member]]]:
    """Each invoice with the PDFs beside it: those of its name, or all of them where there is one XML."""
    xml = [one for one in members if one.name.lower().endswith(".xml")]
    pdf = [one for one in members if one not in xml]
    if len(xml) == 1:
        return [(xml[0], pdf)]
    stems = {PurePath(one.name).stem.lower() for one in xml}
    with_own = [
        (one, [p for p in pdf if PurePath(p.name).stem.lower() == PurePath(one.name).stem.lower()]) for one in xml
    ]
    return with_own + [(one, []) for one in pdf if PurePath(one.name).stem.lower() not in stems]


async def import_ubl(
    who: Principal, building_id: UUID, name: str, data: bytes, beside: Sequence[Member] = ()
) -> Imported:
    """Takes an electronic invoice or credit note in (`invoices.write`); `beside`: PDFs that came with it."""
    async with work(who) as w:
        await books.open_book(w, building_id, "invoices.write")
    files = list(beside)
    if data.startswith(b"%PDF-"):
        files = [Member(name, data), *files]
        data = await _inside(data)
    data = ubl.bare(data)
    read = await asyncio.to_thread(ubl.read, data)
    files += [Member(one.name, one.data) for one in read.attachments]
    async with contextlib.AsyncExitStack() as stack:
        xml = await stack.enter_async_context(made(data))
        papers = [(await stack.enter_async_context(made(one.data)), one.name) for one in files]
        for number, (paper, title) in enumerate([(xml, _xml_name(name)), *papers]):
            accepted = await asyncio.to_thread(judge, paper.path, PurePath(title.replace("\\", "/")).name)
            await scan(paper.path, settings().clamav)
            if number:
                papers[number - 1] = (paper, accepted.name)
        async with work(who) as w:
            return await _written(w, building_id, read, (xml, _xml_name(name)), papers)


async def _inside(pdf: bytes) -> bytes:
    """The XML inside a PDF. Raises Invalid when there is none."""
    if len(pdf) > ubl.MAX_BYTES:
        raise Invalid("file", N_("An electronic invoice has at most {size} MB."), size=ubl.MAX_BYTES // 1_000_000)
    found = await embedded(pdf)
    if found.state != "found":
        raise Invalid("file", _NO_XML[found.state])
    return found.data


def _xml_name(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem[:100] or "invoice"
    return f"{stem}.xml"


async def _written(
    w: Work, building_id: UUID, read: ubl.Ubl, xml: tuple[Spool, str], papers: Sequence[tuple[Spool, str]]
) -> Imported:
    book = await books.open_book(w, building_id, "invoices.write")
    supplier, added, doubted = await _supplier(w, building_id, book.organization_id, read)
    asked = await _asked(w, building_id, read, doubted)
    row = await create_invoice(
        w, building_id,
        {
            "supplier_id": supplier.id, "kind": read.kind, "number": read.number, "dated": read.dated,
            "due_on": read.due_on, "communication": _structured(read), "iban": _iban(read, supplier),
            "prepaid_cents": read.prepaid_cents, "paid_by": read.paid_by, "mandate": read.mandate,
        },
        origin="ubl", asked=asked,
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
    return Imported(row.id, supplier.id, added, _notes(read, supplier, asked))


async def _asked(w: Work, building_id: UUID, read: ubl.Ubl, doubted: bool) -> list[Question]:
    """What the file leaves to a person to decide."""
    own = await w.value("select enterprise_number from estate.building where id = %(b)s", b=building_id)
    theirs = read.customer.number
    known = {
        Question.REVERSE_CHARGE: read.reverse_charge,
        Question.ADDRESSEE: bool(own and theirs and theirs != own),
        Question.SUPPLIER: doubted,
    }
    return [question for question, raised in known.items() if raised]


async def _supplier(w: Work, building_id: UUID, organization_id: UUID, read: ubl.Ubl) -> tuple[Supplier, bool, bool]:
    """Who sent it, whether they are new, and whether a person should look: found by the enterprise number, else by the
    account number, else by the name where no number contradicts; else new."""
    said, iban = read.supplier, _valid_iban(read.iban)
    found = await suppliers_like(w, organization_id, said.number, iban, said.name)
    if same := next((one for one in found if said.number and one.enterprise_number == said.number), None):
        return await w.get(Supplier, same.id), False, False
    by_account = [one for one in found if iban and one.iban == iban]
    if len(by_account) == 1:
        other = bool(said.number and by_account[0].enterprise_number)
        return await w.get(Supplier, by_account[0].id), False, other
    by_name = [one for one in found if one.name.lower() == said.name.lower()]
    if len(by_name) == 1 and not (said.number and by_name[0].enterprise_number):
        return await w.get(Supplier, by_name[0].id), False, bool(said.number)
    values: dict[str, Any] = {
        "name": said.name, "enterprise_number": said.number, "iban": iban, "street": said.street,
        "postal_code": said.postal_code, "city": said.city, "country": said.country or "BE",
    }  # fmt: skip
    with contextlib.suppress(Invalid):
        values["email"] = fields.email(said.email, "email", w.principal.lang)
    return await SUPPLIER.add(w, building_id, values), True, False


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


_BY: Final = {
    PaidBy.DEBIT: N_("The supplier collects it by direct debit: it is not offered for transfer."),
    PaidBy.CARD: N_("It was paid by card: it is not offered for transfer."),
    PaidBy.OTHER: N_("It is paid otherwise than by transfer: it is not offered for transfer."),
}


def _notes(read: ubl.Ubl, supplier: Supplier, asked: Sequence[Question]) -> tuple[str, ...]:
    """What deserves a look; the invoice's page says it again, until it is decided or paid."""
    notes = []
    if Question.ADDRESSEE in asked:
        notes.append(N_("It is addressed to another enterprise number than this association's."))
    if Question.REVERSE_CHARGE in asked:
        notes.append(N_("It charges no VAT and leaves it to its customer (reverse charge)."))
    if Question.SUPPLIER in asked:
        notes.append(N_("Its enterprise number is not the one of the supplier with this account number or name."))
    if read.prepaid_cents:
        notes.append(N_("Part of it was paid in advance: look at the amount to pay."))
    if read.paid_by in _BY:
        notes.append(_BY[read.paid_by])
    if read.iban and supplier.iban and _valid_iban(read.iban) != supplier.iban:
        notes.append(N_("It asks to be paid on another account number than the supplier's. Ask him by telephone."))
    return tuple(notes)
