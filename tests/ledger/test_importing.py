"""Taking over a chart and opening balances; the command that verifies."""

from datetime import date
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from rich.console import Console

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.postgres import Server
from koprogo_app.ledger import commands
from koprogo_app.ledger.queries import reports
from koprogo_app.ledger.queries.entries import (
    account_detail,
    entries_page,
    entry_detail,
    general_ledger,
    parties,
    party_account,
)
from koprogo_app.ledger.rules.table import read_table
from koprogo_app.ledger.service import importing
from tests.ledger.books import Books

GOOD = """Bilan d'ouverture;;;;
N° compte;Libellé;Débit;Crédit;Tiers
100;Fonds de roulement;;1 000,00;
160;Fonds de réserve;;2.500,00;
4101;Copropriétaires;250,00;;TILIA1
440;Fournisseurs;;50,00;électricité sa
550;Épargne;2 500,00;;
5511;Compte à vue KBC;800,00;;
Total;;3 550,00;3 550,00;
"""


def xlsx(rows: list[list[object]]) -> bytes:
    data = BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    return data.getvalue()


async def test_balances_are_shown_then_written_in_one_entry(books: Books) -> None:
    async with books.at_work() as w:
        shown = await importing.preview(w, books.building, GOOD.encode("cp1252"), "fr")
        assert [p.text("fr") for p in shown.problems] == [] and shown.ready
        assert [(a.code, a.label) for a in shown.accounts] == [("5511", "Compte à vue KBC")]
        assert shown.debit == shown.credit == 3550_00
        posted = await importing.take_over(
            w, books.building, GOOD.encode(), "fr", on=date(2026, 1, 1), document_ref="Bilan 2025"
        )
        assert posted and (posted.journal, posted.number) == ("OUV", 1)
    async with books.at_work() as w:
        sheet = await reports.balance_sheet(w, books.building, date(2026, 1, 1))
        assert sheet.balanced and sheet.assets.now == 3550_00
        assert {p.name: p.balance for p in await parties(w, books.building)}["TILIA1"] == 250_00


WRONG = (
    ("", 0, "empty"),
    ("Nom;Montant\nX;1", 0, "heading row"),
    ("Compte;Débit;Crédit\n550;100;\n160;;99", 0, "€1.00"),
    ("Compte;Débit;Crédit\n55;100;\n160;;100", 2, "heading"),
    ("Compte;Débit;Crédit\n9;100;\n160;;100", 2, "below an account"),
    ("Compte;Débit;Crédit\n5519;100;\n160;;100", 2, "name"),
    ("Compte;Débit;Crédit\n4101;100;\n160;;100", 2, "co-owner"),
    ("Compte;Débit;Crédit;Tiers\n4101;100;;Nobody\n160;;100;", 2, "Nobody"),
    ("Compte;Débit;Crédit\n550;cent;\n160;;100", 2, "not a number"),
)


async def test_what_is_wrong_is_said_on_its_line(books: Books) -> None:
    for text, line, said in WRONG:
        async with books.at_work() as w:
            shown = await importing.preview(w, books.building, text.encode(), "fr")
            assert any(p.line == line and said in p.text("en") for p in shown.problems), text
        with pytest.raises(Invalid):
            async with books.at_work() as w:
                await importing.take_over(w, books.building, text.encode(), "fr", on=date(2026, 1, 1), document_ref="X")


def test_a_workbook_and_a_chart_alone() -> None:
    table = read_table(
        xlsx([["Rekening", "Omschrijving", "Saldo"], [550, "Spaar", 12.5], ["160", "Reserve", -12.5]]), "nl"
    )
    assert [(r.code, r.label, r.cents) for r in table.rows] == [("550", "Spaar", 1250), ("160", "Reserve", -1250)]
    chart = read_table(b"Account,Name\n61215,Charging points\n", "en")
    assert not chart.amounts and chart.rows[0].label == "Charging points"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_every_encoding_and_separator_reads_the_same(encoding: str, separator: str) -> None:
    found = read_table(GOOD.replace(";", separator).encode(encoding), "fr")
    assert not found.problems
    assert [(row.line, row.code, row.label, row.cents) for row in found.rows][3:6] == [
        (6, "440", "Fournisseurs", -50_00), (7, "550", "Épargne", 2500_00), (8, "5511", "Compte à vue KBC", 800_00),
    ]  # fmt: skip
    assert found.rows[3].party == "électricité sa"


def test_headings_with_a_remark_and_cells_of_several_lines_keep_the_line() -> None:
    found = read_table(b'Compte (PCMN);Nom du compte;Solde (EUR)\n100;"Fonds\nde roulement";-10,00\n550;;x\n', "fr")
    assert [(row.line, row.label, row.cents) for row in found.rows] == [(2, "Fonds de roulement", -10_00)]
    assert [problem.line for problem in found.problems] == [4]


async def test_the_drill_down_leads_from_a_balance_to_its_entry(books: Books) -> None:
    called, paid, bought = await books.post(books.call(100_00), books.paid(40_00), books.invoice(30_00))
    async with books.at_work() as w:
        owners = await account_detail(w, books.building, "410")
        assert [(m.entry_id, m.cents, m.balance, m.party) for m in owners.movements.rows] == [
            (called.id, 100_00, 100_00, "TILIA1"), (paid.id, -40_00, 60_00, "TILIA1"),
        ]  # fmt: skip
        february = await account_detail(w, books.building, "4101", start=date(2026, 1, 15))
        assert [m.balance for m in february.movements.rows] == [60_00]
        detail = await entry_detail(w, called.id)
        assert (detail.row.name, detail.row.cents, detail.seq) == ("APP 1", 100_00, 1)
        assert [(x.code, x.cents, x.party) for x in detail.lines] == [("4101", 100_00, "TILIA1"), ("701", -100_00, "")]
        assert detail.posted_by == "Accountant_A"
        ledger = await general_ledger(w, books.building, first="44", last="61")
        assert [m.code for m in ledger.rows] == ["440", "551", "61210"]
        own = await party_account(w, books.building, books.owner())
        assert [m.balance for m in own.rows] == [100_00, 60_00]
        found = await entries_page(w, books.building, text="électricité")
        assert [row.id for row in found.rows] == [bought.id] and found.total == 1
        assert (await entries_page(w, books.building, journal="BQE")).rows[0].id == paid.id


async def test_the_command_names_what_is_wrong(books: Books, pg: Server, database_name: str) -> None:
    (posted,) = await books.post(books.call(100_00))
    out = Console(file=StringIO(), width=200)
    assert await commands.verify(out)
    with pg.connect(database_name, "postgres") as c:
        c.execute("alter table entry disable trigger user")
        c.execute("update entry set label = 'other' where id = %s", [posted.id])
    assert not await commands.verify(out)
    assert "Changed after posting: APP 1 (2026)" in out.file.getvalue()  # type: ignore[attr-defined]
