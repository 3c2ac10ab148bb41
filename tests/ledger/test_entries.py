"""Opening books, posting, taking back, matching: what the services accept, refuse and write."""

from datetime import date

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.rules.chart import chart
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books as commands
from koprogo_app.ledger.service import entries, matching
from tests.ledger.books import NOW, Books
from tests.world import World


def test_the_chart_is_whole_in_four_languages() -> None:
    rows = chart()
    assert len(rows) == 305
    assert all(row.label_fr and row.label_nl and row.label_de and row.label_en for row in rows)
    short = chart(simplified=True)
    assert {"100", "160", "4100", "4101", "440", "550", "551", "6121", "701"} <= {row.code for row in short}
    assert len(short) < 150


async def test_books_open_once_with_chart_journals_and_the_buildings_own_year(world: World) -> None:
    building = world.buildings["tilia"]
    async with work(SYSTEM) as w:
        await w.execute("update building set fiscal_month = 7, fiscal_day = 1 where id = %(b)s", b=building)
    async with work(world.people["syndic_a"], now=NOW) as w:
        book = await commands.open_ledger(w, building)
        assert book.opened and book.version == 0 and not book.simplified
        (year,) = await reads.years(w, building)
        assert (year.start, year.end, year.name) == (date(2025, 7, 1), date(2026, 6, 30), "2025-2026")
        accounts = {row.code: row for row in await reads.accounts(w, building)}
        assert len(accounts) == 305 and accounts["610"].postable is False and accounts["61210"].postable
        assert accounts["440"].label("nl") == "Leveranciers"
        journals = {row.code: row for row in await reads.journals(w, building)}
        assert journals["BQE"].account == "551" and journals["OD"].name("nl")
        with pytest.raises(Conflict):
            await commands.open_ledger(w, building)


