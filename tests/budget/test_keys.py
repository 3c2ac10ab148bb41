"""An account that several keys divide: a line for each, and the actual of each from the keys of invoices and calls."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.budget.facts import Place
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.rules.lines import held_by, line_of, place_of, summed
from koprogo_app.budget.rules.variance import Row, by_place
from koprogo_app.budget.service import alerts, budgets, commitments, lines, overview
from koprogo_app.budget.service.behind import behind_actual, behind_last_year
from koprogo_app.budget.service.papers import budget_report
from koprogo_app.budget.service.provisions import call_funds, preview
from koprogo_app.budget.service.variance import variance
from koprogo_app.calls.service.call_posting import cancel, post
from koprogo_app.estate.service.keys import KEY
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.service import books as ledger
from koprogo_app.ledger.service import entries
from tests.budget.plans import draft, in_force
from tests.budget.test_budgets import IN_2027
from tests.ledger.books import Books
from tests.statements.test_statement import invoiced

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
KEYS: list[UUID | None] = [None, A, B]
places = st.tuples(st.sampled_from(["61", "612", "61210", "6140", "700"]), st.sampled_from(KEYS))


def test_an_amount_finds_the_line_of_its_key_else_the_shares_else_the_only_line() -> None:
    held = held_by([("61", None), ("61210", A), ("61210", B), ("614", A), ("6100", A), ("6100", None)])
    for place, line in (
        (("61210", A), ("61210", A)),
        (("61000", A), ("6100", A)),
        (("61210", C), ("61210", C)),  # two keys, neither its own: not budgeted
        (("61210", None), ("61210", None)),
        (("6140", None), ("614", A)),  # the account's only line
        (("6140", B), ("614", A)),
        (("61000", B), ("6100", None)),  # what no other line names goes by the shares
        (("6160", B), ("61", None)),
        (("643", A), ("643", A)),
    ):
        assert place_of(place, held) == line


@given(st.dictionaries(places, st.integers(-(10**6), 10**6)), st.sets(places))
def test_every_amount_lands_once(amounts: dict[Place, int], held: set[Place]) -> None:
    found = summed(amounts, held_by(held))
    assert sum(found.values()) == sum(amounts.values())
    for place in amounts:
        name = place_of(place, held_by(held))
        assert name in held or name == place
        assert (name[0] == line_of(place[0], held_by(held))) or name == place


@given(
    st.dictionaries(st.sampled_from(["6100", "6140"]), st.lists(st.integers(-100, 100), min_size=3, max_size=3)),
    st.dictionaries(st.tuples(st.sampled_from(["6100", "6140", "616"]), st.sampled_from([A, B])),
                    st.lists(st.integers(-100, 100), min_size=3, max_size=3)),
)  # fmt: skip
def test_keys_part_an_account_and_add_up_to_the_books(
    spent: dict[str, list[int]], keyed: dict[Place, list[int]]
) -> None:
    found = by_place(spent, keyed)
    for code, months in spent.items():
        parts = [cents for place, cents in found.items() if place[0] == code]
        assert [sum(month) for month in zip(*parts, strict=True)] == months
    assert {code for code, _ in found} == set(spent)


async def keys(books: Books) -> tuple[UUID, UUID]:
    """Two keys of the building: the lift (lots 1 and 2), the garage (lot 3)."""
    first, second, third = (books.world.lots[name] for name in ("T1", "T2", "T3"))
    async with books.at_work("syndic_a") as w:
        lift = await KEY.add(w, books.building, {"name": "Lift"}, weights={first: 1, second: 2}, since=date(2026, 1, 1))
        garage = await KEY.add(w, books.building, {"name": "Garage"}, weights={third: 1}, since=date(2026, 1, 1))
        assert lift.id and garage.id
        return lift.id, garage.id


def electricity(lift: UUID, garage: UUID) -> list[dict]:
    """Electricity by two keys and by the shares, a reserve by the lift's key."""
    return [
        {"account_code": "61210", "cents": 1_200_00, "key_id": lift},
        {"account_code": "61210", "cents": 600_00, "key_id": garage},
        {"account_code": "61210", "cents": 2_400_00},
        {"account_code": "700", "cents": 400_00, "key_id": lift},
    ]


def billed(net: int, key: UUID | None, account: str = "61210") -> dict:
    return {"account": account, "net": net, "vat": 0, "rate": 0, "key": key}


