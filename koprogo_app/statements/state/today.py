"""What waits in a building's money, for the overview of its building."""

from dataclasses import dataclass
from itertools import pairwise

import reflex as rx

from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money, number, tr
from koprogo_app.statements.queries.today import AGES, Today, everywhere
from koprogo_app.statements.service.today import today
from koprogo_app.workspace.state.common import id_after, may, shown_day, workspace
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class Age:
    """Arrears of one age; `part` is their share of all arrears in percent."""

    label: str = ""
    amount: str = ""
    part: str = "0"


@dataclass(frozen=True)
class Numbers:
    """What is owed, falls due and waits; `due` is empty when nothing falls due within 30 days."""

    arrears: str = ""
    owners: int = 0
    called: str = ""
    due: str = ""
    drafts: int = 0
    approve: str = ""
    match: str = ""


class MoneyToday(PageState, rx.State):
    """The numbers, each with its page; none (`kept` is false) while the accounts are not opened, and to who may see the
    building but not its books."""

    kept: bool = False
    shown: Numbers = Numbers()
    ages: list[Age] = []

    load = loads("buildings.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        organization = await organization_of_building(w, building_id)
        found = await today(w, building_id) if may("ledger.read", organization, building_id) else None
        self.kept = found is not None
        if found is None:
            return
        self.shown = Numbers(
            money(found.arrears_cents, lang), found.owners, money(found.called_cents, lang),
            shown_day(found.next_due, lang), found.drafts, str(found.to_approve), str(found.to_match),
        )  # fmt: skip
        self.ages = _ages(found, lang) if found.arrears_cents else []


def _ages(found: Today, lang: str) -> list[Age]:
    names = [tr(lang, "up to {days} days", days=AGES[0])]
    names += [tr(lang, "{first} to {last} days", first=a + 1, last=b) for a, b in pairwise(AGES)]
    names.append(tr(lang, "more than {days} days", days=AGES[-1]))
    return [
        Age(name, money(cents, lang), str(100 * cents // found.arrears_cents))
        for name, cents in zip(names, found.ages, strict=True)
    ]


@dataclass(frozen=True)
class WaitingLine:
    """What waits in a building; an empty text where nothing does."""

    id: str = ""
    building: str = ""
    href: str = ""
    approve: str = ""
    match: str = ""
    drafts: str = ""


class WaitingEverywhere(PageState, rx.State):
    """What waits in the buildings one works for, those in which something does."""

    rows: list[WaitingLine] = []

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        def count(n: int) -> str:
            return number(n, lang) if n else ""

        self.rows = [
            WaitingLine(
                str(one.building_id), one.building, workspace(one.building_id), count(one.to_approve),
                count(one.to_match), count(one.drafts),
            )
            for one in await everywhere(w)
        ]  # fmt: skip
