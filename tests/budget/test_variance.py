"""A year against its budget: the lines add up with the books, what runs over is told of once."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koprogo_app.budget.facts import Line, Months
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.rules.variance import FIGURES, Row, actuals, by_place, compare, slots
from koprogo_app.budget.service import alerts, budgets, lines
from koprogo_app.budget.service.variance import set_alert_percent, variance
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, Invalid
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.queries.reports import income_statement
from koprogo_app.ledger.service import books as ledger
from tests.budget.plans import VOTE, in_force
from tests.draws import rounds
from tests.ledger.books import Books

YEARS = [Months.of(date(2025, 1, 1), date(2025, 12, 31)), Months.of(date(2026, 1, 1), date(2026, 12, 31))]
KEYS = [UUID(int=1), UUID(int=2)]
CODES = ["6100", "61000", "61210", "6140", "643", "700", "701", "551", "6110"]
_DAY = st.dates(date(2024, 12, 1), date(2027, 1, 31))
postings = st.lists(st.tuples(_DAY, st.sampled_from(CODES), st.integers(-(10**7), 10**7), st.booleans()), max_size=60)


def frame(rows: list[tuple[date, str, int, bool]]) -> pl.LazyFrame:
    """Postings as the ledger's frame: day, account, cents (a credit negative), whether it ends the year."""
    return pl.DataFrame(
        {
            "day": [r[0] for r in rows],
            "account": [int(r[1]) for r in rows],
            "profit_loss": [r[1] >= "6" for r in rows],
            "result": [r[3] for r in rows],
            "debit": [max(r[2], 0) for r in rows],
            "credit": [max(-r[2], 0) for r in rows],
        },
        schema={"day": pl.Date, "account": pl.Int64, "profit_loss": pl.Boolean, "result": pl.Boolean,
                "debit": pl.Int64, "credit": pl.Int64},
    ).lazy()  # fmt: skip


def line(code: str, cents: int, key: UUID | None = None, profile: list[int] | None = None) -> Line:
    nature = "reserve" if code.startswith("70") else "extraordinary" if code.startswith("611") else "ordinary"
    return Line(uuid4(), uuid4(), 1, code, nature, key, cents, "", profile or [], 1)


@settings(max_examples=rounds(150))
@given(
    postings,
    st.lists(
        st.tuples(st.sampled_from(["61", "6100", "61210", "614", "700", "6110"]), st.sampled_from([None, *KEYS])),
        unique=True, max_size=8,
    ),
    st.lists(st.integers(0, 10**7), min_size=8, max_size=8),
    st.dictionaries(
        st.tuples(st.sampled_from(CODES), st.sampled_from(KEYS)),
        st.lists(st.integers(-(10**6), 10**6), min_size=24, max_size=24), max_size=4,
    ),
    st.integers(0, 12),
)  # fmt: skip
def test_the_lines_add_up_with_the_books(
    rows: list[tuple[date, str, int, bool]],
    places: list[tuple[str, UUID | None]],
    cents: list[int],
    keyed: dict[tuple[str, UUID | None], list[int]],
    to: int,
) -> None:
    given_lines = [line(code, amount, key) for (code, key), amount in zip(places, cents, strict=False)]
    spent = by_place(actuals(frame(rows), YEARS), keyed)
    found = compare(
        given_lines, {c: m[12:] for c, m in spent.items()}, {c: m[:12] for c, m in spent.items()}, {}, YEARS[1], to
    )
    whole = found.all

    def booked(first: date, last: date) -> int:
        return sum(
            amount if code[0] == "6" else -amount
            for day, code, amount, result in rows
            if first <= day <= last and not result and (code[0] == "6" or code == "700")
        )

    assert sum(whole.actual) == booked(date(2026, 1, 1), date(2026, 12, 31))
    assert sum(whole.last) == booked(date(2025, 1, 1), date(2025, 12, 31))
    if to:
        assert whole.total("actual_to_date") == booked(date(2026, 1, 1), YEARS[1].last_day(to - 1))
    assert whole.total("year_budget") == sum(one.cents for one in given_lines)
    for sums in (found.by_nature, found.by_group, found.by_key):
        for figure in FIGURES:
            assert sum(one.total(figure) for one in sums) == whole.total(figure)
        assert [sum(month) for month in zip(*[one.actual for one in sums], strict=True)] == list(
            whole.actual if sums else []
        )


