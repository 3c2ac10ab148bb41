"""What the database refuses in the books, with plain SQL that goes around the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from tests.ledger.books import Books

Line = tuple[str, int]


@contextmanager
def plain(pg: Server, database_name: str, role: str = "koprogo_app") -> Iterator[psycopg.Connection]:
    """A connection with every tenant's rows in sight, committed at the end."""
    with pg.connect(database_name, role) as c:
        c.autocommit = False
        c.execute("select set_config('koprogo.organizations', '*', false)")
        yield c
        c.commit()


def write(
    c: psycopg.Connection, books: Books, lines: list[Line], *, on: str = "2026-03-01", number: int = 1,
    journal: str = "OD", nature: str = "entry", reversal_of: UUID | None = None, owner: bool = True,
) -> UUID:  # fmt: skip
    """Inserts an entry as plain SQL; `lines` are account code and cents, a credit negative."""
    organization = books.world.organizations["a"]
    entry = c.execute(
        """insert into entry (organization_id, building_id, journal_id, fiscal_year_id, number, date, label,
                              document_ref, document_date, nature, reversal_of, reason)
           select %s, %s, j.id, (select id from fiscal_year where building_id = %s order by period limit 1), %s, %s, '',
                  'X', %s, %s, %s, 'why' from journal j where j.building_id = %s and j.code = %s returning id""",
        [organization, books.building, books.building, number, on, on, nature, reversal_of, books.building, journal],
    ).fetchone()
    assert entry
    for position, (code, cents) in enumerate(lines):
        add_line(c, books, entry[0], position, code, cents, owner=owner)
    return UUID(str(entry[0]))


def add_line(c, books: Books, entry: UUID, position: int, code: str, cents: int, *, owner: bool = True) -> None:
    kind = "owner" if code.startswith("410") and owner else "supplier" if code == "440" and owner else None
    c.execute(
        """insert into entry_line (organization_id, building_id, entry_id, position, account_id, debit_cents,
                                   credit_cents, party_kind, owner_id, supplier_id, label)
           select %s, %s, %s, %s, a.id, %s, %s, %s, %s, %s, '' from account a
            where a.building_id = %s and a.code = %s""",
        [books.world.organizations["a"], books.building, entry, position, max(cents, 0), max(-cents, 0), kind,
         books.owner() if kind == "owner" else None, books.supplier if kind == "supplier" else None,
         books.building, code],
    )  # fmt: skip


def refusal(error: pytest.ExceptionInfo[psycopg.Error]) -> str:
    return error.value.diag.message_primary or ""


BALANCED = [("61210", 1000), ("551", -1000)]


@pytest.mark.parametrize("role", ["koprogo_app", "postgres"])
def test_what_an_entry_must_be(books: Books, pg: Server, database_name: str, role: str) -> None:
    for lines, message in [
        ([("61210", 1000), ("551", -999)], "Debits and credits are not equal."),
        ([("61210", 1000)], "An entry has at least two lines."),
        ([], "An entry has at least two lines."),
        ([("612", 1000), ("551", -1000)], "This account is a heading: post on an account below it."),
    ]:
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name, role) as c:
            write(c, books, lines)
        assert error.value.sqlstate == "KG003" and refusal(error) == message
    for code in ("4101", "440"):  # an individual account needs its person
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name, role) as c:
            write(c, books, [(code, 1000), ("551", -1000)], owner=False)
        assert error.value.diag.message_hint == "party"
    for debit, credit in ((0, 0), (5, 5), (-5, 0)):  # a line is a debit or a credit
        with pytest.raises(psycopg.errors.CheckViolation), plain(pg, database_name, role) as c:
            entry = write(c, books, BALANCED)
            c.execute(
                """insert into entry_line (organization_id, building_id, entry_id, position, account_id, debit_cents,
                                           credit_cents, label)
                   select organization_id, building_id, entry_id, 9, account_id, %s, %s, '' from entry_line
                    where entry_id = %s limit 1""",
                [debit, credit, entry],
            )


CHANGES = (
    "update entry set label = 'other'",
    "update entry set date = date + 1",
    "delete from entry",
    "update entry_line set debit_cents = debit_cents + 1 where debit_cents > 0",
    "delete from entry_line",
    "update entry_seal set seq = seq + 1",
    "delete from entry_seal",
)


