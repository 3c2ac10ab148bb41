"""Interest and costs on the owner's account: once from letter to letter, explained, and taken back."""

from datetime import date

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Invalid, KoproError
from koprogo_app.foundation.i18n import day
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.law.recovery import privileged
from koprogo_app.ledger.service.entries import reverse
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.queries import debts
from koprogo_app.recovery.queries.reminders import ReminderRow, reminders
from koprogo_app.recovery.rules.arrears import net
from koprogo_app.recovery.service import dossier, overview, policies, proving
from tests.recovery.arrears import DUE, Late, at, later
from tests.recovery.test_service import sent_up_to

EIGHT = {
    "basis": "clause", "clause_percent": "8", "clause_start": "due", "clause_reference": "Regulation, art. 40",
    "costs_2": "12,00", "costs_3": "25,00",
}  # fmt: skip
AT_30, AT_60 = 6_36, 12_93
"""Interest on 1,000 € at 8 % for 29 and for 59 days."""


async def letters(late: Late) -> tuple[ReminderRow, ReminderRow]:
    """The firm reminder and the formal notice of a debt of 1,000 € under a clause of 8 %."""
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, EIGHT)
    await late.called(1_000_00)
    await sent_up_to(late, 3)
    async with late.at_work(later(60)) as w:
        notice, second, _first = await reminders(w, late.building)
    return second, notice


async def on_account(late: Late) -> tuple[int, int, int]:
    """What the books say of it: owner, interest, costs, in cents."""
    async with work(SYSTEM) as w:
        found = await w.value(
            """select array[
                 coalesce(sum(l.debit_cents - l.credit_cents) filter (where a.code = '4101'), 0),
                 coalesce(sum(l.credit_cents - l.debit_cents) filter (where a.code like '75%%'), 0),
                 coalesce(sum(l.credit_cents - l.debit_cents) filter (where a.code like '744%%'), 0)]::bigint[]
                 from entry_line l join account a on a.id = l.account_id where l.building_id = %(b)s""",
            b=late.building,
        )
    return found[0], found[1], found[2]


async def test_the_notice_asks_again_what_the_letter_before_left_open(late: Late) -> None:
    second, notice = await letters(late)
    assert (second.interest_cents, second.costs_cents, second.earlier_cents) == (AT_30, 12_00, 0)
    assert (notice.interest_cents, notice.costs_cents, notice.earlier_cents) == (AT_60, 25_00, 12_00)
    async with late.at_work(later(60)) as w:
        claim = await overview.claim(w, late.building, late.owner())
    assert claim.total_cents == notice.total_cents == 1_000_00 + AT_60 + 25_00 + 12_00


async def test_interest_runs_on_and_is_charged_once(late: Late) -> None:
    second, notice = await letters(late)
    async with late.at_work(later(61)) as w:
        first = await proving.charge(w, second.id)
        await proving.charge(w, notice.id)
        with pytest.raises(Conflict):
            await proving.charge(w, notice.id)
        assert await w.value("select document_id from entry where id = %(e)s", e=first.id) == second.document_id
    assert await on_account(late) == (1_000_00 + AT_60 + 37_00, AT_60, 37_00)
    async with late.at_work(later(61)) as w:
        claim = await overview.claim(w, late.building, late.owner())
        (row,) = (await overview.arrears(w, late.building)).rows
    one_day = 13_15 - AT_60  # 60 days
    assert (claim.interest_cents, claim.costs_cents) == (one_day, 0) and row.interest_cents == one_day


async def test_charged_after_the_later_letter_an_earlier_one_has_only_its_costs(late: Late) -> None:
    second, notice = await letters(late)
    async with late.at_work(later(61)) as w:
        await proving.charge(w, notice.id)
        due = await proving.to_charge(w, late.building, late.owner())
        assert (due[second.id].interest_cents, due[second.id].costs_cents) == (0, 12_00)
        await proving.charge(w, second.id)
    assert await on_account(late) == (1_000_00 + AT_60 + 37_00, AT_60, 37_00)


async def test_a_charged_letter_is_asked_again_as_far_as_it_is_open(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, EIGHT)
    await late.called(1_000_00)
    await sent_up_to(late, 2)
    async with late.at_work(later(31)) as w:
        await proving.charge(w, (await reminders(w, late.building))[0].id)
    await late.pays(10_00, on=later(40))  # met with interest and costs first (old art. 1254): 8.36 of 18.36 are left
    assert await prepare_all(at(later(60))) == 1
    async with late.at_work(later(60)) as w:
        (notice,) = await reminders(w, late.building, status="prepared")
        claim = await overview.claim(w, late.building, late.owner())
    assert (notice.principal_cents, notice.interest_cents) == (1_000_00, AT_60 - AT_30)
    assert notice.earlier_cents == 18_36 - 10_00
    assert claim.total_cents == notice.total_cents - notice.costs_cents


