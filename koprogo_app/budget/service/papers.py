"""The budget to vote and the comparison of a year with it, as reports: the same on paper and as a sheet."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.budget.model import FREQUENCY_NAMES, NATURE_NAMES, STATUS_NAMES, Nature
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.variance import Row as VarianceRow
from koprogo_app.budget.rules.variance import Sum
from koprogo_app.budget.service.behind import address
from koprogo_app.budget.service.overview import BudgetView, view
from koprogo_app.budget.service.provisions import ProvisionsView, preview
from koprogo_app.budget.service.variance import VarianceView
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, P_, day, money, tr
from koprogo_app.foundation.paper.report import Column, Report, Row, Table
from koprogo_app.law.reserve import ReserveRule, sentence
from koprogo_app.ledger.queries import books

_FEW_DAYS: Final = 4


async def budget_report(w: Work, building_id: UUID, year: int, number: int, lang: str) -> Report:
    """The budget to vote (`budget.read`): lines with last year beside them, the reserve rule, each lot's provisions.

    Raises NotFound, Invalid when a key that must carry something has no weights.
    """
    seen = await view(w, building_id, year, number)
    asked = await preview(w, building_id, year, number)
    chart = {row.code: row for row in await books.accounts(w, building_id)}
    row = seen.budget
    name = (
        tr(lang, N_("Supplementary budget {number} of {year}"), number=row.number, year=row.name)
        if row.number
        else tr(lang, N_("Budget {year}"), year=row.name)
    )
    head = [
        (tr(lang, N_("Financial year")), f"{day(row.start, lang, 'short')} – {day(row.end, lang, 'short')}"),
        (tr(lang, N_("State")), tr(lang, STATUS_NAMES[row.status])),
        (tr(lang, N_("Total")), money(seen.total(), lang)),
    ]
    if row.decided:
        head.append((tr(lang, P_("budget", "Voted")), _voted(row, lang)))
    head.append((tr(lang, NATURE_NAMES[Nature.RESERVE]), _reserve(seen.rule, lang)))
    head.append((tr(lang, N_("Provisions")), _asked(asked, lang)))
    return Report(
        name,
        row.label,
        head,
        [_lines(seen, asked, chart, lang), _provisions(asked, lang)],
        _notes(seen, w.today, lang),
        dated=w.today,
    )


def _voted(row: BudgetRow, lang: str) -> str:
    """When the assembly voted a budget, and where that stands."""
    voted = tr(lang, N_("assembly of {day}"), day=day(row.voted_on, lang, "short")) if row.voted_on else ""
    return ", ".join(part for part in (voted, row.decision) if part)


def _state(row: BudgetRow, lang: str) -> str:
    """How far a budget is: "in force (assembly of 26/03/2026, point 6)"."""
    state = tr(lang, STATUS_NAMES[row.status])
    return f"{state} ({_voted(row, lang)})" if row.decided else state


def _lines(seen: BudgetView, asked: ProvisionsView, chart: dict[str, books.AccountRow], lang: str) -> Table:
    known = seen.before.known
    columns = [
        Column("code", tr(lang, N_("Ledger account"))),
        Column("label", tr(lang, N_("Description"))),
        Column("key", tr(lang, N_("Allocation key"))),
        *([Column("last", tr(lang, N_("Last year's actual")), "money")] if known else []),
        Column("cents", tr(lang, N_("Budget")), "money"),
        *([Column("comment", tr(lang, N_("Comment")))] if any(line.comment for line in seen.lines) else []),
    ]
    rows: list[Row] = []
    for nature in Nature:
        lines = [line for line in seen.lines if line.nature == nature]
        if not lines:
            continue
        rows.append({"code": tr(lang, NATURE_NAMES[nature]), "_style": "group"})
        rows += [
            {
                "code": line.account_code,
                "label": chart[line.account_code].label(lang),
                "key": asked.key_name(line.key_id, lang),
                "last": seen.last.get(line.place, 0),
                "cents": line.cents,
                "comment": line.comment,
                "_level": 1,
            }
            for line in lines
        ]
        rows.append(
            {
                "code": tr(lang, N_("Together")),
                "last": seen.last_total(nature),
                "cents": seen.total(nature),
                "_style": "sum",
            }
        )
    totals = {"code": tr(lang, N_("Total")), "last": seen.last_total(), "cents": seen.total()}
    return Table(tr(lang, N_("Lines of the budget")), columns, rows, totals)


def _provisions(asked: ProvisionsView, lang: str) -> Table:
    """Each lot's year by nature and, when they are few, its instalments."""
    found = asked.provisions
    few = list(enumerate(found.instalments)) if len(found.instalments) <= _FEW_DAYS else []
    natures = [n for n in Nature if any(part.nature == n for one in found.instalments for part in one.parts)]
    columns = [
        Column("lot", tr(lang, N_("Lot"))),
        *[Column(nature.value, tr(lang, NATURE_NAMES[nature]), "money") for nature in natures],
        *[Column(f"on{index}", day(one.on, lang, "short"), "money") for index, one in few],
        Column("total", tr(lang, N_("Year")), "money"),
    ]
    rows: list[dict[str, Any]] = []
    for lot in asked.lots:
        values: dict[str, Any] = {nature.value: found.of_lot(lot.lot_id, nature) for nature in natures}
        values |= {f"on{index}": found.of_instalment(index, lot.lot_id) for index, _ in few}
        rows.append({"lot": lot.number, **values, "total": found.of_lot(lot.lot_id)})
    keys = [column.key for column in columns[1:]]
    totals = {"lot": tr(lang, N_("Together")), **{key: sum(int(row[key]) for row in rows) for key in keys}}
    return Table(tr(lang, N_("Provisions of each lot")), columns, rows, totals)


