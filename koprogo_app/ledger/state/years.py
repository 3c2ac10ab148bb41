"""Financial years: opening the next, closing with its progress, opening again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import LANGS, N_, moment, tr
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.law.accounts import ACCEPTABLE
from koprogo_app.ledger.queries import books, runs
from koprogo_app.ledger.service import books as service
from koprogo_app.ledger.service import closing
from koprogo_app.ledger.service.closing_run import ask_to_close
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    shown_day,
    typed,
    workspace,
)


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


class Years(rx.State):
    """The financial years of a building, newest first."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    rows: list[YearLine] = []
    asking: str = ""
    chosen: dict[str, str] = {}
    obstacles: list[dict[str, str]] = []
    may_accept: bool = False
    blocked: bool = False
    errors: dict[str, dict[str, str]] = {}
    running: dict[str, str] = {}
    _run: str = ""

    @handler("ledger.read")
    async def load(self) -> Any:
        """Builds the page from its address, and follows a closing that is under way."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            await self._fill()
            self.ready, self.failed, self.asking, self.errors = True, {}, "", {}
        except KoproError as error:
            self.failed = failure(error)
            return None
        return Years.follow if self._run else None

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            found = await books.years(w, building_id)
            run = await runs.under_way(w, building_id)
            today = w.today
        self.building = book.building_name
        self.write = may("ledger.close", book.organization_id, building_id)
        self._run = str(run) if run else ""
        if not run:
            self.running = {}
        first_open = next((y.id for y in found if y.is_open), None)
        last_closed = next((y.id for y in reversed(found) if not y.is_open), None)
        # A year is closed when it is over, the first open one first; the last closed one can be opened again.
        closable = next((y.id for y in found if y.is_open and y.end < today and y.id == first_open), None)
        self.rows = [_line(y, closable, last_closed, lang) for y in reversed(found)]

    def _choose(self, year: str) -> None:
        row = next((r for r in self.rows if r.id == year), None)
        if row is None:
            raise NotFound
        self.chosen, self.errors = {"id": row.id, "name": row.name, "days": row.days}, {}

    @handler("ledger.write")
    async def add(self) -> None:
        """Opens the year that follows the last one."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.add_year(w, id_after(self, "buildings"))
            await self._fill()
        except KoproError as error:
            self.failed = failure(error)
            return
        await notify(self, "done", N_("The next financial year is open."))

    @handler("ledger.close")
    async def ask(self, year: str) -> None:
        """Opens the dialog that closes a year, with what stands in the way."""
        lang = await lang_of(self)
        self._choose(year)
        async with work(acting(lang)) as w:
            found = await closing.obstacles(w, await books.year(w, as_id(year)))
        self.obstacles = [
            {"text": tr(lang, refusal.message, **refusal.params),
             "article": refusal.article.text(lang) if refusal.article else ""}
            for refusal in found.values()
        ]  # fmt: skip
        self.may_accept = bool(found) and set(found) <= ACCEPTABLE
        self.blocked = bool(set(found) - ACCEPTABLE)
        self.asking = "close"

    @handler("ledger.close")
    async def ask_again(self, year: str) -> None:
        """Opens the dialog that opens a year again."""
        self._choose(year)
        self.asking = "reopen"

    @handler("ledger.close")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.asking, self.errors = "", {}

    @handler("ledger.close")
    async def close(self, data: dict[str, Any]) -> Any:
        """Asks the worker to close the year, and follows it."""
        lang = await lang_of(self)
        accepted = typed(data, "accepted").get("accepted", "")
        try:
            async with work(acting(lang)) as w:
                run = await ask_to_close(w, as_id(self.chosen.get("id")), accepted)
        except KoproError as error:
            self.errors = problems(error)
            return None
        self._run, self.asking, self.errors = str(run.id), "", {}
        self.running = self._progress("waiting", 0, lang)
        return Years.follow

    @handler("ledger.close")
    async def reopen(self, data: dict[str, Any]) -> None:
        """Opens the year again."""
        reason = typed(data, "reason").get("reason", "")
        try:
            async with work(acting(await lang_of(self))) as w:
                await closing.reopen_year(w, as_id(self.chosen.get("id")), reason)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.asking, self.errors = "", {}
        await notify(self, "done", N_("The year is open again; its closing entries are taken back."))

    def _progress(self, status: str, step: int, lang: str) -> dict[str, str]:
        what = tr(lang, closing.STEPS[step]) if status == "running" else tr(lang, "Waiting for the worker")
        return {"status": status, "text": what, "value": str(step + 1 if status == "running" else 0),
                "of": str(len(closing.STEPS) + 1)}  # fmt: skip

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
                    self.running = self._progress(found.status, found.step, lang)
                else:
                    await self._ended(found, lang)
                    return BooksSeal.look
        return None

    async def _ended(self, found: runs.RunRow, lang: str) -> None:
        self._run, self.running = "", {}
        await self._fill()
        if found.status == "done":
            await notify(self, "done", N_("The year is closed and its balances are carried forward."))
            return
        refusal = found.refusal or {}
        text = refusal.get(lang if lang in LANGS else "fr") or tr(lang, "Closing failed. Nothing was changed.")
        self.running = {"status": "failed", "text": text, "article": str(refusal.get("article", ""))}


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
