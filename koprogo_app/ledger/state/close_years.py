"""Closing the years of several buildings at once, each in the background, with their progress."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, P_, tr
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import runs
from koprogo_app.ledger.service import closing
from koprogo_app.ledger.service.closing_run import ask_to_close
from koprogo_app.workspace.state.common import acting, as_id, lang_of, shown_day, workspace
from koprogo_app.workspace.state.page import PageState, Told, acts, loads

_GOING = ("waiting", "running")


@dataclass(frozen=True)
class Closable:
    """The first open year of a building that is over; `kind` and `state` tell how its closing goes."""

    id: str = ""
    building: str = ""
    href: str = ""
    year: str = ""
    days: str = ""
    count: str = ""
    state: str = ""
    kind: str = "neutral"
    reason: str = ""
    free: bool = True


@dataclass(frozen=True, slots=True)
class _Going:
    """All closings of the page together."""

    status: str


class CloseYears(PageState, rx.State):
    """Every building whose first open year is over."""

    rows: list[Closable] = []
    chosen: list[str] = []
    asked: int = 0
    ended: int = 0
    _runs: dict[str, str] = {}
    _batch: list[str] = []
    _refused: dict[str, str] = {}

    load = loads("ledger.close")

    def _arrive(self) -> None:
        self.rows, self._runs, self._batch, self._refused = [], {}, [], {}

    async def _fill(self, w: Work, lang: str) -> None:
        """Lists the years; what is or was closed on this visit stays in the list."""
        found = {str(row.year_id): row for row in await runs.closable(w)}
        gone = [row for row in self.rows if row.id not in found and (row.kind == "done" or row.id in self._runs)]
        self.rows = gone + [_line(row, lang) for row in found.values()]
        for year, reason in self._refused.items():
            self._show(year, tr(lang, P_("fiscal year", "not closed")), "refused", reason, free=True)
        going = {year: str(row.run_id) for year, row in found.items() if row.run_id and row.status in _GOING}
        self._runs = {**self._runs, **going}
        self._batch = [*self._batch, *(year for year in self._runs if year not in self._batch)]
        self.chosen, self.asked = [], len(self._batch)
        self.ended = self.asked - len(self._runs)

    @handler("ledger.close")
    async def toggle(self, year: str) -> None:
        """Ticks a year, or takes the tick away."""
        if year in self.chosen:
            self.chosen = [one for one in self.chosen if one != year]
        elif any(row.id == year and row.free for row in self.rows):
            self.chosen = [*self.chosen, year]

    @handler("ledger.close")
    async def toggle_all(self) -> None:
        """Ticks every year that may be closed, or none."""
        free = [row.id for row in self.rows if row.free]
        self.chosen = [] if set(free) <= set(self.chosen) else free

    @acts("ledger.close", apart=True)
    async def close_chosen(self, who: Principal, years: list[str]) -> Told:
        """Asks the worker to close these years: one that is refused does not stop the others."""
        if not self._runs:
            self._batch = []
        self._refused = {}
        for year in years:
            try:
                async with work(who) as w:
                    run = await ask_to_close(w, as_id(year))
            except KoproError as error:
                self._refused = {**self._refused, year: error.text(who.lang)}
                continue
            self._runs = {**self._runs, year: str(run.id)}
        return Told(then="follow")

    @handler("ledger.close", background=True)
    async def follow(self) -> None:
        """Shows how far the closings are until the last one ends; the page may be left meanwhile."""
        async with self:
            if not self._runs:
                return
        async for _ in following(self._look):
            pass

    async def _look(self) -> _Going:
        """Shows how far they are now; tells whether one still goes on."""
        async with self:
            lang = await lang_of(self)
            async with work(acting(lang)) as w:
                found = await runs.several(w, [UUID(run) for run in self._runs.values()])
            for year, run in list(self._runs.items()):
                self._tell(year, found.get(UUID(run)), lang)
            self.ended = self.asked - len(self._runs)
            return _Going("running" if self._runs else "done")

    def _tell(self, year: str, run: runs.RunRow | None, lang: str) -> None:
        if run and run.status in _GOING:
            step = (
                tr(lang, closing.STEPS[run.step]) if run.status == "running" else tr(lang, P_("fiscal year", "waiting"))
            )
            self._show(year, step, "information")
            return
        self._runs = {key: value for key, value in self._runs.items() if key != year}
        if run and run.status == "done":
            self._show(year, tr(lang, P_("fiscal year", "closed")), "done")
        else:
            self._show(year, tr(lang, P_("fiscal year", "not closed")), "refused", _reason(run, lang), free=True)

    def _show(self, year: str, state: str, kind: str, reason: str = "", *, free: bool = False) -> None:
        self.rows = [
            row if row.id != year
            else Closable(row.id, row.building, row.href, row.year, row.days, row.count, state, kind, reason, free)
            for row in self.rows
        ]  # fmt: skip


def _reason(run: runs.RunRow | None, lang: str) -> str:
    refusal = (run.refusal if run else None) or {}
    return str(refusal.get(lang if lang in LANGS else "fr") or tr(lang, "Closing failed. Nothing was changed."))


def _line(row: runs.ClosableRow, lang: str) -> Closable:
    going, failed = row.status in _GOING, row.status == "failed"
    run = runs.RunRow(row.run_id, row.organization_id, row.building_id, row.year_id, "failed", 0, row.refusal) \
        if failed and row.run_id else None  # fmt: skip
    state = (
        tr(lang, P_("fiscal year", "waiting"))
        if going
        else tr(lang, P_("fiscal year", "not closed"))
        if failed
        else tr(lang, P_("fiscal year", "open"))
    )
    return Closable(
        str(row.year_id),
        row.building_name,
        f"{workspace(row.building_id)}/years",
        row.name,
        f"{shown_day(row.start, lang)} – {shown_day(row.end, lang)}",
        str(row.entries),
        state,
        "information" if going else "refused" if failed else "neutral",
        _reason(run, lang) if run else "",
        not going,
    )