def test_what_is_posted_is_never_changed(books: Books, pg: Server, database_name: str) -> None:
    with plain(pg, database_name) as c:
        write(c, books, BALANCED)
    for role in ("koprogo_app", "koprogo_owner", "postgres"):
        for statement in CHANGES:
            with pytest.raises(psycopg.Error) as error, plain(pg, database_name, role) as c:
                c.execute(statement)
            assert error.value.sqlstate == ("42501" if role == "koprogo_app" else "KG002"), (role, statement)
    for role in ("koprogo_owner", "postgres"):
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name, role) as c:
            c.execute("truncate entry cascade")
        assert error.value.sqlstate == "KG002"


def test_the_program_can_neither_empty_the_books_nor_write_their_seals(
    books: Books, pg: Server, database_name: str
) -> None:
    for statement in ("truncate entry cascade", "update ledger set version = 9", "update ledger set head = null",
                      "insert into entry_seal select * from entry_seal"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), plain(pg, database_name) as c:
            c.execute(statement)


def test_a_line_is_not_added_to_a_posted_entry(books: Books, pg: Server, database_name: str) -> None:
    with plain(pg, database_name) as c:
        entry = write(c, books, BALANCED)
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        add_line(c, books, entry, 8, "61210", 5)
        add_line(c, books, entry, 9, "551", -5)
    assert error.value.sqlstate == "KG002"
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        entry = write(c, books, BALANCED)
        c.execute("set constraints all immediate")
        add_line(c, books, entry, 8, "61210", 5)
    assert error.value.sqlstate == "KG002"


def test_numbers_are_the_databases_own_and_have_no_gap(books: Books, pg: Server, database_name: str) -> None:
    with plain(pg, database_name) as c:
        write(c, books, BALANCED, number=77)
    with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
        write(c, books, [("61210", 1)])
    with plain(pg, database_name) as c:
        write(c, books, BALANCED, number=1)
        write(c, books, BALANCED, number=12, journal="ACH")
        found = c.execute(
            "select j.code, e.number from entry e join journal j on j.id = e.journal_id order by 1, 2"
        ).fetchall()
    assert found == [("ACH", 1), ("OD", 1), ("OD", 2)]


def test_an_entry_lies_in_an_open_year(books: Books, pg: Server, database_name: str) -> None:
    for day in ("2025-12-31", "2027-01-01"):
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
            write(c, books, BALANCED, on=day)
        assert error.value.diag.message_hint == "date"
    with plain(pg, database_name) as c:
        c.execute("update fiscal_year set status = 'closed'")
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        write(c, books, BALANCED)
    assert refusal(error) == "This financial year is closed."


def test_a_year_with_balances_cannot_just_be_called_closed(books: Books, pg: Server, database_name: str) -> None:
    with plain(pg, database_name) as c:
        write(c, books, BALANCED)
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        c.execute("update fiscal_year set status = 'closed'")
    assert refusal(error) == "A year is closed when every account has been carried forward."
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        c.execute("update fiscal_year set period = '[2026-01-01,2026-02-01)'")
    assert error.value.sqlstate == "KG002"
    mirror = [("61210", -1000), ("551", 1000)]
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        write(c, books, mirror, nature="close", journal="CLO", on="2026-12-31")
        c.execute("update fiscal_year set status = 'closed'")
    assert refusal(error) == "The next year must begin with the balances of this one."
    with pytest.raises(psycopg.errors.ExclusionViolation), plain(pg, database_name) as c:
        c.execute(
            "insert into fiscal_year (organization_id, building_id, period, status, reopened_reason) "
            "select organization_id, building_id, '[2026-12-31,2027-12-31)', 'open', '' from fiscal_year"
        )


def test_a_reversal_takes_back_exactly_one_entry_once(books: Books, pg: Server, database_name: str) -> None:
    back = [("61210", -1000), ("551", 1000)]
    with plain(pg, database_name) as c:
        first = write(c, books, BALANCED)
    for lines in ([("61210", -999), ("551", 999)], [("61211", -1000), ("551", 1000)], BALANCED):
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
            write(c, books, lines, reversal_of=first)
        assert refusal(error) == "A reversal takes back exactly the entry that it names."
    with plain(pg, database_name) as c:
        second = write(c, books, back, reversal_of=first)
    with pytest.raises(psycopg.errors.UniqueViolation), plain(pg, database_name) as c:
        write(c, books, back, reversal_of=first)
    with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
        write(c, books, BALANCED, reversal_of=second)


