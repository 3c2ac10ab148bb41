"""Certain means certain: files that once went wrong, and what is right for them."""

from pathlib import Path
from uuid import UUID

import pytest

from koprogo_app.bank.rules.matching import Share, Target
from koprogo_app.bank.service import learning
from koprogo_app.bank.service.bank_import import import_statements
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
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.service import integrity
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.purchases.queries.invoices import invoice_detail
from koprogo_app.purchases.service import suppliers
from tests.bank.bank import IBAN, PAYER, SUPPLIER, lines, open_accounts, pay, statement
from tests.calls.calls import called
from tests.ledger.books import Books
from tests.purchases.invoices import approved

pytestmark = pytest.mark.usefixtures("kept")
DATA = Path(__file__).parent / "data"
DAYS = {"2026-11-28": "2026-03-11", "2026-11-30": "2026-03-12", "2026-12-01": "2026-03-13"}


def case(name: str, **replaced: str) -> bytes:
    """A file, for the account and in the days of the tests."""
    text = (DATA / name).read_text()
    for old, new in {"BE85068539007506": IBAN, **DAYS, **replaced}.items():
        text = text.replace(old, new)
    return text.encode()


async def sent(books: Books, data: bytes, name: str = "x.xml") -> UUID:
    done = await import_statements(books.world.people["accountant_a"], books.building, name, data)
    return done.statements[0].id


@pytest.fixture
async def bank(books: Books) -> Books:
    await open_accounts(books)
    async with books.at_work() as w:
        await suppliers.SUPPLIER.change(w, books.supplier, 1, {"iban": SUPPLIER})
    return books


async def open_cents(books: Books) -> list[tuple[str, int]]:
    """What is open with the supplier, by where it comes from."""
    async with books.at_work() as w:
        items = await open_items(w, books.building, supplier_id=books.supplier)
    return sorted((item.source, item.open_cents) for item in items)


def the_return(cents: int = 10_600, name: str = "ELEC", iban: str = SUPPLIER, old: int = 0) -> bytes:
    """Statement 2: the bank sends a payment back, to an account of 0 € with 106 € unless said otherwise."""
    text = case("bank_return_of_a_supplier_payment.xml").decode().replace("ElctrncSeqNb>5<", "ElctrncSeqNb>2<")
    for before, now in (("49048.76", old), ("49773.79", old + cents), ("725.03", abs(cents))):
        text = text.replace(before, f"{now // 100}.{now % 100:02}")
    if cents < 0:  # what an owner had paid
        head, _, entry = text.partition("<Ntry>")
        text = head + "<Ntry>" + entry.replace("CRDT", "DBIT", 1)
        text = text.replace("Dbtr", "Other").replace("Cdtr", "Dbtr").replace("Other", "Cdtr")
    return text.replace("Nettoyage Brabant SRL", name).replace("BE63363120441708", iban).encode()


async def paid_and_returned(books: Books, data: bytes | None = None) -> tuple[UUID, MatchLine, MatchLine]:
    """An invoice of 106 € paid over the bank, and the return of that payment: the invoice and both movements."""
    invoice = await approved(books, number="F-2026-7")
    one = await statement(books, pay(10_600, "X", PAYER), pay(-10_600, "ELEC", SUPPLIER, text="F-2026-7"))
    async with books.at_work() as w:
        assert await confirm_certain(w, one) == 1
    assert await open_cents(books) == []
    two = await sent(books, data or the_return())
    return invoice, (await lines(books, one))[1], (await lines(books, two))[0]


