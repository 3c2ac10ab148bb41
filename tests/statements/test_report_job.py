"""The paper of a long report: drawn by a job, for whoever asked, once for the same books, and again after a fault."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest

from koprogo_app.documents.service.bundling import bundle_content, bundle_of, forget_bundles
from koprogo_app.foundation import runs, storage
from koprogo_app.foundation.errors import Forbidden, NotFound
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.report import Report, Table
from koprogo_app.foundation.storage import store
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.statements.service import report_job
from koprogo_app.statements.service.report_list import Query
from koprogo_app.statements.state.reports import ReportPage
from tests.ledger.books import NOW, Books, open_books
from tests.statements.test_statement import sold
from tests.states import key, opened
from tests.world import World

ASKED = Query(year="2026")


@pytest.fixture
async def books(world: World, tmp_path: Path) -> AsyncIterator[Books]:
    storage.use(local_store(tmp_path / "files"))
    found = await open_books(world)
    await found.post(found.call(500_00, "T1"), found.paid(200_00, "T1"))
    yield found
    await pdf.close()


async def ask(books: Books, who: str = "accountant_a") -> Run:
    async with books.at_work(who) as w:
        return await report_job.ask(w, "general-ledger", books.building, ASKED, "nl")


async def draw(books: Books, bundle_id: UUID) -> None:
    await runs.perform(bundle_id, report_job.draw)


async def waiting(books: Books) -> int:
    async with books.at_work() as w:
        return int(await w.value("select count(*) from procrastinate_jobs where task_name = 'statements.draw_report'"))


async def test_it_is_drawn_by_a_job_and_saved_by_who_asked(books: Books) -> None:
    row = await ask(books)
    assert (row.status, row.done, await waiting(books)) == ("waiting", 0, 1)
    await draw(books, row.id)
    async with books.at_work("accountant_a") as w:
        content = await bundle_content(w, row.id)
        found = await bundle_of(w, row.id)
    assert (found.status, found.done, found.total) == ("done", 3, 3)
    assert (content.media_type, content.name) == ("application/pdf", "general-ledger.pdf")
    data = b"".join([block async for block in store().read(content.key, content.size)])
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert "Grootboek" in text
    assert "500,00" in text
    async with books.at_work("syndic_a") as w:
        with pytest.raises(NotFound):
            await bundle_content(w, row.id)


async def test_the_same_books_are_not_drawn_twice_and_others_are(books: Books) -> None:
    row = await ask(books)
    assert (await ask(books)).id == row.id
    assert (await ask(books, "syndic_a")).id != row.id
    await books.post(books.call(1_00, "T1"))
    async with books.at_work("accountant_a") as w:
        assert await report_job.standing(w, "general-ledger", books.building, ASKED, "nl") is None
    assert (await ask(books)).id != row.id
    assert await waiting(books) == 3


async def test_a_sale_of_a_lot_makes_another_paper_though_nothing_was_posted(books: Books) -> None:
    row = await ask(books)
    await sold(books, "T1", date(2026, 3, 1))
    async with books.at_work("accountant_a") as w:
        assert await report_job.standing(w, "general-ledger", books.building, ASKED, "nl") is None
    assert (await ask(books)).id != row.id


async def test_what_a_killed_worker_began_is_drawn_anew_and_what_is_ready_is_left(books: Books) -> None:
    row = await ask(books)
    async with books.at_work() as w:
        await w.execute("update background_run set status = 'running', done = 2 where id = %(r)s", r=row.id)
    await draw(books, row.id)
    async with books.at_work("accountant_a") as w:
        first = await bundle_of(w, row.id)
    assert first.status == "done"
    await draw(books, row.id)
    async with books.at_work("accountant_a") as w:
        assert (await bundle_of(w, row.id)).sha256 == first.sha256


async def test_a_fault_is_told_and_it_may_be_asked_again(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await ask(books)

    async def broken(html: str) -> bytes:
        raise RuntimeError(html[:1])

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render", broken)
        with pytest.raises(RuntimeError):
            await draw(books, row.id)
    async with books.at_work("accountant_a") as w:
        assert (await bundle_of(w, row.id)).status == "failed"
    again = await ask(books)
    assert again.id != row.id
    await draw(books, again.id)
    async with books.at_work("accountant_a") as w:
        assert (await bundle_of(w, again.id)).status == "done"


async def test_its_bytes_go_with_its_day(books: Books) -> None:
    row = await ask(books)
    await draw(books, row.id)
    async with books.at_work("accountant_a") as w:
        key = (await bundle_content(w, row.id)).key
        await w.execute("update background_run set expires_at = now() - interval '1 minute'")
    assert await store().stat(key) is not None
    assert await forget_bundles() == 1
    assert await store().stat(key) is None


async def test_nobody_else_asks(books: Books) -> None:
    with pytest.raises(NotFound):
        await ask(books, "syndic_b")
    with pytest.raises((Forbidden, NotFound)):
        await ask(books, "owner_tilia")
    assert await waiting(books) == 0


def test_a_long_report_is_one_of_many_lines() -> None:
    assert not report_job.is_long(Report("x", tables=[Table("t", [], [{}] * 399)]))
    assert report_job.is_long(Report("x", tables=[Table("t", [], [{}] * 200), Table("u", [], [{}] * 200)]))


async def test_a_page_asks_for_the_paper_and_is_not_made_again(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_job, "LONG", 1)
    address = f"/buildings/{books.building}/reports/general-ledger?year=2026"
    page = await opened(ReportPage, books.world.people["accountant_a"], address, "nl", now=NOW)
    assert page.state.long and page.state.paper.status == ""
    page.state.title = "as it was shown"
    used = key()
    for _ in range(2):
        followed = await page.send("draw", key=used)
        assert followed.fn.__name__ == "follow"
    assert (page.state.paper.status, page.state.title, await waiting(books)) == ("going", "as it was shown", 1)