async def test_the_lines_of_an_account_by_several_keys(books: Books) -> None:
    lift, garage = await keys(books)
    row = await draft(books, electricity(lift, garage))
    async with books.at_work() as w:
        found = await queries.lines_of(w, row.id)
        assert [(one.account_code, one.key_id) for one in found] == [
            ("61210", lift), ("61210", garage), ("61210", None), ("700", lift),
        ]  # fmt: skip
        for taken in (lift, str(garage), "shares"):
            with pytest.raises(Invalid) as refused:
                await lines.add_line(w, row.id, {"account_code": "61210", "key_id": taken})
            assert refused.value.field == "key_id"
        with pytest.raises(Invalid) as refused:
            await lines.change_line(w, found[0].id, 1, {"key_id": str(garage)})
        assert refused.value.field == "key_id"
        await lines.remove_line(w, found[1].id)
        assert (await lines.change_line(w, found[0].id, 1, {"key_id": str(garage)})).key_id == garage


async def test_the_actual_of_each_key_is_what_its_invoices_say(books: Books) -> None:
    lift, garage = await keys(books)
    await in_force(books, electricity(lift, garage))
    both = await invoiced(books, "F-1", date(2026, 1, 20), [billed(150_00, lift), billed(90_00, garage)])
    await invoiced(books, "F-2", date(2026, 2, 20), [billed(500_00, None), billed(400_00, lift)])
    await invoiced(books, "C-1", date(2026, 3, 2), [billed(30_00, lift)], kind="credit_note")
    await books.post(books.invoice(60_00))  # an entry without an invoice has no key
    async with books.at_work() as w:
        rows = {row.place: row for row in (await variance(w, books.building, 2026)).variance.rows}
        assert rows["61210", lift].actual[:3] == (150_00, 400_00, -30_00)
        assert rows["61210", garage].actual[:3] == (90_00, 0, 0)
        assert rows["61210", None].actual[:3] == (0, 560_00, 0)
        assert (rows["61210", lift].budget_to_date, rows["61210", garage].budget_to_date) == (300_00, 150_00)
        await entries.reverse(w, both.id, "wrong", on=date(2026, 3, 3))
    async with books.at_work() as w:
        seen = await variance(w, books.building, 2026)
        rows = {row.place: row for row in seen.variance.rows}
        assert rows["61210", lift].actual[:3] == (150_00, 400_00, -180_00)
        assert rows["61210", garage].actual_to_date == 0
        by_key = {one.name: one for one in seen.variance.by_key}
        assert by_key[lift].total("actual_to_date") == 370_00 and by_key[lift].total("year_budget") == 1_600_00
        (group,) = [one for one in seen.variance.by_group if one.name == "612"]
        assert group.total("actual_to_date") == 370_00 + 560_00
        assert seen.name(rows["61210", lift], "en").endswith("(Lift)")
        assert seen.name(rows["61210", None], "en").endswith("(Shares)")
        for row in seen.variance.rows:  # what stands behind each figure adds up to it
            assert (await behind_actual(w, books.building, 2026, row.place)).cents == row.actual_to_date
        of_lift = await behind_actual(w, books.building, 2026, ("61210", lift))
        january = await behind_actual(w, books.building, 2026, ("61210", lift), date(2026, 1, 31))
        bills = {item.invoice_id for item in of_lift.items}
    assert [(item.cents, item.supplier) for item in of_lift.items] == [
        (150_00, "Électricité SA"), (400_00, "Électricité SA"), (-30_00, "Électricité SA"), (-150_00, "Électricité SA"),
    ]  # fmt: skip
    assert None not in bills and len(bills) == 3 and january.cents == 150_00


async def test_each_line_is_told_of_by_its_key(books: Books) -> None:
    lift, garage = await keys(books)
    await in_force(books, electricity(lift, garage))
    await invoiced(books, "F-1", date(2026, 1, 20), [billed(400_00, lift), billed(200_00, garage)])
    async with books.at_work() as w:
        assert {row.key_id for row in await alerts.raise_alerts(w, books.building)} == {lift, garage}
    async with books.at_work() as w:
        assert await alerts.raise_alerts(w, books.building) == []
        found = await queries.alerts(w, books.building)
        assert {(one.account_code, one.key_id, one.actual_cents) for one in found} == {
            ("61210", lift, 400_00), ("61210", garage, 200_00),
        }  # fmt: skip
    async with work(SYSTEM) as w:
        body = await w.value("select body_text from mail where recipient = 'board_tilia@example.be'")
    assert "(Lift)" in body and "(Garage)" in body


