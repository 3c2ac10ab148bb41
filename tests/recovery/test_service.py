"""Policies, pauses, letters that exist once, interest that is charged once, the file for the lawyer."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.postgres.access import libpq_url
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.law.interest import CIVIL
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.service.books import open_ledger
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, pausing, policies, proving, sending
from koprogo_app.recovery.service.sending import send, send_automatic
from tests.recovery.arrears import DUE, Late, at, later
from tests.recovery.test_year import drawn


async def sent_up_to(late: Late, level: int) -> None:
    """Sends the levels in their time, by hand."""
    for number, day in ((1, later(15)), (2, later(30)), (3, later(60)))[:level]:
        await prepare_all(at(day))
        async with late.at_work(day) as w:
            (row,) = await reminders(w, late.building, status="prepared")
        assert row.level == number
        assert await send(late.who(), row.id, now=at(day), draw=drawn)


async def test_two_workers_at_once_send_each_letter_once(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"automatic_1": True})
    for lot in ("T1", "T2", "T3"):
        await late.called(100_00, lot)
    day = at(later(15))
    await asyncio.gather(prepare_all(day), prepare_all(day))
    await asyncio.gather(send_automatic(now=day, draw=drawn), send_automatic(now=day, draw=drawn))
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from reminder where status = 'sent'") == 3
        assert await w.value("select count(*) from mail where purpose = 'reminder'") == 3
        assert await w.value("select count(*) from document where entity = 'reminder'") == 3


async def test_a_dispute_holds_everything_until_it_is_ended(late: Late) -> None:
    await late.called(100_00)
    async with late.at_work(later(10)) as w:
        pause = await pausing.begin_pause(w, late.building, late.owner(), "dispute", "The lift was not repaired")
    assert await prepare_all(at(later(20))) == 0
    async with late.at_work(later(21)) as w:
        await pausing.end_pause(w, pause.id)
    assert await prepare_all(at(later(21))) == 1
    async with late.at_work(later(22)) as w:
        await pausing.begin_pause(w, late.building, late.owner(), "restriction", "Asked on 1 February")
        (row,) = await reminders(w, late.building)
    with pytest.raises(Conflict):
        await send(late.who(), row.id, now=at(later(22)), draw=drawn)


_STATEMENT = """
insert into bank_statement (organization_id, building_id, bank_account_id, year, number, old_cents, old_on, new_cents,
                            new_on, format, digest)
