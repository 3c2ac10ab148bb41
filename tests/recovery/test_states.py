"""The pages of recovery without a browser."""

from datetime import date

import pytest
import reflex as rx

from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.state.arrears import Arrears
from koprogo_app.recovery.state.everywhere import AllArrears, RatesPage
from koprogo_app.recovery.state.mine import Mine
from koprogo_app.recovery.state.owner import LateOwner
from koprogo_app.recovery.state.policy import RecoveryRules
from koprogo_app.workspace.state.page import Dialog
from tests.recovery.arrears import Late, at, later
from tests.recovery.test_charging import letters
from tests.states import Opened, key, opened


async def seen(late: Late, state: type[rx.State], where: str, day: date, who: str = "syndic_a") -> Opened:
    return await opened(state, late.who(who), where, now=at(day))


def tilia(late: Late, where: str) -> str:
    return f"/buildings/{late.building}/{where}"


async def test_what_is_due_is_prepared_once(late: Late) -> None:
    await late.called(100_00)
    page, one = await seen(late, Arrears, tilia(late, "arrears"), later(15)), key()
    assert page.state.ages.late == "€100.00" and page.state.waiting == 0
    await page.send("prepare", key=one)
    await page.send("prepare", key=one)
    assert (page.state.waiting, page.notices()) == (1, ["done: 1 reminder is ready."])
    await page.send("prepare")
    assert page.notices()[-1] == "information: Nothing new is due today."


async def test_an_owner_may_not_look_at_the_arrears_of_all(late: Late) -> None:
    with pytest.raises(PermissionError):
        await seen(late, Arrears, tilia(late, "arrears"), later(15), "owner_tilia")


async def test_a_letter_is_cancelled_in_the_dialog_it_was_asked_in(late: Late) -> None:
    await late.called(100_00)
    await late.called(100_00, "T2")
    await prepare_all(at(later(15)))
    page = await seen(late, LateOwner, tilia(late, f"arrears/{late.owner()}"), later(15))
    (letter,) = page.state.letters
    await page.send("ask", "cancel", letter.id)
    assert page.state.dialog == Dialog("cancel", letter.id)
    await page.send("cancel", {"reason": ""})
    assert set(page.state.errors) == {"reason"}
    other = await seen(late, LateOwner, tilia(late, f"arrears/{late.owner('T2')}"), later(15))
    await page.send("cancel", {"reason": "Paid in cash"}, record=other.state.letters[0].id)
    assert "another page" in page.state.errors[""].en
    await page.send("cancel", {"reason": "Paid in cash"}, record=letter.id)
    assert (page.state.dialog, page.state.letters[0].reason) == (Dialog(), "Paid in cash")
    await other.go(other.address)
    assert other.state.letters[0].is_prepared


async def test_interest_and_costs_are_charged_and_taken_back(late: Late) -> None:
    await letters(late)
    page = await seen(late, LateOwner, tilia(late, f"arrears/{late.owner()}"), later(61))
    letter = next(one for one in page.state.letters if one.may_charge)
    await page.send("ask_charge", letter.id)
    assert page.state.dialog == Dialog("charge", letter.id) and page.state.charging.debit.startswith("410")
    one = key()
    await page.send("charge", {}, key=one)
    assert page.notices() == ["done: Interest and costs are on the owner’s account."]
    await page.send("charge", {}, key=one, record=letter.id)
    assert page.notices() == ["done: Interest and costs are on the owner’s account."], "sent again, it is done once"
    assert next(one for one in page.state.letters if one.id == letter.id).entry
    await page.send("ask_charge", str(late.building))
    assert page.state.dialog == Dialog(), "what cannot be charged opens no dialog"
    await page.send("ask", "take_back", letter.id)
    await page.send("take_back", {"reason": "A mistake"})
    assert page.notices()[-1] == "done: Interest and costs are off the account again."


async def test_a_pause_begins_and_ends(late: Late) -> None:
    await late.called(100_00)
    page = await seen(late, LateOwner, tilia(late, f"arrears/{late.owner()}"), later(15))
    await page.send("ask", "pause", "")
    await page.send("pause", {"kind": "dispute", "reason": "The lift", "until": "soon"})
    assert set(page.state.errors) == {"until"}
    await page.send("pause", {"kind": "dispute", "reason": "The lift", "until": ""})
    assert [one.reason for one in page.state.pauses] == ["The lift"]
    await page.send("end", page.state.pauses[0].id)
    assert (page.state.pauses, len(page.state.ended)) == ([], 1)


async def test_a_policy_is_saved_from_the_version_that_was_seen(late: Late) -> None:
    page = await seen(late, RecoveryRules, tilia(late, "recovery-policy"), later(1))
    form = {**page.state.values, **{name: "on" for name, ticked in page.state.ticks.items() if ticked}}
    other = await seen(late, RecoveryRules, tilia(late, "recovery-policy"), later(1))
    await page.send("save", {**form, "days_1": "no"})
    assert set(page.state.errors) == {"days_1"}
    await page.send("save", {**form, "bank_days": "7", "automatic_1": "on"})
    assert (page.state.values["bank_days"], page.state.ticks["automatic_1"], page.state.errors) == ("7", True, {})
    await other.send("save", {**form, "bank_days": "9"})
    assert "Somebody else" in other.state.errors[""].en


async def test_a_rate_is_added_and_the_form_begins_anew(late: Late) -> None:
    page = await seen(late, RatesPage, "/admin/interest-rates", later(1), "admin")
    year, before = page.state.next_year, page.state.saved
    await page.send("add", {"year": "soon", "percent": "4", "source": "Moniteur"})
    assert (set(page.state.errors), page.state.saved) == ({"year"}, before)
    await page.send("add", {"year": year, "percent": "4.25", "source": "Moniteur"})
    assert page.state.saved == before + 1 and page.state.rows[0].year == year


async def test_the_portfolio_and_the_owners_own_page(late: Late) -> None:
    await late.called(100_00)
    everywhere = await seen(late, AllArrears, "/portfolio/arrears", later(15))
    assert [(row.building, row.late) for row in everywhere.state.rows if row.late] == [("Tilia", "€100.00")]
    mine = await seen(late, Mine, "/arrears", later(15), "owner_tilia")
    assert mine.state.ready and [row.asking.late for row in mine.state.rows] == ["€100.00"]
    await mine.send("peek")
    assert [(one.building, one.amount) for one in mine.state.late] == [("Tilia", "€100.00")]
