"""One building: what its size entails, what is open, and its data."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, Overview, building_overview
from koprogo_app.estate.service.buildings import archive_building, restore_building, update_building
from koprogo_app.estate.state.portfolio import Mark, mark
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, N_, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.workspace.state.common import (
    acting,
    address,
    enterprise,
    id_after,
    lang_of,
    may,
    opening,
    refusal_text,
    shown_day,
    ticked,
    typed,
)

_FIELDS = (
    "name",
    "enterprise_number",
    "street",
    "postal_code",
    "city",
    "country",
    "deed_total",
    "provisional_acceptance",
    "fiscal_month",
    "fiscal_day",
    "assembly_month",
    "assembly_day",
)


@dataclass(frozen=True)
class Rule:
    """Something the size of the building entails; `required` by the law or not; `article` ready to be shown."""

    text: str = ""
    article: str = ""
    required: bool = False


@dataclass(frozen=True)
class Facts:
    """What the overview shows. `reserve` is unknown, not_yet or mandatory; `reserve_days` until it is due."""

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


class BuildingPage(rx.State):
    """The overview of one building."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    facts: Facts = Facts()
    rules: list[Rule] = []
    open_items: list[Mark] = []
    values: dict[str, str] = {}
    langs: dict[str, bool] = {}
    version: int = 0
    errors: dict[str, dict[str, str]] = {}
    archiving: bool = False

    @handler("buildings.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.archiving = False
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            overview = await building_overview(w, building_id)
            today = w.today
        row = overview.building
        self.facts = _facts(overview, today, lang)
        self.rules = [Rule(tr(lang, c.message), c.article.text(lang), c.required) for c in overview.consequences]
        self.open_items = [mark(row, flag, lang) for flag in row.flags]
        self.values, self.langs = _values(row, lang), {one: one in row.langs for one in LANGS}
        self.errors = {}
        self.version += 1

    @handler("buildings.write")
    async def save(self, data: dict[str, Any]) -> None:
        """Saves the data of the association."""
        lang = await lang_of(self)
        changes: dict[str, Any] = typed(data, *_FIELDS)
        changes["langs"] = [one for one in LANGS if ticked(data, f"lang_{one}")]
        try:
            async with work(acting(lang)) as w:
                await update_building(w, id_after(self, "buildings"), changes)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._fill()
        await notify(self, "done", N_("The data of the building are saved."))

    @handler("buildings.write")
    async def ask(self) -> None:
        """Asks before the building is archived."""
        self.archiving = True

    @handler("buildings.write")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.archiving = False

    @handler("buildings.write")
    async def archive(self) -> None:
        """Takes the building out of the lists."""
        await self._move(True)

    @handler("buildings.write")
    async def restore(self) -> None:
        """Brings it back."""
        await self._move(False)

    async def _move(self, away: bool) -> None:
        self.archiving = False
        try:
            async with work(acting(await lang_of(self))) as w:
                await (archive_building if away else restore_building)(w, id_after(self, "buildings"))
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await notify(
            self, "done", N_("The building is archived; everything is kept.") if away else N_("The building is back.")
        )


def _facts(overview: Overview, today: date, lang: str) -> Facts:
    row, gap, reserve = overview.building, overview.gap, overview.reserve
    assembly = ""
    if overview.next_assembly:
        first, last = (shown_day(one, lang) for one in overview.next_assembly)
        assembly = tr(lang, "from {start} to {end}", start=first, end=last)
    return Facts(
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


def _values(row: BuildingRow, lang: str) -> dict[str, str]:
    """What the form starts with."""
    plain = {
        name: getattr(row, name)
        for name in _FIELDS
        if name not in ("enterprise_number", "deed_total", "provisional_acceptance")
    }
    return {
        **{name: "" if value is None else str(value) for name, value in plain.items()},
        "enterprise_number": enterprise(row.enterprise_number),
        "deed_total": number(row.deed_total, lang),
        "provisional_acceptance": row.provisional_acceptance.isoformat() if row.provisional_acceptance else "",
    }