async def test_who_may_open_and_read_books(books: Books) -> None:
    for name, error in (("owner_tilia", Forbidden), ("board_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(error):
            async with books.at_work(name) as w:
                await entries.post(w, books.building, books.call(100))
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await reads.open_book(w, books.world.buildings["fagus"])
    async with books.at_work("board_tilia") as w:
        assert (await reads.open_book(w, books.building)).opened


async def test_simplified_accounts_are_for_small_buildings(world: World) -> None:
    organization, building = world.organizations["a"], world.buildings["fagus"]
    async with work(world.people["syndic_a"], now=NOW) as w:
        for number in range(20):
            await w.execute(
                """insert into lot (organization_id, building_id, number, position, kind, share, status, version)
                   values (%(o)s, %(b)s, %(n)s, 9, 'apartment', 0, 'draft', 1)""",
                o=organization, b=building, n=f"X{number}",
            )  # fmt: skip
        with pytest.raises(AgainstTheLaw):
            await commands.open_ledger(w, building, simplified=True)
        await w.execute("update lot set kind = 'garage' where building_id = %(b)s", b=building)
        assert (await commands.open_ledger(w, building, simplified=True)).simplified


async def test_own_accounts_journals_and_years(books: Books) -> None:
    async with books.at_work() as w:
        row = await commands.add_account(w, books.building, "551.01", {"nl": "ING zichtrekening"})
        assert (row.code, row.kind, row.label_fr) == ("55101", "asset", "ING zichtrekening")
        owners = await commands.add_account(w, books.building, "41021", {"fr": "Provision ascenseur"})
        assert owners.party == "owner"
        for code, error in (("55101", Invalid), ("9", AgainstTheLaw), ("55x", Invalid), ("", Invalid)):
            with pytest.raises(error):
                await commands.add_account(w, books.building, code, {"fr": "X"})
        with pytest.raises(Invalid):
            await commands.add_account(w, books.building, "55102", {"fr": "  "})
        renamed = await commands.rename_account(w, row.id, {"fr": "ING compte à vue"})
        assert (renamed.label_fr, renamed.label_nl) == ("ING compte à vue", "ING zichtrekening")
        journal = await commands.add_journal(w, books.building, "ING", JournalKind.BANK, "ING", "55101")
        assert journal.account_id == row.id
        with pytest.raises(Invalid):
            await commands.add_journal(w, books.building, "B3", JournalKind.BANK, "KBC", "701")
        await entries.post(w, books.building, books.paid(100, bank="55101"))
        with pytest.raises(Invalid, match="heading"):
            await entries.post(w, books.building, books.paid(100, bank="551"))
        await commands.archive_account(w, row.id, used=False)
        with pytest.raises(Invalid, match="no longer used"):
            await entries.post(w, books.building, books.paid(100, bank="55101"))
        await commands.add_year(w, books.building)
        (_, following) = await reads.years(w, books.building)
        assert (following.start, following.end) == (date(2027, 1, 1), date(2027, 12, 31))
        with pytest.raises(Invalid):
            await commands.add_year(w, books.building, date(2035, 1, 1))


async def test_an_entry_is_numbered_in_its_journal_and_year(books: Books) -> None:
    posted = await books.post(books.call(1000), books.call(2000, "T2"), books.paid(1000))
    assert [(p.journal, p.number) for p in posted] == [("APP", 1), ("APP", 2), ("BQE", 1)]
    async with books.at_work() as w:
        assert await w.value("select array_agg(party_kind) from entry_line where owner_id is not null") == ["owner"] * 3
        assert await w.value("select count(*) from audit_entry where action = 'entry.posted'") == 3


WRONG = (
    ({"document_ref": "  "}, "document_ref"),
    ({"lines": [DraftLine("61210", 100)]}, "lines"),
    ({"lines": [DraftLine("61210", 100), DraftLine("551", -99)]}, "lines"),
    ({"lines": [DraftLine("61210", 100), DraftLine("999", -100)]}, "lines.1.account"),
    ({"lines": [DraftLine("61210", 0), DraftLine("551", 0)]}, "lines.0.amount"),
    ({"lines": [DraftLine("61210", 10**15), DraftLine("551", -(10**15))]}, "lines.0.amount"),
    ({"lines": [DraftLine("440", 100), DraftLine("551", -100)]}, "lines.0.party"),
    ({"lines": [DraftLine("4101", 100), DraftLine("551", -100)]}, "lines.0.party"),
    ({"journal": "NO"}, "journal"),
    ({"on": date(2025, 12, 31)}, "date"),
)


async def test_what_is_wrong_is_said_on_its_field(books: Books) -> None:
    right = {"journal": "OD", "on": date(2026, 3, 1), "document_ref": "X",
             "lines": [DraftLine("61210", 100), DraftLine("551", -100)]}  # fmt: skip
    for change, field in WRONG:
        with pytest.raises(Invalid) as error:
            async with books.at_work() as w:
                await entries.post(w, books.building, Draft(**(right | change)))
        assert error.value.field == field


async def test_an_entry_is_taken_back_once_with_a_reason(books: Books) -> None:
    called, paid = await books.post(books.call(1000), books.paid(1000))
    async with books.at_work() as w:
        lines = await w.value("select array_agg(id) from entry_line where owner_id is not null")
        await matching.match(w, books.building, lines)
    async with books.at_work() as w:
        with pytest.raises(Invalid):
            await entries.reverse(w, called.id, " ")
        back = await entries.reverse(w, called.id, "Wrong amount")
        assert (back.journal, back.number, back.on) == ("APP", 2, called.on)
        with pytest.raises(Conflict):
            await entries.reverse(w, back.id, "Again")
    async with books.at_work() as w:
        assert await w.value("select count(*) from matching") == 0
        assert (
            await w.value(
                """select sum(debit_cents) - sum(credit_cents) from entry_line l join account a on a.id = l.account_id
                where a.code = '701'"""
            )
            == 0
        )
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await entries.reverse(w, called.id, "Twice")
    assert paid.number == 1


async def test_matching_settles_and_can_be_undone(books: Books) -> None:
    await books.post(books.call(1000), books.paid(600), books.paid(400), books.paid(1))
    async with books.at_work() as w:
        lines = await w.value(
            "select array_agg(l.id order by l.id) from entry_line l join account a on a.id = l.account_id "
            "where a.code = '4101'"
        )
    with pytest.raises(Invalid):
        async with books.at_work() as w:
            await matching.match(w, books.building, lines)
    async with books.at_work() as w:
        made = await matching.match(w, books.building, lines[:3])
    async with books.at_work() as w:
        await matching.unmatch(w, made)
        assert await w.value("select count(*) from matching_line") == 0


async def test_a_supplier_is_checked(books: Books) -> None:
    organization = books.world.organizations["a"]
    async with books.at_work() as w:
        for wrong in ({"enterprise_number": "0403.101.218"}, {"iban": "BE68 5390 0754 7035"}):
            with pytest.raises(Invalid):
                await commands.add_supplier(w, organization, "X", **wrong)
        row = await commands.add_supplier(w, organization, "Lift SA", iban="BE68 5390 0754 7034")
        assert row.iban == "BE68539007547034"
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await commands.add_supplier(w, organization, "Twice", enterprise_number="0403101217")
