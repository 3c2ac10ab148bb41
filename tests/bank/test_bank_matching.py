"""Posting bank movements: confirmed alone or by a person, split, learnt from, taken back."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from koprogo_app.bank.rules import matching as rules
from koprogo_app.bank.rules.matching import Share, Target
from koprogo_app.bank.service import bank_matching as matching
from koprogo_app.bank.service import learning
from koprogo_app.bank.service.bank_matching import (
    MatchLine,
    Typed,
    choose,
    choose_typed,
    confirm,
    confirm_certain,
    statement_view,
    undo,
)
from koprogo_app.bank.service.targets import read_target
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, KoproError, NotFound
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.service import entries, integrity
from koprogo_app.ledger.service.entries import Posted
from koprogo_app.payments.queries.open_items import open_items, standing
from koprogo_app.payments.service.payments import Money, receive
from koprogo_app.payments.service.references import payment_reference
from koprogo_app.purchases.service import suppliers
from koprogo_app.purchases.service.payment_orders import make_order
from tests.bank.bank import IBAN, ON, PAYER, RESERVE, SUPPLIER, lines, open_accounts, pay, statement
from tests.calls.calls import called
from tests.ledger.books import Books
from tests.purchases.invoices import approved

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
async def bank(books: Books) -> Books:
    """Both accounts, a call for funds, an approved invoice of 106 € whose supplier has an account number."""
    await open_accounts(books)
    async with books.at_work() as w:
        await suppliers.SUPPLIER.change(w, books.supplier, 1, {"iban": SUPPLIER})
        await called(w, books)
    await approved(books, number="F-2026-7")
    return books


async def message(books: Books, lot: str = "T1") -> str:
    async with books.at_work() as w:
        return await payment_reference(w, books.building, books.owner(lot))


async def owes(books: Books, lot: str = "T1") -> int:
    async with books.at_work() as w:
        return standing(await open_items(w, books.building, owner_id=books.owner(lot)), w.today).balance


async def test_what_is_certain_is_posted_with_one_word(bank: Books) -> None:
    ogm, debt = await message(bank), await owes(bank)
    one = await statement(
        bank,
        pay(debt, "SOMEBODY", PAYER, ogm=ogm),
        pay(-10_600, "ELEC", SUPPLIER, text="F-2026-7"),
        pay(-250, text="FRAIS", code="08037000"),
        pay(-5_000, "TILIA", RESERVE, text="épargne"),
        pay(777, "Nobody Known", "BE26091000009729"),
    )
    found = await lines(bank, one)
    assert [x.certain for x in found] == [True, True, True, True, False] and found[4].proposal is None
    async with bank.at_work() as w:
        view = await statement_view(w, one)
        assert (view.recognised, view.waiting) == (80, 4)
        assert await confirm_certain(w, one) == 4
    assert await owes(bank) == 0
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 0
        assert [i for i in await open_items(w, bank.building, supplier_id=bank.supplier) if i.open_cents] == []
        rows = await w.rows(
            """select a.code, sum(l.debit_cents - l.credit_cents)::bigint as cents, e.date, j.code as journal
                 from entry_line l join entry e on e.id = l.entry_id join account a on a.id = l.account_id
                 join journal j on j.id = e.journal_id
                where j.code = 'BQE' group by 1, 3, 4 order by 1""", dict,
        )  # fmt: skip
        assert {r["code"]: r["cents"] for r in rows if not r["code"].startswith("410")} == {
            "440": 10_600, "551": debt - 10_600 - 250 - 5_000, "58": 5_000, "650": 250,
        }  # fmt: skip
        assert {r["date"] for r in rows} == {date(2026, 3, 12)}
        assert (await integrity.check(w, bank.building)).level is not Level.BROKEN
        view = await statement_view(w, one)
        assert (view.recognised, view.row.alone, view.row.open_count) == (80, 4, 1)


async def test_the_last_one_is_split_and_the_owner_owes_nothing(bank: Books) -> None:
    debt = await owes(bank)
    one = await statement(bank, pay(debt + 900, "Aunt", PAYER))
    (line,) = await lines(bank, one)
    async with bank.at_work() as w:
        with pytest.raises(Invalid, match="Say first"):
            await confirm(w, line.move.id)
        owner = await read_target(w, bank.building, "TILIA1")
        account = await read_target(w, bank.building, "4996")
        with pytest.raises(Invalid, match="add up"):
            await choose(w, line.move.id, [Share(owner, debt), Share(account, 1)])
        await choose(w, line.move.id, [Share(owner, debt), Share(account, 900)])
        assert (await statement_view(w, one)).recognised == 0
        await confirm(w, line.move.id)
    assert await owes(bank) == 0
    async with bank.at_work() as w:
        assert await w.value("select count(*) from match_rule") == 0  # a split teaches nothing
        with pytest.raises(Conflict, match="posted already"):
            await confirm(w, line.move.id)
        with pytest.raises(Conflict, match="posted already"):
            await choose(w, line.move.id, [])


async def test_a_payer_is_learnt_and_forgotten_again(bank: Books) -> None:
    one = await statement(bank, pay(1_000, "Aunt", PAYER))
    (line,) = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, line.move.id, [Share(Target(owner_id=bank.owner()), 1_000)])
        await confirm(w, line.move.id)
    two = await statement(bank, pay(2_000, "Aunt", PAYER), pay(-300, "Aunt", PAYER), number=2, old=1_000)
    again, other_way = await lines(bank, two)
    assert again.proposal and again.proposal.by == "rule" and not again.certain and not other_way.certain
    async with bank.at_work() as w:  # an aunt pays for him alone, says a person
        await learning.vouch(w, await w.value("select id from match_rule"), sole=True)
    again, other_way = await lines(bank, two)
    assert again.alone and not other_way.certain
    before = await owes(bank)
    async with bank.at_work() as w:
        await confirm_certain(w, two)
    assert await owes(bank) == before - 2_000
    async with bank.at_work() as w:
        with pytest.raises(Invalid, match="Say why"):
            await undo(w, again.move.id, " ")
    async with bank.at_work() as w:
        await undo(w, again.move.id, "not hers")
        with pytest.raises(Conflict, match="not posted"):
            await undo(w, again.move.id, "twice")
    assert await owes(bank) == before
    again, _ = await lines(bank, two)
    assert not again.move.posted and again.proposal and not again.proposal.certain  # only seen before
    async with bank.at_work() as w:
        await confirm(w, again.move.id)
    assert await owes(bank) == before - 2_000


async def test_an_entry_taken_back_in_the_books_opens_its_movement(bank: Books) -> None:
    one = await statement(bank, pay(-250, code="08037000"))
    async with bank.at_work() as w:
        await confirm_certain(w, one)
    (line,) = await lines(bank, one)
    assert line.move.entry_id
    async with bank.at_work() as w:
        await entries.reverse(w, line.move.entry_id, "wrong year")
    (line,) = await lines(bank, one)
    assert not line.move.posted and line.shares
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 1


async def test_two_payments_of_one_invoice_pay_it_once(bank: Books) -> None:
    one = await statement(bank, pay(-10_600, "ELEC", SUPPLIER), pay(-10_600, "ELEC", SUPPLIER))
    assert [x.certain for x in await lines(bank, one)] == [True, True]
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 1
    left = (await lines(bank, one))[1]
    assert left.proposal and not left.proposal.certain


async def test_money_on_the_reserve_account_pays_reserve_calls_first(bank: Books) -> None:
    ogm = await message(bank)
    one = await statement(bank, pay(8_000, "X", PAYER, ogm=ogm), iban=RESERVE)
    async with bank.at_work() as w:
        await confirm_certain(w, one)
        paid = await w.value(
            """select string_agg(a.code, ' ') from entry_line l join account a on a.id = l.account_id
                 join entry e on e.id = l.entry_id join journal j on j.id = e.journal_id where j.code = 'BQR'"""
        )
    assert set(paid.split()) == {"550", "4100"}


async def test_a_transfer_between_own_accounts_ends_at_zero(bank: Books) -> None:
    out = await statement(bank, pay(-5_000, "TILIA", RESERVE))
    into = await statement(bank, pay(5_000, "TILIA", IBAN), iban=RESERVE)
    async with bank.at_work() as w:
        await confirm_certain(w, out)
        await confirm_certain(w, into)
        assert (
            await w.value(
                "select sum(l.debit_cents - l.credit_cents) from entry_line l join account a on a.id = l.account_id "
                "where a.code like '58%%'"
            )
            == 0
        )


async def test_six_at_once_post_each_movement_once(bank: Books) -> None:
    ogm, debt = await message(bank), await owes(bank)
    one = await statement(bank, *(pay(-250, code="08037000") for _ in range(5)), pay(debt, "X", PAYER, ogm=ogm))

    async def confirm_it() -> int:
        async with bank.at_work() as w:
            return await confirm_certain(w, one)

    assert sorted(await asyncio.gather(*(confirm_it() for _ in range(6)))) == [0, 0, 0, 0, 0, 6]
    assert await owes(bank) == 0
    async with bank.at_work() as w:
        assert (
            await w.value("select count(*) from entry e join journal j on j.id = e.journal_id where code = 'BQE'") == 6
        )


async def test_what_a_person_types(bank: Books) -> None:
    async with bank.at_work() as w:
        assert await read_target(w, bank.building, "TILIA2") == Target(owner_id=bank.owner("T2"))
        assert await read_target(w, bank.building, " 61210 ") == Target(account="61210")
        assert (await read_target(w, bank.building, "f-2026-7")).line_id
        for text, why in (
            ("tilia", "Several are called so"), ("Zorro", "Nobody here"), ("999", "There is no account 999"),
            ("4101", "needs a name"), ("", "Type a name"), ("61", "There is no account 61"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as found:
                await read_target(w, bank.building, text)
            assert why in found.value.text("en")


async def test_who_may(bank: Books) -> None:
    one = await statement(bank, pay(-250, code="08037000"))
    (line,) = await lines(bank, one)
    for name, error in (("board_tilia", Forbidden), ("syndic_b", NotFound), ("owner_tilia", Forbidden)):
        for act in (
            lambda w: confirm(w, line.move.id), lambda w: confirm_certain(w, one),
            lambda w: choose(w, line.move.id, []), lambda w: undo(w, line.move.id, "x"),
        ):  # fmt: skip
            with pytest.raises(error):
                async with bank.at_work(name) as w:
                    await act(w)
    async with bank.at_work("board_tilia") as w:
        assert (await statement_view(w, one)).waiting == 1
    with pytest.raises(NotFound):
        async with bank.at_work() as w:
            await confirm(w, UUID(int=1))


async def by_hand(bank: Books, lot: str, cents: int, on: date = ON) -> Posted:
    """A payment that the accountant typed before the bank's file came."""
    async with bank.at_work() as w:
        return await receive(w, bank.building, bank.owner(lot), Money(cents, on, "BQE", "Extrait 3", "Virement"))


