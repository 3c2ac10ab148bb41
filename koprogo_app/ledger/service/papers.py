"""The reports of the books, as tables that are shown, printed and computed on alike (`foundation.paper.report`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import P_, day, money, tr
from koprogo_app.foundation.paper.report import Column, Report, Table
from koprogo_app.ledger.queries import books, entries, reports
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.queries.entries import Movement
from koprogo_app.ledger.queries.reports import Amount, BalanceSheet, IncomeStatement, Side
from koprogo_app.workspace.queries.paging import WHOLE
from koprogo_app.workspace.reports import Days


def chosen_year(years: Sequence[YearRow], name: str, today: date) -> YearRow:
    """The financial year of that name; without one that of today, or the last. Raises NotFound."""
    if name:
        found = next((year for year in years if year.name == name), None)
    else:
        found = next((year for year in years if year.start <= today <= year.end), years[-1] if years else None)
    if found is None:
        raise NotFound
    return found


async def _days(w: Work, building_id: UUID, asked: Days) -> tuple[date | None, date | None]:
    if asked.start or asked.end:
        return asked.start, asked.end
    year = chosen_year(await books.years(w, building_id), asked.year, w.today)
    return year.start, year.end


def span_text(start: date, end: date, lang: str) -> str:
    """The days of a report, in figures."""
    return f"{day(start, lang, 'short')} – {day(end, lang, 'short')}"


def proof_text(holds: bool, lang: str) -> str:
    """The proof of a report, in words."""
    return tr(lang, "Adds up to the cent") if holds else tr(lang, "Does not add up")


def money_column(key: str, label: str) -> Column:
    """A column of amounts."""
    return Column(key, label, "money")


def _account(code: str, href: str) -> dict[str, Any]:
    return {"code": code, "_links": {"code": href, "label": href}}


def _moves(building_id: UUID, code: str, start: date, end: date) -> str:
    """Where the movements of an account are read; days beyond a year are the page's own choice."""
    year = str(start.year) if start.year == end.year else f"{start.year}-{end.year}"
    return f"/buildings/{building_id}/ledger?account={code}&year={year}"


