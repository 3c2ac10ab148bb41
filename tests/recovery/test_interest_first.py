"""INT-6: a payment meets interest and costs that were asked, up to its day, then the charges, unless told otherwise."""

from datetime import date
from fractions import Fraction

import pytest

from koprogo_app.calls.rules.plans import Term
from koprogo_app.calls.service import claims, plans
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.law.interest import half_up
from koprogo_app.ledger.service.entries import reverse
from koprogo_app.payments.service import payments
from koprogo_app.payments.service.payments import Money
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, policies, proving
from tests.recovery.arrears import DUE, Late, later
from tests.recovery.test_charging import AT_60, letters, on_account
from tests.recovery.test_service import sent_up_to

AT_90 = 19_51
"""Interest on 1,000 € at 8 % for 89 days: 19.506…"""


async def pays(late: Late, cents: int, on: date) -> None:
    """A payment by hand into the working fund's account."""
    async with late.at_work(on) as w:
        await payments.receive(w, late.building, late.owner(), Money(cents, on, "BQE", "EXT 9"))


async def open_by_label(late: Late, on: date) -> dict[str, int]:
    async with late.at_work(on) as w:
        debts = (await claims.claim(w, late.building, late.owner())).debts
    return {"charges" if not debt.ancillary else "interest and costs": debt.open_cents for debt in debts}


async def test_interest_to_the_day_and_costs_come_first_to_the_cent(late: Late) -> None:
    await letters(late)
    async with late.at_work(later(90)) as w:
        before = (await claims.claim(w, late.building, late.owner())).pay_cents
    assert before == 1_000_00 + AT_90 + 37_00
    await pays(late, 500_00, later(90))
    assert await on_account(late) == (1_000_00 + AT_90 + 37_00 - 500_00, AT_90, 37_00)
    assert await open_by_label(late, later(90)) == {"charges": 1_000_00 - (500_00 - AT_90 - 37_00)}
    async with late.at_work(later(90)) as w:
        claim = await claims.claim(w, late.building, late.owner())
        found = await overview.claim(w, late.building, late.owner())
    assert (claim.pay_cents, claim.interest_cents, claim.costs_cents) == (before - 500_00, 0, 0)
    assert (found.interest_cents, found.interest.cents) == (0, AT_90)


@pytest.mark.parametrize(("cents", "interest", "charges"), [(56_50, 1, 1_000_00), (56_51, 0, 1_000_00),
                                                            (56_52, 0, 999_99)])  # fmt: skip
async def test_the_last_cent_of_interest_and_the_first_of_the_charges(
    late: Late, cents: int, interest: int, charges: int
) -> None:
    await letters(late)
    await pays(late, cents, later(90))
    found = await open_by_label(late, later(90))
    assert (found.get("interest and costs", 0), found["charges"]) == (interest, charges)


async def test_exactly_what_is_asked_leaves_nothing(late: Late) -> None:
    await letters(late)
    await pays(late, 1_000_00 + AT_90 + 37_00, later(90))
    async with late.at_work(later(200)) as w:
        claim = await claims.claim(w, late.building, late.owner())
        assert (claim.owed_cents, claim.credit_cents, claim.debts) == (0, 0, ())


async def test_a_payment_of_before_a_letter_pays_nothing_of_it(late: Late) -> None:
    """A file of the bank that is read late: the payment is of the day before the notice."""
    await letters(late)
    await pays(late, 100_00, later(59))
    async with late.at_work(later(60)) as w:
        notice, second, _ = await reminders(w, late.building)
    assert notice.entry_id is None and second.entry_id is not None
    assert (await on_account(late))[2] == 12_00


async def test_no_letter_no_interest(late: Late) -> None:
    """The clause runs from the due date, but nobody has asked for it yet."""
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"basis": "clause", "clause_percent": "8", "clause_start": "due",
                                                     "clause_reference": "Art. 40"})  # fmt: skip
    await late.called(1_000_00)
    await pays(late, 1_000_00, later(3))
    assert await on_account(late) == (0, 0, 0)


async def test_where_the_regulation_says_so_the_charges_come_first(late: Late) -> None:
    await letters(late)
    async with late.at_work(later(61)) as w:
        assert not (await policies.policy_of(w, late.building)).charges_first
        await proving.charge(w, (await reminders(w, late.building))[0].id)
        assert (await policies.set_policy(w, late.building, {"charges_first": "on"})).charges_first
    await pays(late, 500_00, later(90))
    found = await open_by_label(late, later(90))
    assert found == {"charges": 500_00, "interest and costs": AT_60 + 25_00}


async def test_interest_runs_on_after_it_and_is_booked_once(late: Late) -> None:
    await letters(late)
    await pays(late, 100_00, later(90))
    left = 1_000_00 - (100_00 - AT_90 - 37_00)
    await pays(late, 1, later(90))
    await pays(late, 100_00, later(100))
    exact = Fraction(1_000_00 * 8 * 89 + (left - 1) * 8 * 10, 100 * 365)  # rounded once, at the end: not 21.61
    _, interest, costs = await on_account(late)
    assert (interest, costs) == (half_up(exact), 37_00) == (21_60, 37_00)
    async with late.at_work(later(100)) as w:
        with pytest.raises(Conflict, match="on top"):
            await proving.take_back(w, (await reminders(w, late.building))[0].id, "A gesture")


async def test_a_reversed_accrual_is_claimed_again(late: Late) -> None:
    await letters(late)
    await pays(late, 100_00, later(90))
    async with work(SYSTEM) as w:
        entry = await w.value("select entry_id from interest_accrual")
    async with late.at_work(later(90)) as w:
        await reverse(w, entry, "Wrong")
        claim = await claims.claim(w, late.building, late.owner())
    assert claim.interest_cents == AT_90 - AT_60


async def test_a_plan_that_is_kept_is_met_before_interest_and_interest_waits(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"basis": "clause", "clause_percent": "8", "clause_start": "due",
                                                     "clause_reference": "Art. 40", "costs_2": "12,00"})  # fmt: skip
    await late.called(900_00)
    await sent_up_to(late, 2)
    terms = [Term(later(40), 450_00), Term(later(70), 450_00)]
    async with late.at_work(later(31)) as w:
        await plans.agree(w, late.building, late.owner(), terms)
    async with late.at_work(later(40)) as w:
        claim = await claims.claim(w, late.building, late.owner())
    assert (claim.pay_cents, claim.interest_cents, claim.costs_cents) == (450_00, 0, 0)
    assert claim.later_cents > 450_00 + 12_00
    await pays(late, 450_00, later(40))
    assert await on_account(late) == (450_00, 0, 0)
    async with late.at_work(later(41)) as w:
        claim = await claims.claim(w, late.building, late.owner())
    assert (claim.plans[0].kept, claim.pay_cents) == (True, 450_00)
