"""An instalment plan: reminders stop while it is kept, and go on when it is broken or ended."""

import pytest

from koprogo_app.calls.rules.plans import spread
from koprogo_app.calls.service import plans
from koprogo_app.foundation.errors import Conflict
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, policies
from koprogo_app.recovery.service.sending import send, send_automatic
from tests.recovery.arrears import DUE, Late, at, later
from tests.recovery.test_service import sent_up_to
from tests.recovery.test_year import drawn


async def agreed(late: Late, cents: int = 900_00) -> None:
    """After the first reminder: three payments of 300 €, on the 20th, 49th and 79th day after the due date."""
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"automatic_1": True, "automatic_2": True})
    await late.called(cents)
    await sent_up_to(late, 1)
    async with late.at_work(later(16)) as w:
        await plans.agree(w, late.building, late.owner(), spread(cents, 3, later(20)))


async def day_of_the_worker(late: Late, day) -> int:
    """Prepares and sends; returns how many letters are new."""
    new = await prepare_all(at(day))
    await send_automatic(now=at(day), draw=drawn)
    return new


async def test_while_it_is_kept_nobody_is_reminded_and_on_the_day_after_a_breach_it_goes_on(late: Late) -> None:
    await agreed(late)
    await late.pays(300_00, on=later(20))
    assert [await day_of_the_worker(late, later(n)) for n in (30, 40, 49)] == [0, 0, 0]
    async with late.at_work(later(49)) as w:
        (row,) = (await overview.arrears(w, late.building)).rows
        assert row.planned and row.next_on is not None
    # The second payment was due on the 49th day and did not come.
    assert await day_of_the_worker(late, later(50)) == 1
    async with late.at_work(later(50)) as w:
        (row,) = (await overview.arrears(w, late.building)).rows
        assert not row.planned and row.level == 2
        letter = (await reminders(w, late.building))[0]
    assert (letter.level, letter.status, letter.principal_cents) == (2, "sent", 600_00)


async def test_a_plan_that_is_paid_to_its_end_leaves_nothing(late: Late) -> None:
    await agreed(late)
    for day in (20, 49, 79):
        await late.pays(300_00, on=later(day))
        assert await day_of_the_worker(late, later(day + 1)) == 0
    assert await day_of_the_worker(late, later(200)) == 0


async def test_what_is_ended_by_the_office_is_reminded_of_again(late: Late) -> None:
    await agreed(late)
    assert await day_of_the_worker(late, later(20)) == 0
    async with late.at_work(later(20)) as w:
        (plan,) = await plans.plans_of(w, late.building, late.owner())
        await plans.end(w, plan.id, "Moved abroad")
    assert await day_of_the_worker(late, later(30)) == 1


async def test_a_letter_that_waited_is_held_back_by_a_plan_agreed_meanwhile(late: Late) -> None:
    await late.called(900_00)
    await prepare_all(at(later(15)))
    async with late.at_work(later(15)) as w:
        (row,) = await reminders(w, late.building)
        await plans.agree(w, late.building, late.owner(), spread(900_00, 3, later(20)))
    with pytest.raises(Conflict, match="plan"):
        await send(late.who(), row.id, now=at(later(16)), draw=drawn)
    assert await send(late.who(), row.id, now=at(later(21)), draw=drawn)  # broken: it goes out


async def test_another_charge_than_the_plan_covers_is_reminded_of(late: Late) -> None:
    await agreed(late)
    await late.called(50_00, on=later(18))
    assert await day_of_the_worker(late, later(20)) == 0
    await late.pays(300_00, on=later(20))
    assert await day_of_the_worker(late, later(33)) == 1
    async with late.at_work(later(33)) as w:
        letter = (await reminders(w, late.building))[0]
    assert (letter.level, letter.principal_cents) == (1, 50_00)
