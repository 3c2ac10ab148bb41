"""The pages of the books without a browser."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
import reflex as rx

from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import work
from koprogo_app.foundation.jobs import run_worker
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books as commands
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.state.accounts import Accounts
from koprogo_app.ledger.state.close_years import CloseYears
from koprogo_app.ledger.state.entries import Entries
from koprogo_app.ledger.state.entry import EntryPage
from koprogo_app.ledger.state.matching import MatchingPage
from koprogo_app.ledger.state.new_entry import NewEntry
from koprogo_app.ledger.state.reports import Moves, Statements, Trial
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.ledger.state.take_over import TakeOver
from koprogo_app.ledger.state.years import Years
from koprogo_app.workspace.state.page import Dialog
from tests.ledger.books import LATER, NOW, Books
from tests.states import Opened, key, opened
from tests.world import World

HEAD = {
    "journal": "OD", "date": "2026-03-02", "document_ref": "AF 2026/1", "document_date": "2026-03-02", "label": "",
    "document": "",
}  # fmt: skip


async def at(
    books: Books, state: type[rx.State], where: str, who: str = "accountant_a", lang: str = "fr", now: datetime = NOW
) -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", lang, now=now)


async def count(books: Books) -> int:
    async with books.at_work() as w:
        return int(await w.value("select count(*) from entry where building_id = %(b)s", b=books.building))


# The chart


async def test_books_are_opened_once_and_then_sealed(world: World) -> None:
    where = f"/buildings/{world.buildings['fagus']}/accounts"
    page = await opened(Accounts, world.people["syndic_a"], where, now=NOW)
    seal = await opened(BooksSeal, world.people["syndic_a"], where, now=NOW)
    assert (page.state.ready, page.state.opened, page.state.first_day) == (True, False, "2026-01-01")
    assert (seal.state.title, seal.state.failed.en) == ("", "")
    await page.send("open_books", {"first_day": "", "simplified": ""})
    assert set(page.state.errors) == {"first_day"} and not page.state.opened
    one = key()
    for _ in range(2):
        assert await page.send("open_books", {"first_day": "2026-01-01", "simplified": ""}, key=one) is not None
    assert page.state.opened and len(page.notices()) == 1
    assert await page.run("seal") is not None
    await seal.run("load")
    assert (seal.state.kind, seal.state.lines != []) == ("done", True)


async def test_an_account_of_ones_own(books: Books) -> None:
    page = await at(books, Accounts, "accounts?show=all")
    await page.send("ask", "add", "")
    await page.send("create", {"code": "612101", "fr": "", "nl": "", "de": "", "en": ""})
    assert page.state.errors[""].en == "Give the account a name." and page.state.dialog == Dialog("add")
    await page.send("create", {"code": "612101", "fr": "Second compteur", "nl": "", "de": "", "en": ""})
    assert page.state.dialog == Dialog()

    async with books.at_work() as w:
        (made,) = [row for row in await reads.accounts(w, books.building) if row.code == "612101"]
    await page.send("use", str(made.id), False)
    async with books.at_work() as w:
        (gone,) = [row for row in await reads.accounts(w, books.building) if row.code == "612101"]
    assert (made.archived, gone.archived) == (False, True)


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (Accounts, "accounts"), (Entries, "entries"), (MatchingPage, "matching"), (Trial, "trial-balance"),
        (Moves, "ledger"), (Statements, "statements"), (Years, "years"), (NewEntry, "new-entry"),
        (TakeOver, "take-over"), (BooksSeal, "accounts"),
    ],
)  # fmt: skip
async def test_the_neighbours_office_sees_why_a_page_stays_closed(
    books: Books, state: type[rx.State], where: str
) -> None:
    page = await at(books, state, where, "syndic_b")
    assert not page.state.ready and page.state.failed.en


# Journals and entries


async def test_a_journal_is_added_as_its_form_says(books: Books) -> None:
    page = await at(books, Entries, "entries")
    await page.send("ask_add", "")
    assert page.state.dialog == Dialog("add") and page.state.accounts and not page.state.money
    await page.send("choose", "bank")
    assert page.state.money
    given = {"kind": "bank", "code": "b", "name": "Second", "account": "551"}
    await page.send("create", given)
    assert set(page.state.errors) == {"code"}
    await page.send("create", given | {"kind": "none of these"})
    assert set(page.state.errors) == {"kind"}
    await page.send("create", given | {"code": "bq2"})
    assert page.state.dialog == Dialog() and "BQ2" in [one["value"] for one in page.state.journals]


async def written(books: Books, debit: str = "1 250,50", credit: str = "1 250,50") -> Opened:
    page = await at(books, NewEntry, "new-entry")
    owner = f"owner:{books.owner()}"
    changes = [("1", "account", "4101"), ("1", "party", owner), ("1", "debit", debit), ("2", "account", "701"),
               ("2", "credit", credit)]  # fmt: skip
    await page.send("save_cells", [{"row": r, "field": f, "value": v, "version": 1, "id": 1} for r, f, v in changes])
    assert [one.get("error") for one in page.state.outcomes] == [None] * len(changes)
    return page


async def test_an_entry_is_posted_once_and_the_next_begins_empty(books: Books) -> None:
    page = await written(books)
    assert page.state.totals.kind == "done"
    await page.send("post", HEAD | {"date": ""})
    assert set(page.state.errors) == {"date"}
    one = key()
    await asyncio.gather(page.send("post", HEAD, key=one), page.send("post", HEAD, key=one))
    assert await count(books) == 1 and len(set(page.went)) == 1 and "/entries/" in page.went[0]
    await page.go(page.address)
    assert page.state.rows[0]["cells"]["debit"] == "" and page.state.totals.kind == "neutral"


def on_screen(page: Opened) -> list[str]:
    """The amounts that the table shows; the totals above it are their sums."""
    cells = [row["cells"] for row in page.state.rows]
    told = {(one["row"], one["field"]): one["value"] for one in page.state.outcomes}
    return [told.get((row["id"], side), row["cells"][side]) for side in ("debit", "credit")
            for row in page.state.rows if told.get((row["id"], side), row["cells"][side])] if cells else []  # fmt: skip


async def test_an_entry_that_is_given_up_is_forgotten(books: Books) -> None:
    """Written, cancelled, begun again: nothing of it is added up or posted."""
    page = await written(books)
    assert len(on_screen(page)) == 2
    await page.send("give_up")
    assert page.went[-1].endswith("/entries")
    await page.go(page.address)
    assert on_screen(page) == [] and page.state.totals.debit == "0,00"
    changes = [("1", "account", "701"), ("1", "debit", "7"), ("2", "account", "701"), ("2", "credit", "7")]
    await page.send("save_cells", [{"row": r, "field": f, "value": v, "version": 1} for r, f, v in changes])
    await page.send("post", HEAD)
    async with books.at_work() as w:
        lines = await w.value("select array_agg(debit_cents + credit_cents) from entry_line")
    assert lines == [700, 700]


async def test_an_entry_that_is_left_is_shown_as_it_is_held(books: Books) -> None:
    """Back, reload and the menu: what would be posted stands in the table and in its totals."""
    page = await written(books)
    before = on_screen(page)
    await page.go(page.address)
    assert on_screen(page) == before and page.state.totals.debit == before[0]


async def test_what_is_wrong_in_a_line_names_it_and_keeps_what_was_typed(books: Books) -> None:
    page = await written(books, credit="1 250,49")
    assert page.state.totals.kind == "attention"
    await page.send("post", HEAD)
    assert set(page.state.errors) == {""} and await count(books) == 0
    await page.send("save_cells", [{"row": "3", "field": "debit", "value": "0,01", "version": 1, "id": 1}])
    await page.send("post", HEAD)
    assert page.state.errors[""].en.startswith("Line 3")
    await page.send("more")
    shown = page.state.rows
    assert len(shown) == 8 and shown[0]["cells"]["account"] == "4101" and shown[2]["cells"]["debit"] == "0,01"


async def test_what_was_written_stays_when_the_page_is_loaded_again(books: Books) -> None:
    """In another language of the reader, for instance."""
    page = await written(books)
    assert page.state.rows[0]["cells"]["debit"] == "" and page.state.outcomes
    await page.run("load")
    assert page.state.rows[0]["cells"]["debit"].endswith("250,50") and page.state.outcomes == []


async def test_an_entry_is_taken_back_once(books: Books) -> None:
    (made,) = await books.post(books.call(100_00))
    page = await at(books, EntryPage, f"entries/{made.id}")
    assert page.state.may_reverse and page.state.shown.total == "100,00" and page.state.shown.source == ""
    await page.send("ask", "reverse", "")
    await page.send("reverse", {"reason": ""})
    assert set(page.state.errors) == {"reason"} and page.state.dialog == Dialog("reverse")
    one = key()
    for _ in range(2):
        await page.send("reverse", {"reason": "Wrong owner"}, key=one)
    assert await count(books) == 2 and len(set(page.went)) == 1
    await page.go(page.address)
    assert not page.state.may_reverse and page.state.shown.reversed_by


async def test_nothing_is_taken_back_from_the_page_of_another_entry(books: Books) -> None:
    first, second = await books.post(books.call(100_00), books.call(50_00, ref="AF 2026/2"))
    page = await at(books, EntryPage, f"entries/{first.id}")
    await page.send("reverse", {"reason": "x"}, page=f"/buildings/{books.building}/entries/{second.id}")
    assert await count(books) == 2 and page.notices()[0].startswith("refused: This belongs to another page")


# Matching and reports


async def test_lines_are_ticked_matched_and_opened_again(books: Books) -> None:
    await books.post(books.call(100_00), books.paid(100_00))
    page = await at(books, MatchingPage, f"matching?party={books.owner()}")
    debit, credit = (row.id for row in page.state.rows)
    await page.send("toggle", debit)
    assert not page.state.sums.fits and "100,00" in page.state.sums.text
    await page.send("match", [debit])
    assert page.notices()[-1].startswith("refused") and len(page.state.rows) == 2
    await page.send("toggle", credit)
    assert page.state.sums.fits
    one = key()
    for _ in range(2):
        await page.send("match", [debit, credit], key=one)
    assert page.state.rows == [] and len(page.state.matched) == 1 and page.state.chosen == []
    await page.send("undo", page.state.matched[0].id)
    assert len(page.state.rows) == 2 and len(page.state.proposed) == 1
    await page.send("take_all", page.state.party)
    assert len(page.state.matched) == 1 and page.notices()[-1] == "done: 1 matching made."


async def test_the_reports_add_up(books: Books) -> None:
    await books.post(books.call(100_00), books.invoice(40_00))
    trial = await at(books, Trial, "trial-balance?year=2026", "board_tilia")
    assert (trial.state.sums.kind, trial.state.sums.debit, len(trial.state.rows)) == ("done", "140,00", 4)
    sheet = await at(books, Statements, "statements", "board_tilia")
    assert (sheet.state.sums.kind, sheet.state.sums.result) == ("done", "60,00")
    moves = await at(books, Moves, "ledger?account=4101", "board_tilia")
    assert [row.debit for row in moves.state.rows] == ["100,00"] and moves.state.subject.startswith("4101")
    moves = await at(books, Moves, "ledger?party=nobody", "board_tilia")
    assert not moves.state.ready and moves.state.failed.en == "Choose one."


# Taking over


async def test_a_file_is_looked_at_mended_and_written_once(books: Books) -> None:
    session = uuid4()
    books.world.people["accountant_a"] = replace(books.world.people["accountant_a"], session_id=session)
    page = await at(books, TakeOver, "take-over")
    await page.send("look", "0" * 32)
    assert set(page.state.errors) == {""} and not page.state.seen
    balances = "Compte;Libellé;Débit;Crédit\n551;Banque;{amount};\n100;Fonds;;800,00\n"
    await page.send("look", import_files.keep(session, "a.csv", balances.format(amount="799,00").encode()))
    assert page.state.seen and not page.state.fits and page.state.remarks
    await page.send("another")
    assert not page.state.seen
    await page.send("look", import_files.keep(session, "a.csv", balances.format(amount="800,00").encode()))
    assert page.state.fits and len(page.state.rows) == 2
    await page.send("write", {"on": "2026-01-01", "document_ref": ""})
    assert set(page.state.errors) == {"document_ref"} and page.state.seen
    one = key()
    for _ in range(2):
        await page.send("write", {"on": "2026-01-01", "document_ref": "Bilan"}, key=one)
    assert await count(books) == 1 and len(set(page.went)) == 1
    await page.send("write", {"on": "2026-01-01", "document_ref": "Bilan"})
    assert page.state.errors[""].en == "This file is no longer here. Send it again."


# Years


async def test_a_year_is_asked_to_close_once_and_opened_again(books: Books) -> None:
    await books.post(books.call(100_00), books.paid(100_00))
    page = await at(books, Years, "years", "syndic_a", now=LATER)
    (year,) = [row for row in page.state.rows if row.may_close]
    await page.send("ask_close", year.id)
    assert page.state.dialog == Dialog("close", year.id) and page.state.chosen == "2026" and not page.state.blocked
    one = key()
    for _ in range(2):
        await page.send("close_year", {}, key=one, record=year.id)
    assert page.state.dialog == Dialog() and page.state.running.status == "waiting" and page.state._run
    await page.send("ask_close", year.id)
    await page.send("close_year", {})
    assert page.state.errors[""].en == "This financial year is being closed already."
    async with books.at_work() as w:
        assert await w.value("select count(*) from foundation.background_run") == 1


async def test_a_year_that_is_not_of_this_building_has_no_dialog(books: Books) -> None:
    page = await at(books, Years, "years", "syndic_a", now=LATER)
    await page.send("ask_close", str(UUID(int=1)))
    assert page.state.dialog == Dialog() and page.notices()[0].startswith("refused")


async def test_a_closed_year_is_opened_again_with_a_reason(world: World) -> None:
    building = world.buildings["fagus"]
    page = await fagus(world, Years, f"/buildings/{building}/years")
    (year,) = [row for row in page.state.rows if row.may_close]
    await page.send("ask_close", year.id)
    await page.send("close_year", {})
    await run_worker(wait=False, signals=False)
    await page.run("load")
    assert page.state.running.status == "" and not page.state._run
    (closed,) = [row for row in page.state.rows if row.may_reopen]
    await page.send("ask_reopen", closed.id)
    await page.send("reopen", {"reason": ""})
    assert set(page.state.errors) == {"reason"} and page.state.dialog == Dialog("reopen", closed.id)
    await page.send("reopen", {"reason": "An invoice was missing"})
    assert page.state.dialog == Dialog() and all(row.is_open for row in page.state.rows)


async def fagus(world: World, state: type[rx.State], where: str) -> Opened:
    """A page of the syndic with the year 2025 of `fagus` over and not closed."""
    who, building = world.people["syndic_a"], world.buildings["fagus"]
    page = Opened(state, who)
    async with work(who) as w:
        await commands.open_ledger(w, building, first_day=date(2025, 1, 1))
        lines = [DraftLine("61210", 100), DraftLine("551", -100)]
        await entries.post(w, building, Draft("OD", date(2025, 5, 1), "X", lines))
    await page.go(where)
    return page


async def test_several_years_are_closed_and_a_refused_one_says_why(world: World) -> None:
    page = await fagus(world, CloseYears, "/close-years")
    (year,) = [row.id for row in page.state.rows]
    await page.send("toggle_all")
    assert page.state.chosen == [year]
    one = key()
    for _ in range(2):
        await page.send("close_chosen", [year], key=one)
    assert (page.state.asked, page.state.ended, page.state.chosen) == (1, 0, [])
    assert (page.state.rows[0].state, page.state.rows[0].free) == ("waiting", False)
    await page.send("close_chosen", [year])
    assert page.state.rows[0].reason == "This financial year is being closed already."
    await run_worker(wait=False, signals=False)
    await page.run("load")
    assert page.state.rows == [] and page.state.asked == 0
