"""How old what is owed is: an item is late from the day after it was due."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.rules.ageing import aged

TODAY = date(2026, 11, 22)


def item(late: int, cents: int = 100) -> OpenItem:
    due = TODAY - timedelta(days=late)
    return OpenItem(uuid4(), uuid4(), "4101", uuid4(), None, due, due, "x", cents, cents, "entry", uuid4())


@pytest.mark.parametrize(("late", "place"), [(-40, 0), (0, 0), (1, 1), (30, 1), (31, 2), (90, 2), (91, 3), (4_000, 3)])
def test_each_item_stands_in_its_class(late: int, place: int) -> None:
    assert aged([item(late)], TODAY).owed == tuple(100 if at == place else 0 for at in range(4))


def test_credits_stand_apart_and_lessen_the_balance() -> None:
    found = aged([item(5), item(50, 250), item(3, -400)], TODAY)
    assert (found.owed, found.credit, found.balance) == ((0, 100, 250, 0), -400, -50)


def test_one_cent_of_credit_is_no_debt() -> None:
    found = aged([item(5, -1), item(5, 1)], TODAY)
    assert (found.owed, found.credit, found.balance) == ((0, 1, 0, 0), -1, 0)
