"""The pages of reports, and what stands of a building's money on other pages, without a browser."""

import asyncio
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
import reflex as rx

from koprogo_app.calls.service import calls
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper import pdf
from koprogo_app.identity import guard
from koprogo_app.statements.service import report_job
from koprogo_app.statements.service import sending_statements as service
from koprogo_app.statements.state import my_charges, my_money, reports, sending, today
from koprogo_app.statements.state.figures import Figures
from koprogo_app.statements.state.my_charges import MyCharges
from koprogo_app.statements.state.my_money import MyMoney
from koprogo_app.statements.state.reports import ReportPage, Reports
from koprogo_app.statements.state.sending import Sending
from koprogo_app.statements.state.today import MoneyToday, WaitingEverywhere
from koprogo_app.workspace.state.page import Dialog
from tests.calls.calls import called, quarter
from tests.ledger.books import NOW, Books
from tests.ledger.test_closing import LATER
from tests.statements.test_sending_statements import closed, plain
from tests.statements.test_statement import invoiced
from tests.states import Opened, key, opened

__all__ = ["closed"]

BROKEN = N_("These changes cannot be read.")


async def at(
    books: Books, state: type[rx.State], where: str = "", who: str = "accountant_a", now: datetime = NOW
) -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}{where}", now=now)


class Aside:
    """A page's state as a handler in the background holds it."""

    def __init__(self, state: Any) -> None:
        object.__setattr__(self, "_state", state)

    async def __aenter__(self) -> "Aside":
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._state, name, value)


async def follow(page: Opened) -> None:
    """What the page does in the background."""
    before = guard._CURRENT.set(page.who)
    try:
        await page.kind.event_handlers["follow"].fn(Aside(page.state))
    finally:
        guard._CURRENT.reset(before)


async def made(books: Books, task: str) -> list[Any]:
    """The runs of a task."""
    async with books.at_work() as w:
        return list(await w.value("select array_agg(id) from background_run where task = %(t)s", t=task) or [])


async def broken(*_: object) -> Any:
    raise Conflict(BROKEN)


async def test_the_list_and_its_charts(books: Books) -> None:
    await books.post(books.invoice(10_000), books.call(9_000, "T1"))
    page = await at(books, Reports, "/reports?year=2026")
    assert page.state.ready and page.state.fec.endswith("/2026") and len(page.state.entries) > 5
    charts = await at(books, Figures, "/reports?year=2026")
    assert charts.state.ready and charts.state.costs["labels"] and charts.state.arrears["labels"]
    await charts.send("pick", 0, 0)
    assert charts.went == [f"{charts.state.base}/ledger?account=612&year=2026"]
    for state in (Reports, Figures):
        page = await at(books, state, "/reports", "syndic_b")
        assert page.state.failed.en and not page.state.ready


async def test_a_report_is_shown_or_says_why_not(books: Books) -> None:
    await books.post(books.invoice(10_000))
    page = await at(books, ReportPage, "/reports/trial-balance?year=2026")
    assert page.state.office and page.state.tables and page.state.head[0].name and not page.state.long
    assert page.state.pdf.endswith("&format=pdf&lang=en") and page.state.xlsx.endswith("&format=xlsx&lang=en")
    await page.go(f"/buildings/{books.building}/reports/nothing")
    assert page.state.failed.en and not page.state.ready
    page = await at(books, ReportPage, "/reports/trial-balance", "owner_tilia")
    assert page.state.failed.en and not page.state.ready


async def test_an_owner_reads_the_own_statement_and_no_neighbours(books: Books) -> None:
    await invoiced(books, "F-1", date(2026, 2, 3), [{"account": "61210", "net": 100_000, "vat": 21_000}])
    page = await at(books, ReportPage, "/reports/owner-charges", "owner_tilia")
    assert page.state.ready and page.state.tables and not page.state.office and not page.state.people
    await page.go(f"/buildings/{books.building}/reports/owner-charges?owner={books.owner('T2')}")
    assert page.state.failed.en
    await follow(page)
    with pytest.raises(PermissionError):
        await page.send("draw")


async def test_a_long_paper_is_asked_once_and_followed(
    books: Books, kept: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_job, "LONG", 1)
    monkeypatch.setattr(reports, "work", partial(work, now=NOW))
    await books.post(books.invoice(10_000))
    page = await at(books, ReportPage, "/reports/general-ledger?year=2026")
    assert page.state.long and page.state.paper.status == ""
    one = key()
    await asyncio.gather(*[page.send("draw", key=one) for _ in range(2)])
    (run,) = await made(books, report_job.REPORT)
    assert page.state.paper.status == "going"
    await page.send("draw", page="/elsewhere")
    assert "another page" in page.notices()[-1]

    async def drawn(html: str) -> bytes:
        return (await plain([html]))[0]

    monkeypatch.setattr(pdf, "render", drawn)
    await runs.perform(run, report_job.draw)
    await follow(page)
    assert page.state.paper.status == "ready" and page.state.paper.size and str(run) in page.state.paper.href
    again = await at(books, ReportPage, "/reports/general-ledger?year=2026")
    assert again.state.paper.status == "ready"


