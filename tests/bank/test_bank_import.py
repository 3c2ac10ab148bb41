"""Importing statements: recognised by their account, whole, once, in their order; what the database refuses."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from koprogo_app.bank.facts import gap
from koprogo_app.bank.formats.bank_file import read_bank_file
from koprogo_app.bank.formats.statements import Statement
from koprogo_app.bank.queries.bank_balance import bank_balances
from koprogo_app.bank.queries.bank_statements import last_statement_on, movements_of, statements_page
from koprogo_app.bank.rules.matching import Share, Target
from koprogo_app.bank.service.bank_import import Imported, import_for_office, import_statements
from koprogo_app.bank.service.bank_matching import choose, confirm, undo
from koprogo_app.bank.service.removal import remove_statement
from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.documents.queries.library import documents_page
from koprogo_app.documents.service.showing import content
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import store
from koprogo_app.ledger.service import books as ledger
from koprogo_app.payments.service.bank_accounts import open_account
from tests.bank import camt_files
from tests.ledger.books import Books

IBAN, OTHER = "BE68539007547034", "BE54000000009797"
pytestmark = pytest.mark.usefixtures("kept")
DATA = Path(__file__).parent / "data"


def march(number: int, old: int, *cents: int, day: int | None = None, old_day: int | None = None) -> Statement:
    """A statement of the day `day` of March 2026 (its number unless said)."""
    on = date(2026, 3, day or number)
    payments = [Payment(on, c, f"PAYER {i}", "BE26091000009729", text=f"no {i}") for i, c in enumerate(cents)]
    since = date(2026, 3, old_day) if old_day else on - timedelta(1)
    return paid_in(IBAN, "TILIA", number, old, since, payments)


@pytest.fixture
async def account(books: Books) -> Books:
    async with books.at_work() as w:
        await open_account(w, books.building, {"iban": IBAN, "fund": "working"})
    return books


async def send(books: Books, *statements: Statement, who: str = "accountant_a", name: str = "x.cod") -> Imported:
    return await import_statements(books.world.people[who], books.building, name, write(statements))


async def test_a_file_is_taken_in_whole_and_filed(account: Books) -> None:
    done = await send(account, march(2, 0, 100, -30), march(3, 70, 5), name="bank/CODA 2026-03.cod")
    assert [(s.name, s.movements, s.new, s.missing) for s in done.statements] == [
        ("2026/2", 2, True, ""), ("2026/3", 1, True, ""),
    ]  # fmt: skip
    async with account.at_work() as w:
        page = await statements_page(w, account.building)
        assert [(r.number, r.count, r.open_count, r.new_cents) for r in page.rows] == [(3, 1, 1, 75), (2, 2, 2, 70)]
        moves = await movements_of(w, page.rows[1].id)
        assert [(m.cents, m.name, m.iban, m.text, m.posted) for m in moves] == [
            (100, "PAYER 0", "BE26091000009729", "no 0", False), (-30, "PAYER 1", "BE26091000009729", "no 1", False),
        ]  # fmt: skip
        paper = await w.rows("select title, kind, dated from document where id = %(d)s", dict, d=done.document_id)
        assert paper == [{"title": "CODA 2026-03", "kind": "statement", "dated": date(2026, 3, 3)}]
        assert await last_statement_on(w, account.building) == date(2026, 3, 3)
        acts = await w.value("select count(*) from audit_entry where action = 'bank_statement.imported'")
    assert acts in (0, 2)
    for who in ("accountant_a", "board_tilia"):
        async with account.at_work(who) as w:
            assert done.document_id in {row.id for row in (await documents_page(w)).rows}, who
    async with account.at_work("owner_tilia") as w:
        assert done.document_id not in {row.id for row in (await documents_page(w)).rows}


async def test_the_same_statement_is_recognised_in_any_file(account: Books) -> None:
    first = await send(account, march(2, 0, 100))
    again = await send(account, march(2, 0, 100), march(3, 100, 5))
    assert [s.new for s in again.statements] == [False, True]
    assert again.statements[0].id == first.statements[0].id
    camt = camt_files.write([march(2, 0, 100)])
    third = await import_statements(account.world.people["accountant_a"], account.building, "x.xml", camt)
    assert not third.new and third.document_id is None
    async with account.at_work() as w:
        assert await w.value("select count(*) from bank_statement") == 2
        assert await w.value("select count(*) from document where kind = 'statement'") == 2


async def test_a_gap_is_said_and_an_overlap_is_refused(account: Books) -> None:
    await send(account, march(2, 0, 100))
    done = await send(account, march(6, 150, 5))
    assert done.statements[0].missing == "2026/3-5"
    for wrong, why in (
        (march(2, 0, 101), "with another content"),
        (march(3, 99, 5), "does not begin"),
        (march(5, 100, 49, day=5), "does not begin"),
        (march(4, 100, 5, day=8), "against its number"),
        (march(8, 155, 5, day=8, old_day=4), "covers days"),
    ):
        with pytest.raises(Conflict, match=why):
            await send(account, wrong)
    async with account.at_work() as w:
        rows = (await statements_page(w, account.building)).rows
        assert [(r.number, r.before_number, r.before_cents) for r in rows] == [(6, 2, 100), (2, None, None)]


def test_what_is_missing_between_two() -> None:
    one, two, six = march(1, 0, 5), march(2, 5, 5), march(6, 20, 5)
    assert gap(None, six) is None and gap(one, two) is None
    assert (found := gap(two, six)) and (found.shown(), found.cents) == ("2026/3-5", 10)
    later = paid_in(IBAN, "", 2, 10, date(2026, 12, 31), [Payment(date(2027, 1, 5), 5)])
    assert (found := gap(two, later)) and found.shown() == "2027/1"
    nameless = march(0, 11, 5, day=9)
    assert (found := gap(two, nameless)) and (found.shown(), found.cents) == ("", 1)


async def test_nothing_of_a_file_with_one_wrong_statement_is_taken(account: Books) -> None:
    stranger = paid_in(OTHER, "X", 1, 0, date(2026, 3, 1), [Payment(date(2026, 3, 2), 5)])
    with pytest.raises(Invalid, match="add it first"):
        await send(account, stranger)
    with pytest.raises(Conflict):
        await send(account, march(2, 0, 100), march(3, 99, 100))
    async with account.at_work() as w:
        assert await w.value("select count(*) from bank_statement") == 0
        assert await w.value("select count(*) from document") == 0


async def test_who_may(account: Books) -> None:
    for name, error in (("board_tilia", Forbidden), ("syndic_b", NotFound), ("owner_tilia", Forbidden)):
        with pytest.raises(error):
            await send(account, march(2, 0, 100), who=name)


async def test_eight_at_once_import_it_once(account: Books) -> None:
    done = await asyncio.gather(*(send(account, march(2, 0, 100), march(3, 100, 7)) for _ in range(8)))
    assert sum(len(d.new) for d in done) == 2
    async with account.at_work() as w:
        assert await w.value("select array_agg(number order by number) from bank_statement") == [2, 3]
        assert await w.value("select count(*) from bank_movement") == 2


INSERT = """insert into bank_statement (organization_id, building_id, bank_account_id, year, number, old_cents, old_on,
  new_cents, new_on, format, digest) select organization_id, building_id, bank_account_id, %(y)s, %(n)s, %(old)s,
  %(d0)s, %(new)s, %(d1)s, 'coda', repeat(%(h)s, 64) from bank_statement limit 1"""
THIRD: dict[str, Any] = {
    "y": 2026, "n": 3, "old": 100, "d0": date(2026, 3, 2), "new": 100, "d1": date(2026, 3, 3), "h": "a",
}  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "params"),
    [
        (INSERT, {"n": 2}),
        (INSERT, {"old": 99, "new": 99}),
        (INSERT, {"new": 101}),
        (INSERT, {"n": 9, "d0": date(2026, 2, 1), "d1": date(2026, 3, 9)}),
        (INSERT, {"n": 1, "d0": date(2026, 3, 5), "d1": date(2026, 3, 6)}),
        ("update bank_statement set new_cents = 1", {}),
        ("delete from bank_statement", {}),
        ("update bank_movement set cents = 1", {}),
        ("update bank_movement set text = 'x'", {}),
        ("delete from bank_movement", {}),
        ("insert into bank_movement (organization_id, building_id, statement_id, position, cents, booked_on, value_on, "
         "iban, name, text, ogm, code, reference) select organization_id, building_id, statement_id, 9, 1, booked_on, "
         "value_on, '', '', '', '', '', '' from bank_movement", {}),
        ("insert into movement_part (organization_id, building_id, movement_id, position, account, cents) "
         "select organization_id, building_id, id, 1, '499', cents - 1 from bank_movement", {}),
        ("insert into movement_part (organization_id, building_id, movement_id, position, account, owner_id, cents) "
         "select m.organization_id, building_id, m.id, 1, '499', o.id, cents from bank_movement m, owner o", {}),
    ],
)  # fmt: skip
async def test_what_must_never_be(
    account: Books, pg: Any, database_name: str, statement: str, params: dict[str, Any]
) -> None:
    await send(account, march(2, 0, 100))
    with pytest.raises(psycopg.Error):
        with pg.connect(database_name, "koprogo_owner") as c:
            c.execute("set koprogo.organizations = '*'")
            c.execute(statement, THIRD | params)
            c.execute("set constraints all immediate")
    with pg.connect(database_name, "koprogo_owner") as c:  # and what agrees is accepted
        c.execute("set koprogo.organizations = '*'")
        c.execute(INSERT, THIRD)


async def test_a_movement_is_posted_by_an_entry_of_its_amount_only(account: Books) -> None:
    await send(account, march(2, 0, 100))
    (right,) = await account.post(account.paid(100, on=date(2026, 3, 2)))
    (less,) = await account.post(account.paid(99, on=date(2026, 3, 2)))
    (late,) = await account.post(account.paid(100, on=date(2026, 3, 3)))
    for entry in (less, late):
        with pytest.raises(Invalid, match="moves its amount"):
            async with work(SYSTEM) as w:
                await w.execute("update bank_movement set entry_id = %(e)s", e=entry.id)
    async with work(SYSTEM) as w:
        await w.execute("update bank_movement set entry_id = %(e)s", e=right.id)
    with pytest.raises(Conflict, match="posted already"):
        async with work(SYSTEM) as w:
            await w.execute("update bank_movement set entry_id = null")


def unnumbered(old: int, *cents: int, day: int, old_day: int | None = None) -> Statement:
    """A statement to which the bank gives no number."""
    return march(0, old, *cents, day=day, old_day=old_day or day - 1)


async def numbers(books: Books) -> list[tuple[int, int, int]]:
    async with books.at_work() as w:
        rows = (await statements_page(w, books.building)).rows
    return sorted((row.year, row.number, row.new_cents) for row in rows)


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (unnumbered(0, 100, day=5), unnumbered(100, 5, day=6), ""),
        (unnumbered(0, 100, day=5), unnumbered(99, 5, day=6), "the balance of one is not"),
        (unnumbered(0, 100, day=5), unnumbered(100, 5, day=6, old_day=6), ""),
        (unnumbered(0, 100, day=5), unnumbered(101, 5, day=6, old_day=6), "the balance of one is not"),
        (unnumbered(0, 100, day=5), unnumbered(101, 5, day=8, old_day=7), ""),  # room for one between them
        (unnumbered(100, 5, day=6), unnumbered(0, 100, day=5), ""),
        (unnumbered(100, 5, day=6), unnumbered(0, 99, day=5), "the balance of one is not"),
        (unnumbered(0, 100, day=5, old_day=5), unnumbered(100, 5, day=5, old_day=5), ""),
        (unnumbered(0, 100, day=5, old_day=5), unnumbered(0, 150, day=5, old_day=5), "the balance of one is not"),
        (unnumbered(0, 50, 50, day=5, old_day=5), unnumbered(0, 100, day=5, old_day=5), "the balance of one is not"),
        (unnumbered(0, 100, day=5, old_day=1), unnumbered(40, 60, day=5, old_day=5), "covers days"),
        (unnumbered(0, 60, day=5, old_day=5), unnumbered(0, 100, day=9, old_day=1), "covers days"),
        (march(3, 0, 100, day=5), unnumbered(0, 50, 51, day=5), "covers days"),
        (march(3, 0, 100, day=5), unnumbered(0, 50, 49, day=5, old_day=5), "covers days"),
        (march(3, 0, 100, day=5), unnumbered(100, 5, day=6), ""),
    ],
)  # fmt: skip
async def test_statements_without_a_number_obey_balances(
    account: Books, one: Statement, two: Statement, why: str
) -> None:
    await send(account, one)
    if why:
        with pytest.raises(Conflict, match=why):
            await send(account, two)
        return
    done = await send(account, two)
    assert done.new
    async with account.at_work() as w:
        (balance,) = await bank_balances(w, account.building)
    assert balance.bank_cents == max(one.new_cents, two.new_cents)
    assert done.statements[0].jump_cents == (1 if two.old_cents == 101 else 0)


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("old_day", [4, 5])
async def test_a_statement_is_the_same_with_or_without_its_number(account: Books, number: int, old_day: int) -> None:
    """A CODA file counts from the evening before and has a number; a CAMT file begins on its day and may have none."""
    first = await send(account, march(3, 0, 70, 30, day=5))
    there = march(number, 0, 30, 70, day=5, old_day=old_day)
    again = await import_statements(
        account.world.people["accountant_a"], account.building, "x.xml", camt_files.write([there])
    )
    assert not again.new and again.statements[0].id == first.statements[0].id and again.statements[0].name == "2026/3"
    assert again.document_id is None and len(await numbers(account)) == 1


def dated(number: int, old: int, cents: int, on: date) -> Statement:
    return paid_in(IBAN, "TILIA", number, old, on - timedelta(1), [Payment(on, cents)])


async def test_numbers_begin_anew_shortly_before_new_year_or_go_on_after_it(account: Books) -> None:
    coda = (DATA / "coda_number_1_dated_31_dec.cod").read_bytes().replace(b"BE43068999999501", IBAN.encode())
    await send(account, dated(250, 0, 10_000, date(2025, 12, 30)))
    done = await import_statements(account.world.people["accountant_a"], account.building, "x.cod", coda)
    assert [(s.name, s.missing) for s in done.statements] == [("2026/1", "")]
    done = await send(account, dated(2, 15_000, 5, date(2026, 1, 2)))
    assert [(s.name, s.missing) for s in done.statements] == [("2026/2", "")]
    assert await numbers(account) == [(2025, 250, 10_000), (2026, 1, 15_000), (2026, 2, 15_005)]


async def test_the_last_number_of_a_year_may_be_dated_in_the_next(account: Books) -> None:
    await send(account, dated(250, 0, 5, date(2025, 12, 30)))
    done = await send(account, dated(251, 5, 5, date(2026, 1, 2)), dated(1, 10, 5, date(2026, 1, 5)))
    assert [(s.name, s.missing) for s in done.statements] == [("2025/251", ""), ("2026/1", "")]


async def test_a_number_against_the_days_is_refused_as_that(account: Books) -> None:
    await send(account, dated(250, 0, 5, date(2025, 12, 30)))
    for wrong in (
        dated(1, 6, 5, date(2025, 12, 31)),
        dated(200, 5, 5, date(2025, 12, 31)),
        dated(1, 5, 5, date(2025, 11, 30)),
    ):
        with pytest.raises(Conflict, match=r"against its number|the balance of one"):
            await send(account, wrong)


async def test_statements_of_others_in_the_file_are_set_aside_by_name(account: Books) -> None:
    stranger = paid_in(OTHER, "ACP X", 7, 0, date(2026, 3, 1), [Payment(date(2026, 3, 2), 5, "SECRET")])
    done = await send(account, march(2, 0, 100), stranger)
    assert len(done.new) == 1
    assert [(a.iban, a.holder, a.name) for a in done.aside] == [(OTHER, "ACP X", "2026/7")]
    assert done.document_id and b"SECRET" not in await kept_bytes(account, done.document_id)


async def kept_bytes(books: Books, document_id: UUID) -> bytes:
    async with books.at_work() as w:
        kept = await content(w, document_id)
    return b"".join([block async for block in store().read(kept.key, kept.size)])


@pytest.mark.parametrize("written", [write, camt_files.write])
async def test_a_file_of_the_office_goes_to_each_building(account: Books, written: Callable[..., bytes]) -> None:
    fagus = account.world.buildings["fagus"]
    async with account.at_work() as w:
        await ledger.open_ledger(w, fagus)
        await open_account(w, fagus, {"iban": OTHER, "fund": "working"})
    theirs = [
        paid_in(OTHER, "FAGUS", n, 5 * n, date(2026, 3, n), [Payment(date(2026, 3, n + 1), 5, "BEECH")]) for n in (1, 2)
    ]
    nobody = paid_in("BE26091000009729", "ACP NOBODY", 1, 0, date(2026, 3, 1), [Payment(date(2026, 3, 2), 5)])
    who = account.world.people["accountant_a"]
    done = await import_for_office(who, "office.x", written([theirs[0], march(2, 0, 100), nobody, theirs[1]]))
    assert {(p.building_id, len(p.imported.new)) for p in done.parts} == {(account.building, 1), (fagus, 2)}
    assert [a.holder for a in done.aside] == ["ACP NOBODY"] and not any(p.refused for p in done.parts)
    for part in done.parts:
        assert part.imported.document_id
        data = await kept_bytes(account, part.imported.document_id)
        assert (b"BEECH" in data) == (part.building_id == fagus) and b"NOBODY" not in data
        assert len(read_bank_file(data).statements) == len(part.imported.statements)
    # One building's part is refused, the other's is taken; what is here is recognised.
    again = await import_for_office(who, "office.x", written([march(2, 0, 101), *theirs]))
    refused, same = sorted(again.parts, key=lambda p: p.refused is None)
    assert refused.building_id == account.building and refused.refused and not refused.imported.statements
    assert len(same.imported.statements) == 2 and not same.imported.new


async def test_an_office_imports_into_its_own_buildings_only(account: Books) -> None:
    for who in ("syndic_b", "board_tilia"):
        done = await import_for_office(account.world.people[who], "x.cod", write([march(2, 0, 100)]))
        assert not done.parts and len(done.aside) == 1
    assert await numbers(account) == []


async def test_a_statement_is_removed_while_nothing_of_it_is_posted(account: Books) -> None:
    done = await send(account, march(2, 0, 100), march(3, 100, -30))
    second, third = (s.id for s in done.statements)
    async with account.at_work() as w:
        (move,) = await movements_of(w, third)
        await choose(w, move.id, [Share(Target(account="650"), -30)])
        await confirm(w, move.id)
    with pytest.raises(Conflict, match="is posted"):
        async with account.at_work() as w:
            await remove_statement(w, third, "wrong file")
    async with account.at_work() as w:
        await undo(w, move.id, "wrong")
        await choose(w, move.id, [Share(Target(account="650"), -30)])
    with pytest.raises(Invalid, match="Say why"):
        async with account.at_work() as w:
            await remove_statement(w, third, " ")
    for who, error in (("board_tilia", Forbidden), ("syndic_b", NotFound)):
        with pytest.raises(error):
            async with account.at_work(who) as w:
                await remove_statement(w, third, "x")
    async with account.at_work() as w:
        await remove_statement(w, third, "wrong file")
        document = await w.value("select deleted_at from document where id = %(d)s", d=done.document_id)
        assert document is None, "the other statement came in it too"
    assert await numbers(account) == [(2026, 2, 100)]
    async with account.at_work() as w:
        await remove_statement(w, second, "wrong file")
        assert await w.value("select count(*) from bank_movement") == 0
        # An entry was posted from the file and taken back: both still name it.
        assert await w.value("select deleted_at from document where id = %(d)s", d=done.document_id) is None
    done = await send(account, march(2, 0, 100))
    async with account.at_work() as w:
        await remove_statement(w, done.statements[0].id, "again")
        assert await w.value("select deleted_at from document where id = %(d)s", d=done.document_id) is not None
    assert (await send(account, march(2, 0, 100))).new
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from audit_entry where action = 'bank_statement.removed'") == 3


async def test_a_posted_movement_goes_with_nobody(account: Books, pg: Any, database_name: str) -> None:
    done = await send(account, march(2, 0, 100))
    async with account.at_work() as w:
        (move,) = await movements_of(w, done.statements[0].id)
        await choose(w, move.id, [Share(Target(account="650"), 100)])
        await confirm(w, move.id)
    with pg.connect(database_name, "koprogo_owner") as c, pytest.raises(psycopg.Error, match="never deleted"):
        c.execute("set koprogo.organizations = '*'")
        c.execute("delete from movement_part")
        c.execute("delete from bank_movement")