async def trial_balance(w: Work, building_id: UUID, asked: Days, lang: str) -> Report:
    """The trial balance of a period (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    found = await reports.trial_balance(w, building_id, *await _days(w, building_id, asked))
    names = {row.code: row.label(lang) for row in await books.accounts(w, building_id)}
    start, end = found.period.start, found.period.end
    rows = [
        {**_account(row.code, _moves(building_id, row.code, start, end)), "label": names[row.code],
         "opening": row.opening, "debit": row.debit, "credit": row.credit, "closing": row.closing}
        for row in found.rows
    ]  # fmt: skip
    if found.earlier_result:
        label = tr(lang, "Result of earlier years that are not closed")
        rows.append({"label": label, "opening": found.earlier_result, "closing": found.earlier_result})
    columns = [
        Column("code", tr(lang, "Ledger account")), Column("label", tr(lang, "Name")),
        money_column("opening", tr(lang, "Before")), money_column("debit", tr(lang, "Debit")),
        money_column("credit", tr(lang, "Credit")), money_column("closing", tr(lang, "Balance")),
    ]  # fmt: skip
    totals = {"label": tr(lang, "Total"), "debit": found.debit, "credit": found.credit}
    return Report(
        tr(lang, "Trial balance"), book.building_name,
        [(tr(lang, "Period"), span_text(start, end, lang)), (tr(lang, "Proof"), proof_text(found.balanced, lang))],
        [Table(tr(lang, "Trial balance"), columns, rows, totals)],
    )  # fmt: skip


def _side(title: str, side: Side, heads: tuple[str, str], where: tuple[UUID, date, date], lang: str,
          extra: tuple[str, int, int | None] | None = None) -> Table:  # fmt: skip
    """One side of a statement by account, the year before beside it; `extra`: a row that is no account."""
    columns = [
        Column("code", tr(lang, "Ledger account")), Column("label", title),
        money_column("now", heads[0]), money_column("before", heads[1]),
    ]  # fmt: skip

    def row(amount: Amount) -> dict[str, Any]:
        code = amount.account.code
        return {
            **_account(code, _moves(where[0], code, where[1], where[2])), "label": amount.account.label(lang),
            "now": amount.now, "before": amount.before,
        }  # fmt: skip

    rows = [row(amount) for amount in side.rows]
    now, before = side.now, side.before
    if extra:
        rows.append({"label": extra[0], "now": extra[1], "before": extra[2]})
        now += extra[1]
        before = None if before is None and extra[2] is None else (before or 0) + (extra[2] or 0)
    return Table(title, columns, rows, {"label": tr(lang, "Total"), "now": now, "before": before})


def balance_tables(found: BalanceSheet, building_id: UUID, lang: str) -> list[Table]:
    """Both sides of a balance sheet."""
    before = day(found.day_before, lang, "short") if found.day_before else tr(lang, "The year before")
    heads = (day(found.day, lang, "short"), before)
    where = (building_id, found.day, found.day)
    result = (tr(lang, "Result of the years that are not closed"), found.result, found.result_before)
    return [
        _side(tr(lang, "What the association has"), found.assets, heads, where, lang),
        _side(tr(lang, "What it owes, and its funds"), found.liabilities, heads, where, lang, result),
    ]


def income_tables(found: IncomeStatement, building_id: UUID, lang: str) -> list[Table]:
    """Costs, income, and what is left."""
    prior = span_text(found.prior.start, found.prior.end, lang) if found.prior else tr(lang, "The year before")
    heads = (span_text(found.period.start, found.period.end, lang), prior)
    where = (building_id, found.period.start, found.period.end)
    columns = [Column("label", tr(lang, "Result")), money_column("now", heads[0]), money_column("before", heads[1])]
    rest = {"label": tr(lang, "Income minus costs"), "now": found.result, "before": found.result_before}
    return [
        _side(tr(lang, "Costs"), found.costs, heads, where, lang),
        _side(tr(lang, "Income"), found.income, heads, where, lang),
        Table(tr(lang, "Result"), columns, [rest]),
    ]


async def balance_sheet(w: Work, building_id: UUID, asked: Days, lang: str) -> Report:
    """The balance sheet on the last day asked for, a year before beside it (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    _, end = await _days(w, building_id, asked)
    found = await reports.balance_sheet(w, building_id, end)
    return Report(
        tr(lang, "Balance sheet"), book.building_name,
        [(tr(lang, "Day"), day(found.day, lang, "short")), (tr(lang, "Proof"), proof_text(found.balanced, lang))],
        balance_tables(found, building_id, lang),
    )  # fmt: skip


async def income_statement(w: Work, building_id: UUID, asked: Days, lang: str) -> Report:
    """Costs and income of a period, a year before beside them (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    found = await reports.income_statement(w, building_id, *await _days(w, building_id, asked))
    return Report(
        tr(lang, "Income statement"), book.building_name,
        [(tr(lang, "Period"), span_text(found.period.start, found.period.end, lang))],
        income_tables(found, building_id, lang),
    )  # fmt: skip


def movement_row(row: Movement, building_id: UUID, lang: str) -> dict[str, Any]:
    """A movement as the tables of `movement_columns` show it."""
    return {
        "on": row.on, "entry": f"{row.journal} {row.number}", "document": row.document_ref,
        "label": " · ".join(part for part in (row.label, row.party) if part), "debit": max(row.cents, 0) or None,
        "credit": max(-row.cents, 0) or None, "balance": row.balance,
        "matched": tr(lang, P_("line of an entry", "matched")) if row.matched else "",
        "_links": {"entry": f"/buildings/{building_id}/entries/{row.entry_id}"},
    }  # fmt: skip


def movement_columns(lang: str) -> list[Column]:
    """Day, entry, document, description, debit, credit, balance."""
    return [
        Column("on", tr(lang, "Date"), "date"), Column("entry", tr(lang, "Entry"), "code"),
        Column("document", tr(lang, "Document")), Column("label", tr(lang, "Description")),
        money_column("debit", tr(lang, "Debit")), money_column("credit", tr(lang, "Credit")),
        money_column("balance", tr(lang, "Balance")),
    ]  # fmt: skip


def _sums(rows: Sequence[Movement], lang: str) -> dict[str, Any]:
    return {
        "label": tr(lang, "Total"), "debit": sum(max(row.cents, 0) for row in rows),
        "credit": sum(max(-row.cents, 0) for row in rows), "balance": rows[-1].balance if rows else 0,
    }  # fmt: skip


async def general_ledger(w: Work, building_id: UUID, asked: Days, lang: str) -> Report:
    """Every account with its movements and running balance (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    start, end = await _days(w, building_id, asked)
    found = await entries.general_ledger(w, building_id, WHOLE, start=start, end=end)
    names = {row.code: row.label(lang) for row in await books.accounts(w, building_id)}
    tables = []
    for code in dict.fromkeys(row.code for row in found.rows):
        own = [row for row in found.rows if row.code == code]
        rows = [movement_row(row, building_id, lang) for row in own]
        tables.append(Table(f"{code} {names[code]}", movement_columns(lang), rows, _sums(own, lang)))
    debit = sum(max(row.cents, 0) for row in found.rows)
    holds = sum(row.cents for row in found.rows) == 0
    head = [
        (tr(lang, "Period"), span_text(start or book_start(found.rows, w.today), end or w.today, lang)),
        (tr(lang, "Debit = credit"), f"{money(debit, lang)} · {proof_text(holds, lang)}"),
    ]
    return Report(tr(lang, "General ledger"), book.building_name, head, tables)


def book_start(rows: Sequence[Movement], today: date) -> date:
    """The first day of these movements."""
    return min((row.on for row in rows), default=today)


async def party_account(w: Work, building_id: UUID, party_id: UUID, asked: Days, lang: str) -> Report:
    """The individual account of a co-owner or supplier, line by line (`ledger.read`)."""
    book = await books.open_book(w, building_id)
    start, end = await _days(w, building_id, asked)
    who = next((row for row in await entries.parties(w, building_id) if row.id == party_id), None)
    if who is None:
        raise NotFound
    found = await entries.party_account(w, building_id, party_id, WHOLE, start=start, end=end)
    rows = [movement_row(replace(row, party=""), building_id, lang) for row in found.rows]
    head = [
        (tr(lang, "Name"), who.name),
        (tr(lang, "Period"), span_text(start or w.today, end or w.today, lang)),
        (tr(lang, "Balance today"), money(who.balance, lang)),
    ]
    table = Table(tr(lang, "Movements"), movement_columns(lang), rows, _sums(found.rows, lang))
    note = tr(lang, "A positive balance is owed to the association, a negative one is owed by it.")
    return Report(tr(lang, "Individual account"), book.building_name, head, [table], [note])