async def test_what_was_written_by_hand_before_is_not_posted_again(bank: Books) -> None:
    ogm, debt = await message(bank), await owes(bank)
    typed = await by_hand(bank, "T1", debt)
    assert await owes(bank) == 0
    one = await statement(bank, pay(debt, "SOMEBODY", PAYER, ogm=ogm), pay(-250, text="FRAIS", code="08037000"))
    first, _costs = await lines(bank, one)
    assert (first.recorded, first.certain, first.proposal and first.proposal.by) == (typed.id, True, "entry")
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 2
        assert await w.value("select count(*) from entry e join journal j on j.id = e.journal_id "
                             "where j.code = 'BQE'") == 2  # fmt: skip
    async with bank.at_work() as w:
        assert (await integrity.check(w, bank.building)).level is not Level.BROKEN
    assert await owes(bank) == 0
    first, _costs = await lines(bank, one)
    assert (first.move.entry_id, first.move.matched_by, first.move.alone) == (typed.id, "entry", True)
    # Opened again, the entry stays as it was typed; the movement may then be posted by one of its own, if so decided.
    async with bank.at_work() as w:
        back = await undo(w, first.move.id, "another payment")
        assert back.id == typed.id
        assert not await w.value("select exists (select from entry where reversal_of = %(e)s)", e=typed.id)
        await choose(w, first.move.id, [Share(Target(owner_id=bank.owner("T1")), debt)])
        assert (await confirm(w, first.move.id)).id != typed.id
    assert await owes(bank) == -debt


