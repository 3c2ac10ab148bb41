"""The buildings one works for, with what needs attention in each."""

from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, Flag
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.estate.words import FLAGS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked
from koprogo_app.workspace.records.grid import Line, RecordList, line
from koprogo_app.workspace.state.common import address, as_id, may, workspace
from koprogo_app.workspace.state.page import Sent, Told, loads, opens, submits


@dataclass(frozen=True)
class Mark:
    """A red flag, and where it is mended."""

    text: str = ""
    href: str = ""
    kind: str = "attention"


@dataclass(frozen=True)
class BuildingLine(Line):
    """A building in the portfolio, with its red flags."""

    marks: tuple[Mark, ...] = ()


class Portfolio(RecordList, rx.State):
    """One page of the buildings. In the address: `q`, `show`, `page`, `sort`."""

    RECORD: ClassVar = BUILDING
    rows: list[BuildingLine] = []  # type: ignore[assignment]
    offices: list[dict[str, str]] = []

    load = loads("buildings.read")
    ask = opens("buildings.create", "add")

    async def _fill(self, w: Work, lang: str) -> None:
        await super()._fill(w, lang)
        self.offices = await _offices(w)

    def _show(self, rows: list[Any], lang: str) -> None:
        lines = [line(BUILDING, row, self.base, lang, _more(row, lang)) for row in rows]
        self.rows = [
            BuildingLine(one.id, one.cells, one.links, one.more, one.archived, marks_of(row, lang))
            for one, row in zip(lines, rows, strict=True)
        ]

    @submits("buildings.create", dialog="add")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Makes the building and goes on to its lots: import them next."""
        only = self.offices[0]["value"] if len(self.offices) == 1 else ""
        office = as_id(sent.text("office") or only, "office")
        row = await BUILDING.add(w, office, sent.typed(*BUILDING.typed))
        said = N_("{name} is added. Import its lots and owners.")
        return Told(said, params={"name": row.name}, go=workspace(row.id) + "/import")


async def _offices(w: Work) -> list[dict[str, str]]:
    """The organisations in which this person may make a building."""
    who = current()
    if not isinstance(who, Person) or not all(map(who.may_somewhere, ("buildings.create", "organizations.read"))):
        return []
    page = await ORGANIZATION.page(w, None, Asked(per_page=MAX_PER_PAGE))
    return [{"value": str(o.id), "label": o.name} for o in page.rows if may("buildings.create", o.id)]


def _more(row: BuildingRow, lang: str) -> dict[str, str]:
    shares = number(row.lots_total, lang)
    if row.deed_difference:
        shares += f" / {number(row.deed_total, lang)}"
    return {"address": address(row), "office": row.organization_name, "shares": shares}


def marks_of(row: BuildingRow, lang: str) -> tuple[Mark, ...]:
    """What needs attention in a building, each with the place where it is mended."""
    return tuple(mark(row, flag, lang) for flag in row.flags)


def mark(row: BuildingRow, flag: Flag, lang: str) -> Mark:
    """A red flag in words, with the place where it is mended."""
    base: str = workspace(row.id)
    if flag == "deed":
        gap = abs(row.deed_difference)
        missing = row.deed_difference < 0
        text = (
            tr(lang, N_("Deed: {count} share missing", "Deed: {count} shares missing"), count=gap)
            if missing
            else tr(lang, N_("Deed: {count} share too many", "Deed: {count} shares too many"), count=gap)
        )
        return Mark(text, base + "/lots", "refused")
    if flag == "draft":
        return Mark(
            tr(lang, N_("{count} incomplete lot", "{count} incomplete lots"), count=row.draft_lots),
            base + "/lots?show=draft",
            "refused",
        )
    if flag == "suspended":
        return Mark(
            tr(lang, N_("{count} vote suspended", "{count} votes suspended"), count=row.suspended_lots),
            base + "/lots?show=suspended",
        )
    return Mark(tr(lang, FLAGS[flag]), f"{base}#{flag}")
