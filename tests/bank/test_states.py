"""The pages of the bank without a browser."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import reflex as rx

from koprogo_app.bank.state.bank import Bank
from koprogo_app.bank.state.bank_files import BankFiles
from koprogo_app.bank.state.bank_statement import BankStatementPage
from koprogo_app.bank.state.payers import Payers
from koprogo_app.demo.coda import paid_in, write
from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.principal import Principal
from koprogo_app.ledger.service import books as ledger
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.payments.service.references import payment_reference
from koprogo_app.workspace.state.page import Dialog
from tests.bank.bank import IBAN, ON, PAYER, open_accounts, pay, statement
from tests.ledger.books import NOW, Books
from tests.states import Opened, key, opened

pytestmark = pytest.mark.usefixtures("kept")


async def at(books: Books, state: type[rx.State], where: str = "bank", who: str = "accountant_a") -> Opened:
    return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", now=NOW)


async def on_statement(books: Books, *cents: int) -> Opened:
    """The page of a statement with these movements of people nobody knows."""
    await open_accounts(books)
    one = await statement(books, *[pay(each, f"Nobody {n}", PAYER) for n, each in enumerate(cents)])
    return await at(books, BankStatementPage, f"bank/{one}")


def typed(page: Opened, text: str, *rows: int, field: str = "target") -> list[dict[str, object]]:
    """Cells in which a person typed."""
    chosen = [page.state.rows[n] for n in rows]
    return [{"row": one["id"], "field": field, "value": text, "version": one["version"]} for one in chosen]


async def accounts(books: Books) -> list[str]:
    async with books.at_work() as w:
        return [row.iban for row in await bank_accounts(w, books.building, archived=True)]


async def entries(books: Books) -> int:
    async with books.at_work() as w:
        return int(await w.value("select count(*) from entry e join journal j on j.id = e.journal_id "
                                 "where j.code = 'BQE'"))  # fmt: skip


async def test_an_account_sent_twice_is_added_once(books: Books) -> None:
    page = await at(books, Bank)
    assert page.state.warnings and not page.state.rows
    await page.send("ask", "add", "")
    wrong = {"iban": "BE78539007547034", "fund": "working", "bic": "", "holder": ""}
    await page.send("create", wrong)
    assert set(page.state.errors) == {"iban"} and page.state.dialog == Dialog("add")
    one = key()
    await asyncio.gather(*[page.send("create", wrong | {"iban": IBAN}, key=one) for _ in range(2)])
    assert await accounts(books) == [IBAN] and page.state.dialog == Dialog()
    assert set(page.notices()) == {"done: The bank account is added."}


async def test_a_cell_is_saved_and_an_account_goes_out_of_use(books: Books) -> None:
    await open_accounts(books)
    page = await at(books, Bank)
    await page.send("save_cells", typed(page, "ACP Tilia", 0, field="holder"))
    (saved,) = page.state.outcomes
    await page.send("save_cells", typed(page, "ACP", 0, field="holder"))  # as it was seen before
    assert "Somebody else" in page.state.outcomes[-1]["error"]["text"]
    await page.send("save_cells", [{**typed(page, "x", 0, field="iban")[0], "version": saved["version"]}])
    refused = page.state.outcomes[-1]
    assert saved["value"] == "ACP Tilia" and "cannot be changed" in refused["error"]["text"]
    row = page.state.rows[0]["id"]
    await page.send("act", row, "archive")
    (closed,) = [one for one in page.state.rows if one["id"] == row]
    assert closed["note"]["fixes"][0]["action"] == "restore" and page.state.outcomes == []
    await page.send("act", row, "restore", page="/buildings/other/bank")
    assert "another page" in page.notices()[-1]


async def test_whoever_may_not_read_the_bank_sees_why(books: Books) -> None:
    await open_accounts(books)
    page = await at(books, Bank)
    await page.go(f"/buildings/{books.world.buildings['fagus']}/bank")
    assert page.state.failed.en and not page.state.ready
    page = await at(books, Bank, who="syndic_b")
    assert page.state.failed.en and not page.state.ready and not page.state.rows


async def test_a_file_is_taken_in_and_what_it_is_not_stands_beside_the_place(books: Books) -> None:
    await open_accounts(books)
    page = await at(books, Bank)
    page.who = replace(page.who, session_id=uuid4())
    await page.send("take", "0" * 32)
    assert "no longer here" in page.state.file_errors[""].en
    data = write([paid_in(IBAN, "TILIA", 1, 0, ON, [pay(-250, code="08037000")])])
    assert page.who.session_id is not None
    for went in (1, 1):
        await page.send("take", import_files.keep(page.who.session_id, "x.cod", data))
        assert len(page.went) == went and len(page.state.statements) == 1 and not page.state.file_errors
    assert page.went[0].startswith(f"{page.state.base}/bank/") and "was here already" in page.state.said[0]
    await page.go(page.address)
    assert page.state.said
    await page.go(f"/buildings/{books.world.buildings['fagus']}/bank")
    assert not page.state.said


async def test_cells_are_noted_together_in_one_transaction(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await on_statement(books, 100, 200, 300)
    begun, begin = list[Principal](), Database.begun

    def counted(database: Database, who: Principal) -> Any:
        begun.append(who)
        return begin(database, who)

    monkeypatch.setattr(Database, "begun", counted)
    await page.send("save_cells", typed(page, "4996", 0, 1) + typed(page, "x", 2, field="day"))
    assert [("error" in one) for one in page.state.outcomes] == [False, False, True]
    assert len(begun) == 1
    assert page.state.outcomes[0]["note"]["text"] == "As you decided." and page.state.waiting == 2


async def test_a_movement_confirmed_twice_is_posted_once(books: Books) -> None:
    page = await on_statement(books, 100, 200)
    await page.send("save_cells", typed(page, "4996", 0, 1))
    row, one = page.state.rows[0]["id"], key()
    await asyncio.gather(*[page.send("act", row, "confirm", key=one) for _ in range(2)])
    assert await entries(books) == 1 and set(page.notices()) == {"done: Posted as BQE 1."}
    await page.send("act", page.state.rows[1]["id"], "forget")
    assert page.state.waiting == 0
    await page.send("act", page.state.rows[1]["id"], "confirm")
    assert page.notices()[-1].startswith("refused:") and await entries(books) == 1


async def test_all_that_is_certain_is_posted_with_one_press(books: Books) -> None:
    page = await on_statement(books, 100, 200)
    await page.send("save_cells", typed(page, "4996", 0, 1))
    assert page.state.waiting == 2
    await page.send("confirm_all")
    assert page.notices() == ["done: 2 movements posted."]
    assert (page.state.waiting, page.state.shown.open, page.state.shown.count) == (0, "0", 2)


async def test_a_movement_is_split_and_what_was_typed_is_kept(books: Books) -> None:
    page = await on_statement(books, 1_000)
    row = page.state.rows[0]["id"]
    await page.send("act", row, "split")
    assert page.state.dialog == Dialog("split", row) and len(page.state.parts) == 3
    assert (page.state.about.name, page.state.about.amount) == ("Nobody 0", "10.00")
    await page.send("more")
    parts = {"target-0": "4996", "amount-0": "4.00", "target-1": "499x", "amount-1": ""}
    await page.send("split", parts)
    assert (
        set(page.state.errors) == {"target-1"} and page.state.errors["target-1"].fr != page.state.errors["target-1"].en
    )
    assert [one.target for one in page.state.parts] == ["4996", "499x", "", ""]
    await page.send("split", parts | {"target-1": "4996", "amount-1": "5.00"})
    assert set(page.state.errors) == {""}, "the parts do not add up"
    one = key()
    await asyncio.gather(*[page.send("split", parts | {"target-1": "4996"}, key=one, record=row) for _ in range(2)])
    assert await entries(books) == 1 and page.state.dialog == Dialog()


async def test_a_posted_movement_is_opened_again_with_a_reason(books: Books) -> None:
    page = await on_statement(books, 100, 200)
    await page.send("save_cells", typed(page, "4996", 0, 1))
    await page.send("confirm_all")
    first, second = (one["id"] for one in page.state.rows)
    await page.send("act", first, "undo")
    assert page.state.dialog == Dialog("undo", first) and not page.state.about.by_hand
    await page.send("undo", {"reason": " "})
    assert set(page.state.errors) == {"reason"}
    await page.send("undo", {"reason": "not hers"}, record=second)
    assert "another page" in page.state.errors[""].en
    await page.send("undo", {"reason": "not hers"})
    assert page.notices()[-1] == "done: The movement is open again." and page.state.shown.open == "1"


async def test_a_movement_of_another_statement_is_not_touched(books: Books) -> None:
    page = await on_statement(books, 100)
    two = await statement(books, pay(200, "Nobody", PAYER), number=2, old=100)
    other = (await at(books, BankStatementPage, f"bank/{two}")).state.rows[0]["id"]
    for action in ("split", "undo", "confirm", "forget"):
        await page.send("act", other, action)
        assert page.notices()[-1].startswith("refused:") and page.state.dialog == Dialog()
    await page.send("undo", {"reason": "x"}, record=other)
    assert page.state.errors and await entries(books) == 0


async def test_a_statement_is_shown_in_its_own_building_and_to_its_people_only(books: Books) -> None:
    page = await on_statement(books, 100)
    one = page.address.rpartition("/")[2]
    await page.go(f"/buildings/{books.world.buildings['fagus']}/bank/{one}")
    assert page.state.failed.en and not page.state.ready
    await page.go(f"/buildings/{books.building}/bank/{UUID(int=1)}")
    assert page.state.failed.en and not page.state.ready
    page = await at(books, BankStatementPage, f"bank/{one}", "syndic_b")
    assert page.state.failed.en and not page.state.rows


async def test_a_statement_is_removed_with_a_reason_while_nothing_is_posted(books: Books) -> None:
    page = await on_statement(books, 100)
    assert page.state.shown.removable
    await page.send("save_cells", typed(page, "4996", 0))
    row = page.state.rows[0]["id"]
    await page.send("act", row, "confirm")
    assert not page.state.shown.removable
    await page.send("act", row, "undo")
    await page.send("undo", {"reason": "wrong"})
    await page.send("ask", "remove", "")
    await page.send("remove", {"reason": " "})
    assert set(page.state.errors) == {"reason"} and page.state.dialog == Dialog("remove")
    one = key()
    await asyncio.gather(*[page.send("remove", {"reason": "wrong file"}, key=one) for _ in range(2)])
    assert set(page.went) == {f"{page.state.base}/bank"}
    listed = await at(books, Bank)
    assert listed.state.statements == []


async def test_a_movement_that_names_two_is_split_from_what_it_names(books: Books) -> None:
    await open_accounts(books)
    async with books.at_work() as w:
        said = [await payment_reference(w, books.building, books.owner(lot)) for lot in ("T1", "T2")]
    text = " et ".join(f"{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}" for ogm in said)
    one = await statement(books, pay(1_000, "Agency", PAYER, text=text))
    page = await at(books, BankStatementPage, f"bank/{one}")
    (row,) = page.state.rows
    assert row["note"]["kind"] == "attention" and "split it" in row["note"]["text"] and page.state.waiting == 0
    assert [fix["action"] for fix in row["note"]["fixes"]] == ["split"]
    await page.send("act", row["id"], "split")
    names = [part.target for part in page.state.parts]
    assert all(names[:2]) and names[2] == "" and [part.amount for part in page.state.parts] == ["", "", ""]
    await page.send(
        "split", {"target-0": names[0], "amount-0": "4.00", "target-1": names[1], "amount-1": ""}, record=row["id"]
    )
    assert page.notices()[-1] == "done: Posted as BQE 1."


async def test_known_payers_are_listed_vouched_for_and_forgotten(books: Books) -> None:
    page = await on_statement(books, 100, 200)
    await page.send("save_cells", typed(page, "4996", 0) + typed(page, "650", 1))
    await page.send("confirm_all")
    payers = await at(books, Payers, "payers")
    (row,) = payers.state.rows
    assert (row.target, row.certain, row.account) == ("650", False, True) and payers.state.write
    await payers.send("act", row.id, "sole")
    assert payers.state.rows[0].certain
    await payers.send("act", row.id, "open")
    assert not payers.state.rows[0].certain
    await payers.send("act", row.id, "forget")
    assert payers.state.rows == [] and "Forgotten" in payers.notices()[-1]
    await payers.send("act", row.id, "forget")
    assert payers.notices()[-1].startswith("refused:")
    board = await at(books, Payers, "payers", "board_tilia")
    assert board.state.ready and not board.state.write


async def test_a_payer_of_another_building_is_not_touched(books: Books) -> None:
    page = await on_statement(books, 100)
    await page.send("save_cells", typed(page, "650", 0))
    await page.send("confirm_all")
    row = (await at(books, Payers, "payers")).state.rows[0].id
    fagus = books.world.buildings["fagus"]
    async with books.at_work() as w:
        await ledger.open_ledger(w, fagus)
    there = await opened(Payers, books.world.people["accountant_a"], f"/buildings/{fagus}/payers", now=NOW)
    assert there.state.ready and there.state.rows == []
    await there.send("act", row, "forget")
    assert there.notices()[-1].startswith("refused:") and (await at(books, Payers, "payers")).state.rows


async def test_a_file_of_the_office_tells_what_became_of_each_part(books: Books) -> None:
    await open_accounts(books)
    page = await opened(BankFiles, books.world.people["accountant_a"], "/bank-files", now=NOW)
    page.who = replace(page.who, session_id=uuid4())
    assert page.state.ready and page.who.session_id is not None
    statements = [paid_in(iban, name, 1, 0, ON, [pay(250)]) for iban, name in ((IBAN, "TILIA"), (PAYER, "NOBODY"))]
    await page.send("take", import_files.keep(page.who.session_id, "x.cod", write(statements)))
    (part,) = page.state.parts
    assert (part.kind, part.href) == (
        "done",
        f"/buildings/{books.building}/bank",
    ) and "imported: 1 movement" in part.said[0]
    assert len(page.state.aside) == 1 and "NOBODY" in page.state.aside[0]
    await page.send("take", "0" * 32)
    assert page.state.file_errors and page.state.parts == []
    await page.send(
        "take", import_files.keep(page.who.session_id, "x.cod", write([paid_in(IBAN, "T", 1, 0, ON, [pay(9)])]))
    )
    assert page.state.parts[0].kind == "refused" and page.state.parts[0].refused and not page.state.file_errors
    await page.go("/bank-files")
    assert page.state.parts == []


async def test_a_jump_of_the_balance_is_said_where_the_bank_gives_no_numbers(books: Books) -> None:
    await open_accounts(books)
    page = await at(books, Bank)
    page.who = replace(page.who, session_id=uuid4())
    assert page.who.session_id is not None
    for old, day in ((0, ON), (500, ON + timedelta(9))):
        made = paid_in(IBAN, "TILIA", 0, old, day - timedelta(1), [replace(pay(250), on=day)])
        await page.send("take", import_files.keep(page.who.session_id, "x.cod", write([made])))
    assert len(page.went) == 1 and "jumps by" in page.state.said[0]
