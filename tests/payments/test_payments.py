"""Payments by hand, refunds, credits across funds, instalment plans, and the account that shows them."""

from datetime import date

import pytest

from koprogo_app.calls.queries.owner_account import account_page, settled_rows
from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.calls.rules import plans as rules
from koprogo_app.calls.rules.plans import Term, followed, spread, state
from koprogo_app.calls.service import plans
from koprogo_app.calls.service.claims import kept_lines
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import payments
from koprogo_app.payments.service.payments import Money
from tests.calls.calls import called
from tests.ledger.books import Books


def money(cents: int, journal: str = "BQE", on: date = date(2026, 3, 12)) -> Money:
    return Money(cents, on, journal, "EXT 12", "Virement")


async def balance(w, books: Books) -> dict[str, int]:
    result: dict[str, int] = {}
    for item in await open_items(w, books.building, owner_id=books.owner()):
        result[item.account] = result.get(item.account, 0) + item.open_cents
    return result


async def test_a_payment_a_refund_and_nothing_beyond_the_credit(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
        await payments.receive(w, books.building, books.owner(), money(50_000))
        assert await balance(w, books) == {"4101": -1_999}
        with pytest.raises(Invalid) as refusal:
            await payments.refund(w, books.building, books.owner(), money(2_000))
        assert refusal.value.field == "amount"
        await payments.refund(w, books.building, books.owner(), money(1_999))
        assert await balance(w, books) == {}
        rows = (await account_page(w, books.building, books.owner())).rows
        assert rows[0].balance == 0 == sum(row.cents for row in rows)
        assert rows[0].cents == 1_999
        assert sum(row.cents for row in await settled_rows(w, books.building, books.owner())) == 50_000


async def test_money_on_the_reserve_account_pays_the_reserve_first(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
        await payments.receive(w, books.building, books.owner(), money(8_000, "BQR"))
        assert await balance(w, books) == {"4101": 40_001}


async def test_a_named_debt_is_paid_first(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
        reserve = next(i for i in await open_items(w, books.building, owner_id=books.owner()) if i.account == "4100")
        await payments.receive(w, books.building, books.owner(), money(8_000), [reserve.line_id])
        assert await balance(w, books) == {"4101": 40_001}


async def test_a_credit_of_one_fund_pays_the_other_by_a_transfer(books: Books) -> None:
    async with books.at_work() as w:
        await payments.receive(w, books.building, books.owner(), money(43_001, on=date(2026, 2, 1)))
        await called(w, books)
        assert await balance(w, books) == {"4101": -3_000, "4100": 8_000}
        assert await payments.use_credit(w, books.building, books.owner()) == 3_000
        assert await balance(w, books) == {"4100": 5_000}
        with pytest.raises(Conflict):
            await payments.use_credit(w, books.building, books.owner())


async def test_what_is_refused_names_its_field(books: Books) -> None:
    async with books.at_work() as w:
        for wrong, field in ((money(0), "amount"), (money(1, "APP"), "journal"), (money(1, "XXX"), "journal")):
            with pytest.raises(Invalid) as refusal:
                await payments.receive(w, books.building, books.owner(), wrong)
            assert refusal.value.field == field
    async with books.at_work("board_tilia") as w:
        with pytest.raises(Forbidden):
            await payments.receive(w, books.building, books.owner(), money(1))


def test_terms_are_spread_checked_and_followed() -> None:
    terms = spread(1_000, 3, date(2026, 1, 31))
    assert [(t.due_on, t.cents) for t in terms] == [
        (date(2026, 1, 31), 334), (date(2026, 2, 28), 333), (date(2026, 3, 31), 333)]  # fmt: skip
    assert rules.check(terms, 1_000) == terms
    with pytest.raises(Invalid):
        rules.check(terms, 999)
    with pytest.raises(Invalid):
        rules.check([Term(date(2026, 1, 1), 5), Term(date(2026, 1, 1), 5)], 10)
    paid = followed(terms, 400)
    assert [t.paid_cents for t in paid] == [334, 66, 0]
    assert state(paid, ended=False, today=date(2026, 2, 28)) == "kept"
    assert state(paid, ended=False, today=date(2026, 3, 1)) == "late"
    assert state(followed(terms, 1_000), ended=False, today=date(2027, 1, 1)) == "done"
    assert state(paid, ended=True, today=date(2026, 2, 28)) == "ended"


async def test_a_plan_is_kept_by_what_is_paid(books: Books) -> None:
    async with books.at_work() as w:
        await called(w, books)
        terms = spread(48_001, 4, date(2026, 3, 10))
        plan = await plans.agree(w, books.building, books.owner(), terms, note="Par téléphone")
        with pytest.raises(Conflict):
            await plans.agree(w, books.building, books.owner(), terms)
        (row,) = await plans_of(w, books.building, books.owner())
        assert (row.cents, row.paid_cents, await kept_lines(w, books.building)) == (48_001, 0, set())
        await payments.receive(w, books.building, books.owner(), money(12_001))
        (row,) = await plans_of(w, books.building)
        assert row.paid_cents == 12_001
        assert await kept_lines(w, books.building) == set(row.line_ids) and len(row.line_ids) == 2
        with pytest.raises(Invalid):
            await plans.end(w, plan.id, "")
        await plans.end(w, plan.id, "Payé autrement")
        assert await kept_lines(w, books.building) == set()
    async with books.at_work("owner_tilia") as w:
        assert len(await plans_of(w, books.building, books.owner())) == 1
        with pytest.raises(Forbidden):
            await plans_of(w, books.building)
