"""The yearly statement of charges as a report: of one owner, and of the whole building with its proof."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from koprogo_app.estate.queries.letterhead import addressee
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, P_, day, money, number, tr
from koprogo_app.foundation.paper.report import Column, Report, Table
from koprogo_app.ledger.service.papers import money_column, span_text
from koprogo_app.statements.model import Fund
from koprogo_app.statements.queries import statement as queries
from koprogo_app.statements.queries.statement import AskedRow
from koprogo_app.statements.rules.settlement import FUNDS
from koprogo_app.statements.rules.statement import Portion, vat_rows
from koprogo_app.statements.service.paying import credit_texts, transfers
from koprogo_app.statements.service.statement import Behind, OwnerSum, Statement, behind, yearly
from koprogo_app.statements.service.unborne import Unborne, unborne


async def owner_charges(w: Work, building_id: UUID, owner_id: UUID, year: str, lang: str) -> Report:
    """An owner's statement of a year: every expense with its key, her quota and her share; provisions against charges.

    For whoever reads reports, and for herself. Raises NotFound, Forbidden.
    """
    found = await yearly(w, building_id, year, owner_id=owner_id)
    own, portions = found.sum_of(owner_id), found.of(owner_id)
    person = found.people.get(owner_id)
    paid = await paid_of(w, found, [owner_id])
    tables = [
        _result(found, own, paid, lang),
        *_called(found, found.asked_of(owner_id), lang),
        _expenses(found, portions, await behind(w, portions), lang),
        *(_vat(found, owner_id, lang) if person and person.taxable else []),
    ]
    return Report(
        _title(found, N_("Statement of charges {year}"), w.today, lang), found.book.building_name,
        [
            *_state(found, owner_id, w.today, lang),
            (tr(lang, "Co-owner"), person.name if person else ""),
            (tr(lang, "Lots"), _lots(found, portions)),
            (tr(lang, "Period"), span_text(found.year.start, found.year.end, lang)),
            (tr(lang, "Proof"), _proof(found, lang)),
        ],
        tables, _notes(lang), await addressee(w, owner_id), w.today, await transfers(w, found, owner_id, lang),
    )  # fmt: skip


def _title(found: Statement, title: str, today: date, lang: str) -> str:
    """The title, which says of a year that is not closed that its figures are provisional, and of which day."""
    said = tr(lang, title, year=found.year.name)
    if not found.provisional:
        return said
    return tr(lang, "{title}: provisional on {day}", title=said, day=day(today, lang, "short"))


def _state(found: Statement, owner_id: UUID | None, today: date, lang: str) -> list[tuple[str, str]]:
    """Whether the balances are booked, and what is to be paid by when."""
    label, booked = tr(lang, "State"), found.booked
    if found.provisional:
        text = tr(lang, "Provisional on {day}: the year is not closed, and nothing is to be paid on this statement.",
                  day=day(today, lang, "short"))  # fmt: skip
        return [(label, text)]
    if booked is None:
        return [(label, tr(lang, "Not booked yet: nothing is to be paid on this statement before it is."))]
    said = [(label, tr(lang, "Booked on {day} ({entry})", day=day(booked.booked_on, lang), entry=booked.entry))]
    if owner_id is None:
        return [*said, (tr(lang, "To pay by"), day(booked.due_on, lang))]
    lines = found.booked_of(owner_id)
    owed = sum(line.open_cents for line in lines if line.open_cents > 0)
    if owed:
        said.append((tr(lang, "To pay by {day}", day=day(booked.due_on, lang)), money(owed, lang)))
    elif any(line.cents > 0 for line in lines):
        said.append((tr(lang, "To pay"), tr(lang, "Nothing more: the balance is settled.")))
    said += [(tr(lang, "In your favour"), text) for text in credit_texts(found, owner_id, lang)]
    own = found.sum_of(owner_id)
    if changed := sum(line.cents for line in lines) + own.balance:
        text = tr(lang, "{amount} since it was booked: lots, owners or keys were corrected. The syndic takes the "
                        "booking back and books it again.", amount=money(changed, lang))  # fmt: skip
        said.append((tr(lang, "Changed since the booking"), text))
    return said


async def paid_of(w: Work, found: Statement, owners: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """What these owners paid by today of what was asked of them in the year: by owner, and by fund or `private`."""
    asked = [row for row in found.shared.asked if row.owner_id in owners]
    cents = await queries.paid_lines(w, [row.line_id for row in asked])
    paid: defaultdict[tuple[UUID, str], int] = defaultdict(int)
    for row in asked:
        paid[row.owner_id, "private" if row.private else row.fund] += cents.get(row.line_id, 0)
    return paid


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


def _result(found: Statement, own: OwnerSum, paid: Mapping[tuple[UUID, str], int], lang: str) -> Table:
    """Called, paid and cost side by side, works and the reserve apart; the balance once the year is closed."""
    columns = [
        Column("label", ""), money_column("called", tr(lang, "Called")), money_column("paid", tr(lang, "Paid")),
        money_column("cost", tr(lang, "Your share of the charges")),
    ]  # fmt: skip
    rows, feet = [], []
    for fund in Fund:
        called, cost = own.called(fund), own.cost(fund)
        if fund is Fund.WORKS and not called and not cost:
            continue
        name = tr(lang, FUNDS[fund])
        rows.append({"label": name, "called": called, "paid": paid.get((own.owner_id, fund), 0), "cost": cost})
        verdict = tr(lang, "In your favour") if called >= cost else tr(lang, "For you to pay")
        feet.append((tr(lang, "{name}: {value}", name=name, value=verdict), called - cost))
    for label, key, called in (
        (tr(lang, "Reserve fund"), "reserve", own.reserve), (tr(lang, "Private costs"), "private", own.private),
    ):  # fmt: skip
        if called:
            rows.append({"label": label, "called": called, "paid": paid.get((own.owner_id, key), 0)})
    if found.provisional:
        return Table(tr(lang, "The year so far"), columns, rows)
    columns.append(money_column("balance", tr(lang, "Balance")))
    if len(feet) == 1:
        feet = [(tr(lang, "In your favour") if own.balance >= 0 else tr(lang, "For you to pay"), own.balance)]
    return Table(
        tr(lang, "Balance of the year"), columns, rows, [{"label": label, "balance": cents} for label, cents in feet]
    )


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
    paid = await paid_of(w, found, [one.owner_id for one in found.owners()])
    return Report(
        _title(found, N_("Charges of all co-owners {year}"), w.today, lang), found.book.building_name,
        [
            *_state(found, None, w.today, lang),
            (tr(lang, "Period"), span_text(found.year.start, found.year.end, lang)),
            (tr(lang, "Proof"), _proof(found, lang)),
        ],
        [
            *_unborne(await unborne(w, found.shared, building_id), found, lang), _owners(found, paid, lang),
            _by_account(found, lang),
        ],
        _notes(lang),
    )  # fmt: skip


def _unborne(rows: Sequence[Unborne], found: Statement, lang: str) -> list[Table]:
    """The costs that nobody bears, each by name; nothing when there are none."""
    if not rows:
        return []
    columns = [
        Column("on", tr(lang, "Date"), "date"), Column("what", tr(lang, "Expense")), Column("why", tr(lang, "Why")),
        money_column("cents", tr(lang, "Amount")),
    ]  # fmt: skip
    base = f"/buildings/{found.book.building_id}"
    lines: list[dict[str, Any]] = [
        {
            "on": one.expense.on, "what": one.what, "cents": one.cents,
            "why": tr(lang, one.refusal.message, **one.refusal.params),
            "_links": {
                "what": f"{base}/invoices/{one.expense.invoice_id}" if one.expense.invoice_id
                else f"{base}/entries/{one.expense.entry_id}",
            },
        }
        for one in rows
    ]  # fmt: skip
    total = {"what": tr(lang, "Total"), "cents": sum(one.cents for one in rows)}
    return [Table(tr(lang, "Borne by nobody"), columns, lines, total)]


def _owners(found: Statement, paid: Mapping[tuple[UUID, str], int], lang: str) -> Table:
    """Called, paid and cost of each, works apart where there were any; the balance once the year is closed."""
    owners = found.owners()
    funds = [fund for fund in Fund if any(one.called(fund) or one.cost(fund) for one in owners)] or [Fund.WORKING]
    columns = [Column("name", tr(lang, "Co-owner"))]
    for fund in funds:
        said = tr(lang, FUNDS[fund]) if len(funds) > 1 or fund is Fund.WORKS else ""
        headings = [("provisions", N_("Called")), ("paid", N_("Paid")), ("charges", N_("Charges"))]
        headings += [] if found.provisional else [("balance", N_("Balance"))]
        for key, heading in headings:
            label = tr(lang, "{name}: {value}", name=said, value=tr(lang, heading)) if said else tr(lang, heading)
            columns.append(money_column(_key(key, fund), label))
    columns += [
        money_column("reserve", tr(lang, "Reserve fund")), money_column("private", tr(lang, "Private costs")),
    ]  # fmt: skip
    page = f"/buildings/{found.book.building_id}/reports/owner-charges?year={found.year.name}"
    rows: list[dict[str, Any]] = [
        {
            "name": one.name, "reserve": one.reserve, "private": one.private,
            **{key: cents for fund in funds for key, cents in _fund_cells(one, fund, paid).items()},
            "_links": {"name": f"{page}&owner={one.owner_id}"},
        }
        for one in owners
    ]  # fmt: skip
    keys = [column.key for column in columns[1:]]
    if found.proof.nobody_cents:
        rows.append({"name": tr(lang, "Borne by nobody"), "charges": found.proof.nobody_cents})
    totals = {"name": tr(lang, "Total"), **{key: sum(row.get(key) or 0 for row in rows) for key in keys}}
    return Table(tr(lang, "Co-owners"), columns, rows, totals)


def _key(name: str, fund: Fund) -> str:
    return name if fund is Fund.WORKING else f"{fund}_{name}"


def _fund_cells(one: OwnerSum, fund: Fund, paid: Mapping[tuple[UUID, str], int]) -> dict[str, int]:
    called, cost = one.called(fund), one.cost(fund)
    cells = {"provisions": called, "paid": paid.get((one.owner_id, fund), 0), "charges": cost, "balance": called - cost}
    return {_key(name, fund): cents for name, cents in cells.items()}


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
