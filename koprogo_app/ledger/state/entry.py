"""One entry with its lines, its document and its seal; taking it back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.documents.queries.library import document_detail
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import N_, moment, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.model import Nature
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import EntryDetail, LineRow, entry_detail
from koprogo_app.ledger.service import entries as service
from koprogo_app.ledger.service.sources import Source, source_of
from koprogo_app.workspace.state.common import acting, failure, id_after, lang_of, may, shown_day, typed, workspace
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class PostedLine:
    """A line of the entry; the account and the person lead to their movements."""

    id: str = ""
    code: str = ""
    account: str = ""
    account_href: str = ""
    party: str = ""
    party_href: str = ""
    label: str = ""
    debit: str = ""
    credit: str = ""
    matched: bool = False


class EntryPage(rx.State):
    """One entry."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    shown: dict[str, str] = {}
    rows: list[PostedLine] = []
    may_reverse: bool = False
    reversing: bool = False
    errors: dict[str, dict[str, str]] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            wanted = str(id_after(self, "entries"))
            if self.shown.get("id") != wanted:
                self.ready = False
                yield
            await self._fill()
            self.ready, self.failed, self.reversing, self.errors = True, {}, False, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            found = await entry_detail(w, id_after(self, "entries"))
            file = await _file(w, found.document_id)
            source = _source(await source_of(w, found.entry.id), self.base, lang)
        self.building, self.shown = book.building_name, {**_shown(found, self.base, lang), **file, **source}
        self.rows = [_line(line, self.base, lang) for line in found.lines]
        entry = found.entry
        free = entry.nature == Nature.ENTRY and not entry.reversal_of and not entry.reversed_by
        self.may_reverse = free and may("ledger.write", book.organization_id, building_id)

    @handler("ledger.write")
    async def ask(self) -> None:
        """Opens the dialog that takes the entry back."""
        self.reversing, self.errors = True, {}

    @handler("ledger.write")
    async def stop(self) -> None:
        """Closes it."""
        self.reversing, self.errors = False, {}

    @handler("ledger.write")
    async def reverse(self, data: dict[str, Any]) -> Any:
        """Takes the entry back and shows its mirror."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                made = await service.reverse(w, id_after(self, "entries"), typed(data, "reason").get("reason", ""))
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.reversing, self.errors = False, {}
        await notify(self, "done", N_("The entry is taken back by {name}."), name=f"{made.journal} {made.number}")
        return rx.redirect(f"{self.base}/entries/{made.id}")


async def _file(w: Work, document_id: UUID | None) -> dict[str, str]:
    """The stored document, when this person may see it."""
    try:
        row = (await document_detail(w, document_id)).row if document_id else None
    except NotFound:
        row = None
    return {"file": row.title if row else "", "file_id": str(row.id) if row else ""}


def _source(source: Source | None, base: str, lang: str) -> dict[str, str]:
    """The paper that the entry was made of."""
    if source is None:
        return {"source": "", "source_href": ""}
    return {"source": f"{tr(lang, source.kind)} {source.name}", "source_href": f"{base}/{source.path}"}


def _shown(found: EntryDetail, base: str, lang: str) -> dict[str, str]:
    entry = found.entry
    return {
        "id": str(entry.id),
        "name": entry.name,
        "day": shown_day(entry.on, lang),
        "label": entry.label,
        "document": entry.document_ref,
        "document_day": shown_day(entry.document_date, lang),
        "total": amount(entry.cents, lang),
        "reason": found.reason,
        "reverses": found.reverses,
        "reverses_href": f"{base}/entries/{entry.reversal_of}",
        "reversed_by": found.reversed_by,
        "reversed_by_href": f"{base}/entries/{entry.reversed_by}",
        "by": found.posted_by,
        "at": moment(found.posted_at, lang),
        "seal": str(found.seq),
        "hash": found.hash.hex()[:16],
    }


def _line(line: LineRow, base: str, lang: str) -> PostedLine:
    return PostedLine(
        str(line.id),
        line.code,
        line.account_label(lang),
        f"{base}/ledger?account={line.code}",
        line.party + (f" ({line.lot})" if line.lot else ""),
        f"{base}/ledger?party={line.party_id}" if line.party_id else "",
        line.label,
        amount(max(line.cents, 0), lang, blank=True),
        amount(max(-line.cents, 0), lang, blank=True),
        line.matching_id is not None,
    )