async def test_another_ones_payment_of_that_amount_and_day_is_posted(bank: Books) -> None:
    await by_hand(bank, "T1", 10_000)
    one = await statement(
        bank, pay(10_000, "TWO", PAYER, ogm=await message(bank, "T2")), pay(10_000, "", text="sans nom")
    )
    second, unknown = await lines(bank, one)
    assert (second.recorded, second.certain) == (None, True)
    # Who cannot be told apart is proposed to be looked at.
    assert unknown.recorded is not None and not unknown.certain
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 1
        await confirm(w, unknown.move.id)
    assert [line.move.posted for line in await lines(bank, one)] == [True, True]


@pytest.mark.parametrize(("days", "told"), [(-6, False), (-5, True), (1, True), (5, True), (6, False)])
async def test_a_payment_typed_on_another_day_is_looked_at_first(bank: Books, days: int, told: bool) -> None:
    ogm, debt = await message(bank), await owes(bank)
    typed = await by_hand(bank, "T1", 5_000, ON + timedelta(days=days))
    one = await statement(bank, pay(5_000, "SOMEBODY", PAYER, ogm=ogm), pay(5_000, "", text="sans nom"))
    paid, nobody = await lines(bank, one)
    assert (paid.recorded, paid.certain) == (None, not told)
    assert paid.proposal is not None and (paid.proposal.params.get("entry") == f"BQE {typed.number}") == told
    assert nobody.proposal is None  # without a name, another day's entry says nothing
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == (0 if told else 1)
        if told:  # a second payment, says a person
            assert (await confirm(w, paid.move.id)).id != typed.id
    assert await owes(bank) == debt - 10_000


