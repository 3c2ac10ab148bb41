"""One building: what its size entails, what is open, and its data."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, Overview, building_overview
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.state.portfolio import Mark, mark
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import LANGS, N_, number, tr
from koprogo_app.workspace.records.grid import typed_values
from koprogo_app.workspace.state.common import address, enterprise, id_after, may, refusal_text, shown_day
from koprogo_app.workspace.state.page import PageState, Sent, acts, loads, opens, submits


@dataclass(frozen=True)
class Rule:
    """Something the size of the building entails; `required` by the law or not; `article` ready to be shown."""

    text: str = ""
    article: str = ""
    required: bool = False


@dataclass(frozen=True)
class Facts:
    """What the overview shows. `reserve` is unknown, not_yet or mandatory; `reserve_days` until it is due."""

    id: str = ""
    name: str = ""
    about: str = ""
    main: str = ""
    lots: str = ""
    owners: str = ""
    total: str = ""
    deed: str = ""
    gap: str = ""
    gap_article: str = ""
    reserve: str = "unknown"
    reserve_due: str = ""
    reserve_days: int = 0
    assembly: str = ""
    archived: bool = False
    write: bool = False


class BuildingPage(PageState, rx.State):
    """The overview of one building; `version` counts how often its form was filled."""

    facts: Facts = Facts()
    rules: list[Rule] = []
    open_items: list[Mark] = []
    values: dict[str, str] = {}
    langs: dict[str, bool] = {}
    version: int = 0

    load = loads("buildings.read")
    ask = opens("buildings.write", "archive")

    async def _fill(self, w: Work, lang: str) -> None:
        overview = await building_overview(w, id_after(self, "buildings"))
        row = overview.building
        self.facts = _facts(overview, w.today, lang)
        self.rules = [Rule(tr(lang, c.message), c.article.text(lang), c.required) for c in overview.consequences]
        self.open_items = [mark(row, flag, lang) for flag in row.flags]
        self.values, self.langs = typed_values(BUILDING, row, lang), {one: one in row.langs for one in LANGS}
        self.version += 1

    @submits("buildings.write", done=N_("The data of the building are saved."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Saves the data of the association."""
        changes: dict[str, Any] = sent.typed(*BUILDING.typed)
        changes["langs"] = [one for one in LANGS if sent.ticked(f"lang_{one}")]
        await BUILDING.change(w, id_after(self, "buildings"), None, changes)

    @submits("buildings.write", dialog="archive", done=N_("The building is archived; everything is kept."))
    async def archive(self, w: Work, sent: Sent) -> None:
        """Takes the building out of the lists."""
        await BUILDING.use(w, sent.record_id, used=False)

    @acts("buildings.write", done=N_("The building is back."))
    async def restore(self, w: Work) -> None:
        """Brings it back."""
        await BUILDING.use(w, id_after(self, "buildings"), used=True)


def _facts(overview: Overview, today: date, lang: str) -> Facts:
    row, gap, reserve = overview.building, overview.gap, overview.reserve
    assembly = ""
    if overview.next_assembly:
        first, last = (shown_day(one, lang) for one in overview.next_assembly)
        assembly = tr(lang, "from {start} to {end}", start=first, end=last)
    return Facts(
        id=str(row.id),
        name=row.name,
        about=" · ".join(part for part in (_number(row, lang), address(row)) if part),
        main=number(row.main_lots, lang),
        lots=tr(lang, N_("{count} lot in all", "{count} lots in all"), count=row.lot_count),
        owners=tr(lang, N_("{count} owner", "{count} owners"), count=row.owner_count),
        total=number(row.lots_total, lang),
        deed=number(row.deed_total, lang),
        gap=refusal_text(gap.warning, lang) if gap else "",
        gap_article=gap.warning.article.code if gap and gap.warning.article else "",
        reserve=str(reserve.status),
        reserve_due=shown_day(reserve.due, lang),
        reserve_days=(reserve.due - today).days if reserve.due else 0,
        assembly=assembly,
        archived=row.archived,
        write=may("buildings.write", row.organization_id, row.id),
    )


def _number(row: BuildingRow, lang: str) -> str:
    return tr(lang, "ACP {number}", number=enterprise(row.enterprise_number)) if row.enterprise_number else ""