async def test_what_is_ordered_is_committed_under_its_key(books: Books) -> None:
    lift, garage = await keys(books)
    await in_force(books, electricity(lift, garage))
    async with books.at_work() as w:
        await commitments.add(
            w, books.building, {"account_code": "61210", "key_id": str(lift), "label": "Motor", "cents": "1 000"}
        )
        await commitments.add(w, books.building, {"account_code": "61210", "label": "Meter", "cents": "70"})
        with pytest.raises(Invalid) as refused:
            await commitments.add(
                w, books.building, {"account_code": "61210", "key_id": "x", "label": "Motor", "cents": "1"}
            )
        assert refused.value.field == "key_id"
        rows = {row.place: row for row in (await variance(w, books.building, 2026)).variance.rows}
    assert [rows["61210", key].committed for key in (lift, garage, None)] == [1_000_00, 0, 70_00]


async def test_provisions_divide_each_line_by_its_key(books: Books) -> None:
    lift, garage = await keys(books)
    await in_force(books, electricity(lift, garage))
    lots = [books.world.lots[name] for name in ("T1", "T2", "T3")]
    async with books.at_work() as w:
        asked = (await preview(w, books.building, 2026)).provisions
        # Shares 400, 350, 250 of 1,000; the lift 1 and 2 of 3; the garage all of the third.
        assert [asked.of_lot(lot, "ordinary") for lot in lots] == [
            960_00 + 400_00, 840_00 + 800_00, 600_00 + 600_00,
        ]  # fmt: skip
        assert asked.of_lot(lots[2], "reserve") == 0
        await post(w, call := await call_funds(w, books.building, 2026))
    async with books.at_work() as w:
        reserve = {row.place: row for row in (await variance(w, books.building, 2026)).variance.rows}["700", lift]
        assert (sum(reserve.actual), reserve.year_budget) == (400_00, 400_00)
        await cancel(w, call, "wrong")
    async with books.at_work() as w:
        rows: list[Row] = list((await variance(w, books.building, 2026)).variance.rows)
        assert sum(sum(row.actual) for row in rows) == 0 and {row.key_id for row in rows if row.code == "700"} == {lift}


async def test_the_next_budget_begins_with_the_keys_of_what_was_spent(books: Books) -> None:
    lift, garage = await keys(books)
    reserve = {"account_code": "700", "cents": 1_00}
    await in_force(books, [{"account_code": "61210", "cents": 1_000_00}, *electricity(lift, garage)[:1], reserve])
    await invoiced(books, "F-1", date(2026, 1, 20), [billed(150_00, lift), billed(90_00, garage)])
    await invoiced(books, "F-2", date(2026, 2, 20), [billed(40_00, lift, "6140"), billed(60_00, None, "6140")])
    async with books.at_work(now=IN_2027) as w:
        await ledger.add_year(w, books.building)
        row = await budgets.create(w, books.building, 2027, source="actuals", index=Decimal(10))
        found = {one.place: one.cents for one in await queries.lines_of(w, row.id)}
        seen = await overview.view(w, books.building, 2027)
        paper = await budget_report(w, books.building, 2027, 0, "en")
        for place, cents in seen.last.items():
            assert (await behind_last_year(w, books.building, 2027, 0, place)).cents == cents
    # The garage had no line: it is on that by the shares; insurance had none at all: a line for each key.
    assert found == {
        ("61210", lift): 165_00, ("61210", None): 99_00, ("6140", lift): 44_00, ("6140", None): 66_00,
    }  # fmt: skip
    assert seen.last == {
        ("61210", lift): 150_00, ("61210", None): 90_00, ("6140", lift): 40_00, ("6140", None): 60_00,
    }  # fmt: skip
    assert not any("is not over" in note for note in paper.notes)
    shown = [(one["code"], one["key"], one["last"]) for one in paper.tables[0].rows if one["code"] == "6140"]
    assert sorted(shown) == [("6140", "Lift", 40_00), ("6140", "Shares", 60_00)]


async def test_a_budget_drafted_before_the_year_is_over_says_so(books: Books) -> None:
    await books.post(books.invoice(150_00))
    async with books.at_work() as w:
        await budgets.create(w, books.building, 2027, source="actuals")
        paper = await budget_report(w, books.building, 2027, 0, "en")
    assert "The year 2026 is not over: its costs are those posted until today." in paper.notes