async def test_a_returned_payment_is_the_suppliers_never_certain_and_opens_its_invoice(bank: Books) -> None:
    invoice, payment, line = await paid_and_returned(bank)
    assert line.move.returned and line.move.iban == SUPPLIER and not line.certain
    assert [(s.target.supplier_id, s.cents) for s in line.ready] == [(bank.supplier, 10_600)]
    async with bank.at_work() as w:
        assert await confirm_certain(w, line.move.statement_id) == 0
        await confirm(w, line.move.id)
        assert not (await invoice_detail(w, invoice)).row.paid
        assert await w.value("select count(*) from match_rule") == 0
    assert await open_cents(bank) == [("invoice", -10_600)]
    async with bank.at_work() as w:
        assert (await integrity.check(w, bank.building)).level is not Level.BROKEN
        await undo(w, line.move.id, "it was another")
        assert (await invoice_detail(w, invoice)).row.paid
    assert await open_cents(bank) == []
    async with bank.at_work() as w:
        await confirm(w, line.move.id)
    again = await statement(bank, pay(-10_600, "ELEC", SUPPLIER), number=3, old=10_600)
    async with bank.at_work() as w:
        assert await confirm_certain(w, again) == 1
    assert payment.move.posted and await open_cents(bank) == []


async def test_the_return_of_another_amount_is_the_suppliers_and_opens_nothing(bank: Books) -> None:
    _invoice, _payment, line = await paid_and_returned(bank, the_return(10_599))
    assert line.ready == (Share(Target(supplier_id=bank.supplier), 10_599),) and not line.certain


async def test_a_paid_invoices_number_typed_for_money_that_comes_in_opens_it(bank: Books) -> None:
    invoice, _payment, line = await paid_and_returned(bank, the_return(name="SOMEBODY", iban=""))
    async with bank.at_work() as w:
        told = await choose_typed(w, line.move.statement_id, [Typed(line.move.id, 1, "f-2026-7")])
        chosen = told[line.move.id]
        assert isinstance(chosen, MatchLine) and chosen.shares[0].target.line_id
        await confirm(w, line.move.id)
        assert not (await invoice_detail(w, invoice)).row.paid
    assert await open_cents(bank) == [("invoice", -10_600)]


async def test_no_more_comes_back_of_an_invoice_than_was_paid(bank: Books) -> None:
    _invoice, _payment, line = await paid_and_returned(bank, the_return(10_601))
    async with bank.at_work() as w:
        await choose_typed(w, line.move.statement_id, [Typed(line.move.id, 1, "F-2026-7")])
        with pytest.raises(Invalid, match="Less than this"):
            await confirm(w, line.move.id)


async def test_a_part_that_comes_back_leaves_the_rest_paid(bank: Books) -> None:
    _invoice, _payment, line = await paid_and_returned(bank, the_return(600))
    async with bank.at_work() as w:
        await choose_typed(w, line.move.statement_id, [Typed(line.move.id, 1, "F-2026-7")])
        await confirm(w, line.move.id)
    assert await open_cents(bank) == [("invoice", -600)]
    async with bank.at_work() as w:
        await undo(w, line.move.id, "no")
    assert await open_cents(bank) == []


async def test_an_owners_payment_that_goes_back_opens_the_call(bank: Books) -> None:
    async with bank.at_work() as w:
        await called(w, bank)
    owner = bank.owner()

    async def debts() -> list[int]:
        async with bank.at_work() as w:
            return sorted(i.open_cents for i in await open_items(w, bank.building, owner_id=owner))

    before = await debts()
    one = await statement(bank, pay(before[0], "X", PAYER))
    (line,) = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, line.move.id, [Share(Target(owner_id=owner), before[0])])
        await confirm(w, line.move.id)
    assert await debts() != before
    (back,) = await lines(bank, await sent(bank, the_return(-before[0], "X", PAYER, old=before[0])))
    assert back.move.returned and back.move.cents == -before[0] and not back.certain
    assert [s.target.owner_id for s in back.ready] == [owner] * len(back.ready) and back.ready
    async with bank.at_work() as w:
        await confirm(w, back.move.id)
    assert await debts() == before


async def test_two_unknown_depositors_are_not_one_person(bank: Books) -> None:
    one = await sent(bank, case("two_cash_deposits_without_payer.xml"))
    first, second = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, first.move.id, [Share(Target(owner_id=bank.owner()), first.move.cents)])
        await confirm(w, first.move.id)
        assert await w.value("select count(*) from match_rule") == 0
        assert await confirm_certain(w, one) == 0
    assert (await lines(bank, one))[1].proposal is None and second.proposal is None


