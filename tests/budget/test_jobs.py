"""What happens each morning: years begin, lines are told of, quarters are reported and filed once."""

import io
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from koprogo_app.budget.jobs import alert_all, begin_years, report_all
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service import budgets
from koprogo_app.budget.service.papers import budget_report, variance_report
from koprogo_app.budget.service.reporting import quarters_over
from koprogo_app.budget.service.variance import variance
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.paper.report import report_pdf, report_xlsx
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from tests.budget.plans import VOTE, draft, in_force
from tests.documents.conftest import kept
from tests.ledger.books import NOW, Books

__all__ = ["kept"]
APRIL = datetime(2026, 4, 12, 5, 0, tzinfo=UTC)


def text_of(data: bytes) -> str:
    """The words of a PDF."""
    pdf = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


async def test_a_voted_budget_comes_into_force_with_its_year(books: Books) -> None:
    row = await draft(books)
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, row.id)
        await budgets.vote(w, row.id, VOTE)
    before = datetime(2025, 12, 31, 9, tzinfo=UTC)
    with pytest.raises(Conflict, match="by itself on"):
        async with books.at_work(now=before) as w:
            await budgets.activate(w, row.id)
    assert await begin_years(before) == 0
    assert await begin_years(NOW) == 1
    assert await begin_years(NOW) == 0
    async with books.at_work() as w:
        assert (await queries.budget_by_id(w, row.id)).status == "active"


async def test_the_morning_tells_once(books: Books) -> None:
    await in_force(books)
    await books.post(books.invoice(3_360_00, "61210", date(2026, 3, 10)))
    assert await alert_all(NOW) == 1
    assert await alert_all(NOW) == 0


async def test_a_quarter_is_filed_once(books: Books, kept: Store) -> None:
    row = await in_force(books)
    assert [n for n, _ in quarters_over(row, date(2026, 4, 9))] == []
    assert [n for n, _ in quarters_over(row, date(2026, 7, 10))] == [1, 2]
    await books.post(books.invoice(3_360_00, "61210", date(2026, 3, 10)))
    assert await report_all(NOW) == 0
    assert await report_all(APRIL) == 1
    assert await report_all(APRIL) == 0
    async with work(SYSTEM) as w:
        title, visibility = (
            await w.value("select title from document"),
            await w.value("select visibility from document"),
        )
    assert (title, visibility) == ("Budget et réel, trimestre 1 de 2026", "board")


async def test_quarters_that_no_worker_reported_are_each_filed_late(books: Books, kept: Store) -> None:
    row = await in_force(books)
    october = APRIL.replace(month=10)
    assert await report_all(october) == 3
    assert await report_all(october) == 0
    async with work(SYSTEM) as w:
        assert await w.value("select array_agg(title order by dated) from document") == [
            f"Budget et réel, trimestre {number} de 2026" for number in (1, 2, 3)
        ]
        assert await w.value("select array_agg(dated order by dated) from document") == [
            date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30),
        ]  # fmt: skip
        await w.execute("update budget set status = 'closed' where id = %(b)s", b=row.id)
        await w.execute("delete from variance_report")
    assert await report_all(october) == 1  # of a closed year, the last says it all


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
async def test_the_budget_on_paper_says_the_same_in_every_language(books: Books, lang: str) -> None:
    await in_force(books)
    async with books.at_work() as w:
        report = await budget_report(w, books.building, 2026, 0, lang)
        data = await report_pdf(report, await letterhead(w, books.building), lang)
    found = " ".join(text_of(data).split()).replace("\u202f", " ").replace("\xa0", " ")
    assert "61210" in found and "3.86" in found and "Tilia" in found
    total = {"fr": "22 200,00", "nl": "22.200,00", "de": "22.200,00", "en": "22,200.00"}[lang]
    assert found.count(total) >= 3  # head, lines and lots


async def test_the_sheets_add_up(books: Books) -> None:
    await in_force(books)
    await books.post(books.invoice(3_360_00, "61210", date(2026, 3, 10)), books.invoice(50_00, "6140"))
    async with books.at_work() as w:
        budget = await budget_report(w, books.building, 2026, 0, "fr")
        seen = await variance(w, books.building, 2026)
        compared = variance_report(seen, "Tilia", "fr")
    lots = [row for row in sheet(budget, 1) if row[0] in ("T1", "T2", "T3")]
    assert sum(float(row[-1]) for row in lots) == 22_200.00
    lines = [row for row in sheet(compared, 0) if str(row[0]).isdigit()]
    assert round(sum(float(row[4] or 0) for row in lines), 2) == 3_410.00
    assert seen.variance.all.total("actual_to_date") == 3_410_00


def sheet(report, index: int) -> list[list]:
    """The rows of a sheet as a reader of workbooks sees them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(report_xlsx(report, "fr")))
    return book.get_sheet_by_index(index).to_python()
