"""The balances of a closed year are booked to the cent, paid, chased, refunded and taken back like any call."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import reflex as rx

from koprogo_app.bank.service import bank_matching
from koprogo_app.bank.service.bank_import import import_statements
from koprogo_app.calls.rules.claims import account
from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.estate.model import Owner, Ownership
from koprogo_app.estate.service.keys import KEY
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid
from koprogo_app.foundation.model import span
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from koprogo_app.ledger.queries import books as ledger
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import closing, entries
from koprogo_app.ledger.service.sources import source_of
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.queries.references import references
from koprogo_app.payments.service import payments
from koprogo_app.purchases.queries.payment_orders import order_detail, order_file
from koprogo_app.purchases.service.payment_orders import cancel_order
from koprogo_app.recovery.queries.debts import accounts
from koprogo_app.statements.model import Credit, Fund
from koprogo_app.statements.queries.settlement import SettlementRow, settlement_lines, unbooked_years
from koprogo_app.statements.service import sending_statements, settlement
from koprogo_app.statements.service.settlement import Choices
from koprogo_app.statements.service.statement import yearly
from koprogo_app.statements.service.statement_papers import all_charges, owner_charges
from koprogo_app.statements.state.settlement import UnbookedYears, YearBalances
from tests.bank.bank import IBAN, PAYER, open_accounts, pay, statement
from tests.bank.bank import lines as lines_of
from tests.ledger.books import Books
from tests.refused import constraints
from tests.statements.test_sending_statements import plain
from tests.statements.test_statement import invoiced, sold
from tests.states import Opened, opened

FEBRUARY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DUE = date(2027, 3, 3)
CARRY = Choices()
REFUND = Choices(credit=Credit.REFUND, works_credit=Credit.REFUND)


async def close(books: Books, now: datetime = FEBRUARY) -> None:
    async with books.at_work(now=now) as w:
        await closing.close_year(w, (await ledger.years(w, books.building))[0].id, accepted="The assembly knows")


async def book(books: Books, choices: Choices = CARRY, *, send: bool = False) -> SettlementRow:
    async with books.at_work(now=FEBRUARY) as w:
        return await settlement.book(w, books.building, "2026", choices, send=send)


async def balances(books: Books, row: SettlementRow) -> dict[tuple[UUID, str], int]:
    async with books.at_work(now=FEBRUARY) as w:
        return {(line.owner_id, line.fund): line.cents for line in await settlement_lines(w, row.id)}


async def items(books: Books, owner: UUID | None = None) -> list[OpenItem]:
    async with books.at_work(now=FEBRUARY) as w:
        return await open_items(w, books.building, owner_id=owner)


async def on_14(books: Books) -> int:
    async with books.at_work(now=FEBRUARY) as w:
        found: int = await w.value(
            """select coalesce(sum(l.debit_cents - l.credit_cents), 0)::bigint from entry e
                 join entry_line l on l.entry_id = e.id join account a on a.id = l.account_id
                where e.building_id = %(b)s and a.code like '14%%' and e.date >= '2027-01-01'""",
            b=books.building,
        )
        return found


def owners(books: Books) -> tuple[UUID, UUID, UUID]:
    return books.owner("T1"), books.owner("T2"), books.owner("T3")


async def test_each_balance_is_a_debt_or_a_credit_and_together_they_are_the_result(books: Books) -> None:
    one, two, three = owners(books)
    # 400, 350 and 250 of 1,000 of 100.01: 40.01 with the cent left over, 35.00, 25.00.
    await books.post(
        books.invoice(10_001), books.call(9_000, "T1"), books.call(2_500, "T3"), books.reserve_call(700, "T2")
    )
    await close(books)
    assert await on_14(books) == 10_001 - 11_500
    async with books.at_work(now=FEBRUARY) as w:
        found = await settlement.preview(w, books.building, "2026")
        assert {(b.owner_id, b.fund): b.cents for b in found.balances} == {
            (one, Fund.WORKING): -4_999, (two, Fund.WORKING): 3_500, (three, Fund.WORKING): 0,
        }  # fmt: skip
        assert (found.owed, found.credits, found.due_on) == (3_500, 4_999, DUE)
        assert found.results == {Fund.WORKING: -1_499, Fund.WORKS: 0}
    row = await book(books)
    assert await balances(books, row) == {(one, "working"): -4_999, (two, "working"): 3_500, (three, "working"): 0}
    assert await on_14(books) == 0
    # What was called of her and is not paid yet takes the credit; the reserve stays as it was.
    assert [(i.account, i.open_cents) for i in await items(books, one)] == [("4101", 9_000 - 4_999)]
    mine = [i for i in await items(books, two) if i.account == "4101"]
    assert [(i.open_cents, i.due_on, i.on) for i in mine] == [(3_500, DUE, FEBRUARY.date())]
    assert {i.account for i in await items(books, two)} == {"4100", "4101"}
    async with books.at_work(now=FEBRUARY) as w:
        assert two in await references(w, books.building)
        made = await source_of(w, row.entry_id)
        assert made is not None and made.path == "settlement?year=2026"
        assert await unbooked_years(w, books.building) == []
        # Late from the day after it was due, under its own day.
        (debt,) = [d for a in await accounts(w, books.building, two) for d in a.debts if d.account == "4101"]
        assert (debt.due_on, debt.cents) == (DUE, 3_500)


async def test_works_are_booked_apart_on_their_own_account(books: Books) -> None:
    one, two, three = owners(books)
    works = Draft(
        "APP", date(2026, 2, 1), "AF W",
        [DraftLine("4102", 3_000, one), DraftLine("4102", 3_000, two), DraftLine("702", -6_000)],
    )  # fmt: skip
    await books.post(works, books.invoice(10_000), books.invoice(5_000, "6110"), books.call(4_000, "T1"))
    await close(books)
    row = await book(books)
    assert await balances(books, row) == {
        (one, "working"): 0, (two, "working"): 3_500, (three, "working"): 2_500,
        (one, "works"): 2_000 - 3_000, (two, "works"): 1_750 - 3_000, (three, "works"): 1_250,
    }  # fmt: skip
    assert await on_14(books) == 0
    open_works = {(i.owner_id, i.on): i.open_cents for i in await items(books) if i.account == "4102"}
    assert open_works == {(one, date(2026, 2, 1)): 2_000, (two, date(2026, 2, 1)): 1_750,
                          (three, FEBRUARY.date()): 1_250}  # fmt: skip


async def test_a_sale_and_half_a_lot_bear_their_parts_to_the_cent(books: Books) -> None:
    buyer = await sold(books, "T1", date(2026, 4, 1))
    async with work(SYSTEM) as w:  # T2 belongs to two, each a half; nobody stands for both
        held = await w.get(Ownership, await w.value(
            "select id from ownership where lot_id = %(l)s", l=books.world.lots["T2"]
        ))  # fmt: skip
        held.denominator = 2
        w.session.add(held)
        other = await w.add(Owner(organization_id=books.world.organizations["a"], name="Half"))
        await w.add(
            Ownership(organization_id=books.world.organizations["a"], lot_id=books.world.lots["T2"],
                      owner_id=other.id, numerator=1, denominator=2, period=span(date(2020, 1, 1), None))
        )  # fmt: skip
    whole = (date(2026, 1, 1), date(2027, 1, 1))
    await invoiced(
        books, "INS", date(2026, 1, 15), [{"account": "6140", "net": 91_251, "vat": 0, "rate": 0, "period": whole}]
    )
    await close(books)
    row = await book(books)
    found = await balances(books, row)
    one, two, three = owners(books)
    # 400/1000 of 912.51 is 365.00, of which 90 of 365 days; 350/1000 is 319.38, halved.
    assert found[one, "working"] == 9_000 and found[buyer, "working"] == 36_500 - 9_000
    assert found[two, "working"] == found[other.id, "working"] == 15_969
    assert found[three, "working"] == 91_251 - 36_500 - 2 * 15_969
    assert sum(found.values()) == 91_251 and await on_14(books) == 0


async def test_what_keeps_a_year_from_being_booked(books: Books) -> None:
    await books.post(books.invoice(10_001), books.call(9_000, "T1"))
    with pytest.raises(Conflict, match="Close the financial year first"):
        await book(books)
    await close(books)
    for who, error in (("board_tilia", Forbidden), ("owner_tilia", Forbidden)):
        with pytest.raises(error):
            async with books.at_work(who, now=FEBRUARY) as w:
                await settlement.book(w, books.building, "2026", Choices())
    for day in (date(2027, 1, 31), date(2028, 2, 3)):
        with pytest.raises(Invalid):
            await book(books, Choices(day))
    row = await book(books, Choices(FEBRUARY.date()))
    assert row.due_on == FEBRUARY.date()
    with pytest.raises(Conflict, match="booked already"):
        await book(books)
    with pytest.raises(Conflict, match="take that booking back first"):
        async with books.at_work(now=FEBRUARY) as w:
            await closing.reopen_year(w, row.fiscal_year_id, "An invoice was missing")


async def test_balances_that_are_not_the_result_are_not_booked(books: Books) -> None:
    """50.00 called for the reserve on the account of the working fund: one entry, two funds, nobody can tell."""
    mixed = [DraftLine("4101", 15_000, books.owner("T1")), DraftLine("701", -10_000), DraftLine("700", -5_000)]
    await books.post(Draft("APP", date(2026, 1, 10), "AF", mixed))
    await close(books)
    with pytest.raises(Conflict) as refused:
        await book(books)
    assert "€150.00" in refused.value.text("en") and "€100.00" in refused.value.text("en")


async def test_nothing_to_book_is_said(books: Books) -> None:
    await books.post(books.invoice(1_000), books.call(400, "T1"), books.call(350, "T2"), books.call(250, "T3"))
    await close(books)
    with pytest.raises(Conflict, match="nothing to book"):
        await book(books)


async def test_it_is_taken_back_and_booked_again(books: Books, kept: Store) -> None:
    two = books.owner("T2")
    await books.post(books.invoice(10_000))
    await close(books)
    row = await book(books)
    async with books.at_work(now=FEBRUARY) as w:
        money = payments.Money(3_500, FEBRUARY.date(), "BQE", "EXT 1")
        await payments.receive(w, books.building, two, money)
    assert await items(books, two) == []
    for reason in ("", "  "):
        with pytest.raises(Invalid):
            async with books.at_work(now=FEBRUARY) as w:
                await settlement.take_back(w, row.id, reason)
    async with books.at_work(now=FEBRUARY) as w:
        assert (await settlement.take_back(w, row.id, "An invoice was missing")).taken_back
    with pytest.raises(Conflict, match="taken back already"):
        async with books.at_work(now=FEBRUARY) as w:
            await settlement.take_back(w, row.id, "Again")
    assert [i.open_cents for i in await items(books, two)] == [-3_500]  # what she paid is hers
    assert await on_14(books) == 10_000
    async with books.at_work(now=FEBRUARY) as w:
        assert await unbooked_years(w, books.building) == [date(2026, 1, 1)]
        await closing.reopen_year(w, row.fiscal_year_id, "An invoice was missing")
    await books.post(books.invoice(1_000))
    await close(books)
    again = await book(books)
    assert (await balances(books, again))[two, "working"] == 3_850
    assert [i.open_cents for i in await items(books, two)] == [350]
    # The entry of a booking may also be taken back like any other: then the year is not booked either.
    async with books.at_work(now=FEBRUARY) as w:
        await entries.reverse(w, again.entry_id, "By hand")
        assert (await yearly(w, books.building, "2026")).booked is None


async def paid(books: Books, cents: int, owner: UUID, iban: str = PAYER) -> None:
    """A payment of March 2026 through the bank, from an account that then is known."""
    async with books.at_work() as w:
        ogm = (await references(w, books.building)).get(owner, "")
    sent = await statement(books, pay(cents, "TILIA1", iban, ogm=ogm))
    async with books.at_work() as w:
        await bank_matching.confirm(w, (await lines_of(books, sent))[0].move.id)


@pytest.fixture
async def credited(books: Books, kept: Store) -> Books:
    """T1 was called and paid 90.00 from an account of hers; her part of the year is 40.00."""
    await open_accounts(books)
    async with books.at_work() as w:
        from koprogo_app.payments.service.references import ensure_references

        await ensure_references(w, books.world.organizations["a"], books.building, owners(books))
    await books.post(books.invoice(10_000), books.call(9_000, "T1"))
    await paid(books, 9_000, books.owner("T1"))
    await close(books)
    return books


async def test_a_credit_goes_back_to_the_account_it_came_from(credited: Books) -> None:
    books, one = credited, credited.owner("T1")
    row = await book(books, REFUND)
    assert row.order_id is not None and row.order
    async with books.at_work(now=FEBRUARY) as w:
        order = await order_detail(w, row.order_id)
        assert [(line.iban, line.cents, line.supplier) for line in order.lines] == [(PAYER, 5_000, "TILIA1")]
        _, file = await order_file(w, row.order_id)
        assert PAYER in file and "50.00" in file and "D" in file
        (line,) = [x for x in await settlement_lines(w, row.id) if x.owner_id == one]
        assert (line.refund_cents, line.refund_iban, line.open_cents) == (5_000, PAYER, -5_000)
        # Set aside: a call that is posted meanwhile does not take it.
        assert [(i.open_cents, i.aside) for i in await open_items(w, books.building, owner_id=one)] == [(-5_000, True)]
        await entries.post(w, books.building, replace(books.call(1_000, "T1", date(2027, 2, 1))))
        from koprogo_app.payments.service import settling

        assert await settling.use_credit(w, books.building) == 0
        found = account(await open_items(w, books.building, owner_id=one), FEBRUARY.date())
        assert ([debt.open_cents for debt in found.debts], found.credit_cents) == ([1_000], 0)
    # The bank's money back to that very account is recognised, and settles that very credit.
    back = paid_in(IBAN, "TILIA", 2, 9_000, date(2026, 3, 12),
                   [Payment(date(2027, 2, 3), -5_000, "TILIA1", PAYER)])  # fmt: skip
    done = await import_statements(books.world.people["accountant_a"], books.building, "x.cod", write([back]))
    (move,) = await lines_of(books, done.statements[0].id)
    assert move.certain and [s.target.owner_id for s in move.ready] == [one]
    async with books.at_work(now=FEBRUARY) as w:
        await bank_matching.confirm(w, move.move.id)
    assert [i.open_cents for i in await items(books, one)] == [1_000]
    with pytest.raises(Conflict, match="Undo those bank movements"):
        async with books.at_work(now=FEBRUARY) as w:
            await settlement.take_back(w, row.id, "Too late")


async def test_a_refund_that_is_cancelled_is_a_credit_again(credited: Books) -> None:
    row = await book(credited, REFUND)
    assert row.order_id is not None
    async with credited.at_work(now=FEBRUARY) as w:
        await cancel_order(w, row.order_id)
        (item,) = await open_items(w, credited.building, owner_id=credited.owner("T1"))
        assert (item.open_cents, item.aside) == (-5_000, False)
        assert (await settlement.take_back(w, row.id, "Wrong")).taken_back


async def test_taking_back_cancels_the_refunds(credited: Books) -> None:
    row = await book(credited, REFUND)
    assert row.order_id is not None
    async with credited.at_work(now=FEBRUARY) as w:
        await settlement.take_back(w, row.id, "Wrong")
        assert not (await order_detail(w, row.order_id)).row.live
    again = await book(credited)
    assert again.order_id is None  # carried over by default
    assert [i.open_cents for i in await items(credited, credited.owner("T1"))] == [-5_000]


def facts(report: object) -> str:
    return " · ".join(f"{name}: {text}" for name, text in report.head)  # type: ignore[attr-defined]


async def test_the_statements_say_where_the_year_stands(credited: Books) -> None:
    books, (one, two, _) = credited, owners(credited)

    async def read(owner: UUID, now: datetime = FEBRUARY) -> tuple[str, str, Sequence[object]]:
        async with books.at_work(now=now) as w:
            found = await owner_charges(w, books.building, owner, "2026", "en")
            return found.title, facts(found), found.pay

    title, said, pay_by = await read(two)
    assert title == "Statement of charges 2026" and "Not booked yet" in said and not pay_by
    row = await book(books)
    _, said, pay_by = await read(two)
    assert f"Booked on 1 February 2027 ({row.entry})" in said and "To pay by 3 March 2027: €35.00" in said
    (way,) = pay_by
    assert (way.cents, way.by, way.iban) == (3_500, DUE, "BE68 5390 0754 7034") and way.message.startswith("+++")  # type: ignore[attr-defined]
    assert "BCD" in way.payload and "EUR35.00" in way.payload  # type: ignore[attr-defined]
    assert "€50.00 in your favour: it stays on your account" in (await read(one))[1]
    async with books.at_work(now=FEBRUARY) as w:
        await payments.receive(w, books.building, two, payments.Money(3_500, FEBRUARY.date(), "BQE", "EXT 9"))
    _, said, pay_by = await read(two)
    assert "the balance is settled" in said and not pay_by
    async with books.at_work(now=FEBRUARY) as w:
        assert "Booked on" in facts(await all_charges(w, books.building, "2026", "en"))


async def test_until_it_is_closed_a_statement_is_provisional(books: Books) -> None:
    await books.post(books.invoice(10_000), books.call(9_000, "T1"), books.paid(4_000))
    async with books.at_work() as w:
        await payments.settling.use_credit(w, books.building)
        found = await owner_charges(w, books.building, books.owner("T1"), "2026", "en")
    assert found.title == "Statement of charges 2026: provisional on 15/03/2026" and not found.pay
    table = found.tables[0]
    assert [column.key for column in table.columns] == ["label", "called", "paid", "cost"] and not table.feet
    assert [(r["called"], r["paid"], r["cost"]) for r in table.rows] == [(9_000, 4_000, 4_000)]


async def test_a_cost_that_nobody_bears_stops_closing_and_sending(books: Books, kept: Store) -> None:
    async with books.at_work("syndic_a") as w:
        key = await KEY.add(
            w, books.building, {"name": "Lift"}, weights={books.world.lots["T1"]: 1}, since=date(2026, 3, 1)
        )
    for number, day in (("F-EVE", date(2026, 2, 28)), ("F-DAY", date(2026, 3, 1))):
        await invoiced(books, number, day, [{"account": "61011", "net": 54_900, "vat": 0, "rate": 0, "key": key.id}])
    with pytest.raises(Invalid) as refused:
        await close(books)
    said = refused.value.text("en")
    assert "€549.00" in said and "F-EVE" in said and "28/02/2026" in said and "“Lift” only begins on 01/03/2026" in said
    async with books.at_work() as w:
        tables = {table.title: table for table in (await all_charges(w, books.building, "2026", "en")).tables}
        (row,) = tables["Borne by nobody"].rows
        assert row["cents"] == 54_900 and "F-EVE" in row["what"]
    async with books.at_work("syndic_a") as w:
        await KEY.change(w, key.id, None, {"starts_on": date(2026, 2, 28)})
    await close(books)
    with pytest.raises(Conflict) as held:  # what a closed year rests on stays
        async with books.at_work("syndic_a") as w:
            await KEY.change(w, key.id, None, {"starts_on": date(2026, 3, 1)})
    assert "F-EVE" in held.value.text("en")
    async with books.at_work("syndic_a") as w:  # earlier touches nothing
        await KEY.change(w, key.id, None, {"starts_on": date(2026, 1, 1)})


async def test_booking_sends_what_is_to_be_paid_once(credited: Books) -> None:
    """Sent before the booking and again with it; the second one tells of the booking."""
    async with credited.at_work(now=FEBRUARY) as w:
        run = await sending_statements.ask(w, credited.building, "2026")
    await runs.perform(run.id, partial(sending_statements.send, draw=plain))
    row = await book(credited, send=True)
    async with credited.at_work(now=FEBRUARY) as w:
        found = await sending_statements.sending_status(w, credited.building, "2026")
        assert found.left == 3 and found.job is not None and found.job.id != run.id
    await runs.perform(found.job.id, partial(sending_statements.send, draw=plain))
    await runs.perform(found.job.id, partial(sending_statements.send, draw=plain))
    async with credited.at_work(now=FEBRUARY) as w:
        found = await sending_statements.sending_status(w, credited.building, "2026")
        assert (found.left, found.mailed, found.booked and found.booked.id) == (0, 3, row.id)
        texts = await w.value("select string_agg(body_text, '|') from mail where purpose = 'statement'")
        assert "+++" in texts and "BE68 5390 0754 7034" in texts


async def test_a_payment_with_the_message_settles_it_whole(credited: Books) -> None:
    books, two = credited, credited.owner("T2")
    await book(books)
    async with books.at_work(now=FEBRUARY) as w:
        ogm = (await references(w, books.building))[two]
    sent = paid_in(IBAN, "TILIA", 2, 9_000, date(2026, 3, 12), [Payment(date(2027, 2, 20), 3_500, "X", "", ogm)])
    done = await import_statements(books.world.people["accountant_a"], books.building, "x.cod", write([sent]))
    async with books.at_work(now=FEBRUARY) as w:
        assert await bank_matching.confirm_certain(w, done.statements[0].id) == 1
    assert await items(books, two) == []


async def test_two_at_once_book_once(credited: Books) -> None:
    import asyncio

    found = await asyncio.gather(book(credited), book(credited), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "SettlementRow"]


@asynccontextmanager
async def _plain_sql(books: Books):
    async with books.at_work(now=FEBRUARY) as w:
        yield w


async def test_the_database_refuses_what_must_never_be(credited: Books, pg: Server) -> None:
    row = await book(credited)
    copy = """insert into year_settlement (organization_id, building_id, fiscal_year_id, entry_id, closed_at, booked_on,
                due_on, credit, works_credit)
              select organization_id, building_id, fiscal_year_id,
                (select id from entry where id <> s.entry_id limit 1), closed_at, booked_on,
                {due}, {credit}, 'carry' from year_settlement s"""
    line = """insert into year_settlement_line (organization_id, building_id, settlement_id, owner_id, fund,
                called_cents, cost_cents, cents, entry_line_id)
              select organization_id, building_id, settlement_id, owner_id, {fund}, called_cents, cost_cents, {cents},
                {line} from year_settlement_line where cents > 0 limit 1"""
    for sql, wanted in (
        (copy.format(due="due_on", credit="credit"), "booked already"),
        ("update year_settlement set due_on = due_on + 1", "permission denied"),
        ("delete from year_settlement_line", "permission denied"),
        (line.format(fund="fund", cents="cents", line="entry_line_id"), "already exists"),
        (line.format(fund="'reserve'", cents="cents", line="entry_line_id"), "outside what is allowed"),
        (line.format(fund="'works'", cents="cents + 1", line="entry_line_id"), "outside what is allowed"),
        (line.format(fund="'works'", cents="cents", line="null"), "outside what is allowed"),
    ):
        with pytest.raises(Exception, match=wanted):
            async with _plain_sql(credited) as w:
                await w.execute(sql)
    assert "year_settlement_due_on" in constraints(pg, ("year_settlement",))
    assert row.booked and timedelta(days=30) == row.due_on - row.booked_on


async def test_the_page_shows_books_and_takes_back(credited: Books) -> None:
    books = credited

    async def at(state: type[rx.State], where: str, who: str = "accountant_a") -> Opened:
        return await opened(state, books.world.people[who], f"/buildings/{books.building}/{where}", now=FEBRUARY)

    assert (await at(UnbookedYears, "years")).state.names == "2026"
    page = await at(YearBalances, "settlement?year=2026")
    assert page.state.stage == "ready" and page.state.due == DUE.isoformat() and page.state.credits
    assert [(row.owner, row.owes, row.favour) for row in page.state.rows] == [
        ("TILIA1", "", "€50.00"), ("TILIA2", "€35.00", ""), ("TILIA3", "€25.00", ""),
    ]  # fmt: skip
    assert page.state.rows[0].note == "BE26 0910 0000 9729"
    await page.send("ask", "book", "2026")
    form = {"due_on": "2027-01-31", "credit": "refund", "send": False, "mail": False}
    await page.send("book", form)
    assert set(page.state.errors) == {"due_on"} and page.state.stage == "ready"
    await page.send("book", form | {"due_on": DUE.isoformat()})
    assert page.state.stage == "booked" and page.state.booking.order != "" and page.state.sums.open == "€60.00"
    assert (await at(UnbookedYears, "years")).state.names == ""
    reader = await at(YearBalances, "settlement?year=2026", "board_tilia")
    assert reader.state.stage == "booked" and not reader.state.write
    await page.send("ask", "take_back", page.state.booking.id)
    await page.send("take_back", {"reason": ""})
    assert set(page.state.errors) == {"reason"}
    await page.send("take_back", {"reason": "An invoice was missing"})
    assert page.state.stage == "ready"
    assert (await at(YearBalances, "settlement?year=2026", "board_tilia")).state.stage == "closed"
    assert (await at(YearBalances, "settlement?year=2027")).state.stage == "open"