def test_an_account_belongs_to_the_longest_line_and_the_rest_is_said_too() -> None:
    rows = [
        (date(2026, 1, 3), "61000", 10_00, False),
        (date(2026, 2, 3), "61210", 20_00, False),
        (date(2026, 2, 3), "643", 5_00, False),
        (date(2026, 3, 3), "700", -40_00, False),
        (date(2026, 12, 31), "61210", -20_00, True),
    ]
    found = compare(
        [line("61", 120_00), line("61210", 12_00, profile=[0, 1] + [0] * 10), line("700", 40_00)],
        by_place(actuals(frame(rows), YEARS[1:]), {}), {}, {("61000", None): 7_00, ("6110", None): 3_00}, YEARS[1], 2,
    )  # fmt: skip
    seen = {row.code: row for row in found.rows}
    assert list(seen) == ["61", "61210", "643", "700"]
    assert seen["61"].committed == 10_00 and seen["61"].forecast == 10_00 + 100_00
    electricity = seen["61210"]
    assert (electricity.actual_to_date, electricity.budget_to_date, electricity.gap) == (20_00, 12_00, 8_00)
    assert electricity.forecast == 20_00 and electricity.over(66) and not electricity.over(67)
    assert seen["700"].actual[2] == 40_00 and not seen["700"].over(1)
    assert not seen["643"].budgeted and seen["643"].over(100)


def test_the_months_of_a_year_that_does_not_begin_in_january() -> None:
    first, table = slots([Months.of(date(2025, 2, 28), date(2026, 2, 27))])
    assert first == date(2025, 2, 28) and len(table) == 365
    assert [table[(day - first).days] for day in (date(2025, 3, 27), date(2025, 3, 28), date(2026, 2, 27))] == [
        0,
        1,
        11,
    ]
    gap = [Months.of(date(2024, 1, 1), date(2024, 1, 31)), Months.of(date(2024, 3, 1), date(2024, 3, 31))]
    assert slots(gap)[1].count(-1) == 29 and slots(gap)[1][-1] == 1


async def spent(books: Books) -> None:
    """Insurance paid at once, 12 % more electricity than three months of budget, an account without a line."""
    await books.post(
        books.invoice(3_360_00, "61210", date(2026, 3, 10)),
        books.invoice(1_700_00, "6140", date(2026, 1, 5)),
        books.invoice(42_00, "61600", date(2026, 2, 5)),
        books.reserve_call(300_00),
    )


async def test_against_the_books_of_a_building(books: Books) -> None:
    await in_force(books)
    await spent(books)
    async with books.at_work("board_tilia") as w:
        seen = await variance(w, books.building, 2026)
        statement = await income_statement(w, books.building)
        with pytest.raises(Invalid):
            await variance(w, books.building, 2026, date(2027, 1, 1))
        january = await variance(w, books.building, 2026, date(2026, 1, 31))
    assert seen.variance.to == 3 and january.variance.to == 1 and seen.last_day == date(2026, 3, 31)
    rows = {row.code: row for row in seen.variance.rows}
    assert list(rows) == ["61210", "614", "61600", "6110", "700"]
    assert rows["61210"].budget_to_date == 3_000_00 and rows["61210"].actual_to_date == 3_360_00
    assert [row.code for row in seen.over] == ["61210", "614", "61600"]
    assert seen.variance.all.total("actual_to_date") == statement.costs.now + 300_00
    assert january.variance.all.total("actual_to_date") == 1_700_00 + 300_00
    assert seen.label("61600", "fr") and seen.label("614", "en") == "Insurance"


async def test_what_is_ordered_counts_as_committed(books: Books) -> None:
    await in_force(books)
    async with work(SYSTEM) as w:
        await w.execute(
            """insert into commitment (organization_id, building_id, account_code, label, cents, ordered_on)
               select organization_id, id, '61210', 'New meter', 250000, '2026-03-02' from building where id = %(b)s""",
            b=books.building,
        )
    async with books.at_work() as w:
        row = {row.code: row for row in (await variance(w, books.building, 2026)).variance.rows}["61210"]
    assert (row.committed, row.forecast) == (2_500_00, 9_000_00)


