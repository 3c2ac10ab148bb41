"""Matching by hand: what is proposed, what is taken, what the database and other areas refuse."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid
from koprogo_app.ledger.facts import OpenLine
from koprogo_app.ledger.rules.matching import SAME_AMOUNT, SAME_DOCUMENT, TOGETHER, proposals
from koprogo_app.ledger.service import entries, matching
from tests.ledger.books import Books
from tests.ledger.test_api import call

DAY = date(2026, 1, 1)


def line(place: int, cents: int, document: str = "", account: str = "4101") -> OpenLine:
    name = document or f"D{place}"
    return OpenLine(UUID(int=place), UUID(int=place), account, DAY + timedelta(days=place), "OD 1", name, "", cents)


def shown(lines: list[OpenLine]) -> list[tuple[list[int], str]]:
    return [([one.id.int for one in p.lines], p.reason) for p in proposals(lines)]


def test_a_document_comes_before_an_amount_and_an_amount_before_a_sum() -> None:
    lines = [line(1, 100, "A"), line(2, 100, "B"), line(3, -100), line(4, -60, "B"), line(5, -40, "B"),
             line(6, 30), line(7, 70), line(8, -100), line(9, 5), line(10, 20), line(11, -25)]  # fmt: skip
    assert shown(lines) == [([2, 4, 5], SAME_DOCUMENT), ([1, 3], SAME_AMOUNT), ([6, 7, 8], TOGETHER),
                            ([9, 10, 11], TOGETHER)]  # fmt: skip


def test_nothing_is_proposed_across_accounts() -> None:
    assert shown([line(1, 100, "A"), line(2, -100, "A", "4100")]) == []


@given(st.lists(st.tuples(st.integers(-4, 4).filter(bool), st.sampled_from("ABCD"), st.sampled_from(["4100", "4101"]))))
def test_what_is_proposed_can_be_matched(drawn: list[tuple[int, str, str]]) -> None:
    """Each proposal adds up to zero on one account, and no line is in two; no pair of opposite amounts is left."""
    lines = [line(place, cents, document, account) for place, (cents, document, account) in enumerate(drawn, 1)]
    found = proposals(lines)
    taken = [one.id for proposal in found for one in proposal.lines]
    assert len(taken) == len(set(taken))
    for proposal in found:
        assert len(proposal.lines) > 1 and not sum(one.cents for one in proposal.lines)
        assert len({one.account for one in proposal.lines}) == 1
    left = {(one.account, one.cents) for one in lines if one.id not in taken}
    assert not {(account, -cents) for account, cents in left} & left


async def test_everything_proposed_is_matched_and_can_be_undone(books: Books) -> None:
    await books.post(books.call(100_00), books.call(50_00), books.paid(100_00), books.call(70_00, "T2"))
    owner = books.owner()
    async with books.at_work() as w:
        before = await matching.matchable(w, books.building, owner)
        assert [one.cents for one in before.lines] == [100_00, 50_00, -100_00]
        assert await matching.match_proposed(w, books.building, owner) == 1
        after = await matching.matchable(w, books.building, owner)
        assert ([one.cents for one in after.lines], after.proposals) == ([50_00], [])
        (done,) = after.matched
        assert (done.cents, {one.id for one in done.lines}) == (100_00, {before.lines[0].id, before.lines[2].id})
        await matching.unmatch(w, done.id)
        assert len((await matching.matchable(w, books.building, owner)).lines) == 3


async def test_an_entry_that_is_taken_back_is_proposed_with_its_mirror(books: Books) -> None:
    (posted,) = await books.post(books.call(100_00))
    async with books.at_work() as w:
        await entries.reverse(w, posted.id, "Wrong owner")
        (found,) = (await matching.matchable(w, books.building, books.owner())).proposals
        assert found.reason == SAME_DOCUMENT


async def test_what_does_not_settle_is_refused(books: Books) -> None:
    await books.post(books.call(100_00), books.paid(99_99), books.paid(100_00, "T2"))
    async with books.at_work() as w:
        mine = [one.id for one in (await matching.matchable(w, books.building, books.owner())).lines]
        theirs = [one.id for one in (await matching.matchable(w, books.building, books.owner("T2"))).lines]
    for wanted in (mine, [mine[0], theirs[0]], mine[:1]):
        with pytest.raises(Invalid):
            async with books.at_work() as w:
                await matching.match(w, books.building, wanted)
    with pytest.raises(Forbidden):
        async with books.at_work("board_tilia") as w:
            await matching.match(w, books.building, mine)


async def test_lines_that_another_area_settled_are_left_alone(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching.SETTLED, "_given", ())
    await books.post(books.call(100_00), books.paid(100_00), books.call(100_00), books.paid(100_00))
    async with books.at_work() as w:
        lines = [one.id for one in (await matching.matchable(w, books.building, books.owner())).lines]

    async def settled(w, building_id, party_id):
        return {lines[0]: 40_00, lines[1]: 0}

    monkeypatch.setattr(matching.SETTLED, "_given", (settled,))
    async with books.at_work() as w:
        assert lines[0] not in {one.id for one in (await matching.matchable(w, books.building, books.owner())).lines}
        with pytest.raises(Conflict):
            await matching.match(w, books.building, [lines[0], lines[1]])


async def test_rest(books: Books) -> None:
    await books.post(books.call(100_00), books.paid(100_00))
    path = f"/matching/{books.building}"
    found = (await call(books, "board_tilia", "GET", f"{path}/{books.owner()}")).json()
    (proposal,) = found["proposals"]
    assert (proposal["cents"], proposal["reason"], len(found["lines"])) == (100_00, "même montant", 2)
    refused = await call(books, "board_tilia", "POST", path, json={"line_ids": proposal["line_ids"]})
    made = await call(books, "accountant_a", "POST", path, json={"line_ids": proposal["line_ids"]})
    assert (refused.status_code, made.status_code) == (403, 201)
    again = await call(books, "accountant_a", "POST", path, json={"line_ids": proposal["line_ids"]})
    assert again.status_code == 409
    (matched,) = (await call(books, "board_tilia", "GET", f"{path}/{books.owner()}")).json()["matched"]
    assert matched["id"] == made.json()["id"]
    assert (await call(books, "accountant_a", "DELETE", f"/matchings/{matched['id']}")).status_code == 204
