"""Reports too long to be drawn while somebody waits: a job draws them, and whoever asked saves them within a day.

- `is_long(report) -> bool`
- `ask(w, name, building_id, asked, lang) -> Bundle`, `standing(w, name, building_id, asked, lang) -> Bundle | None`
- `draw(bundle_id, name, building_id, asked, lang)` — the job
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.model import Bundle
from koprogo_app.documents.service.drawn import (
    ask_paper,
    paper_asked,
    paper_begun,
    paper_drawn,
    paper_failed,
    paper_step,
)
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.jobs import PROMPT, defer
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.report import Report, report_html
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.ledger.queries import books
from koprogo_app.statements.queries.statement import estate_mark
from koprogo_app.statements.service import report_list
from koprogo_app.workspace.reports import Query

LONG: Final = 400
"""Lines from which a report is drawn by a job: some ten sheets, two seconds of one core."""
_STEPS: Final = 3
"""Read, drawn, kept."""


def is_long(report: Report) -> bool:
    """Whether its paper is for a job: the whole ledger of a year, the statements of a large building."""
    return sum(len(table.rows) for table in report.tables) >= LONG


async def ask(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Bundle:
    """Asks for the paper of a report (`reports.read`); while nothing was posted since, it is not drawn twice.

    Raises NotFound, Forbidden, Invalid as the report itself does.
    """
    book = await books.open_book(w, building_id, "reports.read")
    named = await _named(w, book, name, asked, lang)
    row, new = await ask_paper(w, book.organization_id, named, f"{name}.pdf", _STEPS)
    if new:
        # Whoever may not read the report is refused now, not by a job that nobody watches.
        await report_list.make(w, name, building_id, asked, lang)
        said = {"bundle_id": str(row.id), "name": name, "building_id": str(building_id), "lang": lang}
        await defer(w, "statements.draw_report", priority=PROMPT, **said, asked=_plain(asked))
    return row


async def standing(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Bundle | None:
    """The paper that this person has asked for, on its way or ready, of the books as they stand now."""
    book = await books.open_book(w, building_id, "reports.read")
    return await paper_asked(w, await _named(w, book, name, asked, lang))


async def _named(w: Work, book: books.Book, name: str, asked: Query, lang: str) -> str:
    """What a paper is found by again: a posting, a change of lots, rights or keys, or another day makes another."""
    mark = await estate_mark(w, book.organization_id, book.building_id)
    said = ",".join(f"{key}={value}" for key, value in _plain(asked).items())
    return f"report {name} {book.building_id} {book.version} {mark} {w.today} {lang} {said}"


def _plain(asked: Query) -> dict[str, str]:
    return {key: str(value) for key, value in asdict(asked).items() if value}


def _query(plain: Mapping[str, str]) -> Query:
    kinds: dict[str, Any] = {"start": date.fromisoformat, "end": date.fromisoformat, "year": str}
    return Query(**{key: kinds.get(key, UUID)(value) for key, value in plain.items()})


async def draw(bundle_id: UUID, name: str, building_id: UUID, asked: Mapping[str, str], lang: str) -> None:
    """Draws the paper; a fault is told to whoever waits for it, and raised."""
    if not await paper_begun(bundle_id):
        return
    try:
        html = await _read(bundle_id, name, building_id, asked, lang)
        await paper_step(bundle_id)
        drawn = await pdf.render(html)
        await paper_step(bundle_id)
        await paper_drawn(bundle_id, drawn)
    except Exception:
        await paper_failed(bundle_id)
        raise


async def _read(bundle_id: UUID, name: str, building_id: UUID, asked: Mapping[str, str], lang: str) -> str:
    async with work(SYSTEM) as w:
        row = await w.get(Bundle, bundle_id)
    who = Principal(kind="system", user_id=row.user_id, organizations=frozenset({row.organization_id}))
    async with work(who) as w:
        report = await report_list.make(w, name, building_id, _query(asked), lang)
        return report_html(report, await letterhead(w, building_id), lang)
