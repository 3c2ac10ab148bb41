"""The buildings one works for, with what needs attention in each."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, Flag, organizations_page, portfolio
from koprogo_app.estate.service.buildings import create_building
from koprogo_app.estate.words import FLAGS
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, KoproError
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked
from koprogo_app.workspace.state.common import (
    acting,
    address,
    as_id,
    asked,
    failure,
    lang_of,
    may,
    place,
    typed,
    workspace,
)

_NEW = (
    "name",
    "enterprise_number",
    "street",
    "postal_code",
    "city",
    "deed_total",
    "provisional_acceptance",
)


@dataclass(frozen=True)
class Mark:
    """A red flag, and where it is mended."""

    text: str = ""
    href: str = ""
    kind: str = "attention"


@dataclass(frozen=True)
class BuildingLine:
    """A building in the portfolio."""

    id: str = ""
    name: str = ""
    href: str = ""
    address: str = ""
    office: str = ""
    lots: str = ""
    main: str = ""
    shares: str = ""
    marks: tuple[Mark, ...] = ()


class Portfolio(rx.State):
    """One page of the buildings."""

    failed: dict[str, str] = {}
    ready: bool = False
    rows: list[BuildingLine] = []
    at: dict[str, int] = {}
    filtered: bool = False
    adding: bool = False
    offices: list[dict[str, str]] = []
    errors: dict[str, dict[str, str]] = {}

    @handler("buildings.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        try:
            await self._fill()
            self.ready, self.failed, self.adding = True, {}, False
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, query = await lang_of(self), self.router.url.query_parameters
        show = query.get("show", "")
        problem: Flag | None = show if show in FLAGS else None  # type: ignore[assignment]
        async with work(acting(lang)) as w:
            page = await portfolio(
                w, asked(query), text=query.get("q", ""), archived=show == "archived", problem=problem
            )
            self.offices = await _offices(w)
        self.rows, self.at = [_line(row, lang) for row in page.rows], place(page)
        self.filtered = bool(query.get("q") or show)

    @handler("buildings.create")
    async def add(self) -> None:
        """Opens the dialog of a new building."""
        self.adding, self.errors = True, {}

    @handler("buildings.create")
    async def stop(self) -> None:
        """Closes it."""
        self.adding, self.errors = False, {}

    @handler("buildings.create")
    async def create(self, data: dict[str, Any]) -> Any:
        """Makes the building and goes on to its lots: import them next."""
        try:
            office = as_id(data.get("office") or (self.offices[0]["value"] if self.offices else ""), "office")
            async with work(acting(await lang_of(self))) as w:
                row = await create_building(w, office, typed(data, *_NEW))
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("{name} is added. Import its lots and owners."), name=row.name)
        return rx.redirect(workspace(row.id) + "/import")


async def _offices(w: Work) -> list[dict[str, str]]:
    """The organisations in which this person may make a building."""
    who = current()
    if not isinstance(who, Person) or not who.may_somewhere("buildings.create"):
        return []
    try:
        page = await organizations_page(w, Asked(per_page=MAX_PER_PAGE))
    except Forbidden:
        return []
    return [{"value": str(o.id), "label": o.name} for o in page.rows if may("buildings.create", o.id)]


def _line(row: BuildingRow, lang: str) -> BuildingLine:
    shares = number(row.lots_total, lang)
    if row.deed_difference:
        shares += f" / {number(row.deed_total, lang)}"
    return BuildingLine(
        str(row.id),
        row.name,
        workspace(row.id),
        address(row),
        row.organization_name,
        number(row.lot_count, lang),
        number(row.main_lots, lang),
        shares,
        tuple(mark(row, flag, lang) for flag in row.flags),
    )


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
