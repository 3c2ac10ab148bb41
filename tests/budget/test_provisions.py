"""Provisions add up to the budget, instalment by instalment and lot by lot, to the cent."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.budget.facts import Line, Months
from koprogo_app.budget.rules.lines import by_month
from koprogo_app.budget.rules.provisions import calendar, provisions
from koprogo_app.budget.service import budgets, lines
from koprogo_app.budget.service.provisions import call_funds, preview
from koprogo_app.calls.service.call_posting import cancel, post
from koprogo_app.estate.service.keys import KEY
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.law.refusal import Refused
from tests.budget.plans import draft, in_force
from tests.ledger.books import Books

YEAR = Months.of(date(2026, 1, 1), date(2026, 12, 31))
KEYS: list[UUID | None] = [None, UUID(int=1), UUID(int=2)]


def line(nature: str, key: UUID | None, cents: int, code: str = "61210") -> Line:
    return Line(uuid4(), uuid4(), 1, code, nature, key, cents, "", [], 1)


lines_of = st.lists(
    st.builds(
        line, st.sampled_from(["ordinary", "extraordinary", "reserve"]), st.sampled_from(KEYS), st.integers(0, 10**9)
    ),
    max_size=12,
)
weights_of = st.lists(st.tuples(*[st.integers(0, 10**6)] * len(KEYS)), min_size=1, max_size=30)


@given(lines_of, weights_of, st.integers(1, 12))
def test_every_instalment_and_every_lot_add_up(given_lines: list[Line], rows: list[tuple[int, ...]], days: int) -> None:
    lots = [UUID(int=100 + i) for i in range(len(rows))]
    weights = {key: {lot: row[i] for lot, row in zip(lots, rows, strict=True)} for i, key in enumerate(KEYS)}
    if any(one.cents and not any(weights[one.key_id].values()) for one in given_lines):
        with pytest.raises(Refused):
            provisions(given_lines, list(YEAR.starts[:days]), weights)
        return
    asked = provisions(given_lines, list(YEAR.starts[:days]), weights)
    total = sum(one.cents for one in given_lines)
    assert asked.cents == total
    assert sum(asked.of_lot(lot) for lot in lots) == total
    for instalment in asked.instalments:
        for part in instalment.parts:
            assert sum(part.by_lot.values()) == part.cents
            whole = sum(weights[part.key_id].values())
            for lot, cents in part.by_lot.items():
                assert abs(cents * whole - part.cents * weights[part.key_id][lot]) < whole  # under a cent from exact
    for nature in ("ordinary", "extraordinary", "reserve"):
        assert sum(asked.of_lot(lot, nature) for lot in lots) == sum(
            one.cents for one in given_lines if one.nature == nature
        )


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 100), max_size=14), st.integers(1, 24))
def test_an_amount_over_the_months_is_exact(cents: int, profile: list[int], months: int) -> None:
    found = by_month(cents, profile, months)
    assert len(found) == months and sum(found) == cents


def test_the_days_of_the_calendar() -> None:
    assert calendar("monthly", YEAR) == list(YEAR.starts)
    assert calendar("quarterly", YEAR) == [date(2026, m, 1) for m in (1, 4, 7, 10)]
    own = [date(2026, 9, 15), date(2026, 2, 1)]
    assert calendar("free", YEAR, own) == sorted(own)
    broken = Months.of(date(2025, 7, 15), date(2026, 7, 14))
    assert len(broken) == 12 and calendar("quarterly", broken)[1] == date(2025, 10, 15)
    assert [broken.last_day(i) for i in (0, 11)] == [date(2025, 8, 14), date(2026, 7, 14)]
    assert [broken.begun(day) for day in (date(2025, 7, 14), date(2025, 8, 14), date(2026, 8, 1))] == [0, 1, 12]


async def test_a_budget_by_two_keys(books: Books) -> None:
    row = await draft(books)
    async with books.at_work("syndic_a") as w:
        lots = [books.world.lots[name] for name in ("T1", "T2", "T3")]
        lift = await KEY.add(
            w, books.building, {"name": "Lift"}, weights={lots[0]: 1, lots[1]: 2}, since=date(2026, 1, 1)
        )
        empty = await KEY.add(w, books.building, {"name": "Nobody"})
        await lines.replace_lines(
            w, row.id,
            [{"account_code": "61010", "cents": 100_00, "key_id": str(lift.id)},
             {"account_code": "614", "cents": 10_01}, {"account_code": "700", "cents": 7}],
        )  # fmt: skip
        seen = await preview(w, books.building, 2026)
        assert [one.cents for one in seen.provisions.instalments] == [2753, 2752, 2752, 2751]
        by_lot = [seen.provisions.of_lot(lot) for lot in lots]
        assert sum(by_lot) == 110_08
        assert [seen.provisions.of_lot(lot, "reserve") for lot in lots] == [4, 3, 0]
        assert (
            seen.provisions.of_lot(lots[2]) == seen.provisions.of_lot(lots[2], "ordinary") == 249
        )  # each instalment is exact by itself
        assert (seen.key_name(lift.id, "fr"), seen.key_name(None, "en")) == ("Lift", "Shares")
        await lines.replace_lines(w, row.id, [{"account_code": "614", "cents": 1, "key_id": str(empty.id)}])
        with pytest.raises(Invalid):
            await preview(w, books.building, 2026)
        await budgets.delete(w, row.id)


async def test_one_call_asks_what_the_preview_shows(books: Books) -> None:
    row = await draft(books)
    async with books.at_work() as w:
        with pytest.raises(Conflict, match="once the assembly has voted"):
            await call_funds(w, books.building, 2026)
        await budgets.delete(w, row.id)
    await in_force(books)
    async with books.at_work() as w:
        call = await call_funds(w, books.building, 2026)
        await post(w, call)
    async with books.at_work() as w:
        asked = (await preview(w, books.building, 2026)).provisions
        with pytest.raises(Conflict, match="called already"):
            await call_funds(w, books.building, 2026)
        for lot in ("T1", "T2", "T3"):
            for index, instalment in enumerate(asked.instalments):
                found = await w.value(
                    """select sum(l.cents)::bigint from call_line l join call_instalment i on i.id = l.instalment_id
                        where i.call_id = %(c)s and i.called_on = %(d)s and l.lot_id = %(l)s""",
                    c=call, d=instalment.on, l=books.world.lots[lot],
                )  # fmt: skip
                assert found == asked.of_instalment(index, books.world.lots[lot])
        income = await w.value(
            """select jsonb_object_agg(code, cents) from (
                 select a.code, sum(l.credit_cents) as cents from entry_line l join account a on a.id = l.account_id
                  where a.code like '70%%' group by a.code) found"""
        )
        assert income == {"701": 18_000_00, "700": 1_200_00, "702": 3_000_00}
        await cancel(w, call, "wrong key")
        assert await call_funds(w, books.building, 2026) != call
