"""The life of a budget through its services."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.service import budgets, lines, overview
from koprogo_app.estate.model import Building
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.law.reserve import Contribution
from koprogo_app.ledger.service import books as ledger
from tests.budget.plans import LINES, VOTE, draft, in_force
from tests.ledger.books import LATER, Books

IN_2027 = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)


async def test_from_draft_to_closed_with_its_trace(books: Books) -> None:
    row = await draft(books)
    assert (row.status, row.name, row.start, row.end) == ("draft", "2026", date(2026, 1, 1), date(2026, 12, 31))
    async with books.at_work() as w:
        assert (await budgets.submit(w, row.id)).status == "submitted"
        with pytest.raises(Conflict, match="put to the vote: send it back"):
            await lines.add_line(w, row.id, {"account_code": "6100", "cents": 1})
        with pytest.raises(Forbidden):
            await budgets.vote(w, row.id, VOTE)  # the vote is for the syndic to record
    async with books.at_work("syndic_a") as w:
        back = await budgets.reject(w, row.id, "  electricity   too low ")
        assert (back.status, back.rejection, back.rejected_on) == ("draft", "electricity too low", date(2026, 3, 15))
        await budgets.submit(w, row.id)
        for bad, field in (
            (budgets.Vote(date(2026, 3, 16), "later"), "voted_on"),
            (budgets.Vote(date(2026, 3, 1)), "decision"),
            (budgets.Vote(date(2026, 3, 1), document_id=books.building), "document_id"),
        ):
            with pytest.raises(Invalid) as refused:
                await budgets.vote(w, row.id, bad)
            assert refused.value.field == field
        voted = await budgets.vote(w, row.id, VOTE)
        assert (voted.status, voted.voted_on, voted.decision) == ("voted", VOTE.on, VOTE.decision)
        await budgets.activate(w, row.id)
        with pytest.raises(Conflict, match="ends on"):
            await budgets.close(w, row.id)
    async with books.at_work(now=LATER) as w:
        assert (await budgets.close(w, row.id)).status == "closed"
    async with work(SYSTEM) as w:
        acts = await w.value("select array_agg(action order by seq) from audit_entry where entity = 'budget'")
    assert acts == [
        "budget.created", "budget.lines_replaced", "budget.submitted", "budget.rejected", "budget.submitted",
        "budget.voted", "budget.activated", "budget.closed",
    ]  # fmt: skip


async def test_who_may_see_and_write(books: Books) -> None:
    row = await draft(books)
    async with books.at_work("board_tilia") as w:
        assert (await queries.budget(w, books.building, 2026)).id == row.id
        with pytest.raises(Forbidden):
            await budgets.submit(w, row.id)
    for stranger in ("syndic_b", "owner_quercus"):
        async with books.at_work(stranger) as w:
            with pytest.raises(NotFound):
                await overview.view(w, books.building, 2026)
    async with books.at_work("owner_tilia") as w:
        with pytest.raises(Forbidden):
            await overview.view(w, books.building, 2026)


async def test_lines_are_changed_in_place(books: Books) -> None:
    row = await draft(books)
    async with books.at_work() as w:
        line = (await queries.lines_of(w, row.id))[0]
        changed = await lines.change_line(w, line.id, 1, {"cents": "13 500,50"})
        assert (changed.cents, changed.version) == (13_500_50, 2)
        with pytest.raises(Conflict):
            await lines.change_line(w, line.id, 1, {"cents": "1"})
        same = await lines.change_line(w, line.id, 2, {"cents": 13_500_50})
        assert same.version == 2
        moved = await lines.change_line(w, line.id, 2, {"nature": "extraordinary", "comment": " new  meter "})
        assert (moved.nature, moved.comment) == ("extraordinary", "new meter")
        for changes, field in (
            ({"cents": "abc"}, "cents"), ({"cents": -1}, "cents"), ({"nature": "reserve"}, "nature"),
            ({"account_code": "4101"}, "account_code"), ({"key_id": str(books.building)}, "key_id"),
            ({"profile": [1, -1]}, "profile"), ({"profile": [0, 0]}, "profile"), ({"position": 3}, "position"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                await lines.change_line(w, line.id, 3, changes)
            assert refused.value.field == field
        with pytest.raises(Invalid, match="has a line with this allocation key already") as refused:
            await lines.add_line(w, row.id, {"account_code": "614"})
        assert refused.value.field == "key_id"
        await lines.remove_line(w, line.id)
        assert [one.account_code for one in await queries.lines_of(w, row.id)] == ["614", "6110", "700"]
    async with books.at_work() as w:
        with pytest.raises(Invalid) as refused:
            await lines.replace_lines(w, row.id, [*LINES, {"account_code": "614", "cents": 5}])
        assert refused.value.field == "lines.4.key_id"


async def test_a_supplementary_budget_stands_beside_a_voted_one(books: Books) -> None:
    row = await draft(books)
    async with books.at_work() as w:
        with pytest.raises(Conflict, match="not voted yet"):
            await budgets.create(w, books.building, 2026, supplementary=True, label="Roof")
        with pytest.raises(Conflict, match="There is a budget"):
            await budgets.create(w, books.building, 2026)
        await budgets.delete(w, row.id)
    await in_force(books)
    async with books.at_work() as w:
        extra = await budgets.create(w, books.building, 2026, supplementary=True, label="Roof")
        await lines.replace_lines(w, extra.id, [{"account_code": "6111", "cents": 8_000_00},
                                                {"account_code": "61210", "cents": -500_00}])  # fmt: skip
        assert (extra.number, extra.label) == (1, "Roof")
        assert [row.cents for row in await queries.of_year(w, books.building, 2026)] == [22_200_00, 7_500_00]
        with pytest.raises(Invalid):
            await budgets.create(w, books.building, 2026, supplementary=True)


async def past_and_next(books: Books) -> None:
    """Costs of 2026 in 2027: electricity in two months, insurance in one, works, a private cost."""
    await books.post(
        books.invoice(1_000_00, on=date(2026, 2, 3)),
        books.invoice(3_000_00, on=date(2026, 8, 3)),
        books.invoice(2_400_00, "6140", date(2026, 1, 5)),
        books.invoice(9_999_00, "6110", date(2026, 5, 5)),
        books.invoice(111_00, "643", date(2026, 5, 5)),
    )
    async with books.at_work(now=IN_2027) as w:
        await ledger.add_year(w, books.building)


async def test_from_last_years_actuals_with_an_index(books: Books) -> None:
    await in_force(books)
    await past_and_next(books)
    async with books.at_work(now=IN_2027) as w:
        row = await budgets.create(w, books.building, 2027, source="actuals", index=Decimal("2.5"))
        found = {line.account_code: line for line in await queries.lines_of(w, row.id)}
    assert {code: line.cents for code, line in found.items()} == {
        "61210": 4_100_00, "614": 2_460_00, "6110": 10_249_00, "643": 114_00,
    }  # fmt: skip
    assert found["6110"].nature == "extraordinary"
    assert found["61210"].profile == [0, 1000, 0, 0, 0, 0, 0, 3000, 0, 0, 0, 0]


async def test_from_last_years_budget(books: Books) -> None:
    await in_force(books)
    async with books.at_work(now=IN_2027) as w:
        await ledger.add_year(w, books.building)
        row = await budgets.create(w, books.building, 2027, source="budget", index=Decimal(-10))
        found = {line.account_code: line.cents for line in await queries.lines_of(w, row.id)}
    assert found == {"61210": 10_800_00, "614": 5_400_00, "6110": 2_700_00, "700": 1_080_00}


async def accepted(books: Books, day: date | None) -> None:
    async with work(SYSTEM) as w:
        building = await w.get(Building, books.building)
        building.provisional_acceptance = day
        w.session.add(building)


async def test_the_reserve_rule_counts_last_years_ordinary_charges(books: Books) -> None:
    await in_force(books)
    await past_and_next(books)
    async with books.at_work(now=IN_2027) as w:
        row = await budgets.create(w, books.building, 2027)
        await lines.replace_lines(w, row.id, [{"account_code": "700", "cents": 319_99}])
        seen = await overview.view(w, books.building, 2027)
        # 6 400 of electricity and insurance; neither the works nor the private cost
        assert (seen.before.ordinary, seen.rule.least, seen.rule.status) == (
            6_400_00, 320_00, Contribution.UNKNOWN_ACCEPTANCE,
        )  # fmt: skip
    await accepted(books, date(2021, 3, 12))
    async with books.at_work(now=IN_2027) as w:
        seen = await overview.view(w, books.building, 2027)
        assert (seen.rule.status, seen.rule.short) == (Contribution.SHORT, 1)
        assert seen.unbudgeted == {
            ("61210", None): 4_000_00, ("6140", None): 2_400_00, ("6110", None): 9_999_00, ("643", None): 111_00,
        }  # fmt: skip
        (line,) = seen.lines
        await lines.change_line(w, line.id, line.version, {"cents": 320_00})
        assert (await overview.view(w, books.building, 2027)).rule.status is Contribution.MET


async def test_a_waiver_is_kept_with_its_reference(books: Books) -> None:
    await accepted(books, date(2010, 1, 1))
    await books.post(books.invoice(1_000_00))
    async with books.at_work(now=IN_2027) as w:
        await ledger.add_year(w, books.building)
        row = await budgets.create(w, books.building, 2027)
        await lines.replace_lines(w, row.id, [{"account_code": "61210", "cents": 1_000_00}])
        assert (await overview.view(w, books.building, 2027)).rule.status is Contribution.SHORT
    async with books.at_work("syndic_a", now=IN_2027) as w:
        await budgets.submit(w, row.id)
        await budgets.vote(w, row.id, budgets.Vote(date(2027, 1, 15), "point 5", waiver="point 6, 4/5"))
        rule = (await overview.view(w, books.building, 2027)).rule
        assert (rule.status, rule.waiver) == (Contribution.WAIVED, "point 6, 4/5")


async def test_a_year_that_began_without_a_voted_budget(books: Books) -> None:
    row = await draft(books)
    async with books.at_work() as w:
        assert budgets.unvoted(await queries.budgets(w, books.building), w.today)
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, row.id)
        await budgets.vote(w, row.id, VOTE)
        assert not budgets.unvoted(await queries.budgets(w, books.building), w.today)
        assert await overview.next_year(w, books.building) == 2027


async def test_days_of_ones_own_for_the_provisions(books: Books) -> None:
    row = await draft(books)
    async with books.at_work() as w:
        changed = await budgets.plan(w, row.id, {"frequency": "free", "called_on": "15/2/2026, 01/09/2026 15/2/2026"})
        assert changed.called_on == [date(2026, 2, 15), date(2026, 9, 1)]
        for given in ("", "1/1/2027", "x"):
            with pytest.raises(Invalid) as refused:
                await budgets.plan(w, row.id, {"frequency": "free", "called_on": given})
            assert refused.value.field == "called_on"
        assert (await budgets.plan(w, row.id, {"frequency": "monthly"})).called_on == []
    with pytest.raises(NotFound):
        async with books.at_work() as w:
            await budgets.plan(w, UUID(int=0), {})


async def short(books: Books) -> BudgetRow:
    """A draft of 2027 put to the vote, one cent short of five per cent of 1 000 euros of ordinary charges."""
    await accepted(books, date(2010, 1, 1))
    await books.post(books.invoice(1_000_00))
    async with books.at_work("syndic_a", now=IN_2027) as w:
        await ledger.add_year(w, books.building)
        row = await budgets.create(w, books.building, 2027)
        given = [{"account_code": "61210", "cents": 1_000_00}, {"account_code": "700", "cents": 49_99}]
        await lines.replace_lines(w, row.id, given)
        await budgets.submit(w, row.id)
    return row


async def test_less_than_the_law_asks_is_voted_with_a_waiver_or_a_reason_only(books: Books) -> None:
    row = await short(books)
    async with books.at_work("syndic_a", now=IN_2027) as w:
        day = date(2027, 1, 15)
        for said in ("", "  "):
            with pytest.raises(Invalid) as refused:
                await budgets.vote(w, row.id, budgets.Vote(day, "point 5", waiver=said, reserve_reason=said))
            assert (refused.value.field, refused.value.article) == ("waiver", "3.86 §3")
        voted = await budgets.vote(w, row.id, budgets.Vote(day, "point 5", reserve_reason="1 cent, by rounding"))
        assert (voted.reserve_reason, voted.waiver, voted.waived_on) == ("1 cent, by rounding", "", None)


async def test_a_waiver_decided_after_the_vote_is_added_once(books: Books) -> None:
    row = await short(books)
    day, later = date(2027, 1, 15), date(2027, 1, 31)
    async with books.at_work("syndic_a", now=IN_2027) as w:
        with pytest.raises(Conflict):
            await budgets.waive(w, row.id, "AG 31/01/2027, point 2", later)
        await budgets.vote(w, row.id, budgets.Vote(day, "point 5", reserve_reason="to be regularised"))
        for reference, on, field in (("", day, "waiver"), ("point 2", date(2027, 12, 31), "waived_on")):
            with pytest.raises(Invalid) as refused:
                await budgets.waive(w, row.id, reference, on)
            assert refused.value.field == field
        waived = await budgets.waive(w, row.id, "AG 20/01/2027, point 2", day)
        assert (waived.waiver, waived.waived_on) == ("AG 20/01/2027, point 2", day)
        assert (await overview.view(w, books.building, 2027)).rule.status is Contribution.WAIVED
        with pytest.raises(Conflict):
            await budgets.waive(w, row.id, "point 3", day)


async def test_nothing_for_the_reserve_asks_for_a_reason_while_the_acceptance_is_not_known(books: Books) -> None:
    row = await draft(books, [{"account_code": "61210", "cents": 1_000_00}])
    async with books.at_work("syndic_a") as w:
        await budgets.submit(w, row.id)
        with pytest.raises(Invalid):
            await budgets.vote(w, row.id, VOTE)
