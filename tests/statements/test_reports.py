"""Every report as data, PDF in four languages and workbook: the same figures, adding up, for those who may."""

import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from koprogo_app.foundation.i18n import money
from koprogo_app.foundation.paper import pdf
from koprogo_app.koprogo_app import api
from koprogo_app.ledger.queries import frames
from koprogo_app.ledger.rules import fec
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import matching
from tests.clients import headers_of
from tests.ledger.books import Books, open_books
from tests.purchases.invoices import approved
from tests.statements.test_statement import invoiced
from tests.world import World

OF_BUILDING = [
    "call-for-funds/{b}", "outstanding-payments/{b}", "budget/{b}/2026", "financial-statement/{b}?year=2026",
    "charges/{b}?year=2026", "financial/balance-sheet/{b}?year=2026", "financial/income-statement/{b}?year=2026",
    "financial/trial-balance/{b}?year=2026", "financial/general-ledger/{b}?year=2026",
    "owner-charges/{o}?year=2026", "owner-account/{o}?year=2026",
]  # fmt: skip


MARGIN = 40
"""What stays white at the right of a sheet, in points."""


@pytest.fixture
async def books(world: World) -> AsyncIterator[Books]:
    frames.forget()
    found = await open_books(world)
    await found.post(
        found.call(500_00, "T1"), found.call(300_00, "T2"), found.reserve_call(100_00, "T1"), found.paid(200_00, "T1")
    )
    await invoiced(found, "F-1", date(2026, 2, 3), [{"account": "61210", "net": 100_000, "vat": 21_000}])
    await found.post(Draft("OD", date(2026, 2, 5), "X", [DraftLine("6112", 7_001), DraftLine("551", -7_001)]))
    yield found
    await pdf.close()


