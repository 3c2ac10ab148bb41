"""Ending a year and opening it again; the seal on the books."""

from datetime import UTC, date, datetime

import pytest

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid
from koprogo_app.foundation.postgres import Server
from koprogo_app.ledger.queries import books as reads
from koprogo_app.ledger.rules.integrity import Check, Finding, Level
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import closing, entries, integrity
from tests.ledger.books import LATER, NOW, Books


async def balances(w, year_name: str, books: Books, natures: tuple[str, ...]) -> dict[str, int]:
    rows = await w.value(
        """select jsonb_object_agg(code, cents) from (
             select a.code, sum(l.debit_cents - l.credit_cents) as cents
               from entry e join entry_line l on l.entry_id = e.id join account a on a.id = l.account_id
               join fiscal_year y on y.id = e.fiscal_year_id
              where e.building_id = %(b)s and e.nature = any(%(n)s) and to_char(lower(y.period), 'YYYY') = %(y)s
              group by a.code having sum(l.debit_cents - l.credit_cents) <> 0) t""",
        b=books.building, n=list(natures), y=year_name,
    )  # fmt: skip
    return rows or {}


async def a_year(books: Books) -> None:
    await books.post(
        books.call(100_00), books.call(50_00, "T2"), books.reserve_call(40_00), books.paid(90_00),
        books.paid(40_00, bank="550", account="4100"), books.invoice(70_00),
    )  # fmt: skip


async def close(books: Books, index: int = 0, **options: object) -> closing.Closed:
    async with books.at_work(now=LATER) as w:
        years = await reads.years(w, books.building)
        return await closing.close_year(w, years[index].id, **options)


async def test_closing_carries_result_and_balances_and_locks(books: Books) -> None:
    await a_year(books)
    steps: list[int] = []

    async def tell(step: int) -> None:
        steps.append(step)

    closed = await close(books, tell=tell)
    assert steps == [0, 1, 2, 3] and closed.entries == ("CLO 1", "CLO 2", "OUV 1")
    async with books.at_work() as w:
        first, following = await reads.years(w, books.building)
        assert (first.status, following.status, following.id) == ("closed", "open", closed.next_id)
        assert await balances(w, "2026", books, ("entry", "result", "close")) == {}
        carried = await balances(w, "2027", books, ("open",))
        assert carried == {"14": -80_00, "160": -40_00, "4101": 60_00, "440": -70_00, "550": 40_00, "551": 90_00}
        people = await w.value(
            """select count(distinct l.owner_id) from entry e join entry_line l on l.entry_id = e.id
                where e.nature = 'open'"""
        )
        assert people == 2
        assert (await integrity.check(w, books.building)).level is Level.GOOD
    with pytest.raises(Conflict):
        await books.post(books.call(1))
    with pytest.raises(Conflict):
        await close(books)


async def test_what_must_be_put_right_first(books: Books) -> None:
    await a_year(books)
    for code in ("58", "643"):
        (wrong,) = await books.post(
            Draft("OD", date(2026, 5, 1), "X", [DraftLine(code, 5_00), DraftLine("551", -5_00)])
        )
        for accepted in ("", "The assembly decided so"):  # money on its way and private costs are never accepted
            with pytest.raises(AgainstTheLaw) as error:
                await close(books, accepted=accepted)
            assert error.value.article == "RD 2012-07-12" and "€5.00" in error.value.text("en")
        async with books.at_work() as w:
            seal = await integrity.check(w, books.building)
            (found,) = [f for f in seal.findings if f.level is Level.ATTENTION]
            assert [e.id for e in found.entries] == [str(wrong.id)]
            assert f"OD {wrong.number} (2026)" in found.text("fr")
            await entries.reverse(w, wrong.id, "Arrived")
    await close(books)


async def test_the_reserve_must_be_covered_or_the_shortage_accepted(books: Books) -> None:
    await a_year(books)
    await books.post(Draft("BQR", date(2026, 5, 1), "X", [DraftLine("550", -10_00), DraftLine("551", 10_00)]))
    with pytest.raises(AgainstTheLaw) as error:
        await close(books)
    assert error.value.article == "3.86 §3" and "10,00" in error.value.text("fr")
    with pytest.raises(AgainstTheLaw):
        await close(books, accepted="   ")
    async with books.at_work() as w:
        seal = await integrity.check(w, books.building)
        assert [f.check for f in seal.findings if f.level is Level.ATTENTION] == [Check.RESERVE]
    await close(books, accepted="The assembly decided so on 3 May 2026")


