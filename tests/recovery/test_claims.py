"""One claim: home, account, arrears, the office's page, REST, a call's notice and a reminder ask for the same cents, on
the same accounts, with the same message."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from koprogo_app.calls.facts import Claim
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.calls.rules.plans import Term, spread
from koprogo_app.calls.service import call_posting, calls, claims, notice_letters, plans
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.calls.state.account import AccountPage
from koprogo_app.foundation.database import Work
from koprogo_app.koprogo_app import api as rest
from koprogo_app.payments.service import bank_accounts
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, pausing, policies, writing
from koprogo_app.recovery.service.preparing import refresh
from koprogo_app.recovery.service.sending import send
from koprogo_app.recovery.state.mine import Mine
from koprogo_app.recovery.state.owner import LateOwner
from koprogo_app.statements.state.my_money import MyMoney
from tests.clients import ClientOf, client_of, fresh
from tests.recovery.arrears import DUE, Late, at, later
from tests.recovery.test_charging import EIGHT
from tests.recovery.test_service import sent_up_to
from tests.recovery.test_year import drawn
from tests.states import opened

__all__ = ["client_of", "fresh"]
WORKING, RESERVE = "BE68539007547034", "BE11000123456748"
Ways = set[tuple[str, int, str]]


@pytest.fixture
def api():
    return rest


@dataclass
class Called:
    """A call that was posted, and its instalment."""

    id: UUID
    instalment: UUID


async def with_accounts(late: Late, *funds: str) -> None:
    async with late.at_work(DUE) as w:
        for fund in funds or ("working", "reserve"):
            iban = WORKING if fund == "working" else RESERVE
            await bank_accounts.open_account(w, late.building, {"iban": iban, "fund": fund})


async def call(late: Late, working: int, reserve: int = 0, on: date = DUE, due: date = DUE) -> Called:
    """A call to all; T1 has 2/5 of it."""
    parts = [PartWanted(kind, cents) for kind, cents in ((CallKind.WORKING, working), (CallKind.RESERVE, reserve))
             if cents]  # fmt: skip
    async with late.at_work(on) as w:
        wanted = Wanted("Appel", parts, [(on, due)], date(2025, 12, 4), "AG")
        row = await call_posting.post(w, (await calls.save(w, late.building, wanted)).id)
        detail = await notice_letters.call_detail(w, row.id)
    return Called(row.id, detail.instalments[0].id)


def digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def shown(ways) -> Ways:
    """The transfers of a page."""
    return {(one.iban.replace(" ", ""), int(digits(one.amount)), digits(one.message)) for one in ways}


_BOX = re.compile(
    r'<p class="amount">([^<]*)</p>.*?<dl class="facts">\s*<dt>[^<]*</dt><dd>[^<]*</dd>\s*<dt>[^<]*</dt>'
    r"<dd>([^<]*)</dd>"
    r"\s*<dt>[^<]*</dt><dd>([^<]*)</dd>",
    re.DOTALL,
)


def on_paper(html: str) -> Ways:
    """The transfers of a letter."""
    return {(iban.replace(" ", ""), int(digits(amount)), digits(message)) for amount, iban, message in
            _BOX.findall(html)}  # fmt: skip


async def asked(late: Late, day: date) -> Claim:
    async with late.at_work(day) as w:
        return await claims.claim(w, late.building, late.owner())


async def everywhere(late: Late, client_of: ClientOf, day: date, called: Called) -> dict[str, Ways]:
    """What each place asks of T1 on a day."""
    b, o, now = late.building, late.owner(), at(day)
    home = await opened(MyMoney, late.who("owner_tilia"), "/home", now=now)
    account = await opened(AccountPage, late.who("owner_tilia"), f"/buildings/{b}/owners/{o}/account", now=now)
    books = await opened(AccountPage, late.who("accountant_a"), f"/buildings/{b}/owners/{o}/account", now=now)
    mine = await opened(Mine, late.who("owner_tilia"), "/arrears", now=now)
    async with late.at_work(day) as w:
        of = await notice_letters.instalment(w, called.id, called.instalment)
        notice = await notice_letters.letter(w, of, o)
        found = await overview.claim(w, b, o)
        ways = {(one.iban, one.cents, one.communication) for one in found.asked.transfers}
    office = await opened(LateOwner, late.who(), f"/buildings/{b}/arrears/{o}", now=now)
    assert int(digits(office.state.sums.pay)) == sum(cents for _, cents, _ in ways) + sum(
        one.cents for one in found.asked.unpayable
    )
    assert int(digits(home.state.rows[0].asking.pay)) == found.asked.pay_cents == notice.values["pay_cents"]
    return {
        "claim": ways, "home": shown(home.state.rows[0].asking.ways), "account": shown(account.state.asking.ways),
        "account for the office": shown(books.state.asking.ways),
        "arrears": shown(mine.state.rows[0].asking.ways) if mine.state.rows else set(),
        "notice": on_paper(notice.html),
    }  # fmt: skip


async def rest_ways(late: Late, client_of: ClientOf, who: str) -> tuple[dict, Ways]:
    """The answer of the API, as of the clock of this machine."""
    client = await client_of(who)
    answer = (await client.get(f"/buildings/{late.building}/owners/{late.owner()}/claim")).json()
    return answer, {(one["iban"], one["cents"], one["communication"]) for one in answer["transfers"]}


async def reminded(late: Late, day: date) -> Ways:
    """What the reminder that is prepared asks."""
    await prepare_all(at(day))
    async with late.at_work(day) as w:
        (row,) = await reminders(w, late.building, owner_id=late.owner(), status="prepared")
        return await letter_ways(w, row.id)


async def letter_ways(w: Work, reminder_id: UUID) -> Ways:
    figures = await refresh(w, reminder_id)
    assert figures is not None
    row = await w.get(writing.Reminder, reminder_id)
    written = await writing.letter(w, row, figures, await policies.policy_of(w, row.building_id), later(90))
    assert len(written.mail["ways"]) == len(on_paper(written.html))
    return on_paper(written.html)


Arrange = Callable[[Late], Awaitable[tuple[Called, date, dict[str, int]]]]


async def late_in_both_funds(late: Late):
    one = await call(late, 1_000_01, 200_00)
    return one, later(20), {WORKING: 400_01, RESERVE: 80_00}


async def one_cent(late: Late):
    one = await call(late, 1_000_01, 200_00)
    await late.pays(480_00)
    return one, later(20), {RESERVE: 1}


async def a_cent_too_much(late: Late):
    one = await call(late, 1_000_01, 200_00)
    await late.pays(480_02)
    return one, later(20), {}


async def a_pause(late: Late):
    one = await call(late, 1_000_01, 200_00)
    async with late.at_work(later(2)) as w:
        await pausing.begin_pause(w, late.building, late.owner(), "dispute", "The lift")
    return one, later(20), {WORKING: 400_01, RESERVE: 80_00}


async def a_plan(late: Late):
    """480.01 over three payments of 160.01, 160, 160, which meet the lines in their order."""
    one = await call(late, 1_000_01, 200_00)
    async with late.at_work(later(16)) as w:
        await plans.agree(w, late.building, late.owner(), spread(480_01, 3, later(20)))
    return one, later(20), {WORKING: 80_01, RESERVE: 80_00}


async def a_broken_plan(late: Late):
    one, _, _ = await a_plan(late)
    return one, later(21), {WORKING: 400_01, RESERVE: 80_00}


async def a_cancelled_call(late: Late):
    """Two calls; the second is taken back."""
    one = await call(late, 1_000_01, 200_00)
    two = await call(late, 500_00, 100_00)
    async with late.at_work(later(5)) as w:
        await call_posting.cancel(w, two.id, "Called twice")
    return one, later(20), {WORKING: 400_01, RESERVE: 80_00}


async def a_cancelled_call_in_a_plan(late: Late):
    """A plan of 720.01 over three payments; a call of 240 of it is taken back, so that the last falls away: nothing of
    it counts as paid."""
    one = await call(late, 1_000_01, 200_00)
    two = await call(late, 600_00)
    terms = [Term(later(20), 240_00), Term(later(50), 240_00), Term(later(80), 240_01)]
    async with late.at_work(later(16)) as w:
        await plans.agree(w, late.building, late.owner(), terms)
        await call_posting.cancel(w, two.id, "Called twice")
        (plan,) = await plans_of(w, late.building, late.owner())
        assert (plan.cents, plan.paid_cents) == (480_01, 0)
        assert plan.terms == [(later(20), 240_00), (later(50), 240_00), (later(80), 1)]
    return one, later(20), {WORKING: 160_00, RESERVE: 80_00}


async def interest_and_costs(late: Late):
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, EIGHT)
    one = await call(late, 2_500_00)
    await sent_up_to_t1(late)
    return one, later(60), {WORKING: 1_000_00 + 12_93 + 37_00}


async def sent_up_to_t1(late: Late) -> None:
    for number, day in ((1, later(15)), (2, later(30)), (3, later(60))):
        await prepare_all(at(day))
        async with late.at_work(day) as w:
            (row,) = await reminders(w, late.building, owner_id=late.owner(), status="prepared")
        assert row.level == number
        assert await send(late.who(), row.id, now=at(day), draw=drawn)


async def called_and_not_late(late: Late):
    """A call that is late, one that is not, and one of next month, which is not asked yet."""
    await call(late, 1_000_01, 200_00)
    one = await call(late, 500_00, 0, later(10), later(40))
    await call(late, 700_00, 0, later(60), later(90))
    return one, later(20), {WORKING: 600_01, RESERVE: 80_00}


CASES = [
    late_in_both_funds, one_cent, a_cent_too_much, a_pause, a_plan, a_broken_plan, a_cancelled_call,
    a_cancelled_call_in_a_plan, interest_and_costs, called_and_not_late,
]  # fmt: skip


@pytest.mark.parametrize("arrange", CASES, ids=lambda one: one.__name__)
async def test_every_place_asks_the_same(late: Late, client_of: ClientOf, arrange: Arrange) -> None:
    await with_accounts(late)
    called, day, wanted = await arrange(late)
    found = await everywhere(late, client_of, day, called)
    assert {iban: cents for iban, cents, _ in found["claim"]} == wanted
    assert len({message for _, _, message in found["claim"]}) <= 1
    assert all(ways == found["claim"] for ways in found.values()), found


@pytest.mark.parametrize("arrange", [late_in_both_funds, a_broken_plan, a_cancelled_call], ids=lambda one: one.__name__)
async def test_a_reminder_asks_what_the_pages_ask(late: Late, arrange: Arrange) -> None:
    await with_accounts(late)
    _, day, wanted = await arrange(late)
    ways = await reminded(late, day)
    assert {iban: cents for iban, cents, _ in ways} == wanted
    assert ways == {(one.iban, one.cents, one.communication) for one in (await asked(late, day)).transfers}


async def test_a_formal_notice_asks_what_the_pages_ask_once_it_is_sent(late: Late) -> None:
    await with_accounts(late)
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, EIGHT)
    await late.called(1_000_00)
    await sent_up_to(late, 2)
    ways = await reminded(late, later(60))
    async with late.at_work(later(60)) as w:
        (row,) = await reminders(w, late.building, status="prepared")
    assert await send(late.who(), row.id, now=at(later(60)), draw=drawn)
    assert ways == {(one.iban, one.cents, one.communication) for one in (await asked(late, later(60))).transfers}


async def test_rest_answers_the_owner_and_the_office_alike_and_no_neighbour(late: Late, client_of: ClientOf) -> None:
    await with_accounts(late)
    await call(late, 1_000_01, 200_00)
    hers, mine = await rest_ways(late, client_of, "owner_tilia")
    theirs, office = await rest_ways(late, client_of, "accountant_a")
    assert mine == office and {(iban, cents) for iban, cents, _ in mine} == {(WORKING, 400_01), (RESERVE, 80_00)}
    assert hers == theirs and (hers["pay_cents"], hers["late_cents"]) == (480_01, 480_01)
    neighbour = await client_of("owner_tilia")
    answer = await neighbour.get(f"/buildings/{late.building}/owners/{late.owner('T2')}/claim")
    assert answer.status_code == 403


async def test_a_reserve_debt_is_never_asked_on_the_working_account(late: Late, client_of: ClientOf) -> None:
    await with_accounts(late, "working")
    called = await call(late, 1_000_01, 200_00)
    found = await everywhere(late, client_of, later(20), called)
    assert {iban: cents for iban, cents, _ in found["claim"]} == {WORKING: 400_01}
    assert all(ways == found["claim"] for ways in found.values())
    assert await reminded(late, later(20)) == found["claim"]
    claim = await asked(late, later(20))
    assert [(one.kind, one.cents) for one in claim.unpayable] == [(CallKind.RESERVE, 80_00)]
    home = await opened(MyMoney, late.who("owner_tilia"), "/home", now=at(later(20)))
    assert any("€80.00" in note and "Reserve fund" in note for note in home.state.rows[0].asking.notes)


async def test_what_comes_is_told_by_day_and_fund(late: Late) -> None:
    await with_accounts(late)
    await call(late, 1_000_01, 200_00)
    async with late.at_work(later(16)) as w:
        await plans.agree(w, late.building, late.owner(), spread(480_01, 3, later(20)))
    await call(late, 700_00, 0, later(60), later(90))
    claim = await asked(late, later(20))
    by_day: dict[date, int] = {}
    for one in claim.coming:
        by_day[one.due_on] = by_day.get(one.due_on, 0) + one.cents
    days = [term.due_on for term in spread(480_01, 3, later(20))]
    assert by_day == dict(zip(days, (160_01, 160_00, 160_00), strict=True)) | {later(90): 280_00}
    assert {one.due_on for one in claim.coming if one.asked} == {days[0]}
    assert (claim.pay_cents, claim.later_cents, claim.late_cents) == (160_01, 320_00, 0)
    await late.pays(160_01, on=later(20))
    claim = await asked(late, later(21))
    assert (claim.pay_cents, claim.later_cents, claim.plans[0].kept) == (160_00, 160_00, True)


async def test_a_plan_whose_calls_were_all_taken_back_is_neither_paid_nor_asked(late: Late) -> None:
    await with_accounts(late)
    one = await call(late, 1_000_01, 200_00)
    async with late.at_work(later(16)) as w:
        await plans.agree(w, late.building, late.owner(), spread(480_01, 3, later(20)))
        await call_posting.cancel(w, one.id, "Wrong key")
    claim = await asked(late, later(40))
    assert (claim.pay_cents, claim.later_cents, claim.plans) == (0, 0, ())
    page = await opened(
        AccountPage, late.who(), f"/buildings/{late.building}/owners/{late.owner()}/account", now=at(later(40))
    )
    assert [plan.state for plan in page.state.plans] == ["its debts were taken back"]