def lines_of(c: psycopg.Connection, code: str) -> list[UUID]:
    rows = c.execute(
        "select l.id from entry_line l join account a on a.id = l.account_id where a.code = %s order by l.id", [code]
    ).fetchall()
    return [row[0] for row in rows]


def match(c: psycopg.Connection, books: Books, lines: list[UUID]) -> None:
    tenant = [books.world.organizations["a"], books.building]
    row = c.execute(
        "insert into matching (organization_id, building_id) values (%s, %s) returning id", tenant
    ).fetchone()
    assert row
    for line in lines:
        c.execute(
            "insert into matching_line (organization_id, building_id, matching_id, line_id) values (%s, %s, %s, %s)",
            [*tenant, row[0], line],
        )


async def test_matched_lines_settle_each_other_for_one_person(books: Books, pg: Server, database_name: str) -> None:
    await books.post(
        books.call(1000), books.paid(1000), books.call(1000, "T2"), books.paid(400, "T2"), books.invoice(1000)
    )
    with plain(pg, database_name) as c:
        called, paid, other, part = lines_of(c, "4101")
        bought, bank = lines_of(c, "440")[0], lines_of(c, "551")[0]
    for lines, message in [
        ([called], "Match at least two lines."),
        ([], "Match at least two lines."),
        ([other, part], "Matched lines must settle each other exactly."),
        ([called, paid, other, part], "Match the lines of one person on one account."),
        ([other, paid], "Match the lines of one person on one account."),
        ([called, bought], "Match the lines of one person on one account."),
        ([bank, paid], "Only lines of a co-owner or a supplier are matched."),
    ]:
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
            match(c, books, lines)
        assert refusal(error) == message
    with plain(pg, database_name) as c:
        match(c, books, [called, paid])
    with pytest.raises(psycopg.errors.UniqueViolation), plain(pg, database_name) as c:
        match(c, books, [called, paid])
    with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
        c.execute("delete from matching_line where line_id = %s", [called])


def test_the_chart_of_the_decree_stays_and_own_accounts_stand_below_it(
    books: Books, pg: Server, database_name: str
) -> None:
    insert = (
        "insert into account (organization_id, building_id, code, label_fr, label_nl, label_de, label_en, kind, "
        "origin, party) select organization_id, building_id, %s, 'X', '', '', '', 'expense', 'own', 'none' from ledger"
    )
    for statement in ("update account set label_fr = 'X' where code = '551'", "update account set code = '559' where "
                      "code = '551'", "delete from account where code = '551'"):  # fmt: skip
        with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
            c.execute(statement)
    for code in ("3", "31", "9", "6121x"):
        with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
            c.execute(insert, [code])
    with plain(pg, database_name) as c:
        c.execute(insert, ["612101"])
        assert c.execute("select postable from account where code = '61210'").fetchone() == (False,)


async def test_the_chain_of_hashes_shows_a_change_made_behind_the_databases_back(
    books: Books, pg: Server, database_name: str
) -> None:
    posted = await books.post(books.call(1000), books.paid(1000), books.invoice(5))
    broken = "select s.entry_id from entry_seal s where s.hash <> koprogo_entry_hash(s.prev_hash, s.entry_id)"
    with plain(pg, database_name, "postgres") as c:
        assert c.execute(broken).fetchall() == []
        c.execute("alter table entry_line disable trigger user")
        c.execute("update entry_line set debit_cents = debit_cents + 1 where entry_id = %s and debit_cents > 0",
                  [posted[1].id])  # fmt: skip
        assert c.execute(broken).fetchall() == [(posted[1].id,)]


async def test_the_version_grows_with_each_entry(books: Books, pg: Server, database_name: str) -> None:
    await books.post(books.call(1000), books.paid(1000))
    with plain(pg, database_name) as c:
        assert c.execute("select version, head is not null from ledger").fetchall() == [(2, True)]
        assert c.execute("select array_agg(seq order by seq) from entry_seal").fetchone() == ([1, 2],)
