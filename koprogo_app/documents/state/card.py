"""One document in its dialog: the preview, what is known of it, its versions; changing and deleting it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from koprogo_app.documents.queries.library import DocumentDetail, VersionRow, document_detail
from koprogo_app.documents.service.describing import delete_document, update_document
from koprogo_app.documents.state.library import Library
from koprogo_app.documents.state.panel import Panel
from koprogo_app.documents.words import KINDS, STATES, WHO, options, size_text, type_name
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_, moment, tr
from koprogo_app.identity.guard import handler
from koprogo_app.law.articles import shown
from koprogo_app.law.retention import RETENTION, Paper
from koprogo_app.workspace.state.common import acting, as_id, lang_of, may, shown_day
from koprogo_app.workspace.state.page import (
    NO_PROBLEM,
    Dialog,
    PageState,
    Sent,
    Told,
    opening,
    opens,
    submits,
)

_TURNS: Final = 240
_FIELDS: Final = ("title", "kind", "dated", "lang", "visibility")


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    name: str = ""
    number: str = ""
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Opened:
    """A document in its dialog."""

    id: str = ""
    title: str = ""
    kind: str = ""
    kind_code: str = ""
    dated: str = ""
    dated_iso: str = ""
    lang: str = ""
    who: str = ""
    level: str = ""
    owner: str = ""
    place: str = ""
    file: str = ""
    pages: str = ""
    kept: str = ""
    why: str = ""
    article: str = ""
    note: str = ""
    preview: str = ""
    href: str = ""
    shown: bool = False
    version: int = 0
    fixed: bool = False
    versions: list[VersionLine] = field(default_factory=list)


class Card(PageState, rx.State):
    """The document that is looked at: its dialog is "look", "edit" or "delete", its record the document."""

    doc: Opened = Opened()
    write: bool = False
    delete: bool = False
    levels: list[dict[str, str]] = []

    ask = opens("documents.read", "look", "edit", "delete")

    @opening("documents.read", "look")
    async def show(self, w: Work, lang: str, record: str) -> Any:
        """Opens a document, and waits for its preview when it is being made."""
        await self._look_at(w, lang, record)
        self.failed = NO_PROBLEM
        return Card.await_preview if self.doc.note and not self.doc.preview else None

    async def _fill(self, w: Work, lang: str) -> None:
        """Reads the document again that is open."""
        if self.dialog.record:
            await self._look_at(w, lang, self.dialog.record)

    async def _look_at(self, w: Work, lang: str, document_id: str) -> None:
        detail = await document_detail(w, as_id(document_id))
        row = detail.row
        self.doc = _opened(detail, lang)
        self.write = may("documents.write", row.organization_id, row.building_id)
        self.delete = may("documents.delete", row.organization_id, row.building_id)
        kept = {"owner"} if row.owner_id else set()
        office = {"syndic"} if may("documents.read_syndic", row.organization_id, row.building_id) else set()
        self.levels = options(WHO, lang, frozenset({"co_owners", "board", row.visibility} | office | kept))

    @handler("documents.read", background=True)
    async def await_preview(self) -> None:
        """Waits while the preview is being made."""
        async with self:
            opened, lang = self.dialog, await lang_of(self)
        if opened.name != "look":
            return
        who = acting(lang)
        for _ in range(_TURNS):
            async with work(who) as w:
                detail = await document_detail(w, as_id(opened.record))
            if detail.row.state != "new":
                break
            await asyncio.sleep(0.5)
        async with self:
            if self.dialog == opened:
                self.doc = _opened(detail, lang)

    @submits("documents.write", dialog="edit")
    async def save(self, w: Work, sent: Sent) -> Told:
        """Changes what is said of the document."""
        await update_document(w, sent.record_id, sent.typed(*_FIELDS), version=self.doc.version)
        return Told(dialog=Dialog("look", sent.record), then="tell_lists")

    @submits("documents.delete", dialog="delete")
    async def do_delete(self, w: Work, sent: Sent) -> Told:
        """Deletes the document."""
        await delete_document(w, sent.record_id, sent.text("reason"))
        said = N_("“{title}” is deleted. Its trace stays in the journal.")
        return Told(said, params={"title": self.doc.title}, then="tell_lists")

    @handler("documents.read")
    async def tell_lists(self) -> Any:
        """The lists behind the dialog show what was changed."""
        return [Library.refresh, Panel.refresh]


def _opened(detail: DocumentDetail, lang: str) -> Opened:
    row, newest = detail.row, detail.versions[0]
    rule = RETENTION[Paper(row.kind)]
    href = f"/api/v1/documents/{row.id}"
    who = row.owner_name if row.visibility == "owner" and row.owner_name else tr(lang, WHO[row.visibility])
    return Opened(
        id=str(row.id), title=row.title, kind=tr(lang, KINDS[row.kind]), kind_code=row.kind,
        dated=shown_day(row.dated, lang), dated_iso=row.dated.isoformat(), lang=row.lang, who=who, level=row.visibility,
        owner=row.owner_name or "", place=" · ".join([row.building_name, *_lot(row.lot_number, lang)]),
        file=f"{type_name(newest.media_type, newest.file_name)}, {size_text(newest.size, lang)}",
        pages=str(newest.pages or ""), kept=shown_day(row.destroy_on, lang), why=tr(lang, rule.reason),
        article=shown(rule.article.code, lang) if rule.article else "", note=tr(lang, STATES.get(newest.state, "")),
        preview=f"{href}/preview?number={newest.number}" if newest.preview_sha256 else "", href=href,
        shown=newest.media_type in ("application/pdf", "image/jpeg", "image/png", "image/webp"), version=row.version,
        fixed=row.visibility == "notary", versions=[_version(v, href, lang) for v in detail.versions],
    )  # fmt: skip


def _lot(number: str | None, lang: str) -> list[str]:
    return [tr(lang, "Lot {number}", number=number)] if number else []


def _version(version: VersionRow, href: str, lang: str) -> VersionLine:
    by = version.created_by_name or ""
    text = " · ".join(x for x in (moment(version.created_at, lang), by, size_text(version.size, lang)) if x)
    return VersionLine(version.file_name, str(version.number), text, f"{href}?number={version.number}")