async def test_a_paper_whose_day_is_over_can_be_asked_for_again(
    books: Books, kept: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_job, "LONG", 1)
    await books.post(books.invoice(10_000))
    page = await at(books, ReportPage, "/reports/general-ledger?year=2026")
    await page.send("draw")
    monkeypatch.setattr(reports, "work", partial(work, now=LATER))
    await follow(page)
    assert page.state.paper.status == "" and page.notices()[-1].startswith("refused:")


async def test_statements_go_out_once_for_the_year_they_were_asked_for(
    closed: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "work", partial(work, now=LATER))
    page = await at(closed, Sending, "/reports/owner-charges?year=2026", now=LATER)
    assert (page.state.stage, page.state.year, page.state.sent) == ("closed", "2026", "")
    await page.send("ask", "send", "2026")
    await page.send("send", {"mail": True}, record="2025")
    assert "another page" in page.state.errors[""].en and not await made(closed, service.STATEMENTS)
    one = key()
    await asyncio.gather(*[page.send("send", {"mail": True}, key=one, record="2026") for _ in range(2)])
    (run,) = await made(closed, service.STATEMENTS)
    assert page.state.stage == "going" and page.state.dialog == Dialog()
    await runs.perform(run, partial(service.send, draw=plain))
    await follow(page)
    assert page.state.stage == "closed" and "By mail: 2, to print: 1." in page.state.sent and page.state.printing
    assert page.state.paper
    await page.send("again", "2026")
    assert await made(closed, service.STATEMENTS) == [run]


async def test_an_open_year_sends_nothing_and_says_so_in_the_dialog(books: Books) -> None:
    await books.post(books.invoice(10_000))
    page = await at(books, Sending, "/reports/owner-charges")
    assert page.state.stage == "open" and page.state.years_page.endswith("/years")
    await page.send("ask", "send", "2026")
    await page.send("send", {"mail": True})
    assert "Close the financial year first" in page.state.errors[""].en and page.state.dialog.name == "send"
    await page.send("close")
    await page.send("again", "2026")
    assert "Close the financial year first" in page.notices()[-1]


async def test_sending_is_offered_to_who_may_send_beside_the_statements_of_all(books: Books) -> None:
    await books.post(books.invoice(10_000))
    elsewhere = [
        ("/reports/owner-charges", "owner_tilia"),
        (f"/reports/owner-charges?owner={books.owner('T1')}", "accountant_a"),
        ("/reports/trial-balance", "accountant_a"),
    ]
    for where, who in elsewhere:
        page = await at(books, Sending, where, who)
        assert (page.state.stage, page.state.failed.en) == ("", "")
        await follow(page)
    page = await at(books, Sending, "/reports/owner-charges?year=1999")
    assert page.state.failed.en and page.state.stage == ""


async def test_an_owners_home_shows_what_is_owed_or_why_not(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    await invoiced(books, "F-1", date(2026, 2, 3), [{"account": "61210", "net": 100_000, "vat": 21_000}])
    async with books.at_work() as w:
        await called(w, books)
    who = books.world.people["owner_tilia"]
    money, charges = await opened(MyMoney, who, "/home", now=NOW), await opened(MyCharges, who, "/home", now=NOW)
    (account,), (year,) = money.state.rows, charges.state.rows
    assert account.building == "Tilia" and account.asking.next and year.natures[0].code == "61210" and year.holds
    other = await opened(MyMoney, books.world.people["owner_fagus"], "/home", now=NOW)
    assert other.state.ready and other.state.rows == []
    monkeypatch.setattr(my_money, "own_accounts", broken)
    monkeypatch.setattr(my_charges, "own_accounts", broken)
    for page in (money, charges):
        await page.go("/home")
        assert page.state.failed.en == BROKEN


async def test_a_buildings_money_today_or_why_it_is_not_shown(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    async with books.at_work() as w:
        await called(w, books, quarter(on=date(2026, 1, 1), due=date(2026, 1, 31)))
    page = await at(books, MoneyToday)
    assert page.state.kept and page.state.shown.owners == 3 and page.state.shown.drafts == 0
    assert sum(int(age.part) for age in page.state.ages) == 100
    other = await at(books, MoneyToday, who="owner_tilia")  # the building's page, not its books
    assert (other.state.kept, other.state.ready, other.state.failed.en) == (False, True, "")
    stranger = await at(books, MoneyToday, who="syndic_b")
    assert stranger.state.failed.en and not stranger.state.ready
    await page.go(f"/buildings/{books.world.buildings['fagus']}")
    assert page.state.ready and not page.state.kept, "its accounts are not opened"
    monkeypatch.setattr(today, "today", broken)
    await page.go(f"/buildings/{books.building}")
    assert page.state.failed.en == BROKEN and not page.state.ready


async def test_what_waits_everywhere_or_why_it_is_not_shown(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    async with books.at_work() as w:
        await calls.save(w, books.building, quarter())
    who = books.world.people["accountant_a"]
    page = await opened(WaitingEverywhere, who, "/portfolio", now=NOW)
    (row,) = page.state.rows
    assert (row.approve, row.match, row.drafts) == ("", "", "1")
    monkeypatch.setattr(today, "everywhere", broken)
    await page.go("/portfolio")
    assert page.state.failed.en == BROKEN
