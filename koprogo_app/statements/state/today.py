"""What waits in a building's money, for the overview of its building."""

from dataclasses import dataclass
from itertools import pairwise

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import money, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.statements.queries.today import AGES, everywhere, today
from koprogo_app.workspace.state.common import acting, id_after, lang_of, shown_day, workspace


@dataclass(frozen=True)
class Age:
    """Arrears of one age; `part` is their share of all arrears in percent."""

    label: str = ""
    amount: str = ""
    part: str = "0"


class MoneyToday(rx.State):
    """The numbers, each with its page; nothing while the accounts are not opened."""

    base: str = ""
    shown: dict[str, str] = {}
    ages: list[Age] = []

    @handler("buildings.read")
    async def load(self) -> None:
        """Reads the building of the address; who may see it but not its books is shown none of this."""
        lang = await lang_of(self)
        try:
            building_id = id_after(self, "buildings")
            async with work(acting(lang)) as w:
                found = await today(w, building_id)
        except KoproError:
            found = None
        if found is None:
            self.shown, self.ages = {}, []
            return
        self.base = workspace(building_id)
        self.shown = {
            "arrears": money(found.arrears_cents, lang), "owners": str(found.owners),
            "called": money(found.called_cents, lang), "due": shown_day(found.next_due, lang),
            "drafts": str(found.drafts), "approve": str(found.to_approve), "match": str(found.to_match),
        }  # fmt: skip
        names = [tr(lang, "up to {days} days", days=AGES[0])]
        names += [tr(lang, "{first} to {last} days", first=a + 1, last=b) for a, b in pairwise(AGES)]
        names.append(tr(lang, "more than {days} days", days=AGES[-1]))
        whole = max(found.arrears_cents, 1)
        self.ages = [
            Age(name, money(cents, lang), str(100 * cents // whole))
            for name, cents in zip(names, found.ages, strict=True)
        ] if found.arrears_cents else []  # fmt: skip


@dataclass(frozen=True)
class WaitingLine:
    """What waits in a building; an empty text where nothing does."""

    id: str = ""
    building: str = ""
    href: str = ""
    approve: str = ""
    match: str = ""
    drafts: str = ""


class WaitingEverywhere(rx.State):
    """What waits in the buildings one works for."""

    rows: list[WaitingLine] = []

    @handler("ledger.read")
    async def load(self) -> None:
        """Reads the buildings in which something waits."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            found = await everywhere(w)

        def count(n: int) -> str:
            return number(n, lang) if n else ""

        self.rows = [
            WaitingLine(
                str(one.building_id), one.building, workspace(one.building_id), count(one.to_approve),
                count(one.to_match), count(one.drafts),
            )
            for one in found
        ]  # fmt: skip