async def test_a_supplementary_budget_counts_once_it_is_voted(books: Books) -> None:
    await in_force(books)
    async with books.at_work() as w:
        extra = await budgets.create(w, books.building, 2026, supplementary=True, label="Meter")
        await lines.replace_lines(w, extra.id, [{"account_code": "61210", "cents": 1_200_00}])
        before = (await variance(w, books.building, 2026)).variance.all.total("year_budget")
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, extra.id)
        await budgets.vote(w, extra.id, VOTE)
        after = (await variance(w, books.building, 2026)).variance.all.total("year_budget")
    assert (before, after) == (22_200_00, 23_400_00)


async def test_a_line_is_told_of_once_a_month_by_mail_and_on_the_page(books: Books) -> None:
    await in_force(books)
    await spent(books)
    async with books.at_work() as w:
        told = await alerts.raise_alerts(w, books.building)
    assert [row.code for row in told] == ["61210", "614", "61600"]
    async with books.at_work() as w:
        assert await alerts.raise_alerts(w, books.building) == []
        found = await queries.alerts(w, books.building, month=date(2026, 3, 1))
        assert [(a.account_code, a.budget_cents, a.actual_cents) for a in found] == [
            ("61210", 3_000_00, 3_360_00), ("614", 1_500_00, 1_700_00), ("61600", 0, 42_00),
        ]  # fmt: skip
    async with work(SYSTEM) as w:
        mails = await w.value("select array_agg(recipient order by recipient) from mail where purpose = 'budget_alert'")
        body = await w.value("select body_text from mail where recipient = 'board_tilia@example.be'")
    assert mails == ["board_tilia@example.be", "syndic_a@example.be"]
    assert "61210" in body and "+12 %" in body and f"/buildings/{books.building}/budget/variance?year=2026" in body
    async with books.at_work(now=datetime(2026, 4, 2, 9, 0, tzinfo=UTC)) as w:
        assert [row.code for row in await alerts.raise_alerts(w, books.building)] == ["61600"]


async def test_the_excess_that_is_told_of_is_set_by_the_building(books: Books) -> None:
    await in_force(books)
    await spent(books)
    async with books.at_work() as w:
        for bad in ("0", "101", "x"):
            with pytest.raises(Invalid):
                await set_alert_percent(w, books.building, bad)
        assert await set_alert_percent(w, books.building, "15") == 15
        assert [row.code for row in (await variance(w, books.building, 2026)).over] == ["61600"]
    async with books.at_work("board_tilia") as w:
        with pytest.raises(Forbidden):
            await set_alert_percent(w, books.building, "20")


async def test_no_alert_without_a_budget_in_force(books: Books) -> None:
    await spent(books)
    async with books.at_work() as w:
        assert await alerts.raise_alerts(w, books.building) == []
        await ledger.add_year(w, books.building)


@pytest.mark.parametrize(("spent", "over"), [(109_99, False), (110_00, False), (110_01, True)])
def test_exactly_the_limit_is_not_over_and_one_cent_more_is(spent: int, over: bool) -> None:
    rows = [(date(2026, 1, 3), "61210", spent, False)]
    found = compare(
        [line("61210", 100_00, profile=[1] + [0] * 11)], by_place(actuals(frame(rows), YEARS[1:]), {}), {}, {},
        YEARS[1], 1,
    )  # fmt: skip
    assert found.rows[0].over(10) is over


@pytest.mark.parametrize(("spent", "over"), [(-1, False), (0, False), (1, True)])
def test_where_nothing_is_budgeted_any_cent_is_over(spent: int, over: bool) -> None:
    months = (spent,) + (0,) * 11
    assert Row("61210", "ordinary", None, (0,) * 12, months, (0,) * 12, 0, 1, False).over(50) is over


def test_exactly_an_income_that_was_budgeted_is_not_over() -> None:
    months = (-100_00,) + (0,) * 11
    assert not Row("6199", "ordinary", None, months, months, (0,) * 12, 0, 1).over(10)


def test_an_own_account_below_the_reserve_calls_is_one() -> None:
    rows = [(date(2026, 1, 3), "7001", -40_00, False), (date(2026, 1, 3), "701", -50_00, False)]
    assert actuals(frame(rows), YEARS[1:]) == {"7001": [40_00] + [0] * 11}
