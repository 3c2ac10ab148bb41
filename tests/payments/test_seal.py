"""What the books know of payments: a line that a payment settles is not matched by hand."""

from datetime import date

import pytest

from koprogo_app.foundation.errors import Conflict
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries, matching
from koprogo_app.payments import seal
from koprogo_app.payments.service.settling import plan, settle
from tests.ledger.books import Books


async def test_a_line_that_a_payment_settles_is_not_matched_by_hand(books: Books) -> None:
    assert seal.settled in matching.SETTLED.given()
    await books.post(books.call(100_00), books.call(100_00))
    owner = books.owner()
    async with books.at_work() as w:
        parts = await plan(w, books.building, owner_id=owner, cents=100_00)
        lines = [DraftLine("551", 100_00), *(part.line("Paid") for part in parts)]
        posted = await entries.post(w, books.building, Draft("BQE", date(2026, 2, 1), "EXT 1", lines))
        before = [line.id for line in (await matching.matchable(w, books.building, owner)).lines]
        await settle(w, books.building, posted.id, parts)
    async with books.at_work() as w:
        (left,) = (await matching.matchable(w, books.building, owner)).lines
        assert left.id in before and left.cents == 100_00
        with pytest.raises(Conflict):
            await matching.match(w, books.building, [line for line in before if line != left.id])
