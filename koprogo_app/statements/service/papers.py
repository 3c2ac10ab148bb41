"""The reports that need calls, invoices or what is open: arrears, calls, the year's expenses, financial statement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.calls.queries import calls
from koprogo_app.calls.queries.calls import CallLineRow
from koprogo_app.calls.service.notice_letters import call_title
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import N_, day, money, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.foundation.paper.report import Column, Report, Table
from koprogo_app.law.accounts import (
    EARMARKED_RESERVE,
    RESERVE_BANK,
    RESERVE_CALLS,
    RESERVE_FUND,
    TERM_DEPOSITS,
    WORKING_BANK,
    WORKING_FUND,
)
from koprogo_app.ledger.queries import books, reports
from koprogo_app.ledger.queries.reports import TrialBalance
from koprogo_app.ledger.service.papers import (
    balance_tables,
    chosen_year,
    income_tables,
    money_column,
    proof_text,
    span_text,
)
from koprogo_app.payments.facts import FUND_NAMES, OpenItem
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.rules.ageing import BUCKETS, aged
from koprogo_app.statements.queries import statement as people_queries
from koprogo_app.statements.service.shared_costs import EXTRAORDINARY
from koprogo_app.workspace.queries.paging import WHOLE
from koprogo_app.workspace.reports import Days

"""Works and exceptional costs: not of every year. What the general assembly voted apart stands on them."""
BUCKET_NAMES: Final = (N_("not yet due"), N_("up to 30 days late"), N_("31 to 90 days late"), N_("over 90 days late"))
CALL_KINDS: Final = {
    "working": N_("Working fund"), "reserve": N_("Reserve fund"), "extraordinary": N_("Extraordinary"),
}  # fmt: skip


async def outstanding_payments(w: Work, building_id: UUID, lang: str) -> Report:
    """What co-owners still owe today, by age, then item by item (`reports.read`)."""
    book = await books.open_book(w, building_id, "reports.read")
    items = [one for one in await open_items(w, building_id) if one.owner_id is not None]
    people = await people_queries.people(w, {one.owner_id for one in items if one.owner_id})
    names = {who: person.name for who, person in people.items()}
    owed = sum(one.open_cents for one in items)
    return Report(
        tr(lang, "Outstanding payments"), book.building_name,
        [(tr(lang, "Day"), day(w.today, lang, "short")), (tr(lang, "Owed in all"), money(owed, lang))],
        [_ages(items, names, building_id, w.today, lang), _items(items, names, building_id, lang)],
        [tr(lang, "A credit that no call has used yet stands as a negative amount.")],
    )  # fmt: skip


def _ages(items: Sequence[OpenItem], names: dict[UUID, str], building_id: UUID, today: date, lang: str) -> Table:
    columns = [
        Column("name", tr(lang, "Co-owner")),
        *(money_column(f"b{at}", tr(lang, label)) for at, label in enumerate(BUCKET_NAMES)),
        money_column("credit", tr(lang, "Credits")), money_column("total", tr(lang, "Balance")),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for who, name in names.items():
        own = aged([one for one in items if one.owner_id == who], today)
        href = f"/buildings/{building_id}/ledger?party={who}"
        rows.append(
            {"name": name, **{f"b{at}": own.owed[at] or None for at in range(len(BUCKETS))},
             "credit": own.credit or None, "total": own.balance, "_links": {"name": href}}
        )  # fmt: skip
    keys = [c.key for c in columns[1:]]
    totals = {"name": tr(lang, "Total"), **{key: sum(row.get(key) or 0 for row in rows) for key in keys}}
    return Table(tr(lang, "By age"), columns, rows, totals)


def _items(items: Sequence[OpenItem], names: dict[UUID, str], building_id: UUID, lang: str) -> Table:
    columns = [
        Column("name", tr(lang, "Co-owner")), Column("lot", tr(lang, "Lot")),
        Column("label", tr(lang, "Description")), Column("due", tr(lang, "Due"), "date"),
        money_column("cents", tr(lang, "Amount")), money_column("open", tr(lang, "Still open")),
    ]  # fmt: skip
    ordered = [one for who in names for one in items if one.owner_id == who]
    rows = [
        {"name": names[one.owner_id], "lot": one.lot, "label": one.label, "due": one.due_on, "cents": one.cents,
         "open": one.open_cents, "_links": {"label": f"/buildings/{building_id}/entries/{one.entry_id}"}}
        for one in ordered if one.owner_id
    ]  # fmt: skip
    totals = {"name": tr(lang, "Total"), "open": sum(one.open_cents for one in ordered)}
    return Table(tr(lang, "Item by item"), columns, rows, totals)


async def call_for_funds(w: Work, building_id: UUID, call_id: UUID | None, lang: str) -> Report:
    """A call for funds by lot and owner; without naming one, the list of all of them (`calls.read`)."""
    if call_id is None:
        return await _all_calls(w, building_id, lang)
    detail = await calls.call_detail(w, call_id)
    if detail.call.building_id != building_id:
        raise NotFound
    book = await books.open_book(w, building_id, "reports.read")
    lines = await calls.call_lines(w, call_id)
    tables = [
        _call_lines([one for one in lines if one.instalment_id == part.id], lang,
                    tr(lang, "Due on {day}", day=day(part.due_on, lang, "short")))
        for part in detail.instalments
    ]  # fmt: skip
    head = [
        (tr(lang, "Called in all"), money(detail.call.cents, lang)),
        (tr(lang, "Paid"), money(detail.call.paid_cents, lang)),
        (tr(lang, "Proof"), proof_text(sum(one.cents for one in lines) in (detail.call.cents, 0), lang)),
    ]
    return Report(call_title(detail.call.label, lang), book.building_name, head, tables)


def _call_lines(lines: Sequence[CallLineRow], lang: str, title: str) -> Table:
    columns = [
        Column("lot", tr(lang, "Lot")), Column("owner", tr(lang, "Co-owner")), Column("fund", tr(lang, "Fund")),
        Column("key", tr(lang, "Key")), Column("quota", tr(lang, "Quota")),
        money_column("cents", tr(lang, "Amount")), money_column("paid", tr(lang, "Paid")),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"lot": one.lot, "owner": one.owner, "fund": tr(lang, CALL_KINDS[one.kind]),
         "key": one.key or tr(lang, "Shares"), "quota": f"{one.weight} / {one.weight_total}", "cents": one.cents,
         "paid": one.paid_cents}
        for one in lines
    ]  # fmt: skip
    totals = {"lot": tr(lang, "Total"), **{key: sum(row[key] for row in rows) for key in ("cents", "paid")}}
    return Table(title, columns, rows, totals)


async def _all_calls(w: Work, building_id: UUID, lang: str) -> Report:
    book = await books.open_book(w, building_id, "reports.read")
    found = await calls.calls_page(w, building_id, WHOLE)
    columns = [
        Column("label", tr(lang, "Call for funds")), Column("funds", tr(lang, "Fund")),
        Column("due", tr(lang, "Due"), "date"), money_column("cents", tr(lang, "Called")),
        money_column("paid", tr(lang, "Paid")), money_column("late", tr(lang, "Late")),
    ]  # fmt: skip
    page = f"/buildings/{building_id}/reports/call-for-funds"
    rows: list[dict[str, Any]] = [
        {"label": one.label, "funds": ", ".join(tr(lang, CALL_KINDS[kind]) for kind in one.kinds),
         "due": one.last_due, "cents": one.cents, "paid": one.paid_cents, "late": one.due_cents or None,
         "_links": {"label": f"{page}?call={one.id}"}}
        for one in found.rows if one.status == "posted"
    ]  # fmt: skip
    totals = {"label": tr(lang, "Total"), **{k: sum(row[k] or 0 for row in rows) for k in ("cents", "paid", "late")}}
    return Report(
        tr(lang, "Calls for funds"), book.building_name, [(tr(lang, "Day"), day(w.today, lang, "short"))],
        [Table(tr(lang, "Calls for funds"), columns, rows, totals)],
    )  # fmt: skip


async def expenses(w: Work, building_id: UUID, year: str, lang: str) -> Report:
    """Ordinary and extraordinary expenses of a year by account, the year before beside them (`reports.read`)."""
    book = await books.open_book(w, building_id, "reports.read")
    chosen = chosen_year(await books.years(w, building_id), year, w.today)
    found = await reports.income_statement(w, building_id, chosen.start, chosen.end)
    heads = (chosen.name, tr(lang, "The year before"))
    tables = []
    for title, extraordinary in ((tr(lang, "Ordinary expenses"), False), (tr(lang, "Extraordinary expenses"), True)):
        own = [one for one in found.costs.rows if one.account.code.startswith(EXTRAORDINARY) is extraordinary]
        base = f"/buildings/{building_id}/ledger?year={chosen.name}&account="
        rows = [
            {"code": one.account.code, "label": one.account.label(lang), "now": one.now, "before": one.before,
             "_links": {"code": base + one.account.code}}
            for one in own
        ]  # fmt: skip
        columns = [
            Column("code", tr(lang, "Ledger account")), Column("label", tr(lang, "Name")),
            money_column("now", heads[0]),
            money_column("before", heads[1]),
        ]  # fmt: skip
        before = None if found.prior is None else sum(one.before or 0 for one in own)
        totals = {"label": tr(lang, "Total"), "now": sum(one.now for one in own), "before": before}
        tables.append(Table(title, columns, rows, totals))
    return Report(
        tr(lang, "Expenses {year}", year=chosen.name), book.building_name,
        [(tr(lang, "Period"), span_text(chosen.start, chosen.end, lang)),
         (tr(lang, "Expenses in all"), money(found.costs.now, lang))],
        tables,
    )  # fmt: skip


async def financial_statement(w: Work, building_id: UUID, asked: Days, lang: str) -> Report:
    """What a co-owner is shown once a year: both funds, the money at banks, what is owed, costs and income."""
    book = await books.open_book(w, building_id, "reports.read")
    year = chosen_year(await books.years(w, building_id), asked.year, w.today)
    start, end = asked.start or year.start, asked.end or year.end
    balance = await reports.balance_sheet(w, building_id, end)
    income = await reports.income_statement(w, building_id, start, end)
    trial = await reports.trial_balance(w, building_id, start, end)
    return Report(
        tr(lang, "Financial statement"), book.building_name,
        [(tr(lang, "Period"), span_text(start, end, lang)),
         (tr(lang, "Proof"), proof_text(balance.balanced and trial.balanced, lang))],
        [_funds(trial, lang), *await _banks(w, building_id, trial, lang), *balance_tables(balance, building_id, lang),
         *income_tables(income, building_id, lang)],
    )  # fmt: skip


def _funds(trial: TrialBalance, lang: str) -> Table:
    """Both funds and the money that covers them: before, in, out, after; what is owed to owners counts positive.

    What is called for the reserve in the year (700) is the reserve's already; the entry that ends the year carries it
    over (160).
    """
    columns = [
        Column("label", tr(lang, "Fund")), money_column("opening", tr(lang, "Before")),
        money_column("up", tr(lang, "In")), money_column("down", tr(lang, "Out")),
        money_column("closing", tr(lang, "After")),
    ]  # fmt: skip
    kinds = (
        (tr(lang, "Working fund"), (WORKING_FUND,), -1),
        (tr(lang, "Reserve fund"), (RESERVE_FUND, EARMARKED_RESERVE, RESERVE_CALLS), -1),
        (tr(lang, "Money of the working fund"), (WORKING_BANK, "57"), 1),
        (tr(lang, "Money of the reserve fund"), (RESERVE_BANK, TERM_DEPOSITS), 1),
    )  # fmt: skip
    rows = []
    for label, codes, sign in kinds:
        own = [row for row in trial.rows if row.code.startswith(codes)]
        debit, credit = sum(row.debit for row in own), sum(row.credit for row in own)
        rows.append(
            {"label": label, "opening": sign * sum(row.opening for row in own), "up": debit if sign == 1 else credit,
             "down": credit if sign == 1 else debit, "closing": sign * sum(row.closing for row in own)}
        )  # fmt: skip
    return Table(tr(lang, "The two funds"), columns, rows)


async def _banks(w: Work, building_id: UUID, trial: TrialBalance, lang: str) -> list[Table]:
    held: defaultdict[str, int] = defaultdict(int)
    for row in trial.rows:
        held[row.code] += row.closing
    columns = [
        Column("iban", tr(lang, "Account number")), Column("fund", tr(lang, "Fund")),
        Column("code", tr(lang, "Ledger account")), money_column("cents", tr(lang, "Balance")),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"iban": show_iban(one.iban), "fund": tr(lang, FUND_NAMES[one.fund]), "code": one.account,
         "cents": held[one.account]}
        for one in await bank_accounts(w, building_id)
    ]  # fmt: skip
    totals = {"iban": tr(lang, "Total"), "cents": sum(row["cents"] for row in rows)}
    return [Table(tr(lang, "Accounts at banks"), columns, rows, totals)] if rows else []