async def test_the_working_fund_is_covered_by_its_own_money_and_its_shares_add_up(books: Books) -> None:
    """Money of the working fund on the reserve's account is said; a part of the fund in nobody's name stops a closing
    until the reason is written down."""
    owner = {"T1": books.owner("T1"), "T2": books.owner("T2")}
    lines = [DraftLine("4101", 30_00, owner_id=id) for id in owner.values()]
    named = [DraftLine("100", -30_00, owner_id=id) for id in owner.values()]
    await books.post(Draft("APP", date(2026, 1, 5), "AF 1", [*lines, *named]), books.paid(30_00))
    await a_year(books)
    async with books.at_work() as w:
        assert (await integrity.check(w, books.building)).level is Level.GOOD
    await books.post(Draft("BQR", date(2026, 5, 1), "X", [DraftLine("550", 10_00), DraftLine("551", -10_00)]))
    async with books.at_work() as w:
        (found,) = [f for f in (await integrity.check(w, books.building)).findings if f.level is not Level.GOOD]
        assert found.check == Check.WORKING and "€10.00" in found.text("en")
    (nameless,) = await books.post(
        Draft("OD", date(2026, 6, 1), "Y", [DraftLine("551", 7_00), DraftLine("100", -7_00)])
    )
    async with books.at_work() as w:
        found = {f.check: f for f in (await integrity.check(w, books.building)).findings}[Check.SHARES]
        assert found.level is Level.ATTENTION and [e.id for e in found.entries] == [str(nameless.id)]
    with pytest.raises(AgainstTheLaw, match="shares in the working fund"):
        await close(books)
    await close(books, accepted="Paid in by the builder")


