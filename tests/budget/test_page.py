"""The budget's main page and its notice on the overview, without a browser."""

from datetime import date

import pytest

from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.service import budgets
from koprogo_app.budget.state.budget import BudgetPage
from koprogo_app.budget.state.notice import BudgetNotice
from tests.budget import plans
from tests.budget.plans import LINES, draft, in_force
from tests.ledger.books import NOW, Books
from tests.states import Opened, key, opened

DRAFT = {"year": "2026", "source": "empty", "index": "0"}
VOTE = {"voted_on": "01/03/2026", "decision": "AG, point 5", "document_id": ""}
LINE = {"key_id": "", "cents": "500,00"}


async def at(books: Books, who: str = "accountant_a", where: str = "") -> Opened:
    address = f"/buildings/{books.building}/budget{where}"
    return await opened(BudgetPage, books.world.people[who], address, "fr", now=NOW)


async def rows(books: Books) -> list[tuple[int, int, str]]:
    """Year, number and status of each budget."""
    async with books.at_work() as w:
        found = await w.rows("select year, number, status from budget order by year, number", _Row)
    return [(row.year, row.number, row.status) for row in found]


class _Row:
    def __init__(self, year: int, number: int, status: str) -> None:
        self.year, self.number, self.status = year, number, status


def amounts(page: Opened) -> dict[str, str]:
    """The amount of each line by its account, on an edited page."""
    return {row["cells"]["account_code"]["value"]: row["cells"]["cents"] for row in page.state.rows}


async def test_without_a_budget_one_is_drafted_once(books: Books) -> None:
    page = await at(books)
    assert page.state.ready and not page.state.has and page.state.write and not page.state.vote
    assert (page.state.next_year, page.state.choices) == (2026, [])
    await page.send("ask", "new", "")
    await page.send("create", DRAFT | {"year": "x"})
    assert set(page.state.errors) == {"year"} and page.state.dialog.name == "new"
    await page.send("create", DRAFT | {"index": "a lot"})
    assert set(page.state.errors) == {"index"}
    used = key()
    for _ in range(2):
        await page.send("create", DRAFT, key=used)
    assert page.went == [f"/buildings/{books.building}/budget?year=2026"] * 2
    assert await rows(books) == [(2026, 0, "draft")]


async def test_the_neighbours_office_sees_why_the_page_stays_closed(books: Books) -> None:
    await draft(books)
    page = await at(books, "syndic_b")
    assert not page.state.ready and page.state.failed.en and page.state.rows == []


async def test_lines_are_added_changed_and_taken_out_and_the_total_follows(books: Books) -> None:
    row = await draft(books)
    page = await at(books)
    assert amounts(page)["61210"].startswith("12") and page.state.head.editable
    total = page.state.total
    await page.send("add_line", LINE | {"account_code": "4101", "budget": str(row.id)})
    assert set(page.state.errors) == {"account_code"} and page.state.form_version == 0
    await page.send("add_line", LINE | {"account_code": "61011 Ascenseurs", "budget": str(row.id)})
    assert page.state.errors == {} and page.state.form_version == 1 and "61011" in amounts(page)
    assert page.state.total != total and page.notices() == ["done: The line is added."]
    line = next(one for one in page.state.rows if one["cells"]["account_code"]["value"] == "61011")
    change = {"row": line["id"], "field": "cents", "value": "1500", "version": line["version"]}
    await page.run("save_cells", changes=[change])
    assert "error" not in page.state.outcomes[-1] and page.state.outcomes[-1]["value"].startswith("1")
    await page.run("save_cells", changes=[change])
    assert "entre-temps" in page.state.outcomes[-1]["error"]["text"]
    await page.send("act", line["id"], "remove")
    assert "61011" not in amounts(page) and page.state.total == total and page.state.outcomes == []


async def test_a_line_falls_over_the_months_as_typed(books: Books) -> None:
    await draft(books)
    page = await at(books)
    first, second = page.state.rows[0], page.state.rows[1]
    await page.send("act", first["id"], "months")
    months = page.state.months
    assert (page.state.dialog.name, page.state.dialog.record) == ("months", first["id"])
    assert (months.code, months.count, months.weights) == ("61210", 12, " ".join(["1"] * 12))
    for typed in ("1 " * 11, "1 " * 13, "-1 " + "1 " * 11, "one " * 12):
        await page.send("save_months", {"profile": typed})
        assert set(page.state.errors) == {"profile"} and page.state.dialog.name == "months", typed
    other = await at(books, where="?year=2026")
    await other.send("act", first["id"], "months")
    await other.send("save_months", {"profile": "1 0 0 " * 4}, record=second["id"])
    assert "another page" in other.state.errors[""].en, "the dialog was opened on another line"
    await page.send("save_months", {"profile": "1, 0; 0 " * 4})
    assert page.state.errors == {} and page.state.dialog.name == ""
    await other.send("close")
    await other.send("act", first["id"], "months")
    assert other.state.months.weights == "1 0 0 1 0 0 1 0 0 1 0 0"
    await page.send("act", first["id"], "remove")
    await other.send("save_months", {"profile": "1 0 0 " * 4})
    assert other.state.errors[""].en and other.state.dialog.name == "months", "refused where one looks"