async def test_it_is_taken_back_by_a_reversal_and_may_be_charged_again(late: Late) -> None:
    second, notice = await letters(late)
    async with late.at_work(later(61)) as w:
        await proving.charge(w, second.id)
        await proving.charge(w, notice.id)
        with pytest.raises(Conflict):  # the notice stands on top of it
            await proving.take_back(w, second.id, "A gesture")
        with pytest.raises(Invalid):
            await proving.take_back(w, notice.id, " ")
    async with late.at_work(later(62)) as w:
        await proving.take_back(w, notice.id, "A gesture")
        await proving.take_back(w, second.id, "A gesture")
        with pytest.raises(Conflict):
            await proving.take_back(w, second.id, "A gesture")
    assert await on_account(late) == (1_000_00, 0, 0)
    async with late.at_work(later(62)) as w:
        assert (await overview.claim(w, late.building, late.owner())).costs_cents == 37_00
        await proving.charge(w, notice.id)
    assert (await on_account(late))[1] == AT_60


async def test_a_charge_that_the_accountant_reverses_in_the_books_counts_as_not_charged(late: Late) -> None:
    second, _notice = await letters(late)
    async with late.at_work(later(61)) as w:
        posted = await proving.charge(w, second.id)
        await reverse(w, posted.id, "Wrong owner")
        row = (await reminders(w, late.building))[1]
        claim = await overview.claim(w, late.building, late.owner())
        assert row.entry_id is None and claim.costs_cents == 37_00
        await proving.charge(w, second.id)


async def test_nothing_to_charge_is_said(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {})
    await late.called(1_000_00)
    await sent_up_to(late, 1)
    async with late.at_work(later(16)) as w:
        (row,) = await reminders(w, late.building)
        with pytest.raises(Conflict):
            await proving.charge(w, row.id)


async def test_a_credit_meets_interest_and_costs_before_the_charges(late: Late) -> None:
    second, _notice = await letters(late)
    async with late.at_work(later(61)) as w:
        await proving.charge(w, second.id)
        account = (await debts.accounts(w, late.building, late.owner()))[0]
    left = {debt.charge: debt.open_cents for debt in net(account.debts, 20_00)}
    assert left == {False: 1_000_00 - (20_00 - 18_36)}


async def test_waived_costs_are_asked_no_more_and_the_letter_stays(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, EIGHT)
    await late.called(1_000_00)
    await sent_up_to(late, 2)
    assert await prepare_all(at(later(60))) == 1
    async with late.at_work(later(60)) as w:
        notice, second, first = await reminders(w, late.building)
        assert (notice.status, notice.earlier_cents, second.costs_cents) == ("prepared", 12_00, 12_00)
        with pytest.raises(Invalid):
            await proving.waive(w, second.id, " ")
        with pytest.raises(Conflict):  # the first letter is free
            await proving.waive(w, first.id, "A gesture")
        await proving.waive(w, second.id, "A gesture")
        with pytest.raises(Conflict):
            await proving.waive(w, second.id, "Again")
    async with late.at_work(later(61)) as w:
        notice, second, _first = await reminders(w, late.building)
        claim = await overview.claim(w, late.building, late.owner())
        due = (await proving.to_charge(w, late.building, late.owner()))[second.id]
        told = await w.value("select after ->> 'reason' from audit_entry where action = 'reminder.costs_waived'")
    assert (notice.earlier_cents, claim.costs_cents, due.costs_cents, due.interest_cents) == (0, 0, 0, AT_30)
    assert (second.costs_cents, second.waived_on, second.waived_reason) == (12_00, later(60), "A gesture")
    assert second.waived_by and told == "A gesture"
    split = privileged([(d.on, d.open_cents) for d in claim.debts], date(2025, 1, 1))
    paper = dossier.statement("MAES", claim, split, [notice, second, first], later(61), "en")
    sent, waived = (day(d, "en", "short") for d in (later(30), later(60)))
    assert [n for n in paper.notes if "waived" in n] == [
        f"Of the letter of {sent}, costs of €12.00 were waived on {waived}; the claim does not hold them."
    ]


async def test_costs_on_the_account_are_taken_back_before_they_are_waived(late: Late) -> None:
    second, _notice = await letters(late)
    async with late.at_work(later(61)) as w:
        await proving.charge(w, second.id)
        with pytest.raises(Conflict):
            await proving.waive(w, second.id, "A gesture")
        await proving.take_back(w, second.id, "A gesture")
        await proving.waive(w, second.id, "A gesture")
        await proving.charge(w, second.id)  # its interest alone
        assert (await overview.claim(w, late.building, late.owner())).costs_cents == 25_00
    assert await on_account(late) == (1_000_00 + AT_30, AT_30, 0)


@pytest.mark.parametrize("change", ["waived_on = null, waived_reason = ''", "waived_reason = 'Another'"])
async def test_the_database_keeps_what_was_waived(late: Late, change: str) -> None:
    second, _notice = await letters(late)
    async with late.at_work(later(61)) as w:
        await proving.waive(w, second.id, "A gesture")
    with pytest.raises(KoproError, match="stay waived"):
        async with work(SYSTEM) as w:
            await w.execute(f"update reminder set {change} where id = %(r)s", r=second.id)