select organization_id, building_id, id, 2026, %(n)s, 0, %(old)s, 0, %(new)s, 'coda', repeat(%(n)s::text, 64)
  from bank_account"""


async def test_what_the_bank_has_not_told_of_yet_holds_back_what_goes_out_by_itself(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"automatic_1": True})
    await late.called(100_00)
    await prepare_all(at(later(15)))
    async with work(SYSTEM) as w:
        await w.execute(
            """insert into bank_account (organization_id, building_id, journal_id, iban, holder, fund)
               select organization_id, building_id, id, 'BE68539007547034', 'Tilia', 'working' from journal
                where building_id = %(b)s and code = 'BQE'""",
            b=late.building,
        )
        await w.execute(_STATEMENT, n=1, old=later(8), new=later(8))
    assert await send_automatic(now=at(later(15)), draw=drawn) == 0
    async with work(SYSTEM) as w:
        await w.execute(_STATEMENT, n=2, old=later(9), new=later(13))
    assert await send_automatic(now=at(later(15)), draw=drawn) == 1


async def test_each_level_waits_until_the_time_to_react_is_over(late: Late) -> None:
    await late.called(100_00)
    await prepare_all(at(later(40)))  # the office was slow
    async with late.at_work(later(40)) as w:
        (row,) = await reminders(w, late.building)
    assert row.level == 1
    await send(late.who(), row.id, now=at(later(40)), draw=drawn)
    assert await prepare_all(at(later(54))) == 0
    assert await prepare_all(at(later(55))) == 1


async def test_a_letter_cancelled_by_hand_is_not_made_again(late: Late) -> None:
    await late.called(100_00)
    await prepare_all(at(later(15)))
    async with late.at_work(later(15)) as w:
        (row,) = await reminders(w, late.building)
        with pytest.raises(Invalid):
            await sending.cancel(w, row.id, " ")
        await sending.cancel(w, row.id, "Promised by telephone")
    assert await prepare_all(at(later(16))) == 0
    assert await prepare_all(at(later(30))) == 1
    async with late.at_work(later(30)) as w:
        assert (await reminders(w, late.building, status="prepared"))[0].level == 2


async def test_a_policy_the_law_forbids_is_refused(late: Late) -> None:
    async with late.at_work(DUE) as w:
        for values, field in (
            ({"costs_1": "5"}, "costs_1"),
            ({"react_days_2": 13}, "react_days_2"),
            ({"basis": "clause", "clause_percent": "8"}, "clause_reference"),
        ):
            with pytest.raises(AgainstTheLaw) as refused:
                await policies.set_policy(w, late.building, values)
            assert refused.value.field == field
        for values, field in (({"days_2": 15}, "days_2"), ({"basis": "clause"}, "clause_percent")):
            with pytest.raises(Invalid) as wrong:
                await policies.set_policy(w, late.building, values)
            assert wrong.value.field == field


async def test_a_clause_runs_from_the_due_date_when_it_says_so_and_is_charged_once(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(
            w, late.building,
            {"basis": "clause", "clause_percent": "8", "clause_start": "due", "clause_reference": "Regulation, art. 40",
             "costs_2": "12,00"},
        )  # fmt: skip
    await late.called(1_000_00)
    await sent_up_to(late, 2)
    async with late.at_work(later(30)) as w:
        row = (await reminders(w, late.building))[0]
        # From the day after the due date to the day of the letter: 29 days at 8 %, 6.356 €.
        assert (row.interest_cents, row.costs_cents) == (6_36, 12_00)
        await proving.charge(w, row.id)
        with pytest.raises(Conflict):
            await proving.charge(w, row.id)
        claim = await overview.claim(w, late.building, late.owner())
    assert (claim.open_cents, claim.interest_cents, claim.costs_cents) == (1_018_36, 0, 0)
    async with late.at_work(later(40)) as w:
        claim = await overview.claim(w, late.building, late.owner())
    # The charge itself bears no interest: 39 days on 1,000 € are 8.55, of which 6.36 are on the account.
    assert claim.interest_cents == 8_55 - 6_36


async def test_the_ceilings_protect_natural_persons_only(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"guard": True, "costs_2": "25", "costs_3": "500"})
    await late.called(160_00)
    await sent_up_to(late, 3)
    async with late.at_work(later(60)) as w:
        found = {row.level: row.costs_cents for row in await reminders(w, late.building)}
    assert found == {1: 0, 2: 7_50, 3: 31_00}


async def test_the_registered_letter_keeps_its_number_and_what_was_sent_stays(
    late: Late, pg: Server, database_name: str
) -> None:
    await late.called(100_00)
    await sent_up_to(late, 3)
    async with late.at_work(later(61)) as w:
        notice = (await reminders(w, late.building))[0]
        with pytest.raises(Invalid):
            await proving.prove(w, notice.id, tracking="12 34")
        await proving.prove(w, notice.id, tracking="rr 123 456 789 be")
    assert notice.react_by == later(60) + timedelta(days=18)  # posted on a Wednesday: from the Monday after
    async with late.at_work(later(61)) as w:
        assert (await reminders(w, late.building))[0].tracking == "RR123456789BE"
    with psycopg.connect(libpq_url(pg.url(database_name, "koprogo_owner"))) as c:
        c.execute("set koprogo.organizations = '*'")
        for statement in _TAMPER:
            with pytest.raises(psycopg.errors.DatabaseError, match="stays as it is"), c.transaction():
                c.execute(statement)
        for statement in (_COSTLY_FIRST, _SAME_LEVEL_TWICE):
            with pytest.raises(psycopg.errors.IntegrityError), c.transaction():
                c.execute(statement)


_TAMPER = (
    "update reminder set principal_cents = 1",
    "delete from reminder",
    "delete from reminder_debt",
    "update reminder_debt set open_cents = 1",
)
_COSTLY_FIRST = """
insert into recovery_policy (building_id, organization_id) select id, organization_id from building limit 1;
insert into recovery_level (building_id, organization_id, level, days, channel, costs_cents, automatic, react_days)
select building_id, organization_id, 1, 15, 'email', 500, false, 14 from recovery_policy"""
_SAME_LEVEL_TWICE = """
with again as (
  insert into reminder (organization_id, building_id, owner_id, level, channel, lang, prepared_on, principal_cents,
                        interest_cents, costs_cents, react_days, automatic)
  select organization_id, building_id, owner_id, level, channel, lang, prepared_on, 1, 0, 0, 14, false
    from reminder where level = 1 returning id, organization_id, building_id, level)