def _reserve(rule: ReserveRule, lang: str) -> str:
    """How the contribution to the reserve fund stands against the law, with its article."""
    said = sentence(rule)
    return f"{tr(lang, said.message, **said.params)} ({rule.article.text(lang)})"


def _asked(asked: ProvisionsView, lang: str) -> str:
    """When provisions are asked: "every quarter: 01/01/2026, 01/04/2026"."""
    days = ", ".join(day(one.on, lang, "short") for one in asked.provisions.instalments)
    return tr(lang, N_("{frequency}: {days}"), frequency=tr(lang, FREQUENCY_NAMES[asked.budget.frequency]), days=days)


def _notes(seen: BudgetView, today: date, lang: str) -> list[str]:
    rule, before = seen.rule, seen.before
    if rule.base is None or rule.least is None:
        return []
    running = N_("The year {year} is not over: its costs are those posted until today.")
    notes = [tr(lang, running, year=before.months.name)] if before.months.end >= today else []
    said = N_("Ordinary charges of last year: {base}; five per cent: {least}; planned: {planned}.")
    amounts = {"base": rule.base, "least": rule.least, "planned": rule.planned}
    return [*notes, tr(lang, said, **{name: money(cents, lang) for name, cents in amounts.items()})]


def variance_report(seen: VarianceView, building: str, lang: str) -> Report:
    """The year against its budget up to the month seen: lines with subtotals by nature, the months, what runs over."""
    start, end = seen.months.starts[0], seen.last_day or seen.months.starts[0]
    days = f"{day(start, lang, 'short')} – {day(end, lang, 'short')}"
    over = seen.over
    notes = [
        tr(
            lang,
            N_("{name}: {actual} spent, {budget} budgeted to date."),
            name=seen.name(row, lang),
            actual=money(row.actual_to_date, lang),
            budget=money(row.budget_to_date, lang),
        )
        for row in over
    ]
    if over:
        notes.insert(0, tr(lang, N_("More than {percent} % over the budget to date:"), percent=seen.percent))
    notes.append(
        tr(
            lang,
            N_(
                "Actual: what is posted in the books, paid or not. Committed: ordered or waiting for approval. "
                "Forecast: what is posted, and for the months left what is committed or else budgeted."
            ),
        )
    )
    whole = seen.variance.all
    head = [
        (tr(lang, N_("Period")), days),
        *((tr(lang, N_("State of the budget")), _state(row, lang)) for row in seen.budgets[:1]),
        (tr(lang, N_("Budget to date")), money(whole.total("budget_to_date"), lang)),
        (tr(lang, N_("Actual to date")), money(whole.total("actual_to_date"), lang)),
        (tr(lang, N_("Gap to date")), money(whole.total("gap"), lang)),
        (tr(lang, N_("Forecast at year end")), money(whole.total("forecast"), lang)),
    ]
    title = tr(lang, N_("Budget and actual {year}"), year=seen.months.name)
    return Report(title, building, head, [_variance_lines(seen, lang), _months(seen, lang)], notes)


