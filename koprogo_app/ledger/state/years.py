"""Financial years: opening the next, closing with its progress, opening again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import LANGS, N_, moment, tr
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import notify
from koprogo_app.law.accounts import ACCEPTABLE
from koprogo_app.ledger.queries import books, runs
from koprogo_app.ledger.service import books as service
from koprogo_app.ledger.service import closing
from koprogo_app.ledger.service.closing_run import ask_to_close
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, may, shown_day
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opening, refill, submits


@dataclass(frozen=True)
class YearLine:
    """A financial year."""

    id: str = ""
    name: str = ""
    days: str = ""
    is_open: bool = True
    count: str = ""
    note: str = ""
    may_close: bool = False
    may_reopen: bool = False


@dataclass(frozen=True)
class ObstacleLine:
    """What stands in the way of closing."""

    text: str = ""
    article: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a closing is, or why it failed; nothing while none was asked for."""

    status: str = ""
    text: str = ""
    value: str = "0"
    of: str = "1"
    article: str = ""


class Years(PageState, rx.State):
    """The financial years of a building, newest first."""

    building: str = ""
    write: bool = False
    rows: list[YearLine] = []
    chosen: str = ""
    obstacles: list[ObstacleLine] = []
    may_accept: bool = False
    blocked: bool = False
    running: Progress = Progress()
    _run: str = ""

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id)
        found = await books.years(w, building_id)
        run = await runs.under_way(w, building_id)
        self.building = book.building_name
        self.write = may("ledger.close", book.organization_id, building_id)
        if not run:
            self._run, self.running = "", Progress()
        elif self._run != str(run):
            self._run, self.running = str(run), _progress("waiting", 0, lang)
        first_open = next((y.id for y in found if y.is_open), None)
        last_closed = next((y.id for y in reversed(found) if not y.is_open), None)
        # A year is closed when it is over, the first open one first; the last closed one can be opened again.
        closable = next((y.id for y in found if y.is_open and y.end < w.today and y.id == first_open), None)
        self.rows = [_line(y, closable, last_closed, lang) for y in reversed(found)]

    @acts("ledger.write", done=N_("The next financial year is open."))
    async def add(self, w: Work) -> None:
        """Opens the year that follows the last one."""
        await service.add_year(w, id_after(self, "buildings"))

    def _named(self, year: str) -> str:
        row = next((r for r in self.rows if r.id == year), None)
        if row is None:
            raise NotFound
        return row.name

    @opening("ledger.close", "close")
    async def ask_close(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that closes a year, with what stands in the way."""
        self.chosen = self._named(record)
        found = await closing.obstacles(w, await books.year(w, as_id(record)))
        self.obstacles = [
            ObstacleLine(tr(lang, one.message, **one.params), one.article.text(lang) if one.article else "")
            for one in found.values()
        ]
        self.may_accept = bool(found) and set(found) <= ACCEPTABLE
        self.blocked = bool(set(found) - ACCEPTABLE)

    @opening("ledger.close", "reopen")
    async def ask_reopen(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that opens a year again."""
        self.chosen = self._named(record)

    @submits("ledger.close", dialog="close")
    async def close_year(self, w: Work, sent: Sent) -> Told:
        """Asks the worker to close the year, and follows it."""
        await ask_to_close(w, sent.record_id, sent.text("accepted"))
        return Told(then="follow")

    @submits("ledger.close", dialog="reopen", done=N_("The year is open again; its closing entries are taken back."))
    async def reopen(self, w: Work, sent: Sent) -> None:
        """Opens the year again."""
        await closing.reopen_year(w, sent.record_id, sent.text("reason"))

    @handler("ledger.read", background=True)
    async def follow(self) -> Any:
        """Shows how far the closing is until it ends; the page may be left meanwhile."""
        async with self:
            run, lang = self._run, await lang_of(self)
        if not run:
            return None

        async def read() -> runs.RunRow:
            async with work(acting(lang)) as w:
                return await runs.run(w, UUID(run))

        async for found in following(read):
            async with self:
                if self._run != run:
                    return None
                if found.status in ("waiting", "running"):
                    self.running = _progress(found.status, found.step, lang)
                else:
                    await self._ended(found, lang)
                    return BooksSeal.load
        return None

    async def _ended(self, found: runs.RunRow, lang: str) -> None:
        self._run, self.running = "", Progress()
        await refill(self)
        if found.status == "done":
            await notify(self, "done", N_("The year is closed and its balances are carried forward."))
            return
        refusal = found.refusal or {}
        text = refusal.get(lang if lang in LANGS else "fr") or tr(lang, "Closing failed. Nothing was changed.")
        self.running = Progress("failed", str(text), article=str(refusal.get("article", "")))


def _progress(status: str, step: int, lang: str) -> Progress:
    running = status == "running"
    what = tr(lang, closing.STEPS[step]) if running else tr(lang, "Waiting for the worker")
    return Progress(status, what, str(step + 1 if running else 0), str(len(closing.STEPS) + 1))


def _line(y: books.YearRow, closable: UUID | None, last_closed: UUID | None, lang: str) -> YearLine:
    note = tr(lang, "closed on {moment}", moment=moment(y.closed_at, lang)) if y.closed_at else ""
    if y.reopened_reason and y.is_open:
        note = tr(lang, "opened again: {reason}", reason=y.reopened_reason)
    return YearLine(
        str(y.id),
        y.name,
        f"{shown_day(y.start, lang)} – {shown_day(y.end, lang)}",
        y.is_open,
        str(y.entries),
        note,
        y.id == closable,
        y.id == last_closed,
    )
