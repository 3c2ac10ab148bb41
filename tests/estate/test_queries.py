"""Lists, cards and histories: what they count, who sees what, and that the database's voting status is the law's."""

import dataclasses
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.estate.model import Ownership
from koprogo_app.estate.queries import lots as lot_rows
from koprogo_app.estate.queries.lots import lot_contacts, lot_detail, lots_page, own_lots
from koprogo_app.estate.queries.owners import possible_holders
from koprogo_app.estate.rules.ownership import Part
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.lots import create_lot
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.estate.service.owners import OWNER, link_owner_user, owner_card
from koprogo_app.estate.service.ownership import HolderInput, name_mandatary, set_holders, transfer_lot
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role
from koprogo_app.law.shares import Holding, Right
from koprogo_app.law.voting import Mandate, voting_right
from koprogo_app.workspace.queries.paging import Asked
from tests.draws import rounds
from tests.world import World

CONTACT = {"email", "phone", "email_consent_on", "email_consent_ref", "user_id", "enterprise_number"}


def test_rows_for_every_co_owner_have_no_place_for_contact_data() -> None:
    """Not hidden: there is no field that could hold it (art. 3.89 §5 14°)."""
    for row in (lot_rows.LotRow, lot_rows.Holder, lot_rows.HolderRow, lot_rows.LotDetail, lot_rows.MandataryRow,
                lot_rows.OwnLot):  # fmt: skip
        assert {f.name for f in dataclasses.fields(row)} & CONTACT == set()


async def test_a_mere_owner_gets_no_contact_data(world: World) -> None:
    for name in ("owner_tilia", "board_tilia"):
        for read in (
            lambda w: OWNER.page(w),
            lambda w: owner_card(w, world.owners["T2"]),
            lambda w: lot_contacts(w, world.lots["T2"]),
            lambda w: possible_holders(w, world.organizations["a"]),
        ):
            with pytest.raises((Forbidden, NotFound)):
                async with work(world.people[name]) as w:
                    await read(w)
    async with work(world.people["accountant_a"]) as w:
        assert [c.email for c in await lot_contacts(w, world.lots["T2"])] == ["tilia2@example.be"]


async def test_her_own_lots_with_the_names_of_those_who_hold_them_with_her(world: World) -> None:
    async with work(world.people["syndic_a"]) as w:
        await transfer_lot(
            w, world.lots["F2"], world.owners["F2"], [Part(world.owners["T1"], Fraction(1, 3))], date(2026, 1, 1)
        )
    me = dataclasses.replace(
        world.people["owner_tilia"],
        grants=tuple(Grant(Role.OWNER, world.organizations["a"], world.buildings[b]) for b in ("tilia", "fagus")),
    )
    async with work(me) as w:
        lots = await own_lots(w)
        assert [(x.number, x.building_name, x.numerator, x.denominator, x.voting) for x in lots] == [
            ("F2", "Fagus", 1, 3, "suspended"),
            ("T1", "Tilia", 1, 1, "votes"),
        ]
        assert sorted(h.name for h in lots[0].holders) == ["FAGUS2", "TILIA1"]
    with pytest.raises(Forbidden):
        async with work(world.people["syndic_a"]) as w:
            await own_lots(w)


RIGHTS = st.sampled_from(list(Right))
WHOLE = st.sampled_from(
    [
        [(1, Right.FULL, 1)],
        [(1, Right.FULL, 2), (2, Right.FULL, 2)],
        [(1, Right.FULL, 3), (2, Right.FULL, 3), (3, Right.FULL, 3)],
        [(1, Right.BARE, 1), (2, Right.USUFRUCT, 1)],
        [(1, Right.BARE, 1), (1, Right.USUFRUCT, 1)],
        [(1, Right.FULL, 2), (1, Right.BARE, 2), (2, Right.HABITATION, 2)],
    ]
)
HELD = WHOLE | st.lists(st.tuples(st.integers(1, 3), RIGHTS, st.sampled_from([1, 2, 3])), max_size=5)


