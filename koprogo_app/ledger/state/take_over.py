"""Taking over a chart or opening balances: the file, what it would write, and writing it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import KoproError, NotFound, Unauthenticated
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problem
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import importing
from koprogo_app.workspace.state.common import id_after
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, reads, submits

_MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class PlannedLine:
    """A line of the opening entry, or a new account."""

    code: str = ""
    label: str = ""
    debit: str = ""
    credit: str = ""
    new: bool = False


class TakeOver(PageState, rx.State):
    """One file on its way into the books."""

    building: str = ""
    first_day: str = ""
    seen: bool = False
    rows: list[PlannedLine] = []
    remarks: list[str] = []
    totals: str = ""
    fits: bool = False
    _file: str = ""

    load = loads("ledger.write")

    async def _fill(self, w: Work, lang: str) -> None:
        book = await books.open_book(w, id_after(self, "buildings"), "ledger.write")
        years = await books.years(w, book.building_id)
        self.building = book.building_name
        self.first_day = next((y.start for y in years if y.is_open), w.today).isoformat()

    def _arrive(self) -> None:
        """Starts anew with the drop zone."""
        self.seen, self.rows, self.remarks, self.errors, self._file = False, [], [], {}, ""

    @handler("ledger.write")
    async def another(self) -> None:
        """Puts the file away and offers the drop zone again."""
        await asyncio.to_thread(import_files.forget, _session())
        self._arrive()

    @reads("ledger.write")
    async def look(self, w: Work, lang: str, file_id: str) -> None:
        """Shows what the file that was just sent would write; why it cannot be read stands above the drop zone."""
        self._arrive()
        try:
            file = await asyncio.to_thread(import_files.kept, _session(), file_id)
            shown = await importing.preview(w, id_after(self, "buildings"), file.data, lang)
        except KoproError as error:
            self.errors = {"": problem(error)}
            return
        self.rows = _lines(shown, lang)[:_MOST_SHOWN]
        self.remarks = [_remark(found, lang) for found in shown.problems[:_MOST_SHOWN]]
        self.totals = tr(lang, "Debit {debit}, credit {credit}", debit=amount(shown.debit, lang),
                         credit=amount(shown.credit, lang))  # fmt: skip
        self.fits, self.seen, self._file = shown.ready, True, file_id

    @submits("ledger.write")
    async def write(self, w: Work, sent: Sent) -> Told:
        """Writes what was shown."""
        if not self._file:
            raise NotFound(N_("This file is no longer here. Send it again."))
        file = await asyncio.to_thread(import_files.kept, _session(), self._file)
        building_id, on, document_ref = id_after(self, "buildings"), sent.day("on"), sent.text("document_ref")
        made = await importing.take_over(w, building_id, file.data, sent.lang, on=on, document_ref=document_ref)
        await asyncio.to_thread(import_files.forget, _session())
        where = f"{self.base}/entries/{made.id}" if made else f"{self.base}/accounts?show=all"
        return Told(N_("The file is taken over."), go=where)


def _session() -> UUID:
    session = current().session_id
    if session is None:
        raise Unauthenticated
    return session


def _remark(found: Any, lang: str) -> str:
    text: str = found.text(lang)
    return tr(lang, "Line {line}: {reason}", line=found.line, reason=text) if found.line else text


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
