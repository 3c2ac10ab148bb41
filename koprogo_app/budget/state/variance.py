"""A year against its budget: figures to date, the months, what runs over, what is ordered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import reflex as rx

from koprogo_app.budget.model import NATURE_NAMES, Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.rules.variance import Row, Sum
from koprogo_app.budget.service import commitments
from koprogo_app.budget.service.alerts import excess
from koprogo_app.budget.service.behind import address
from koprogo_app.budget.service.variance import VarianceView, set_alert_percent, variance
from koprogo_app.budget.state.common import month_of, year_of
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.chart import NO_CHART, ChartData, Series, money_series
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, acts, loads, submits

BY: Final = {"": N_("by line"), "group": N_("by group of accounts"), "key": N_("by allocation key"),
             "nature": N_("by nature")}  # fmt: skip


@dataclass(frozen=True)
class VarianceLine:
    """A line, or lines together; amounts to date unless said."""

    id: str = ""
    name: str = ""
    href: str = ""
    nature: str = ""
    budget: str = ""
    actual: str = ""
    gap: str = ""
    percent: str = ""
    committed: str = ""
    year_budget: str = ""
    forecast: str = ""
    year_gap: str = ""
    last: str = ""
    over: bool = False
    budgeted: bool = True


@dataclass(frozen=True)
class OrderLine:
    """Something ordered."""

    id: str = ""
    code: str = ""
    label: str = ""
    day: str = ""
    cents: str = ""


class VariancePage(PageState, rx.State):
    """Budget and actual. In the address: `year`, `to` (a month, 2026-09), `by`."""

    building: str = ""
    query: str = ""
    title: str = ""
    has_budget: bool = False
    write: bool = False
    months: list[dict[str, str]] = []
    years: list[dict[str, str]] = []
    rows: list[VarianceLine] = []
    sums: VarianceLine = VarianceLine()
    over: list[VarianceLine] = []
    until: str = ""
    percent: str = ""
    monthly: ChartData = NO_CHART
    waterfall: ChartData = NO_CHART
    orders: list[OrderLine] = []
    accounts: list[dict[str, str]] = []
    keys: list[dict[str, str]] = []
    form_version: int = 0
    api: str = ""
    _months: list[str] = []
    _groups: list[str] = []

    load = loads("budget.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id, "budget.read")
        rows = await queries.budgets(w, building_id)
        running = next((row.year for row in rows if row.start <= w.today <= row.end), w.today.year)
        year = year_of(query.get("year", "")) or running
        seen = await variance(w, building_id, year, month_of(query.get("to", "")))
        self.orders = [
            OrderLine(
                str(o.id), _ordered_for(seen, o, lang), o.label, shown_day(o.ordered_on, lang), money(o.cents, lang)
            )
            for o in await queries.commitments(w, building_id)
        ]
        years = sorted({running, year, *(row.year for row in rows)}, reverse=True)
        self.building, self.write = book.building_name, may("budget.write", book.organization_id, building_id)
        self.query, self.has_budget = f"year={year}", bool(seen.budgets)
        self.years = [{"value": "" if y == running else str(y), "label": str(y)} for y in years]
        self.percent = str(seen.percent)
        self.until = shown_day(seen.last_day, lang) if seen.last_day else ""
        self.title = seen.months.name
        self.api = f"/api/v1{self.base}/budgets/{year}/variance/paper?to={_iso(seen)}"
        self._show_months(seen, lang)
        self._show_rows(seen, query.get("by", ""), lang)
        self._show_charts(seen, lang)
        self.keys = [{"value": str(key or "shares"), "label": name} for key, name in seen.open_keys(lang)]
        self.accounts = [
            {"value": f"{code} {row.label(lang)}"} for code, row in seen.accounts.items()
            if len(code) > 2 and code.startswith("6") and row.postable and not row.archived
        ]  # fmt: skip

    def _show_months(self, seen: VarianceView, lang: str) -> None:
        begun = seen.months.begun(date.max)
        names = [start.isoformat()[:7] for start in seen.months.starts[:begun]]
        self._months = names
        last = names[seen.variance.to - 1] if seen.variance.to else ""
        self.months = [{"value": name, "label": _month_name(name)} for name in names]
        self.months = [{"value": "", "label": tr(lang, N_("to {month}"), month=_month_name(last))}, *self.months]

    def _show_rows(self, seen: VarianceView, by: str, lang: str) -> None:
        found: Sequence[Row | Sum] = seen.variance.rows
        if by == "group":
            found = seen.variance.by_group
        elif by == "key":
            found = seen.variance.by_key
        elif by == "nature":
            found = seen.variance.by_nature
        self.rows = [self._line(seen, one, by, lang) for one in found]
        self.sums = self._line(seen, seen.variance.all, "", lang, money)
        self.over = [self._line(seen, row, "", lang) for row in seen.over]

    def _line(
        self, seen: VarianceView, one: Row | Sum, by: str, lang: str, shown: Callable[[int, str], str] = amount
    ) -> VarianceLine:
        figure = _figure(one)
        code = one.code if isinstance(one, Row) else str(one.name) if by == "group" else ""
        if isinstance(one, Row):
            name = seen.name(one, lang)
        elif by == "key":
            name = seen.key_name(one.name, lang)
        elif by == "nature":
            name = tr(lang, NATURE_NAMES[str(one.name)])
        else:
            name = f"{one.name} {seen.label(str(one.name), lang)}"
        return VarianceLine(
            id=f"{one.code} {one.key_id}" if isinstance(one, Row) else str(one.name),
            name=name,
            href=self._behind(one, seen) if code else "",
            nature=tr(lang, NATURE_NAMES[one.nature]) if isinstance(one, Row) else "",
            **{
                name_: shown(figure(key), lang) if key != "committed" or figure(key) else ""
                for name_, key in (
                    ("budget", "budget_to_date"), ("actual", "actual_to_date"), ("gap", "gap"),
                    ("committed", "committed"), ("year_budget", "year_budget"), ("forecast", "forecast"),
                    ("year_gap", "year_gap"), ("last", "last_to_date"),
                )
            },
            percent=excess(one, lang) if isinstance(one, Row) else _percent(figure("gap"), figure("budget_to_date")),
            over=isinstance(one, Row) and one.over(seen.percent),
            budgeted=not isinstance(one, Row) or one.budgeted,
        )  # fmt: skip

    def _behind(self, one: Row | Sum, seen: VarianceView) -> str:
        """Where the entries behind a figure stand."""
        if isinstance(one, Row):
            return address(self.base, seen.year, one.place, to=_iso(seen))
        return f"{self.base}/ledger?account={one.name}&year={seen.months.name}"

    def _show_charts(self, seen: VarianceView, lang: str) -> None:
        costs = [row for row in seen.variance.rows if row.nature != Nature.RESERVE]
        whole = Sum("", tuple(costs), len(seen.months), seen.variance.to)
        self.monthly = _monthly(whole, self._months, lang) if costs else NO_CHART
        groups = _gaps(seen, costs)
        self._groups = [code for code, _ in groups]
        self.waterfall = _waterfall(seen, groups, lang) if groups and seen.budgets else NO_CHART

    @handler("budget.read")
    async def pick_month(self, label: int, series: int) -> Any:
        """A month of the chart was pressed: to the entries of its costs."""
        if not 0 <= label < len(self._months):
            return None
        year = self.query.removeprefix("year=")
        return rx.redirect(f"{self.base}/ledger?account=6&year={self._year_name(year)}&part=m{label + 1}")

    @handler("budget.read")
    async def pick_group(self, label: int, series: int) -> Any:
        """A group of accounts was pressed: to its entries of the year; the sum leads to the budget."""
        if 0 <= label < len(self._groups):
            year = self.query.removeprefix("year=")
            return rx.redirect(f"{self.base}/ledger?account={self._groups[label]}&year={self._year_name(year)}")
        return rx.redirect(f"{self.base}/budget?{self.query}")

    def _year_name(self, year: str) -> str:
        """How the books call the year: 2026, or 2025-2026 when it crosses a new year."""
        last = self._months[-1][:4] if self._months else year
        return year if last == year else f"{year}-{last}"

    @submits("budget.write", done=N_("The alerts are set."))
    async def set_percent(self, w: Work, sent: Sent) -> None:
        """Sets from which excess a line is told of."""
        await set_alert_percent(w, id_after(self, "buildings"), sent.data.get("alert_percent"))

    @submits("budget.write", done=N_("The order is recorded; it counts as committed until it is billed."))
    async def add_order(self, w: Work, sent: Sent) -> None:
        """Records something ordered."""
        values = {name: sent.text(name) for name in ("account_code", "key_id", "label", "cents", "ordered_on")}
        values["account_code"] = values["account_code"].split(" ", 1)[0]
        await commitments.add(w, id_after(self, "buildings"), values)
        self.form_version += 1

    @acts("budget.write")
    async def end_order(self, w: Work, order: str) -> None:
        """An order was billed or given up."""
        await commitments.end(w, as_id(order))


def _ordered_for(seen: VarianceView, order: queries.CommitmentRow, lang: str) -> str:
    """The account of an order, and its key when it has one."""
    return order.account_code + (f" ({seen.key_name(order.key_id, lang)})" if order.key_id else "")


def _iso(seen: VarianceView) -> str:
    return seen.last_day.isoformat()[:7] if seen.last_day else ""


def _month_name(name: str) -> str:
    return f"{name[5:]}/{name[2:4]}" if name else ""


def _figure(one: Row | Sum) -> Any:
    if isinstance(one, Row):
        return lambda key: int(getattr(one, key))
    return one.total


def _percent(gap: int, budget: int) -> str:
    percent = round(100 * gap / budget) if budget else 0
    return f"{'+' if percent > 0 else ''}{percent} %" if budget else ""


def _monthly(whole: Sum, names: Sequence[str], lang: str) -> ChartData:
    """Budget and actual of each month, and how far apart they are since the year began."""
    gap, gaps = 0, []
    for index in range(whole.months):
        gap += whole.actual[index] - whole.budget[index]
        gaps.append(gap if index < whole.to else None)
    actual = [cents if index < whole.to else None for index, cents in enumerate(whole.actual)]
    line: Series = money_series(tr(lang, N_("Cumulated gap")), gaps, lang)
    line["line"] = True
    return {
        "kind": "columns",
        "heading": tr(lang, N_("Month")),
        "labels": [_month_name(name) for name in names],
        "series": [
            money_series(tr(lang, N_("Actual")), actual, lang),
            money_series(tr(lang, N_("Budget")), whole.budget, lang),
            line,
        ],
        "stacked": False,
    }


def _gaps(seen: VarianceView, costs: Sequence[Row]) -> list[tuple[str, int]]:
    """The groups of accounts whose year ends away from the budget, by forecast minus budget."""
    found = {one.name: one.total("year_gap") for one in seen.variance.by_group if one.rows[0] in costs}
    return [(str(code), gap) for code, gap in found.items() if gap]


def _waterfall(seen: VarianceView, groups: Sequence[tuple[str, int]], lang: str) -> ChartData:
    """How the year's gap comes about, group by group of accounts: each bar begins where the one before ended."""
    labels = [f"{code} {seen.label(code, lang)}" for code, _ in groups] + [tr(lang, N_("Gap of the year"))]
    total = sum(gap for _, gap in groups)
    gaps = [gap for _, gap in groups]
    base: list[float | None] = [sum(gaps[:index]) / 100 for index in range(len(gaps))]
    base.append(0.0)
    gaps.append(total)
    less = money_series(tr(lang, N_("Less than budgeted")), [gap if gap < 0 else None for gap in gaps], lang)
    more = money_series(tr(lang, N_("More than budgeted")), [gap if gap >= 0 else None for gap in gaps], lang)
    less["base"] = more["base"] = base
    return {
        "kind": "rows",
        "heading": tr(lang, N_("Group of accounts")),
        "labels": labels,
        "series": [less, more],
        "stacked": True,
    }
