"""The pages of invoices without a browser."""

from koprogo_app.purchases.state.settings import ChargeRules
from tests.ledger.books import Books
from tests.states import opened


async def test_the_rules_are_changed_and_a_wrong_number_stands_under_its_field(books: Books) -> None:
    page = await opened(ChargeRules, books.world.people["syndic_a"], f"/buildings/{books.building}/charge-rules")
    assert page.state.ready and page.state.building == "Tilia"
    await page.send("save", {"call_days": "many", "four_eyes": "on"})
    assert page.state.errors["call_days"].en and not page.state.four_eyes
    await page.send("save", {"call_days": "21", "four_eyes": "on"})
    assert (page.state.call_days, page.state.four_eyes, page.state.errors) == ("21", True, {})
    assert page.notices() == ["done: Saved."]