async def get(books: Books, path: str, who: str = "accountant_a", **params: str) -> httpx.Response:
    path = path.format(b=books.building, o=books.owner("T1"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://localhost:8000") as client:
        return await client.get(
            httpx.URL(f"http://localhost:8000/api/v1/reports/{path}").copy_merge_params(params),
            headers=await headers_of(books.world, who),
        )


def totals(data: dict[str, Any], table: int, key: str) -> int:
    return int(data["tables"][table]["totals"][0][key])


def added(data: dict[str, Any], table: int, key: str) -> int:
    """The rows added up again, without the subtotals (which hold no other figure)."""
    return sum(row[key] or 0 for row in data["tables"][table]["rows"])


async def test_the_charges_of_all_owners_are_the_costs_in_the_books(books: Books) -> None:
    data = (await get(books, "charges/{b}", year="2026")).json()
    assert totals(data, 0, "charges") == added(data, 0, "charges") == 121_000
    assert totals(data, 0, "works_charges") == added(data, 0, "works_charges") == 7_001
    assert totals(data, 1, "shared") == 128_001
    assert "128.001" not in str(data["head"])
    assert money(128_001, "fr") in data["head"][2][1]
    income = (await get(books, "financial/income-statement/{b}", year="2026")).json()
    assert totals(income, 0, "now") == 128_001


async def test_an_owners_statement_explains_her_share(books: Books) -> None:
    data = (await get(books, "owner-charges/{o}", year="2026", lang="en")).json()
    lines = [row for row in data["tables"][3]["rows"] if row["on"]]
    assert [(row["whole"], row["key"], row["quota"], row["cents"]) for row in lines] == [
        (7_001, "Shares", "400 / 1,000", 2_801), (121_000, "Shares", "400 / 1,000", 48_400),
    ]  # fmt: skip
    # The year is still open: running costs, works and the reserve side by side, and no balance to pay.
    assert [(row["label"], row["called"], row["cost"]) for row in data["tables"][0]["rows"]] == [
        ("Running costs", 50_000, 48_400), ("Works and extraordinary costs", 0, 2_801), ("Reserve fund", 10_000, None),
    ]  # fmt: skip
    assert data["tables"][0]["totals"] == [] and "provisional" in data["title"]
    assert totals(data, 1, "cents") == 50_000
    assert totals(data, 2, "cents") == 10_000


async def test_an_owner_reads_her_own_and_no_other(books: Books) -> None:
    assert (await get(books, "owner-charges/{o}", "owner_tilia", year="2026")).status_code == 200
    path = f"owner-charges/{books.owner('T2')}"
    assert (await get(books, path, "owner_tilia", year="2026")).status_code == 403
    for path in OF_BUILDING[:9]:
        assert (await get(books, path, "owner_tilia")).status_code == 403, path
        assert (await get(books, path, "board_tilia")).status_code == 200, path


async def test_what_is_outstanding_is_what_the_accounts_hold(books: Books) -> None:
    data = (await get(books, "outstanding-payments/{b}")).json()
    trial = (await get(books, "financial/trial-balance/{b}", year="2026")).json()
    owed = sum(row["closing"] for row in trial["tables"][0]["rows"] if row["code"].startswith("410"))
    assert totals(data, 0, "total") == added(data, 0, "total") == owed == totals(data, 1, "open")


async def test_expenses_are_parted_in_ordinary_and_extraordinary(books: Books) -> None:
    data = (await get(books, "budget/{b}/2026")).json()
    assert (totals(data, 0, "now"), totals(data, 1, "now")) == (121_000, 7_001)
    assert (await get(books, "budget/{b}/1999")).status_code == 404


async def test_a_balance_sheet_balances(books: Books) -> None:
    data = (await get(books, "financial/balance-sheet/{b}", year="2026")).json()
    assert totals(data, 0, "now") == added(data, 0, "now") == totals(data, 1, "now") == added(data, 1, "now")


async def test_the_reserve_holds_what_was_called_for_it_before_the_year_is_closed(books: Books) -> None:
    """The entry that ends the year only carries it over: the statement of both funds says the same before and after."""
    data = (await get(books, "financial-statement/{b}", year="2026")).json()
    reserve = data["tables"][0]["rows"][1]
    assert (reserve["opening"], reserve["up"], reserve["down"], reserve["closing"]) == (0, 10_000, 0, 10_000)


def _right_edge(page: pypdfium2.PdfPage) -> float:
    """Where the text of a page ends, in points from its left."""
    text = page.get_textpage()
    return max(text.get_charbox(at)[2] for at in range(text.count_chars()) if text.get_text_range(at, 1).strip())


@pytest.mark.parametrize("path", OF_BUILDING)
async def test_every_report_is_the_same_on_paper_and_in_a_workbook(books: Books, path: str) -> None:
    data = (await get(books, path, lang="nl")).json()
    assert data["title"]
    sheet = await get(books, path, format="xlsx", lang="nl")
    assert "spreadsheetml" in sheet.headers["content-type"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content))
    assert len(book.sheet_names) == max(1, len(data["tables"]))
    for place, table in enumerate(data["tables"]):
        keys = [c["key"] for c in table["columns"]]
        rows = book.get_sheet_by_index(place).to_python()[-(len(table["rows"]) + len(table["totals"])) :]
        for at, column in enumerate(table["columns"]):
            if column["kind"] == "money" and table["totals"]:
                read = [round(row[at] * 100) if row[at] != "" else None for row in rows]
                assert read == [row[keys[at]] for row in [*table["rows"], *table["totals"]]]
    for lang in ("fr", "nl", "de", "en"):
        paper = await get(books, path, format="pdf", lang=lang)
        assert paper.headers["content-type"] == "application/pdf"
        document = pypdfium2.PdfDocument(paper.content)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert all(_right_edge(page) <= page.get_width() - MARGIN for page in document), (path, lang)
        document.close()
        assert "Tilia" in text
        if lang == "nl":
            assert data["title"].split(":")[0] in " ".join(text.split())


async def test_the_entries_file_has_the_columns_of_the_norm_and_balances(books: Books) -> None:
    answer = await get(books, "fec/{b}/2026")
    assert 'filename="ACPFEC20261231.txt"' in answer.headers["content-disposition"]
    lines = [line.split("\t") for line in answer.content.decode().split("\r\n")[:-1]]
    assert lines[0] == list(fec.COLUMNS)
    assert {len(line) for line in lines} == {18}
    debit, credit = (sum(int(line[at].replace(",", "")) for line in lines[1:]) for at in (11, 12))
    assert debit == credit == 500_00 + 300_00 + 100_00 + 200_00 + 121_000 + 7_001
    assert all(line[3].isdigit() and len(line[3]) == 8 for line in lines[1:])
    assert {line[0] for line in lines[1:]} == {"APP", "BQE", "ACH", "OD"}
    as_data = (await get(books, "fec/{b}/2026", format="json")).json()
    assert as_data["rows"] == lines[1:]


def test_nothing_typed_breaks_a_line_of_the_file() -> None:
    assert fec.text("a\tb\r\nc") == "a b c"
    assert [fec.letters(n) for n in (None, 1, 2, 27, 26**3 + 1)] == ["", "AAA", "AAB", "ABA", "BAAA"]
    assert fec.amount(5) == "0,05"


async def test_from_the_statement_to_the_bank_in_two_steps(books: Books) -> None:
    """The statement's line leads to its invoice: what was billed by which key, and the entry that paid it."""
    async with books.at_work() as w:
        invoice = await w.value("select id from invoice where number = 'F-1'")
        line, posted = await w.value(
            """select array[l.id, i.entry_id] from invoice i join entry_line l on l.entry_id = i.entry_id
                where i.id = %(i)s and l.supplier_id is not null""", i=invoice,
        )  # fmt: skip
    pay = Draft("BQE", date(2026, 2, 20), "EXT 2", [
        DraftLine("551", -121_000), DraftLine("440", 121_000, supplier_id=books.supplier),
    ])  # fmt: skip
    (payment,) = await books.post(pay)
    async with books.at_work() as w:
        other = await w.value(
            "select id from entry_line where entry_id = %(e)s and supplier_id is not null", e=payment.id
        )
        await matching.match(w, books.building, [line, other])
    for who in ("owner_tilia", "board_tilia", "accountant_a"):
        statement = (await get(books, "owner-charges/{o}", "owner_tilia", year="2026", lang="en")).json()
        assert [row["paid"] for row in statement["tables"][3]["rows"] if row["whole"] == 121_000] == [
            "BQE 2, 20/02/2026"
        ]
        data = (await get(books, f"invoice/{invoice}", who, lang="en")).json()
        assert [(row["key"], row["net"], row["rate"], row["cents"]) for row in data["tables"][0]["rows"]] == [
            ("Shares", 100_000, "21 %", 121_000)
        ]
        assert [(row["entry"], row["cents"]) for row in data["tables"][1]["rows"]] == [("BQE 2", 121_000)]
    for who in ("owner_quercus", "syndic_b", "owner_fagus"):
        assert (await get(books, f"invoice/{invoice}", who)).status_code in (403, 404), who
    assert posted


async def test_an_owner_does_not_see_what_another_lot_bears_alone(books: Books) -> None:
    made = await approved(
        books, {"account": "61210", "net": 10000, "vat_rate": 21, "label": "Common"},
        {"divided_by": f"lot:{books.world.lots['T2']}", "net": 500, "vat_rate": 21, "label": "Badge"}, number="P-1",
    )  # fmt: skip
    alone = await approved(
        books, {"divided_by": f"lot:{books.world.lots['T2']}", "net": 500, "vat_rate": 21, "label": "Badge"},
        number="P-2",
    )  # fmt: skip
    labels = {
        who: [row["label"] for row in (await get(books, f"invoice/{made}", who)).json()["tables"][0]["rows"]]
        for who in ("accountant_a", "owner_tilia")
    }
    assert labels == {"accountant_a": ["Common", "Badge"], "owner_tilia": ["Common"]}
    assert (await get(books, f"invoice/{alone}", "owner_tilia")).status_code == 404
