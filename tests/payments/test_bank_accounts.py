"""The association's accounts at banks: numbers checked, names, funds apart, and their place in the books."""

import pytest

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid, NotFound
from koprogo_app.ledger.queries import books as ledger
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.payments.rules import funds
from koprogo_app.payments.service.bank_accounts import BANK_ACCOUNT, open_account
from tests.ledger.books import Books

WORKING, RESERVE = "BE68 5390 0754 7034", "BE54 0000 0000 9797"


async def test_the_two_funds_take_the_charts_accounts(books: Books) -> None:
    async with books.at_work() as w:
        one = await open_account(w, books.building, {"iban": WORKING, "fund": "working", "bic": "gkcc be bb"})
        two = await open_account(w, books.building, {"iban": RESERVE, "fund": "reserve"})
    assert (one.iban, one.bic, one.account, one.journal) == ("BE68539007547034", "GKCCBEBB", "551", "BQE")
    assert (two.account, two.journal, two.holder) == ("550", "BQR", "Tilia")
    async with books.at_work() as w:
        assert [row.id for row in await bank_accounts(w, books.building)] == [one.id, two.id]


async def test_further_accounts_get_their_own_place_in_the_books(books: Books) -> None:
    numbers = {"working": "551", "reserve": "550", "other": "552"}
    async with books.at_work() as w:
        for n, fund in enumerate(("working", "reserve", "other", "working", "reserve", "other"), 1):
            base = f"{539_000_000 + n:010d}"
            check = int(base) % 97 or 97
            digits = f"{base}{check:02d}"
            iban = f"BE{98 - int(f'{digits}111400') % 97:02d}{digits}"
            row = await open_account(w, books.building, {"iban": iban, "fund": fund})
            assert row.account == (numbers[fund] if n <= 3 else {4: "553", 5: "533", 6: "554"}[n])
        chart = await ledger.posting_accounts(w, books.building)
        rows = await bank_accounts(w, books.building)
    assert all(chart[row.account].postable for row in rows) and len({row.journal for row in rows}) == 6


async def test_a_heading_with_accounts_of_ones_own_is_kept(books: Books) -> None:
    from koprogo_app.ledger.service.books import add_account

    async with books.at_work() as w:
        await add_account(w, books.building, "5511", {"fr": "Compte à vue"})
        assert (await open_account(w, books.building, {"iban": WORKING, "fund": "working"})).account == "5511"


async def test_numbers_and_names_are_checked(books: Books) -> None:
    for values, field in (
        ({"iban": "BE68 5390 0754 7035", "fund": "working"}, "iban"),
        ({"iban": "", "fund": "working"}, "iban"),
        ({}, "iban"),
        ({"iban": WORKING, "fund": "mine"}, "fund"),
        ({"iban": WORKING, "fund": "working", "bic": "KREDBE"}, "bic"),
    ):
        with pytest.raises(Invalid) as refused:
            async with books.at_work() as w:
                await open_account(w, books.building, values)
        assert refused.value.field == field
    with pytest.raises(AgainstTheLaw, match="its own name") as unlawful:
        async with books.at_work() as w:
            await open_account(w, books.building, {"iban": WORKING, "fund": "working", "holder": "syndic  a"})
    assert unlawful.value.article == "3.86 §3"
    async with books.at_work() as w:
        await open_account(w, books.building, {"iban": WORKING, "fund": "working"})
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await open_account(w, books.building, {"iban": WORKING, "fund": "reserve"})


async def test_changing_and_taking_out_of_use(books: Books) -> None:
    async with books.at_work() as w:
        row = await open_account(w, books.building, {"iban": WORKING, "fund": "working"})
        changed = await BANK_ACCOUNT.change(w, row.id, row.version, {"holder": "ACP Tilia"})
        assert changed.holder == "ACP Tilia" and changed.version == row.version + 1
        with pytest.raises(Conflict, match="Somebody else"):
            await BANK_ACCOUNT.change(w, row.id, row.version, {"holder": "Tilia"})
        with pytest.raises(AgainstTheLaw, match="its own name"):
            await BANK_ACCOUNT.change(w, row.id, None, {"holder": "Syndic A"})
        assert (await BANK_ACCOUNT.use(w, row.id, used=False)).archived_at
        assert await bank_accounts(w, books.building) == []
        with pytest.raises(Invalid):
            await BANK_ACCOUNT.change(w, row.id, None, {"iban": RESERVE})
    acts = ["bank_account.added", "bank_account.updated", "bank_account.archived"]
    async with books.at_work("admin") as w:
        said = await w.value("select array_agg(action order by seq) from audit_entry where entity = 'bank_account'")
    assert said == acts


async def test_who_may(books: Books) -> None:
    for name, error in (("board_tilia", Forbidden), ("syndic_b", NotFound), ("owner_tilia", Forbidden)):
        with pytest.raises(error):
            async with books.at_work(name) as w:
                await open_account(w, books.building, {"iban": WORKING, "fund": "working"})


def test_what_the_law_misses() -> None:
    assert [r.article.code for r in funds.missing_funds(()) if r.article] == ["3.86 §3", "3.86 §3"]
    assert [r.message for r in funds.missing_funds({"working"})] == [funds.MISSING["reserve"]]
    assert funds.missing_funds({"working", "reserve", "other"}) == []