async def test_an_account_that_paid_for_one_may_pay_for_another(bank: Books) -> None:
    one = await statement(bank, *(pay(1_000 + n, "KANTOOR PUNT", PAYER, text=f"lot {n}") for n in range(4)))
    first, second, *_ = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, first.move.id, [Share(Target(owner_id=bank.owner()), 1_000)])
        await confirm(w, first.move.id)
        assert await confirm_certain(w, one) == 0
    proposed = (await lines(bank, one))[1].proposal
    assert proposed and proposed.by == "rule" and not proposed.certain
    async with bank.at_work() as w:
        rule = await w.value("select id from match_rule")
        await learning.vouch(w, rule, sole=True)
        assert (await statement_view(w, one)).waiting == 3
        await choose(w, second.move.id, [Share(Target(owner_id=bank.owner("T2")), 1_001)])
        await confirm(w, second.move.id)  # it does pay for another after all
        assert not await w.value("select sole from match_rule where id = %(r)s", r=rule)
        assert await confirm_certain(w, one) == 0
    assert [x.proposal for x in (await lines(bank, one))[2:]] == [None, None]


async def test_words_alone_are_never_said_to_be_for_one_only(bank: Books) -> None:
    one = await statement(bank, pay(-1_000, "", text="PRIME ASSURANCE 1"))
    (line,) = await lines(bank, one)
    async with bank.at_work() as w:
        await choose(w, line.move.id, [Share(Target(account="650"), -1_000)])
        await confirm(w, line.move.id)
        rule = await w.value("select id from match_rule")
        with pytest.raises(Conflict, match="account number"):
            await learning.vouch(w, rule, sole=True)
        await learning.forget(w, rule)
        assert await w.value("select count(*) from match_rule") == 0
        assert await w.value("select count(*) from audit_entry where action = 'match_rule.forgotten'") in (0, 1)


async def test_a_message_is_found_however_it_is_spelt(bank: Books) -> None:
    async with bank.at_work() as w:
        for lot, base in (("T1", 1_000_011), ("T2", 1_000_020)):
            await w.execute(
                """insert into payment_reference (organization_id, building_id, owner_id, base)
                   select organization_id, id, %(o)s, %(n)s from building where id = %(b)s""",
                o=bank.owner(lot), b=bank.building, n=base,
            )  # fmt: skip
        name = await w.value("select name from owner where id = %(o)s", o=bank.owner("T2"))
    one = await sent(bank, case("ogm_variants.xml", **{"SCHMITZ Dirk": name}))
    found = await lines(bank, one)
    mine, both = Target(owner_id=bank.owner()), (Target(owner_id=bank.owner()), Target(owner_id=bank.owner("T2")))
    for n in (*range(1, 13), 14, 19):
        line = found[n - 1]
        assert line.certain and line.ready == (Share(mine, line.move.cents),), n
    split = found[12]
    assert not split.certain and not split.ready and split.proposal and split.proposal.split == both
    with pytest.raises(Invalid, match="Say first"):
        async with bank.at_work() as w:
            await confirm(w, split.move.id)
    assert found[14].ready[0].target == both[1] and found[14].certain
    assert not found[15].certain and not found[16].certain  # the agent, without a message
    behind = found[17]
    assert behind.move.ultimate == name and behind.proposal and not behind.certain
    assert (behind.proposal.by, behind.ready[0].target) == ("name", both[1])
    async with bank.at_work() as w:
        assert await confirm_certain(w, one) == 15
    found = await lines(bank, one)
    assert found[15].proposal is None and found[16].proposal is None  # it has paid for two


async def test_a_batch_with_charges_is_taken_and_its_charges_are_costs(bank: Books) -> None:
    data = case("camt_batch_with_charges.xml", BE63363120441708=SUPPLIER, BE09240077120357=SUPPLIER)
    (line,) = await lines(bank, await sent(bank, data))
    assert [d.cents for d in line.details] == [-100_000, -50_000, -2_600]
    assert line.proposal and not line.certain and line.ready[2] == Share(Target(account="650"), -2_600)
    assert [s.target.supplier_id for s in line.ready[:2]] == [bank.supplier] * 2
