"""The report of a year's budget: the comparison once there is a budget, before that the expenses; in every form."""

import io
from datetime import date
from typing import Any

import httpx
import pypdfium2
from python_calamine import CalamineWorkbook

from koprogo_app.budget.reports import HINT
from koprogo_app.koprogo_app import api
from koprogo_app.statements.service.report_list import report_kind
from tests.budget.plans import draft, in_force
from tests.clients import headers_of
from tests.ledger.books import Books


async def get(books: Books, who: str = "accountant_a", year: str = "2026", **params: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://localhost:8000") as client:
        return await client.get(
            f"/api/v1/reports/budget/{books.building}/{year}", params=params, headers=await headers_of(books.world, who)
        )


def by_code(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in data["tables"][0]["rows"] if str(row["code"]).isdigit()}


async def test_without_a_budget_it_has_the_years_expenses(books: Books) -> None:
    await books.post(books.invoice(3_360_00, "61210", date(2026, 1, 10)))
    data = (await get(books, lang="en")).json()
    assert data["title"] == "Expenses 2026" and data["tables"][0]["totals"][0]["now"] == 3_360_00
    assert (await get(books, year="1999")).status_code == 404


async def test_with_a_budget_it_compares_line_by_line(books: Books) -> None:
    await books.post(books.invoice(3_360_00, "61210", date(2026, 1, 10)))
    await draft(books)
    waiting = (await get(books, lang="en")).json()
    assert waiting["title"] == "Budget and actual 2026"
    assert ["State of the budget", "draft"] in waiting["head"]
    async with books.at_work() as w:
        await w.execute("delete from budget where building_id = %(b)s", b=books.building)
    await in_force(books)
    data = (await get(books, lang="en")).json()
    assert ["State of the budget", "in force (assembly of 01/03/2026, AG 01/03/2026, point 5)"] in data["head"]
    line = by_code(data)["61210"]
    assert (line["year_budget"], line["actual_to_date"]) == (12_000_00, 3_360_00)
    assert line["gap"] == line["actual_to_date"] - line["budget_to_date"]
    total = data["tables"][0]["totals"][0]
    assert total["actual_to_date"] == sum(row["actual_to_date"] for row in by_code(data).values()) == 3_360_00
    assert total["year_budget"] == 22_200_00


async def test_the_same_on_paper_and_in_a_workbook_for_those_who_may(books: Books) -> None:
    await in_force(books)
    data = (await get(books, lang="nl")).json()
    sheet = await get(books, format="xlsx", lang="nl")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    at = [column["key"] for column in data["tables"][0]["columns"]].index("year_budget")
    assert round(100 * rows[-1][at]) == data["tables"][0]["totals"][0]["year_budget"] == 22_200_00
    for lang in ("fr", "nl", "de", "en"):
        paper = await get(books, format="pdf", lang=lang)
        document = pypdfium2.PdfDocument(paper.content)
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
        document.close()
        assert (await get(books, lang=lang)).json()["title"] in text
    assert (await get(books, "board_tilia")).status_code == 200
    assert (await get(books, "owner_tilia")).status_code == 403
    assert (await get(books, "syndic_b")).status_code == 404


def test_the_list_of_reports_knows_of_it() -> None:
    assert (report_kind("budget").title, report_kind("budget").hint) == ("Budget and actual", HINT)
