"""An invoice behind a statement of charges: its lines and their keys, its scan, the bank lines that paid it.

For whoever reads reports, and for a co-owner of the building, who may look into what he bears. What another's lot
bears alone is not shown to him.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import day, number, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.foundation.paper.report import Column, Report, Table
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import Book
from koprogo_app.ledger.service.papers import money_column
from koprogo_app.purchases.model import InvoiceStatus
from koprogo_app.purchases.queries.invoices import InvoiceRow, LineRow, invoice_lines, invoice_row
from koprogo_app.statements.queries import statement as queries
from koprogo_app.statements.queries.paid_by import BankLine, bank_lines


async def invoice_behind(w: Work, building_id: UUID, invoice_id: UUID, lang: str) -> Report:
    """An approved invoice with its lines and the bank lines that paid it. Raises NotFound, Forbidden."""
    book, office = await _may_read(w, building_id)
    row = await invoice_row(w, invoice_id, "reports.read" if office else "own_account.read")
    if row.building_id != building_id or row.status != InvoiceStatus.APPROVED:
        raise NotFound
    lines = await invoice_lines(w, invoice_id)
    if not office:
        mine = await _own_lots(w, building_id)
        lines = [line for line in lines if line.lot_id is None or line.lot_id in mine]
    if not lines:
        raise NotFound
    scan = (await queries.scans(w, [invoice_id], [])).get(invoice_id)
    paid = await bank_lines(w, invoice_id)
    return Report(
        tr(lang, "Invoice {number}", number=row.number), book.building_name, _head(row, lang),
        [_lines(row, lines, scan, lang), *_paid(building_id, paid, lang)],
    )  # fmt: skip


async def _may_read(w: Work, building_id: UUID) -> tuple[Book, bool]:
    """The books, and whether the reader is of the office or the council. Raises NotFound, Forbidden."""
    who, found = w.principal, await books.book(w, building_id, "buildings.read")
    office = not isinstance(who, Person) or who.may("reports.read", found.organization_id, building_id)
    return await books.open_book(w, building_id, "reports.read" if office else "own_account.read"), office


async def _own_lots(w: Work, building_id: UUID) -> set[UUID]:
    found: list[UUID] = await w.value(
        """select coalesce(array_agg(distinct l.id), '{}') from estate.ownership o join estate.lot l on l.id = o.lot_id
             join estate.owner p on p.id = o.owner_id where l.building_id = %(b)s and p.user_id = %(u)s""",
        b=building_id, u=w.principal.user_id,
    )  # fmt: skip
    return set(found)


def _head(row: InvoiceRow, lang: str) -> list[tuple[str, str]]:
    facts = [
        (tr(lang, "Supplier"), row.supplier), (tr(lang, "Date"), day(row.dated, lang, "short")),
        (tr(lang, "Entry"), row.entry),
    ]  # fmt: skip
    return [*facts, (tr(lang, "Due on"), day(row.due_on, lang, "short"))] if row.due_on else facts


def _lines(row: InvoiceRow, lines: Sequence[LineRow], scan: UUID | None, lang: str) -> Table:
    sign = -1 if row.kind == "credit_note" else 1
    links = {"label": f"/api/v1/documents/{scan}"} if scan else {}
    rows: list[dict[str, Any]] = [
        {
            "label": line.label or row.number, "account": f"{line.account} {line.account_label(lang)}",
            "key": tr(lang, "This lot alone") if line.lot_id else line.key or tr(lang, "Shares"),
            "net": sign * line.net_cents, "rate": f"{number(line.vat_rate, lang)} %", "vat": sign * line.vat_cents,
            "cents": sign * line.gross_cents, "_links": links,
        }
        for line in lines
    ]  # fmt: skip
    columns = [
        Column("label", tr(lang, "Description")), Column("account", tr(lang, "Ledger account")),
        Column("key", tr(lang, "Key")), money_column("net", tr(lang, "Without VAT")),
        Column("rate", tr(lang, "VAT rate"), "code"), money_column("vat", tr(lang, "VAT")),
        money_column("cents", tr(lang, "Amount")),
    ]  # fmt: skip
    totals = {"label": tr(lang, "Total"), **{key: sum(one[key] for one in rows) for key in ("net", "vat", "cents")}}
    return Table(tr(lang, "What was billed"), columns, rows, totals)


def _paid(building_id: UUID, paid: Sequence[BankLine], lang: str) -> list[Table]:
    base = f"/buildings/{building_id}"
    rows: list[dict[str, Any]] = [
        {
            "on": one.on, "entry": one.entry, "statement": one.statement, "iban": show_iban(one.iban),
            "text": one.text, "cents": one.cents,
            "_links": {"entry": f"{base}/entries/{one.entry_id}"}
            | ({"statement": f"{base}/bank/{one.statement_id}"} if one.statement_id else {}),
        }
        for one in paid
    ]  # fmt: skip
    columns = [
        Column("on", tr(lang, "Date"), "date"), Column("entry", tr(lang, "Entry"), "code"),
        Column("statement", tr(lang, "Bank statement"), "code"), Column("iban", tr(lang, "From account"), "code"),
        Column("text", tr(lang, "Message")), money_column("cents", tr(lang, "Paid")),
    ]  # fmt: skip
    totals = {"on": None, "entry": tr(lang, "Total"), "cents": sum(one.cents for one in paid)}
    return [Table(tr(lang, "How it was paid"), columns, rows, totals)] if rows else []
