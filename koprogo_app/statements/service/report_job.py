"""Reports too long to be drawn while somebody waits: a job draws them, and whoever asked saves them within a day.

- `is_long(report) -> bool`
- `ask(w, name, building_id, asked, lang) -> Run`, `requested_paper(w, name, building_id, asked, lang) -> Run | None`
- `draw(run, progress)` — what the job does
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.service.drawn import ask_paper, keep_paper, paper_asked
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.report import Report, report_html
from koprogo_app.foundation.runs import Progress
from koprogo_app.ledger.queries import books
from koprogo_app.statements.queries.statement import estate_mark
from koprogo_app.statements.service import report_list
from koprogo_app.workspace.reports import Query

LONG: Final = 400
"""Lines from which a report is drawn by a job: some ten sheets, two seconds of one core."""
REPORT: Final = "statements.draw_report"
_STEPS: Final = 3
"""Read, drawn, kept."""


def is_long(report: Report) -> bool:
    """Whether its paper is for a job: the whole ledger of a year, the statements of a large building."""
    return sum(len(table.rows) for table in report.tables) >= LONG


async def ask(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Run:
    """Asks for the paper of a report (`reports.read`); while nothing was posted since, it is not drawn twice.

    Raises NotFound, Forbidden, Invalid as the report itself does.
    """
    book = await books.open_book(w, building_id, "reports.read")
    named = await _named(w, book, name, asked, lang)
    said = {"name": name, "lang": lang, "asked": _plain(asked)}
    run, new = await ask_paper(
        w, REPORT, organization_id=book.organization_id, building_id=building_id, name=named, file_name=f"{name}.pdf",
        steps=_STEPS, asked=said,
    )  # fmt: skip
    if new:
        # Whoever may not read the report is refused now, not by a job that nobody watches.
        await report_list.make(w, name, building_id, asked, lang)
    return run


async def requested_paper(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Run | None:
    """The paper that this person has asked for, on its way or ready, of the books as they stand now."""
    book = await books.open_book(w, building_id, "reports.read")
    return await paper_asked(w, REPORT, await _named(w, book, name, asked, lang))


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


async def draw(run: Run, progress: Progress) -> None:
    """Draws the paper that a run was asked for."""
    html = await _read(run)
    await progress.step()
    drawn = await pdf.render(html)
    await progress.step()
    await keep_paper(run, drawn)


async def _read(run: Run) -> str:
    building_id, lang = run.building_id, run.asked["lang"]
    if building_id is None:
        raise NotFound
    async with work(runs.behalf(run)) as w:
        report = await report_list.make(w, run.asked["name"], building_id, _query(run.asked["asked"]), lang)
        return report_html(report, await letterhead(w, building_id), lang)
