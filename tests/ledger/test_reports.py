"""Trial balance, balance sheet, income statement, and the frame they are added up from."""

from datetime import date
from uuid import UUID

from koprogo_app.ledger.queries import frames, reports
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books as commands
from koprogo_app.ledger.service import closing, entries
from tests.ledger.books import LATER, NOW, Books


def shown(found: reports.TrialBalance) -> dict[str, tuple[int, int, int, int]]:
    return {row.code: (row.opening, row.debit, row.credit, row.closing) for row in found.rows}


async def test_a_trial_balance_of_the_year_and_of_a_month(books: Books) -> None:
    await books.post(books.call(100_00), books.paid(40_00), books.invoice(30_00))
    async with books.at_work() as w:
        year = await reports.trial_balance(w, books.building)
        assert shown(year) == {
            "4101": (0, 100_00, 40_00, 60_00),
            "440": (0, 0, 30_00, -30_00),
            "551": (0, 40_00, 0, 40_00),
            "61210": (0, 30_00, 0, 30_00),
            "701": (0, 0, 100_00, -100_00),
        }
        assert (year.debit, year.credit, year.balanced) == (170_00, 170_00, True)
        month = await reports.trial_balance(w, books.building, date(2026, 2, 1), date(2026, 2, 28))
        assert shown(month)["4101"] == (60_00, 0, 0, 60_00)
        assert shown(month)["701"] == (-100_00, 0, 0, -100_00)
        assert month.balanced
        before = await reports.trial_balance(w, books.building, end=date(2026, 1, 15))
        assert "551" not in shown(before) and before.balanced


async def test_the_frame_grows_by_what_was_posted_and_forgets_what_was_rolled_back(books: Books) -> None:
    frames.forget()
    await books.post(books.call(100_00))
    async with books.at_work() as w:
        await reports.trial_balance(w, books.building)
    held = frames._held[books.building].frame
    await books.post(books.paid(40_00))
    async with books.at_work() as w:
        assert shown(await reports.trial_balance(w, books.building))["4101"][3] == 60_00
        assert (held.height, frames._held[books.building].frame.height) == (2, 4)
    try:
        async with books.at_work() as w:
            await entries.post(w, books.building, books.paid(1_00))
            await w.execute("set constraints all immediate")
            assert shown(await reports.trial_balance(w, books.building))["4101"][3] == 59_00
            raise KeyError
    except KeyError:
        pass
    await books.post(books.paid(7_00))
    async with books.at_work() as w:
        assert shown(await reports.trial_balance(w, books.building))["4101"][3] == 53_00


async def test_statements_stand_beside_the_year_before(books: Books) -> None:
    await books.post(books.call(100_00), books.reserve_call(50_00), books.paid(100_00), books.invoice(30_00),
                     books.paid(50_00, bank="550", account="4100"))  # fmt: skip
    async with books.at_work(now=LATER) as w:
        (year,) = await closing.books.years(w, books.building)
        await closing.close_year(w, year.id)
    await books.post(books.call(80_00, on=date(2027, 1, 5)), books.invoice(90_00, on=date(2027, 3, 1)))
    async with books.at_work() as w:
        income = await reports.income_statement(w, books.building, date(2027, 1, 1), date(2027, 12, 31))
        assert (income.income.now, income.costs.now, income.result) == (80_00, 90_00, -10_00)
        assert (income.income.before, income.costs.before, income.result_before) == (150_00, 30_00, 120_00)
        sheet = await reports.balance_sheet(w, books.building, date(2027, 12, 31))
        assert sheet.balanced and sheet.day_before == date(2026, 12, 31)
        assert {row.account.code: (row.now, row.before) for row in sheet.assets.rows} == {
            "4101": (80_00, 0), "550": (50_00, 50_00), "551": (100_00, 100_00),
        }  # fmt: skip
        assert {row.account.code: (row.now, row.before) for row in sheet.liabilities.rows} == {
            "14": (70_00, 70_00), "160": (50_00, 50_00), "440": (120_00, 30_00),
        }  # fmt: skip
        assert (sheet.result, sheet.result_before) == (-10_00, 0)
        first = await reports.balance_sheet(w, books.building, date(2026, 6, 30))
        assert first.balanced and first.day_before is None and first.result == 120_00
        closed = await reports.trial_balance(w, books.building, date(2026, 1, 1), date(2026, 12, 31))
        assert shown(closed)["701"] == (0, 0, 100_00, -100_00) and closed.balanced


async def test_an_earlier_year_still_open_is_not_lost(books: Books) -> None:
    async with books.at_work() as w:
        await closing.add_year(w, books.building)
    await books.post(books.call(100_00), books.call(80_00, on=date(2027, 1, 5)))
    async with books.at_work() as w:
        found = await reports.trial_balance(w, books.building, date(2027, 1, 1), date(2027, 12, 31))
    assert found.earlier_result == -100_00 and found.balanced
    assert shown(found) == {"4101": (100_00, 80_00, 0, 180_00), "701": (0, 0, 80_00, -80_00)}


async def test_all_buildings_at_once(books: Books) -> None:
    """In one frame, kept until one of the ledgers grows."""
    fagus = books.world.buildings["fagus"]
    async with books.at_work() as w:
        await commands.open_ledger(w, fagus)
        await entries.post(w, fagus, Draft("OD", NOW.date(), "X", [DraftLine("551", 5), DraftLine("701", -5)]))

    async def found() -> list[tuple[object, ...]]:
        async with books.at_work() as w:
            both = [books.building, books.world.buildings["tilia"], fagus]
            return sorted((await reports.trial_balances(w, both, date(2026, 1, 1), date(2026, 12, 31))).rows())

    def row(building: UUID, code: int, debit: int, credit: int) -> tuple[object, ...]:
        return (str(building), code, 0, debit, credit, 0)

    other = [row(fagus, 701, 0, 5), row(fagus, 551, 5, 0)]
    await books.post(books.call(100_00))
    assert await found() == sorted([row(books.building, 701, 0, 100_00), row(books.building, 4101, 100_00, 0), *other])
    kept = frames._joined[0][1]
    await found()
    assert frames._joined[0][1] is kept
    await books.post(books.call(1_00))
    assert await found() == sorted([row(books.building, 701, 0, 101_00), row(books.building, 4101, 101_00, 0), *other])
    async with books.at_work() as w:
        assert (await reports.trial_balances(w, [], date(2026, 1, 1), date(2026, 12, 31))).is_empty()