@given(held=HELD, named=st.booleans())
@settings(max_examples=rounds(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_voting_status_of_the_table_is_that_of_the_law(
    world: World, held: list[tuple[int, Right, int]], named: bool
) -> None:
    """Whatever is held, the SQL of the table and `law.voting` say the same."""
    rows = {(world.owners[f"T{who}"], right): Fraction(1, part) for who, right, part in held}
    async with work(world.people["syndic_a"]) as w:
        number = await w.value("select 'V' || count(*) from lot")
        lot = await create_lot(w, world.buildings["tilia"], {"number": number, "kind": "other"})
        done = await set_holders(
            w, lot.id, [HolderInput(o, share, right) for (o, right), share in rows.items()], on=date(2026, 1, 1)
        )
        if named:
            await name_mandatary(w, lot.id, world.owners["T1"], date(2026, 1, 1), "letter")
        shown = (await lot_detail(w, lot.id)).lot
    holdings = [Holding(str(o), right, share) for (o, right), share in rows.items()]
    law = voting_right(holdings, [Mandate(str(world.owners["T1"]), date(2026, 1, 1))] if named else [], w.today)
    expected = "draft" if not done.complete else "suspended" if law.suspended else "votes"
    assert shown.voting == expected


async def test_the_portfolio_counts_and_flags(world: World) -> None:
    async with work(world.people["syndic_a"]) as w:
        await create_lot(w, world.buildings["tilia"], {"number": "T4", "kind": "cellar", "share": 5})
        await transfer_lot(
            w, world.lots["T1"], world.owners["T1"], [Part(world.owners["T2"], Fraction(1, 2))], date(2026, 1, 1)
        )
    async with work(world.people["syndic_a"]) as w:
        fagus, tilia = (await BUILDING.page(w)).rows
        assert (tilia.lot_count, tilia.main_lots, tilia.lots_total, tilia.draft_lots) == (4, 2, 1005, 1)
        assert (tilia.suspended_lots, tilia.owner_count, tilia.deed_difference) == (1, 3, 5)
        assert tilia.flags == ["deed", "draft", "suspended", "acceptance", "assembly"]
        assert fagus.flags == ["acceptance", "assembly"]
        assert [b.name for b in (await BUILDING.page(w, problem="suspended")).rows] == ["Tilia"]
        assert [b.name for b in (await BUILDING.page(w, None, Asked(sort="-draft"))).rows] == ["Tilia", "Fagus"]
    async with work(world.people["owner_tilia"]) as w:
        assert [b.name for b in (await BUILDING.page(w)).rows] == ["Tilia"]
    async with work(world.people["syndic_b"]) as w:
        assert [o.name for o in (await ORGANIZATION.page(w)).rows] == ["Syndic B"]


async def test_numbers_sort_as_people_count(world: World) -> None:
    building = world.buildings["tilia"]
    async with work(world.people["syndic_a"]) as w:
        for number in ("A10", "A2", "A1.10", "A1.9", "b1"):
            await create_lot(w, building, {"number": number, "kind": "other"})
        rows = (await lots_page(w, building, Asked(sort="number"))).rows
        assert [r.number for r in rows][:5] == ["A1.9", "A1.10", "A2", "A10", "b1"]
        with pytest.raises(Invalid):
            await lots_page(w, building, Asked(sort="number; drop table lot"))


async def test_what_began_or_ended_another_day_is_not_todays(world: World) -> None:
    """A transfer recorded in advance changes the table on its day only."""
    async with work(world.people["syndic_a"]) as w:
        day = w.today + timedelta(days=30)
        await transfer_lot(w, world.lots["T1"], world.owners["T1"], [Part(world.owners["T2"])], day)
        before = (await lot_detail(w, world.lots["T1"])).holders
        assert [h.owner_id for h in before] == [world.owners["T1"]]
    async with work(world.people["syndic_a"]) as w:
        w.now += timedelta(days=31)
        assert [h.owner_id for h in (await lot_detail(w, world.lots["T1"])).holders] == [world.owners["T2"]]


def _building_syndic(world: World) -> Person:
    """A syndic of one building of an organisation only."""
    grant = Grant(Role.SYNDIC, world.organizations["a"], world.buildings["tilia"])
    return dataclasses.replace(world.people["syndic_a"], grants=(grant,))


async def test_a_syndic_of_one_building_has_that_building_only(world: World) -> None:
    who = _building_syndic(world)
    async with work(who) as w:
        assert [b.name for b in (await BUILDING.page(w)).rows] == ["Tilia"]
        assert {o.name for o in (await OWNER.page(w)).rows} == {"TILIA1", "TILIA2", "TILIA3"}
        assert (await owner_card(w, world.owners["T2"])).owner.email
        await OWNER.change(w, world.owners["T2"], None, {"phone": "0470 11 22 33"})
        tilia = world.buildings["tilia"]
        made = await OWNER.add(w, world.organizations["a"], {"name": "NEW"}, building_id=tilia)
        assert made.organization_id == world.organizations["a"]
        for refused in (owner_card(w, world.owners["F1"]), lots_page(w, world.buildings["fagus"])):
            with pytest.raises(NotFound):
                await refused


async def test_consent_to_convocation_by_mail_is_dated_and_about_an_address(world: World) -> None:
    owner = world.owners["T1"]
    async with work(world.people["syndic_a"]) as w:
        given_on = await OWNER.change(w, owner, None, {"email_consent_on": "06/05/2024", "email_consent_ref": "letter"})
        assert given_on.email_consent_on == date(2024, 5, 6)
        without = await OWNER.change(w, owner, None, {"email": ""})
        assert (without.email_consent_on, without.email_consent_ref) == (None, "")
        with pytest.raises(Invalid) as refusal:
            await OWNER.change(w, owner, None, {"email_consent_on": "2024-05-06"})
        assert refusal.value.article == "3.87 §3"
    with pytest.raises(Invalid):
        async with work(world.people["syndic_a"]) as w:
            await OWNER.change(w, world.owners["T2"], None, {"email_consent_on": date(w.today.year + 1, 1, 1)})


async def test_an_account_is_linked_once_and_by_who_may(world: World) -> None:
    user = world.people["owner_tilia"].user_id
    assert user is not None
    with pytest.raises(Conflict):
        async with work(world.people["syndic_a"]) as w:
            await link_owner_user(w, world.owners["T1"], UUID(int=1))
    with pytest.raises(NotFound):
        async with work(world.people["syndic_a"]) as w:
            await link_owner_user(w, world.owners["T2"], UUID(int=1))
    with pytest.raises(Forbidden):
        async with work(world.people["accountant_a"]) as w:
            await link_owner_user(w, world.owners["T2"], user)


async def test_an_archived_or_retired_thing_leaves_the_lists(world: World) -> None:
    async with work(SYSTEM) as w:
        await w.execute("update building set archived_at = now() where name = 'Tilia'")
        await w.add(
            Ownership(organization_id=world.organizations["a"], lot_id=world.lots["F1"], owner_id=world.owners["T1"],
                      period=span(date(2010, 1, 1), date(2011, 1, 1)))
        )  # fmt: skip
    async with work(world.people["owner_tilia"]) as w:
        assert await own_lots(w) == []
