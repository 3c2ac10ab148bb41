"""Importing lots and owners: the file, its preview, the import, its result."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.importing import Problem, Severity, Source
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.service import import_files
from koprogo_app.estate.service.import_files import KeptFile
from koprogo_app.estate.service.import_plan import ImportPlan, PlannedLot
from koprogo_app.estate.service.imports import apply_import, preview_import
from koprogo_app.estate.words import KINDS
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, KoproError, Unauthenticated
from koprogo_app.foundation.i18n import N_, P_, number, tr
from koprogo_app.foundation.principal import Principal
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problem
from koprogo_app.workspace.state.common import id_after, may
from koprogo_app.workspace.state.page import PageState, Sent, loads, reads, submits

MOST_SHOWN: Final = 200
_KINDS: Final = {Severity.ERROR: "refused", Severity.WARNING: "attention", Severity.NOTICE: "information"}
_ACTIONS: Final = {"new": N_("new"), "changed": N_("changed"), "same": N_("unchanged")}


@dataclass(frozen=True)
class Remark:
    """A remark on the file; `where` names line, column and cell."""

    kind: str = ""
    where: str = ""
    text: str = ""


@dataclass(frozen=True)
class Planned:
    """A lot of the file and what becomes of it: `action` new, changed or same."""

    number: str = ""
    action: str = ""
    label: str = ""
    kind: str = ""
    shares: str = ""
    owners: str = ""


@dataclass(frozen=True)
class Count:
    """How many lots or owners are new, changed, the same."""

    what: str = ""
    new: str = ""
    changed: str = ""
    same: str = ""


class ImportPage(PageState, rx.State):
    """One file on its way into one building. `stage`: file, preview, done."""

    building: str = ""
    stage: str = "file"
    file_name: str = ""
    source: str = ""
    totals: str = ""
    counts: list[Count] = []
    remarks: list[Remark] = []
    more_remarks: int = 0
    errors_found: int = 0
    planned: list[Planned] = []
    more_planned: int = 0
    importable: bool = False
    nothing: bool = False
    since: str = ""
    _file: str = ""

    load = loads("lots.write")

    def _arrive(self) -> None:
        # A file that is being looked at stays, in another language too; not for another building.
        if self.stage != "preview" or not self.ready:
            self._restart()

    async def _fill(self, w: Work, lang: str) -> None:
        row = await building_row(w, id_after(self, "buildings"))
        if not may("lots.write", row.organization_id, row.id):
            raise Forbidden
        self.building = row.name
        if self.stage == "preview":
            await self._look(w, lang, self._file)

    def _restart(self) -> None:
        self.stage, self._file, self.errors = "file", "", {}
        self.remarks, self.planned, self.counts = [], [], []

    @handler("lots.write")
    async def another(self) -> None:
        """Puts the file away and offers the drop zone again."""
        await asyncio.to_thread(import_files.forget, _session())
        self._restart()

    @reads("lots.write")
    async def look(self, w: Work, lang: str, file_id: str) -> None:
        """Shows what the file that was just sent would do; what is wrong with it stands above the drop zone."""
        try:
            await self._look(w, lang, file_id)
        except KoproError as error:
            self._restart()
            self.errors = {"": problem(error)}

    async def _look(self, w: Work, lang: str, file_id: str) -> None:
        file = await asyncio.to_thread(import_files.kept, _session(), file_id)
        plan = await preview_import(w, id_after(self, "buildings"), file.data)
        self._file, self.errors, self.stage = file_id, {}, "preview"
        self._show(plan, file, lang)

    def _show(self, plan: ImportPlan, file: KeptFile, lang: str) -> None:
        found = sorted(plan.problems, key=lambda one: list(Severity).index(one.severity))
        self.file_name, self.source = file.name, _source(plan.preview.source, lang)
        self.remarks = [_remark(one, lang) for one in found[:MOST_SHOWN]]
        self.more_remarks = max(0, len(found) - MOST_SHOWN)
        self.errors_found = sum(one.severity is Severity.ERROR for one in found)
        self.planned = [_planned(one, plan, lang) for one in plan.lots[:MOST_SHOWN]]
        self.more_planned = max(0, len(plan.lots) - MOST_SHOWN)
        self.counts = _counts(plan, lang)
        self.totals = _totals(plan, lang)
        self.importable, self.nothing = plan.importable, plan.importable and plan.changes_nothing
        self.since = plan.since.isoformat()

    @submits("lots.write", apart=True)
    async def apply(self, who: Principal, sent: Sent) -> None:
        """Imports the whole file, or nothing of it; the page says so once it is kept."""
        since = sent.day_or_none("since")
        file = await asyncio.to_thread(import_files.kept, _session(), self._file)
        async with work(who) as w:
            plan = await apply_import(w, id_after(self, "buildings"), file.data, filename=file.name, since=since)
        self._show(plan, file, sent.lang)
        await asyncio.to_thread(import_files.forget, _session())
        self.stage, self._file = "done", ""


def _session() -> UUID:
    """The session that sent the file. Raises Unauthenticated."""
    session_id = current().session_id
    if session_id is None:
        raise Unauthenticated
    return session_id


def _source(source: Source, lang: str) -> str:
    """How the file was read."""
    parts = [source.format.upper()]
    if source.encoding:
        parts.append(tr(lang, "characters {encoding}", encoding=source.encoding))
    if source.separator:
        named = {
            ";": P_("sign between columns", "semicolon"),
            ",": P_("sign between columns", "comma"),
            "\t": P_("sign between columns", "tab"),
            "|": P_("sign between columns", "bar"),
        }
        sign = tr(lang, named[source.separator]) if source.separator in named else source.separator
        parts.append(tr(lang, "separated by {sign}", sign=sign))
    if source.sheet:
        parts.append(tr(lang, "sheet {name}", name=source.sheet))
    if source.header_line:
        parts.append(tr(lang, "headings on line {line}", line=source.header_line))
    return ", ".join(part for part in parts if part)


def _remark(one: Problem, lang: str) -> Remark:
    where = []
    if one.line:
        where.append(tr(lang, "line {line}", line=one.line))
    if one.column:
        where.append(tr(lang, "column “{name}”", name=one.column))
    if one.cell:
        where.append(one.cell)
    return Remark(_KINDS[one.severity], ", ".join(where) or tr(lang, "the whole file"), one.text(lang))


def _planned(one: PlannedLot, plan: ImportPlan, lang: str) -> Planned:
    names = {owner.owner.key: owner.owner.display_name for owner in plan.owners}
    held = list(dict.fromkeys(names.get(key, "") for key, _, _, _ in one.rights))
    lot = one.lot
    return Planned(
        lot.number,
        one.action,
        tr(lang, _ACTIONS[one.action]),
        tr(lang, KINDS[str(lot.kind)]),
        number(lot.share, lang),
        ", ".join(held),
    )


def _counts(plan: ImportPlan, lang: str) -> list[Count]:
    rows: list[tuple[Any, str]] = [("lots", N_("Lots")), ("owners", N_("Owners"))]
    return [
        Count(tr(lang, label), *(number(plan.count(what, action), lang) for action in ("new", "changed", "same")))
        for what, label in rows
    ]


def _totals(plan: ImportPlan, lang: str) -> str:
    totals = plan.preview.totals
    counts = (
        (N_("{count} lot", "{count} lots"), totals.lots),
        (N_("{count} main lot", "{count} main lots"), totals.main_lots),
        (N_("{count} share", "{count} shares"), totals.shares),
        (N_("{count} owner", "{count} owners"), totals.owners),
    )
    return " · ".join(tr(lang, text, count=count) for text, count in counts)