_FIGURES: Final = (
    ("budget_to_date", N_("Budget")),
    ("actual_to_date", N_("Actual")),
    ("gap", N_("Gap")),
    ("committed", N_("Committed")),
    ("year_budget", N_("Year's budget")),
    ("forecast", N_("Forecast")),
    ("last_to_date", N_("Last year")),
)


def _variance_lines(seen: VarianceView, lang: str) -> Table:
    columns = [
        Column("code", tr(lang, N_("Ledger account"))),
        Column("label", tr(lang, N_("Description"))),
        Column("key", tr(lang, N_("Allocation key"))),
        *[Column(name, tr(lang, label), "money") for name, label in _FIGURES[:3]],
        Column("percent", "%", "percent"),
        *[Column(name, tr(lang, label), "money") for name, label in _FIGURES[3:]],
    ]
    rows: list[Row] = []
    for one in seen.variance.by_nature:
        rows.append({"code": tr(lang, NATURE_NAMES[str(one.name)]), "_style": "group"})
        rows += [_variance_row(seen, row, lang) for row in one.rows]
        rows.append({"code": tr(lang, N_("Together")), **_totals(one), "_style": "sum"})
    totals = {"code": tr(lang, N_("Total")), **_totals(seen.variance.all)}
    until = seen.last_day or seen.months.starts[0]
    title = tr(lang, N_("Lines against the budget, to date: until {day}"), day=day(until, lang, "short"))
    return Table(title, columns, rows, totals)


def _variance_row(seen: VarianceView, row: VarianceRow, lang: str) -> Row:
    budget = row.budget_to_date
    return {
        "code": row.code,
        "label": seen.label(row.code, lang),
        "key": seen.key_name(row.key_id, lang) + ("" if row.budgeted else f" – {tr(lang, N_('not budgeted'))}"),
        **{name: getattr(row, name) for name, _ in _FIGURES},
        "committed": row.committed or None,
        "percent": round(row.gap / budget, 2) if budget else None,
        "_level": 1,
        "_links": {"code": address(f"/buildings/{seen.building_id}", seen.year, row.place)},
    }


def _totals(one: Sum) -> dict[str, Any]:
    budget = one.total("budget_to_date")
    return {name: one.total(name) for name, _ in _FIGURES} | {
        "percent": round(one.total("gap") / budget, 2) if budget else None
    }


def _months(seen: VarianceView, lang: str) -> Table:
    whole = seen.variance.all
    columns = [
        Column("month", tr(lang, N_("Month"))),
        Column("budget", tr(lang, N_("Budget")), "money"),
        Column("actual", tr(lang, N_("Actual")), "money"),
        Column("gap", tr(lang, N_("Cumulated gap")), "money"),
        Column("last", tr(lang, N_("Last year")), "money"),
    ]
    rows: list[Row] = []
    gap = 0
    figures: Sequence[tuple[int, int, int]] = list(zip(whole.budget, whole.actual, whole.last, strict=True))
    for index, (budget, actual, last) in enumerate(figures[: seen.variance.to]):
        gap += actual - budget
        month = seen.months.starts[index]
        rows.append({"month": f"{month:%m/%Y}", "budget": budget, "actual": actual, "gap": gap, "last": last})
    totals = {
        "month": tr(lang, N_("Total")),
        "budget": whole.total("budget_to_date"),
        "actual": whole.total("actual_to_date"),
        "gap": gap,
        "last": whole.total("last_to_date"),
    }
    return Table(tr(lang, N_("Month by month")), columns, rows, totals)