async def test_the_entry_nearest_to_the_banks_day_is_told(bank: Books) -> None:
    ogm = await message(bank)
    typed = {days: await by_hand(bank, "T1", 5_000, ON + timedelta(days=days)) for days in (-4, 2, 5)}
    (line,) = await lines(bank, await statement(bank, pay(5_000, "SOMEBODY", PAYER, ogm=ogm)))
    assert line.proposal is not None and line.proposal.params == {"entry": f"BQE {typed[2].number}"}


async def test_a_payment_typed_twice_is_told_once(bank: Books) -> None:
    ogm = await message(bank)
    for _ in range(2):
        await by_hand(bank, "T1", 5_000)
    one = await statement(bank, *(pay(5_000, "SOMEBODY", PAYER, ogm=ogm) for _ in range(3)))
    assert [line.certain for line in await lines(bank, one)] == [False, False, False]
    async with bank.at_work() as w:
        for line in (await statement_view(w, one)).lines:
            await confirm(w, line.move.id)
    done = await lines(bank, one)
    assert sorted(line.move.matched_by for line in done) == ["entry", "entry", "ogm"]
    assert len({line.move.entry_id for line in done}) == 3


class Counted:
    """Counts what a unit of work asks of the database, and how often a movement is judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements = self.judged = 0
        execute, propose = psycopg.AsyncCursor.execute, rules.propose

        async def counted(cursor: Any, *args: Any, **kwargs: Any) -> Any:
            self.statements += 1
            return await execute(cursor, *args, **kwargs)

        def judging(*args: Any) -> Any:
            self.judged += 1
            return propose(*args)

        monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
        monkeypatch.setattr(matching, "propose", judging)


@pytest.mark.parametrize(("typed", "most"), [(1, 10), (10, 30)])
async def test_a_cell_costs_few_statements_however_long_the_statement_is(
    bank: Books, monkeypatch: pytest.MonkeyPatch, typed: int, most: int
) -> None:
    one = await statement(bank, *[pay(100 + n, f"Nobody {n}", text=f"word {n}") for n in range(40)])
    asked = [Typed(x.move.id, x.move.version, "650") for x in (await lines(bank, one))[:typed]]
    count = Counted(monkeypatch)
    async with bank.at_work() as w:
        told = await choose_typed(w, one, asked)
    assert all(not isinstance(x, KoproError) and x.shares[0].target.account == "650" for x in told.values())
    assert count.statements <= most and count.judged <= 1
    count.statements = count.judged = 0
    async with bank.at_work() as w:
        view = await statement_view(w, one)
    assert count.judged == 40 - typed and view.waiting == typed


async def test_a_name_costs_few_statements_too(bank: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await statement(bank, pay(100, "Nobody", text="word"))
    (line,) = await lines(bank, one)
    async with bank.at_work() as w:
        name = next(p.name for p in await parties(w, bank.building) if p.kind == "owner")
    for version, text in enumerate((name, "F-2026-7"), 1):
        count = Counted(monkeypatch)
        async with bank.at_work() as w:
            told = await choose_typed(w, one, [Typed(line.move.id, version, text)])
        assert isinstance(told[line.move.id], MatchLine) and count.statements <= 10, text


async def test_two_people_never_overwrite_each_other_unseen(bank: Books) -> None:
    one = await statement(bank, pay(100, "Nobody"), pay(200, "Nobody else"))
    first, second = await lines(bank, one)
    async with bank.at_work() as w:
        told = await choose_typed(w, one, [Typed(first.move.id, 1, "650")])
        assert isinstance(line := told[first.move.id], MatchLine) and line.move.version == 2
    async with bank.at_work() as w:
        told = await choose_typed(w, one, [Typed(first.move.id, 1, "6109"), Typed(second.move.id, 1, "650")])
    assert isinstance(told[first.move.id], Conflict) and isinstance(told[second.move.id], MatchLine)
    seen, _ = await lines(bank, one)
    assert (seen.move.version, seen.shares[0].target.account) == (2, "650")
    async with bank.at_work() as w:
        with pytest.raises(Conflict):
            await confirm(w, first.move.id, version=1)
    async with bank.at_work() as w:
        await confirm(w, first.move.id, version=2)
    assert (await lines(bank, one))[0].move.version > 2


async def test_what_is_typed_is_judged_movement_by_movement(bank: Books) -> None:
    one = await statement(bank, pay(100, "Nobody"), pay(200, "Nobody else"))
    other = await statement(bank, pay(300, "Elsewhere"), number=2, old=300)
    first, second = await lines(bank, one)
    (stranger,) = await lines(bank, other)
    async with bank.at_work() as w:
        told = await choose_typed(
            w, one, [Typed(first.move.id, 1, "Zzz"), Typed(second.move.id, 1, "650"), Typed(stranger.move.id, 1, "650")]
        )
    assert isinstance(told[first.move.id], Invalid) and isinstance(told[stranger.move.id], NotFound)
    assert [bool(x.shares) for x in await lines(bank, one)] == [False, True]
    assert not (await lines(bank, other))[0].shares


@pytest.mark.parametrize("account", ["58", "499"])
async def test_money_on_its_way_teaches_nothing_of_its_payer(bank: Books, account: str) -> None:
    async with bank.at_work() as w:
        code = await w.value(
            "select max(code) from account where building_id = %(b)s and code like %(c)s", b=bank.building,
            c=f"{account}%",
        )  # fmt: skip
    one = await statement(bank, pay(1_000, "Aunt", PAYER), pay(1_000, "Uncle", "BE26091000009729"))
    first, _second = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, first.move.id, [Share(Target(account=code), 1_000)])
        await confirm(w, first.move.id)
        assert await w.value("select count(*) from match_rule") == 0


async def test_an_order_whose_invoices_were_paid_otherwise_in_part_is_no_longer_one_sum(bank: Books) -> None:
    second = await approved(bank, number="F-2026-8")
    async with bank.at_work() as w:
        first = await w.value("select id from invoice where number = 'F-2026-7'")
        account = await w.value("select id from bank_account where iban = %(i)s", i=IBAN)
        await make_order(w, bank.building, account, [first, second])
        named = await w.value("select reference from payment_order")
    one = await statement(bank, pay(-21_200, text=named), pay(-10_600, "ELEC", SUPPLIER, text="F-2026-7"))
    whole, part = await lines(bank, one)
    assert whole.certain and whole.proposal and whole.proposal.by == "order" and part.certain
    async with bank.at_work() as w:
        await confirm(w, part.move.id)
    whole, _part = await lines(bank, one)
    assert whole.proposal is None
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 0
