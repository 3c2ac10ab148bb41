"""The arrears of all buildings one manages; and the civil rates of the installation."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import BRUSSELS, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, money, number
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.recovery.queries.policy import civil_rates
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service import overview
from koprogo_app.recovery.service.policies import set_rate, year_to_type
from koprogo_app.recovery.state.arrears import ages_of
from koprogo_app.workspace.state.common import acting, failure, lang_of, shown_day, typed, workspace


@dataclass(frozen=True)
class PlaceLine:
    """A building's arrears."""

    id: str = ""
    building: str = ""
    href: str = ""
    late: str = ""
    to_30: str = ""
    to_60: str = ""
    to_90: str = ""
    over_90: str = ""
    owners: str = ""
    waiting: int = 0


class AllArrears(rx.State):
    """The arrears of the portfolio."""

    failed: dict[str, str] = {}
    ready: bool = False
    rows: list[PlaceLine] = []
    ages: dict[str, str] = {}

    @handler("recovery.read")
    async def load(self) -> None:
        """Builds the page."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                found = await overview.portfolio(w)
            self.rows = [_line(row, lang) for row in found]
            total = sum((row.ages for row in found), Ageing())
            self.ages = ages_of(total, sum(row.owners for row in found), lang)
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)


def _line(row: overview.BuildingArrears, lang: str) -> PlaceLine:
    def cell(cents: int) -> str:
        return money(cents, lang) if cents else ""

    ages = row.ages
    return PlaceLine(
        str(row.building_id), row.building, f"{workspace(row.building_id)}/arrears", cell(ages.late), cell(ages.to_30),
        cell(ages.to_60), cell(ages.to_90), cell(ages.over_90), number(row.owners, lang) if row.owners else "",
        row.waiting,
    )  # fmt: skip


class RatesPage(rx.State):
    """The civil rates, and one to add."""

    failed: dict[str, str] = {}
    ready: bool = False
    rows: list[dict[str, str]] = []
    next_year: str = ""
    errors: dict[str, dict[str, str]] = {}
    added: int = 0

    @handler("rates.write")
    async def load(self) -> None:
        """Builds the page."""
        await self._fill()
        self.ready, self.errors = True, {}

    async def _fill(self) -> None:
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            found, self.next_year = await civil_rates(w), str(await year_to_type(w))
        self.rows = [
            {"year": str(row.year), "percent": f"{number(row.percent, lang, 2)} %", "source": row.source,
             "by": row.by, "on": shown_day(row.on.astimezone(BRUSSELS).date(), lang) if row.on else ""}
            for row in found
        ]  # fmt: skip

    @handler("rates.write")
    async def add(self, data: dict[str, Any]) -> None:
        """Writes the rate of a year."""
        values = typed(data, "year", "percent", "source")
        try:
            year = values.get("year", "").strip()
            if not (year.isdigit() and len(year) == 4):
                raise Invalid("year", N_("Type a year of four figures."))
            async with work(acting(await lang_of(self))) as w:
                await set_rate(w, int(year), values.get("percent", ""), values.get("source", ""))
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.errors, self.added = {}, self.added + 1
        await notify(self, "done", N_("The rate is saved."))
