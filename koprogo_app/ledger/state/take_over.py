"""Taking over a chart or opening balances: the file, what it would write, and writing it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError, NotFound, Unauthenticated
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import importing
from koprogo_app.workspace.state.common import acting, failure, id_after, lang_of, required_day, typed, workspace
from koprogo_app.workspace.state.figures import amount

_MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class PlannedLine:
    """A line of the opening entry, or a new account."""

    code: str = ""
    label: str = ""
    debit: str = ""
    credit: str = ""
    new: bool = False


class TakeOver(rx.State):
    """One file on its way into the books."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    first_day: str = ""
    seen: bool = False
    rows: list[PlannedLine] = []
    remarks: list[str] = []
    totals: str = ""
    fits: bool = False
    errors: dict[str, dict[str, str]] = {}
    _file: str = ""

    @handler("ledger.write")
    async def load(self) -> AsyncIterator[None]:
        """Starts anew with the drop zone."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            yield
            async with work(acting(await lang_of(self))) as w:
                book = await books.open_book(w, id_after(self, "buildings"), "ledger.write")
                years = await books.years(w, book.building_id)
            self.building = book.building_name
            first = next((y.start for y in years if y.is_open), w.today)
            self.first_day, self.ready, self.failed = first.isoformat(), True, {}
            self._restart()
        except KoproError as error:
            self.failed = failure(error)

    def _restart(self) -> None:
        self.seen, self.rows, self.remarks, self.errors, self._file = False, [], [], {}, ""

    @handler("ledger.write")
    async def another(self) -> None:
        """Puts the file away and offers the drop zone again."""
        await asyncio.to_thread(import_files.forget, _session())
        self._restart()

    @handler("ledger.write")
    async def look(self, file_id: str) -> None:
        """Shows what the file that was just sent would write."""
        lang = await lang_of(self)
        try:
            file = await asyncio.to_thread(import_files.kept, _session(), file_id)
            async with work(acting(lang)) as w:
                shown = await importing.preview(w, id_after(self, "buildings"), file.data, lang)
        except KoproError as error:
            self._restart()
            self.errors = {"": failure(error)}
            return
        self.rows = _lines(shown, lang)[:_MOST_SHOWN]
        self.remarks = [_remark(problem, lang) for problem in shown.problems[:_MOST_SHOWN]]
        self.totals = tr(lang, "Debit {debit}, credit {credit}", debit=amount(shown.debit, lang),
                         credit=amount(shown.credit, lang))  # fmt: skip
        self.fits, self.seen, self.errors, self._file = shown.ready, True, {}, file_id

    @handler("ledger.write")
    async def write(self, data: dict[str, Any]) -> Any:
        """Writes what was shown."""
        lang = await lang_of(self)
        try:
            if not self._file:
                raise NotFound(N_("This file is no longer here. Send it again."))
            file = await asyncio.to_thread(import_files.kept, _session(), self._file)
            async with work(acting(lang)) as w:
                made = await importing.take_over(
                    w,
                    id_after(self, "buildings"),
                    file.data,
                    lang,
                    on=required_day(data, "on", lang),
                    document_ref=typed(data, "document_ref").get("document_ref", ""),
                )
        except KoproError as error:
            self.errors = problems(error)
            return None
        await asyncio.to_thread(import_files.forget, _session())
        self._restart()
        await notify(self, "done", N_("The file is taken over."))
        return rx.redirect(f"{self.base}/entries/{made.id}" if made else f"{self.base}/accounts?show=all")


def _session() -> UUID:
    session = current().session_id
    if session is None:
        raise Unauthenticated
    return session


def _remark(problem: Any, lang: str) -> str:
    text: str = problem.text(lang)
    return tr(lang, "Line {line}: {reason}", line=problem.line, reason=text) if problem.line else text


def _lines(shown: importing.Preview, lang: str) -> list[PlannedLine]:
    new = {account.code: account.label for account in shown.accounts}
    lines = [
        PlannedLine(
            line.account,
            line.label or new.get(line.account, ""),
            amount(max(line.cents, 0), lang, blank=True),
            amount(max(-line.cents, 0), lang, blank=True),
            line.account in new,
        )
        for line in shown.lines
    ]
    used = {line.account for line in shown.lines}
    return lines + [PlannedLine(code, label, new=True) for code, label in new.items() if code not in used]