async def test_another_area_adds_a_check(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it finds is asked anew at every page, is part of the seal, and keeps a year from being closed."""
    level = [Level.GOOD]

    async def bank(w, building_id) -> Finding | None:
        return Finding("bank", level[0], "The statement and {code} differ.", {"code": "551"}) if level else None

    monkeypatch.setattr(integrity.SEALS, "_given", (bank,))

    await a_year(books)
    async with books.at_work() as w:
        assert [f.check for f in (await integrity.check(w, books.building)).findings].count("bank") == 1
        level[0] = Level.BROKEN
        seal = await integrity.recent(w, books.building)
        assert seal.level is Level.BROKEN and seal.broken[0].text("en") == "The statement and 551 differ."
    with pytest.raises(Conflict) as refused:
        await close(books)
    assert "The statement and 551 differ." in refused.value.text("en")
    level.clear()
    await close(books)


async def test_a_year_is_closed_when_it_is_over(books: Books) -> None:
    for name, now in (("accountant_a", datetime(2026, 12, 31, 12, tzinfo=UTC)), ("accountant_a", NOW)):
        with pytest.raises(Conflict, match="ends on"):
            async with books.at_work(name, now) as w:
                (year,) = await reads.years(w, books.building)
                await closing.close_year(w, year.id)
    async with books.at_work(now=datetime(2027, 1, 1, 12, tzinfo=UTC)) as w:
        await closing.close_year(w, year.id)


async def test_years_close_in_order_and_open_again_in_the_reverse_order(books: Books) -> None:
    await a_year(books)
    async with books.at_work() as w:
        await closing.add_year(w, books.building)
    await books.post(books.call(10_00, on=date(2027, 2, 1)))
    with pytest.raises(Conflict):
        await close(books, 1)
    await close(books, 0)
    await close(books, 1)
    async with books.at_work() as w:
        first, second, _ = await reads.years(w, books.building)
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await closing.reopen_year(w, first.id, "A mistake")
    for reason in ("", "  "):
        with pytest.raises(Invalid):
            async with books.at_work() as w:
                await closing.reopen_year(w, second.id, reason)
    for year in (second, first):
        async with books.at_work() as w:
            await closing.reopen_year(w, year.id, "The auditor found an invoice")
    await books.post(books.invoice(5_00))
    async with books.at_work() as w:
        assert (await integrity.check(w, books.building)).level is Level.GOOD
        assert (await balances(w, "2026", books, ("entry", "result", "close")))["61210"] == 75_00
        assert await balances(w, "2027", books, ("open",)) == {}
    await close(books, 0)
    await close(books, 1)
    async with books.at_work() as w:
        assert (await balances(w, "2028", books, ("open",)))["4101"] == 70_00


async def test_who_closed_a_year_and_why_it_was_opened_again_is_kept(books: Books) -> None:
    await a_year(books)
    closed = await close(books, accepted="Nothing to accept")
    read = "select status, closed_at, closed_by, reopened_reason from fiscal_year where id = %(y)s"
    trail = "select action, after from audit_entry where entity = 'fiscal_year' and entity_id = %(y)s order by id"
    async with books.at_work() as w:
        (row,) = await w.rows(read, dict, y=closed.year_id)
        assert (row["status"], row["closed_at"], row["reopened_reason"]) == ("closed", LATER, "")
        assert row["closed_by"] == w.principal.user_id
        with pytest.raises(Conflict, match="is open"):
            await closing.reopen_year(w, closed.next_id, "Never closed")
        await closing.reopen_year(w, closed.year_id, f" {'r' * 501}")
    async with books.at_work() as w:
        (row,) = await w.rows(read, dict, y=closed.year_id)
        assert tuple(row.values()) == ("open", None, None, "r" * 500)
        said = [(one["action"], one["after"]) for one in await w.rows(trail, dict, y=str(closed.year_id))]
        assert said[-2:] == [
            ("fiscal_year.closed", {"year": "2026", "reason": "Nothing to accept"}),
            ("fiscal_year.reopened", {"year": "2026", "reason": "r" * 500}),
        ]
    with pytest.raises(Forbidden):
        async with books.at_work("board_tilia") as w:
            await closing.reopen_year(w, closed.year_id, "Not mine")


async def test_who_may_close(books: Books) -> None:
    with pytest.raises(Forbidden):
        async with books.at_work("board_tilia") as w:
            (year,) = await reads.years(w, books.building)
            await closing.close_year(w, year.id)


async def test_the_seal_names_the_entry_that_was_tampered_with(books: Books, pg: Server, database_name: str) -> None:
    posted = await books.post(books.call(100_00), books.paid(40_00), books.invoice(30_00))
    name = {p.id: str(p.id) for p in posted}

    async def found() -> dict[Check, list[str]]:
        async with books.at_work() as w:
            seal = await integrity.check(w, books.building)
            return {f.check: [e.id for e in f.entries] for f in seal.broken}

    assert await found() == {}
    with pg.connect(database_name, "postgres") as c:
        for table in ("entry", "entry_line", "entry_seal"):
            c.execute(f"alter table {table} disable trigger user")
        c.execute("update entry_line set debit_cents = debit_cents + 1 where entry_id = %s and debit_cents > 0",
                  [posted[1].id])  # fmt: skip
        tampered = [name[posted[1].id]]
        assert await found() == {Check.BALANCE: tampered, Check.CHAIN: tampered, Check.SHEET: []}
        c.execute("update entry_line set debit_cents = debit_cents - 1 where entry_id = %s and debit_cents > 0",
                  [posted[1].id])  # fmt: skip
        assert await found() == {}
        c.execute("update entry set label = 'other' where id = %s", [posted[2].id])
        assert await found() == {Check.CHAIN: [name[posted[2].id]]}
        c.execute("update entry set label = '' where id = %s", [posted[2].id])
        for table in ("entry_seal", "entry_line"):
            c.execute(f"delete from {table} where entry_id = %s", [posted[2].id])
        c.execute("delete from entry where id = %s", [posted[2].id])
        assert await found() == {Check.CHAIN: []}
        c.execute("update entry set number = 5 where id = %s", [posted[0].id])
        assert await found() == {Check.CHAIN: [name[posted[0].id]], Check.NUMBERS: [name[posted[0].id]]}
    with pytest.raises(Conflict, match="whole"):
        await close(books)
