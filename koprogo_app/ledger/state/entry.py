"""One entry with its lines, its document and its seal; taking it back."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.documents.queries.library import DocumentRow, document_detail
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import N_, moment, tr
from koprogo_app.ledger.model import Nature
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import EntryDetail, LineRow, entry_detail
from koprogo_app.ledger.service import entries as service
from koprogo_app.ledger.service.sources import Source, source_of
from koprogo_app.workspace.state.common import id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, opens, submits


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


@dataclass(frozen=True)
class ShownEntry:
    """The head of the entry; `file` and `source` are what it rests on, empty when there is none."""

    id: str = ""
    name: str = ""
    day: str = ""
    label: str = ""
    document: str = ""
    document_day: str = ""
    total: str = ""
    reason: str = ""
    reverses: str = ""
    reverses_href: str = ""
    reversed_by: str = ""
    reversed_by_href: str = ""
    by: str = ""
    at: str = ""
    seal: str = ""
    hash: str = ""
    file: str = ""
    file_id: str = ""
    source: str = ""
    source_href: str = ""


class EntryPage(PageState, rx.State):
    """One entry."""

    building: str = ""
    shown: ShownEntry = ShownEntry()
    rows: list[PostedLine] = []
    may_reverse: bool = False

    load = loads("ledger.read")
    ask = opens("ledger.write", "reverse")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id)
        found = await entry_detail(w, id_after(self, "entries"))
        file = await _file(w, found.document_id)
        source = await source_of(w, found.row.id)
        self.building, self.shown = book.building_name, _shown(found, file, source, self.base, lang)
        self.rows = [_line(line, self.base, lang) for line in found.lines]
        entry = found.row
        free = entry.nature == Nature.ENTRY and not entry.reversal_of and not entry.reversed_by
        self.may_reverse = free and may("ledger.write", book.organization_id, building_id)

    @submits("ledger.write", dialog="reverse")
    async def reverse(self, w: Work, sent: Sent) -> Told:
        """Takes the entry back and shows its mirror."""
        made = await service.reverse(w, id_after(self, "entries"), sent.text("reason"))
        name = f"{made.journal} {made.number}"
        return Told(
            N_("The entry is taken back by {name}."), params={"name": name}, go=f"{self.base}/entries/{made.id}"
        )


async def _file(w: Work, document_id: UUID | None) -> DocumentRow | None:
    """The stored document, when this person may see it."""
    try:
        return (await document_detail(w, document_id)).row if document_id else None
    except NotFound:
        return None


def _shown(found: EntryDetail, file: DocumentRow | None, source: Source | None, base: str, lang: str) -> ShownEntry:
    entry = found.row
    return ShownEntry(
        id=str(entry.id), name=entry.name, day=shown_day(entry.on, lang), label=entry.label,
        document=entry.document_ref, document_day=shown_day(entry.document_date, lang),
        total=amount(entry.cents, lang), reason=found.reason,
        reverses=found.reverses, reverses_href=f"{base}/entries/{entry.reversal_of}",
        reversed_by=found.taken_back_by, reversed_by_href=f"{base}/entries/{entry.reversed_by}",
        by=found.posted_by, at=moment(found.posted_at, lang), seal=str(found.seq), hash=found.hash.hex()[:16],
        file=file.title if file else "", file_id=str(file.id) if file else "",
        source=f"{tr(lang, source.kind)} {source.name}" if source else "",
        source_href=f"{base}/{source.path}" if source else "",
    )  # fmt: skip


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
