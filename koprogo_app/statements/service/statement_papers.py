"""The yearly statement of charges as a report: of one owner, and of the whole building with its proof."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from koprogo_app.estate.queries.letterhead import addressee
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, P_, day, money, number, tr
from koprogo_app.foundation.paper.report import Column, Report, Table
from koprogo_app.ledger.service.papers import money_column, span_text
from koprogo_app.statements.queries.statement import AskedRow
from koprogo_app.statements.rules.statement import Portion, vat_rows
from koprogo_app.statements.service.statement import Behind, OwnerSum, Statement, behind, yearly


async def owner_charges(w: Work, building_id: UUID, owner_id: UUID, year: str, lang: str) -> Report:
    """An owner's statement of a year: every expense with its key, her quota and her share; provisions against charges.

    For whoever reads reports, and for herself. Raises NotFound, Forbidden.
    """
    found = await yearly(w, building_id, year, owner_id=owner_id)
    own, portions = found.sum_of(owner_id), found.of(owner_id)
    person = found.people.get(owner_id)
    tables = [
        _result(own, lang),
        *_called(found, found.asked_of(owner_id), lang),
        _expenses(found, portions, await behind(w, portions), lang),
        *(_vat(found, owner_id, lang) if person and person.taxable else []),
    ]
    return Report(
        tr(lang, "Statement of charges {year}", year=found.year.name), found.book.building_name,
        [
            (tr(lang, "Co-owner"), person.name if person else ""),
            (tr(lang, "Lots"), _lots(found, portions)),
            (tr(lang, "Period"), span_text(found.year.start, found.year.end, lang)),
            (tr(lang, "Proof"), _proof(found, lang)),
        ],
        tables, _notes(lang), await addressee(w, owner_id), w.today,
    )  # fmt: skip


def _lots(found: Statement, portions: Sequence[Portion]) -> str:
    mine = {one.lot_id for one in portions}
    return ", ".join(lot.number for lot in found.lots.values() if lot.id in mine)


def _proof(found: Statement, lang: str) -> str:
    if found.proof.holds:
        return tr(
            lang, "All co-owners together {amount} = the costs in the books, to the cent",
            amount=money(found.proof.shared_cents, lang),
        )  # fmt: skip
    return tr(
        lang, "All co-owners together {amount}, the costs in the books {books}; borne by nobody {rest}",
        amount=money(found.proof.shared_cents - found.proof.nobody_cents, lang),
        books=money(found.proof.books_cents, lang), rest=money(found.proof.nobody_cents, lang),
    )  # fmt: skip


def _notes(lang: str) -> list[str]:
    return [
        tr(lang, "Each expense goes over the lots by its key, rounded so that all parts add up to it exactly."),
        tr(lang, "Between a former and a new owner it goes by the days of use, or by the day of the invoice "
                 "(art. 3.94 of the Civil Code)."),
        tr(lang, "What is called for the reserve fund stays with the association; it is not part of the balance."),
    ]  # fmt: skip


def _result(own: OwnerSum, lang: str) -> Table:
    rows = [
        {"label": tr(lang, "Provisions called"), "cents": own.provisions},
        {"label": tr(lang, "Your share of the charges"), "cents": -own.charges},
    ]
    verdict = tr(lang, "In your favour") if own.balance >= 0 else tr(lang, "For you to pay")
    return Table(
        tr(lang, "Balance of the year"), [Column("label", ""), money_column("cents", tr(lang, "Amount"))], rows,
        {"label": verdict, "cents": own.balance},
    )  # fmt: skip


def _columns(lang: str) -> list[Column]:
    return [
        Column("on", tr(lang, "Date"), "date"), Column("label", tr(lang, "Expense")),
        Column("entry", tr(lang, "Entry"), "code"), Column("paid", tr(lang, "Paid")),
        money_column("whole", tr(lang, "Whole amount")), Column("key", tr(lang, "Key")),
        Column("quota", tr(lang, "Your quota")), money_column("cents", tr(lang, "Your share")),
    ]  # fmt: skip


def _expenses(found: Statement, portions: Sequence[Portion], explained: Behind, lang: str) -> Table:
    by_account: defaultdict[str, list[Portion]] = defaultdict(list)
    for one in portions:
        by_account[one.expense.account].append(one)
    rows: list[dict[str, Any]] = []
    for code in sorted(by_account):
        own = by_account[code]
        label = f"{code} {found.chart[code].label(lang)}"
        rows.append({"label": label, "_style": "group"})
        rows += [_line(found, group, explained, lang) for group in _grouped(own)]
        rows.append({"label": tr(lang, "Total"), "cents": sum(one.cents for one in own), "_style": "sum"})
    total = {"label": tr(lang, "Total of the charges"), "cents": sum(one.cents for one in portions)}
    return Table(tr(lang, "Charges"), _columns(lang), rows, total)


def _grouped(portions: Sequence[Portion]) -> list[list[Portion]]:
    """The portions of one expense through several lots stand on one line, where fraction and days are the same."""
    groups: dict[tuple[UUID, int, int, int], list[Portion]] = {}
    for one in portions:
        # Numerator and denominator, as hashing a fraction costs more than all the rest of a line.
        part = one.part.numerator, one.part.denominator
        groups.setdefault((one.expense.id, *part, one.days), []).append(one)
    return list(groups.values())


def _line(found: Statement, group: list[Portion], explained: Behind, lang: str) -> dict[str, Any]:
    one, expense = group[0], group[0].expense
    base, key = f"/buildings/{found.book.building_id}", tr(lang, "Shares")
    if expense.lot_id is not None:
        key = tr(lang, "This lot alone")
    elif expense.key_id is not None:
        key = found.keys.get(expense.key_id, "")
    payments = explained.paid.get(expense.invoice_id, []) if expense.invoice_id else []
    links = {"entry": f"{base}/entries/{expense.entry_id}", "key": f"{base}/keys"}
    if expense.invoice_id:
        links["whole"] = f"{base}/invoices/{expense.invoice_id}"
    if scan := explained.scan(one):
        links["label"] = f"/api/v1/documents/{scan}"
    if payments:
        links["paid"] = f"{base}/reports/invoice?invoice={expense.invoice_id}"
    supplier = explained.suppliers.get(expense.supplier_id, "") if expense.supplier_id else ""
    return {
        "on": expense.on, "label": " · ".join(part for part in (supplier, expense.label) if part),
        "entry": expense.entry, "paid": ", ".join(f"{p.entry}, {day(p.on, lang, 'short')}" for p in payments),
        "whole": expense.cents, "key": key, "quota": _quota(group, one, lang),
        "cents": sum(portion.cents for portion in group), "_links": links, "_level": 0,
    }  # fmt: skip


def _quota(group: Sequence[Portion], one: Portion, lang: str) -> str:
    weight = sum(portion.weight for portion in group)
    return _quota_text(
        weight, one.weight_total, one.days, one.of_days, one.part.numerator, one.part.denominator, lang
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _quota_text(weight: int, total: int, days: int, of_days: int, numerator: int, denominator: int, lang: str) -> str:
    """The quota of the lots in the key; then the part of the days, or of the lot, when it is not the whole. Kept, as
    nearly all lines of a statement have the same."""
    quota = f"{number(weight, lang)} / {number(total, lang)}"
    if days and days < of_days:
        quota += " × " + tr(lang, N_("{count} day of {all}", "{count} days of {all}"), count=days, all=of_days)
        if numerator * of_days != days * denominator:
            quota += f" ({numerator}/{denominator})"
    elif denominator > 1:
        quota += f" × {numerator}/{denominator}"
    return quota


def _called(found: Statement, asked: Sequence[AskedRow], lang: str) -> list[Table]:
    columns = [
        Column("on", tr(lang, "Date"), "date"), Column("label", tr(lang, "Description")),
        Column("lot", tr(lang, "Lot")), Column("entry", tr(lang, "Entry"), "code"),
        money_column("cents", tr(lang, "Amount")),
    ]  # fmt: skip
    kinds = (
        (tr(lang, "Provisions called"), [row for row in asked if not row.private and not row.reserve]),
        (tr(lang, "Called for the reserve fund"), [row for row in asked if not row.private and row.reserve]),
        (tr(lang, "Private costs, charged on already"), [row for row in asked if row.private]),
    )
    base = f"/buildings/{found.book.building_id}/entries"
    return [
        Table(
            title, columns,
            [{"on": row.on, "label": row.label, "lot": row.lot, "entry": row.entry, "cents": row.cents,
              "_links": {"entry": f"{base}/{row.entry_id}"}} for row in rows],
            {"label": tr(lang, "Total"), "cents": sum(row.cents for row in rows)},
        )
        for title, rows in kinds if rows
    ]  # fmt: skip


def _vat(found: Statement, owner_id: UUID, lang: str) -> list[Table]:
    """What a taxable co-owner deducts by: base and VAT by lot and rate, private costs too."""
    rows: list[dict[str, Any]] = [
        {
            "lot": lot.number if row.lot_id and (lot := found.lots.get(row.lot_id)) else "",
            "rate": Decimal(row.rate) / 100, "base": row.base_cents, "vat": row.vat_cents,
        }
        for row in vat_rows(found.with_private(owner_id))
    ]  # fmt: skip
    columns = [
        Column("lot", tr(lang, "Lot")), Column("rate", tr(lang, "VAT rate"), "percent"),
        money_column("base", tr(lang, "Without VAT")), money_column("vat", tr(lang, "VAT")),
    ]  # fmt: skip
    totals = {"lot": tr(lang, "Total"), "base": sum(r["base"] for r in rows), "vat": sum(r["vat"] for r in rows)}
    return [Table(tr(lang, "VAT in these charges, by lot and rate"), columns, rows, totals)] if rows else []


async def all_charges(w: Work, building_id: UUID, year: str, lang: str) -> Report:
    """The statement of a year of all owners, and the proof account by account (`reports.read`)."""
    found = await yearly(w, building_id, year)
    return Report(
        tr(lang, "Charges of all co-owners {year}", year=found.year.name), found.book.building_name,
        [
            (tr(lang, "Period"), span_text(found.year.start, found.year.end, lang)),
            (tr(lang, "Proof"), _proof(found, lang)),
        ],
        [_owners(found, lang), _by_account(found, lang)], _notes(lang),
    )  # fmt: skip


def _owners(found: Statement, lang: str) -> Table:
    columns = [
        Column("name", tr(lang, "Co-owner")), money_column("provisions", tr(lang, "Provisions called")),
        money_column("charges", tr(lang, "Charges")), money_column("balance", tr(lang, "Balance")),
        money_column("reserve", tr(lang, "Reserve fund")), money_column("private", tr(lang, "Private costs")),
    ]  # fmt: skip
    page = f"/buildings/{found.book.building_id}/reports/owner-charges?year={found.year.name}"
    keys = ("provisions", "charges", "balance", "reserve", "private")
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            **{key: getattr(one, key) for key in keys},
            "_links": {"name": f"{page}&owner={one.owner_id}"},
        }
        for one in found.owners()
    ]
    if found.proof.nobody_cents:
        rows.append({"name": tr(lang, "Borne by nobody"), "charges": found.proof.nobody_cents})
    totals = {"name": tr(lang, "Total"), **{key: sum(row.get(key) or 0 for row in rows) for key in keys}}
    return Table(tr(lang, "Co-owners"), columns, rows, totals)


def _by_account(found: Statement, lang: str) -> Table:
    columns = [
        Column("code", tr(lang, "Ledger account")), Column("label", tr(lang, "Name")),
        money_column("whole", tr(lang, "Expenses")), money_column("shared", tr(lang, "Borne by co-owners")),
        Column("proof", tr(lang, "Proof")),
    ]  # fmt: skip
    base = f"/buildings/{found.book.building_id}/ledger?year={found.year.name}"
    rows: list[dict[str, Any]] = [
        {"code": code, "label": found.chart[code].label(lang), "whole": one.whole_cents, "shared": one.borne_cents,
         "proof": tr(lang, P_("proof", "exact") if one.whole_cents == one.borne_cents else P_("proof", "differs")),
         "_links": {"code": f"{base}&account={code}"}}
        for code, one in found.accounts.items()
    ]  # fmt: skip
    whole, borne = (sum(row[key] for row in rows) for key in ("whole", "shared"))
    totals = {"label": tr(lang, "Total"), "whole": whole, "shared": borne}
    return Table(tr(lang, "Expenses and what is borne of them"), columns, rows, totals)