insert into reminder_debt (reminder_id, line_id, organization_id, building_id, level, due_on, label, open_cents)
select a.id, d.line_id, a.organization_id, a.building_id, a.level, d.due_on, d.label, 1
  from again a, reminder_debt d where d.level = 1"""


async def test_the_months_show_what_was_late_and_what_came_back(late: Late) -> None:
    await late.called(1_000_00)
    await late.called(500_00, "T2", later(10))
    await sent_up_to(late, 1)
    await late.pays(400_00, on=later(45))
    async with late.at_work(later(60)) as w:
        ends = await names.month_ends(w, late.building, [later(0), later(5), later(44), later(45)])
        went = await names.recovered(w, late.building, later(-300), later(60))
    assert [end.late_cents for end in ends] == [0, 1_000_00, 1_500_00, 1_100_00]
    assert (went.reminded_cents, went.paid_cents, went.called_cents) == (1_000_00, 400_00, 1_500_00)
    assert went.days_outstanding(365) == round(1_100_00 * 365 / 1_500_00)


async def test_strangers_and_the_council(late: Late) -> None:
    await late.called(100_00)
    await prepare_all(at(later(15)))
    async with late.at_work(later(15), "board_tilia") as w:
        assert (await overview.arrears(w, late.building)).total.late == 100_00
        (row,) = await reminders(w, late.building)
        with pytest.raises(Forbidden):
            await sending.cancel(w, row.id, "no")
    with pytest.raises(NotFound):
        await send(late.who("syndic_b"), row.id, now=at(later(15)), draw=drawn)
    async with late.at_work(later(15), "owner_tilia") as w:
        assert (await overview.claim(w, late.building, late.owner("T1"))).open_cents == 100_00
        with pytest.raises(Forbidden):
            await overview.claim(w, late.building, late.owner("T2"))
    async with late.at_work(later(15), "owner_fagus") as w:
        with pytest.raises((Forbidden, NotFound)):
            await overview.claim(w, late.building, late.owner("T1"))


async def test_rates_of_years_to_come_are_the_superadmins(late: Late) -> None:
    async with late.at_work(later(60), "admin") as w:
        await policies.set_rate(w, 2027, "4.25", "Moniteur belge 20/01/2027")
        with pytest.raises(Conflict):
            await policies.set_rate(w, 2026, "9", "nowhere")
        assert (await policies.policy_of(w, late.building)).version == 0
        from koprogo_app.recovery.queries.policy import later_rates

        assert await later_rates(w) == {2027: Decimal("4.25")}
    async with late.at_work(later(60)) as w:
        with pytest.raises(Forbidden):
            await policies.set_rate(w, 2027, "9", "nowhere")


async def test_the_first_year_without_a_rate_is_the_one_to_type(late: Late) -> None:
    last = max(CIVIL)
    async with late.at_work(date(last, 6, 1), "admin") as w:
        assert await policies.year_to_type(w) == last + 1
    async with late.at_work(date(last + 2, 6, 1), "admin") as w:
        assert await policies.year_to_type(w) == last + 1
        await policies.set_rate(w, last + 2, "4", "Moniteur belge")
        assert await policies.year_to_type(w) == last + 1  # the gap, not what follows the newest
        await policies.set_rate(w, last + 1, "4", "Moniteur belge")
        assert await policies.year_to_type(w) == last + 3
        await policies.set_rate(w, last + 3, "4", "Moniteur belge")
        assert await policies.year_to_type(w) == last + 3  # no later one may be typed


async def test_a_letter_that_cannot_be_drawn_holds_up_no_other(late: Late) -> None:
    async with late.at_work(DUE) as w:
        await policies.set_policy(w, late.building, {"automatic_1": True})
    for lot in ("T1", "T2", "T3"):
        await late.called(100_00, lot)
    await prepare_all(at(later(15)))

    async def broken_for_one(html: str) -> bytes:
        if "TILIA1" in html:
            raise RuntimeError("no ink")
        return await drawn(html)

    with pytest.raises(RuntimeError, match="no ink"):
        await send_automatic(now=at(later(15)), draw=broken_for_one)
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from reminder where status = 'sent'") == 2
    assert await send_automatic(now=at(later(15)), draw=drawn) == 1


_TRAP = """
create function trap() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
create trigger trap before insert on reminder for each row when (new.building_id = '{building}')
  execute function trap()"""


async def test_a_fault_in_one_building_holds_up_no_other(late: Late, pg: Server, database_name: str) -> None:
    other = late.books.world.buildings["fagus"]
    await late.called(100_00)
    async with late.at_work(DUE) as w:
        await open_ledger(w, other)
        await entries.post(w, other, late.books.call(100_00, "F1", DUE))
    first, last = sorted((late.building, other))
    with psycopg.connect(libpq_url(pg.url(database_name, "koprogo_owner"))) as c:
        c.execute(_TRAP.format(building=first))
    with pytest.raises(psycopg.Error, match="broken"):
        await prepare_all(at(later(15)))
    async with work(SYSTEM) as w:
        assert await w.value("select building_id from reminder") == last
