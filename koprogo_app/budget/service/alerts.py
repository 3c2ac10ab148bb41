"""Telling the syndic and the council of lines that run over their budget: on their page and by mail, once a month."""

from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.budget.model import Status
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.rules.variance import Row
from koprogo_app.budget.service.variance import VarianceView, variance
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, money, number
from koprogo_app.foundation.mail import queue_mail
from koprogo_app.ledger.queries import books
from koprogo_app.settings import settings

SUBJECT: Final = N_(
    "{building}: {count} line over the budget of {year}", "{building}: {count} lines over the budget of {year}"
)
BUTTON: Final = N_("Open the comparison")


async def raise_alerts(w: Work, building_id: UUID) -> list[Row]:
    """Records the lines over their budget to date that were not told of this month, and mails them.

    Only for a year whose budget is in force today. Repeated, it does nothing; two at once tell each line once.
    """
    book = await books.open_book(w, building_id, "budget.read")
    running = [row for row in await queries.budgets(w, building_id) if row.start <= w.today <= row.end]
    if not any(row.number == 0 and row.status == Status.ACTIVE for row in running):
        return []
    seen = await variance(w, building_id, running[0].year)
    month = w.today.replace(day=1)
    fresh = [row for row in seen.over if await _recorded(w, book, seen, row, month)]
    if fresh:
        await _mail(w, book, seen, fresh)
    return fresh


async def _recorded(w: Work, book: books.Book, seen: VarianceView, row: Row, month: date) -> bool:
    """Writes an alert; False when it stands already."""
    return bool(
        await w.execute(
            """insert into budget_alert (organization_id, building_id, year, account_code, key_id, month,
                                         budget_cents, actual_cents)
               values (%(o)s, %(b)s, %(y)s, %(code)s, %(key)s, %(m)s, %(budget)s, %(actual)s)
               on conflict on constraint budget_alert_once do nothing""",
            o=book.organization_id,
            b=book.building_id,
            y=seen.year,
            code=row.code,
            key=row.key_id,
            m=month,
            budget=row.budget_to_date,
            actual=row.actual_to_date,
        )
    )


async def _mail(w: Work, book: books.Book, seen: VarianceView, rows: list[Row]) -> None:
    link = f"{settings().public_url}/buildings/{book.building_id}/budget/variance?year={seen.year}"
    for reader in await queries.told(w, book.building_id):
        await queue_mail(
            w,
            to=reader.email,
            lang=reader.lang,
            purpose="budget_alert",
            subject=SUBJECT,
            package="koprogo_app.budget",
            letter="alert",
            organization_id=book.organization_id,
            link=link,
            label=BUTTON,
            building=book.building_name,
            year=seen.months.name,
            count=len(rows),
            percent=seen.percent,
            lines=[_line(seen, row, reader.lang) for row in rows],
        )


def _line(seen: VarianceView, row: Row, lang: str) -> dict[str, str]:
    return {
        "name": seen.name(row, lang),
        "actual": money(row.actual_to_date, lang),
        "budget": money(row.budget_to_date, lang),
        "gap": money(row.gap, lang),
        "percent": excess(row, lang),
    }


def excess(row: Row, lang: str) -> str:
    """By how many per cent a line is over: "+12 %"; nothing where nothing was budgeted."""
    if not row.budget_to_date:
        return ""
    percent = round(100 * row.gap / row.budget_to_date)
    return f"{'+' if percent > 0 else ''}{number(percent, lang)} %"
