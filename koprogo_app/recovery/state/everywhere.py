"""The arrears of all buildings one manages; and the civil rates of the installation."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import BRUSSELS, Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, money, number
from koprogo_app.recovery.queries.policy import civil_rates
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service import overview
from koprogo_app.recovery.service.policies import set_rate, year_to_type
from koprogo_app.recovery.state.arrears import Ages, ages_of
from koprogo_app.workspace.state.common import shown_day, workspace
from koprogo_app.workspace.state.page import PageState, Sent, loads, submits


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


class AllArrears(PageState, rx.State):
    """The arrears of the portfolio."""

    rows: list[PlaceLine] = []
    ages: Ages = Ages()

    load = loads("recovery.read")

    async def _fill(self, w: Work, lang: str) -> None:
        found = await overview.portfolio(w)
        self.rows = [_line(row, lang) for row in found]
        total = sum((row.ages for row in found), Ageing())
        self.ages = ages_of(total, sum(row.owners for row in found), lang)


def _line(row: overview.BuildingArrears, lang: str) -> PlaceLine:
    def cell(cents: int) -> str:
        return money(cents, lang) if cents else ""

    ages = row.ages
    return PlaceLine(
        str(row.building_id), row.building, f"{workspace(row.building_id)}/arrears", cell(ages.late), cell(ages.to_30),
        cell(ages.to_60), cell(ages.to_90), cell(ages.over_90), number(row.owners, lang) if row.owners else "",
        row.waiting,
    )  # fmt: skip


@dataclass(frozen=True)
class RateLine:
    """The rate of a year, where it was published, who typed it when."""

    year: str = ""
    percent: str = ""
    source: str = ""
    by: str = ""
    on: str = ""


class RatesPage(PageState, rx.State):
    """The civil rates, and one to add."""

    rows: list[RateLine] = []
    next_year: str = ""

    load = loads("rates.write")

    async def _fill(self, w: Work, lang: str) -> None:
        found, self.next_year = await civil_rates(w), str(await year_to_type(w))
        self.rows = [
            RateLine(
                str(row.year), f"{number(row.percent, lang, 2)} %", row.source, row.by,
                shown_day(row.on.astimezone(BRUSSELS).date(), lang) if row.on else "",
            )
            for row in found
        ]  # fmt: skip

    @submits("rates.write", done=N_("The rate is saved."))
    async def add(self, w: Work, sent: Sent) -> None:
        """Writes the rate of a year."""
        year = sent.text("year").strip()
        if not (year.isdigit() and len(year) == 4):
            raise Invalid("year", N_("Type a year of four figures."))
        await set_rate(w, int(year), sent.text("percent"), sent.text("source"))
