"""Three charts of a building's money: costs by nature against the year before, cash of both funds, age of arrears."""

from collections import defaultdict
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.calls.service.claims import accounts
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import BRUSSELS, P_, day, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.chart import NO_CHART, ChartData, money_series
from koprogo_app.ledger.queries import books, figures, reports
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.queries.periods import running
from koprogo_app.payments.rules.ageing import aged
from koprogo_app.statements.service.papers import BUCKET_NAMES
from koprogo_app.workspace.state.common import id_after
from koprogo_app.workspace.state.page import PageState, loads

NATURE: Final = 3
"""Digits of an account that name the nature of a cost: 610 maintenance, 612 supplies."""
MOST_NATURES: Final = 12


class Figures(PageState, rx.State):
    """The charts, drawn after the page has shown. In the address: `year`."""

    costs: ChartData = NO_CHART
    cash: ChartData = NO_CHART
    arrears: ChartData = NO_CHART
    _codes: list[str] = []
    _year: str = ""

    load = loads("reports.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, named = id_after(self, "buildings"), self.router.url.query_parameters.get("year", "")
        await books.open_book(w, building_id, "reports.read")
        years = await books.years(w, building_id)
        year = next((y for y in years if y.name == named), running(years, w.today))
        self._codes, self.costs = await _costs(w, building_id, year, lang)
        self.cash = await _cash(w, building_id, year, lang)
        self.arrears = await _arrears(w, building_id, lang)
        self._year = year.name

    @handler("reports.read")
    async def pick(self, label: int, series: int) -> Any:
        """A bar of the costs leads to the movements behind it."""
        if 0 <= label < len(self._codes) and series >= 0:
            return rx.redirect(f"{self.base}/ledger?account={self._codes[label]}&year={self._year}")
        return None


async def _costs(w: Work, building_id: UUID, year: YearRow, lang: str) -> tuple[list[str], ChartData]:
    found = await reports.income_statement(w, building_id, year.start, year.end)
    names = books.telling_names(await books.accounts(w, building_id), lang)
    now: defaultdict[str, int] = defaultdict(int)
    before: defaultdict[str, int] = defaultdict(int)
    for row in found.costs.rows:
        now[row.account.code[:NATURE]] += row.now
        before[row.account.code[:NATURE]] += row.before or 0
    codes = sorted({*now, *before}, key=lambda code: -max(now[code], before[code]))[:MOST_NATURES]
    series = [money_series(year.name, [now[code] for code in codes], lang)]
    if found.prior is not None:
        series.append(money_series(tr(lang, "The year before"), [before[code] for code in codes], lang))
    return codes, {
        "kind": "rows", "heading": tr(lang, "Nature"), "labels": [names.get(code, code) for code in codes],
        "series": series, "stacked": False,
    }  # fmt: skip


async def _cash(w: Work, building_id: UUID, year: YearRow, lang: str) -> ChartData:
    points = await figures.cash_by_month(w, building_id, year.start, year.end)
    today = w.now.astimezone(BRUSSELS).date()
    return {
        "kind": "line", "heading": tr(lang, "End of"),
        "labels": [day(min(point.on, max(today, year.start)), lang, "short") for point in points],
        "series": [
            money_series(tr(lang, "Working fund"), [point.working for point in points], lang),
            money_series(tr(lang, "Reserve fund"), [point.reserve for point in points], lang),
        ],
        "stacked": False,
    }  # fmt: skip


async def _arrears(w: Work, building_id: UUID, lang: str) -> ChartData:
    found = await accounts(w, building_id)
    owed = aged([item for one in found.values() for item in (*one.debts, *one.later)], w.today).owed
    if not any(owed):
        return NO_CHART
    return {
        "kind": "columns", "heading": tr(lang, P_("debts", "Age")), "labels": [tr(lang, name) for name in BUCKET_NAMES],
        "series": [money_series(tr(lang, "Owed by co-owners"), list(owed), lang)], "stacked": False,
    }  # fmt: skip