async def test_from_the_draft_to_the_vote_and_into_force(books: Books) -> None:
    row = await draft(books)
    accountant, syndic = await at(books), await at(books, "syndic_a")
    await accountant.send("activate", str(row.id))
    assert accountant.notices()[-1].startswith("refused:")
    await accountant.send("submit", str(row.id))
    assert accountant.state.head.submitted and accountant.state.rows == [] and len(accountant.state.lines) == len(LINES)
    with pytest.raises(PermissionError):
        await accountant.send("ask_vote", str(row.id))
    await syndic.go(syndic.address)
    await syndic.send("ask_reject", str(row.id))
    await syndic.send("reject", {"reason": " "})
    assert set(syndic.state.errors) == {"reason"} and syndic.state.dialog.name == "reject"
    await syndic.send("reject", {"reason": "Too much"})
    assert syndic.state.head.editable and "Too much" in syndic.state.head.rejection
    await syndic.send("submit", str(row.id))
    await syndic.send("ask_vote", str(row.id))
    assert (syndic.state.dialog.record, syndic.state.today) == (str(row.id), "2026-03-15")
    await syndic.send("record", VOTE | {"voted_on": "16/03/2026"})
    assert set(syndic.state.errors) == {"voted_on"}, "an assembly of tomorrow has decided nothing"
    await syndic.send("record", VOTE | {"voted_on": "15/03/2026"})
    assert syndic.state.head.voted and syndic.state.errors == {} and not syndic.state.head.editable
    await syndic.send("activate", str(row.id))
    assert await rows(books) == [(2026, 0, "active")]
    await syndic.send("end", str(row.id))
    assert syndic.notices()[-1].startswith("refused:") and await rows(books) == [(2026, 0, "active")]


async def test_a_budget_of_next_year_is_not_put_in_force_before_it(books: Books) -> None:
    await books.open_until(date(2027, 1, 1))
    row = await _voted(books, 2027)
    page = await at(books, "syndic_a", "?year=2027")
    assert page.state.head.voted and page.state.head.begins == "01/01/2027"
    await page.send("activate", str(row.id))
    assert page.notices()[-1].startswith("refused:") and page.state.head.voted


async def _voted(books: Books, year: int) -> BudgetRow:
    row = await draft(books, year=year)
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, row.id)
        return await budgets.vote(w, row.id, plans.VOTE)


async def test_a_supplement_adds_to_the_budget_its_dialog_was_opened_on(books: Books) -> None:
    row = await in_force(books)
    page = await at(books)
    await page.send("ask", "extra", str(row.id))
    await page.send("add_to", {"label": " "})
    assert set(page.state.errors) == {"label"}
    await page.send("add_to", {"label": "Roof"})
    assert page.went == [f"/buildings/{books.building}/budget?year=2026&n=1"]
    await page.go(page.went[0])
    assert page.state.head.label == "Roof" and [one.query for one in page.state.choices] == [
        "year=2026",
        "year=2026&n=1",
    ]


async def test_a_draft_is_deleted_from_its_own_dialog_only(books: Books) -> None:
    row = await draft(books)
    page = await at(books)
    await page.send("ask", "delete", str(row.id))
    await page.send("delete", {}, record=key())
    assert "another page" in page.state.errors[""].en and page.state.dialog.name == "delete"
    other = await at(books)
    await other.send("submit", str(row.id))
    await page.send("delete", {})
    assert page.state.errors[""].en and page.notices() == [], "refused in the dialog, which covers the page"
    await page.send("close")
    async with books.at_work("syndic_a") as w:
        await budgets.reject(w, row.id, "x")
    await page.send("ask", "delete", str(row.id))
    await page.send("delete", {})
    assert page.went == [f"/buildings/{books.building}/budget"] and await rows(books) == []


async def test_the_overview_says_what_is_wrong_with_the_budget(books: Books) -> None:
    overview = f"/buildings/{books.building}"
    notice = await opened(BudgetNotice, books.world.people["syndic_a"], overview, "fr", now=NOW)
    assert notice.state.ready and notice.state.warning and notice.state.lines == []
    await in_force(books)
    await notice.go(overview)
    assert notice.state.warning == "" and notice.state.lines == []
    await books.post(books.invoice(12_000_00))
    await notice.go(overview)
    assert ["61210" in one.text or "lectricit" in one.text for one in notice.state.lines] == [True]
    assert notice.state.link.endswith("/budget/variance?year=2026")
    neighbour = await opened(BudgetNotice, books.world.people["syndic_b"], overview, "fr", now=NOW)
    assert not neighbour.state.ready and neighbour.state.failed.en, "why, and not in silence"
    owner = await opened(BudgetNotice, books.world.people["owner_tilia"], overview, "fr", now=NOW)
    assert (owner.state.lines, owner.state.warning) == ([], "")


async def test_less_for_the_reserve_than_the_law_asks_needs_a_decision_or_a_reason(books: Books) -> None:
    row = await draft(books, [{"account_code": "61210", "cents": 1_000_00}])
    page = await at(books, "syndic_a")
    assert page.state.rule.unanswered
    await page.send("submit", str(row.id))
    await page.send("ask_vote", str(row.id))
    asked = VOTE | {"waiver": "", "reserve_reason": ""}
    await page.send("record", asked)
    assert set(page.state.errors) == {"waiver"} and page.state.errors["waiver"].article == "3.86 §3"
    await page.send("record", asked | {"reserve_reason": "The roof is new"})
    assert page.state.head.voted and page.state.head.reserve_reason == "The roof is new"
    await page.send("ask_waive", str(row.id))
    await page.send("waive", {"waiver": "AG, point 9", "waived_on": "16/03/2026"})
    assert set(page.state.errors) == {"waived_on"} and page.state.dialog.name == "waive"
    await page.send("waive", {"waiver": "AG, point 9", "waived_on": "15/03/2026"})
    assert page.state.errors == {} and page.state.head.waiver == "AG, point 9" and not page.state.rule.unanswered
