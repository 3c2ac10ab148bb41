"""Completing drafts, changing shares, transfers, mandates: through the services, on the real database."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.estate.model import LotStatus
from koprogo_app.estate.queries.lots import lot_detail, lots_page
from koprogo_app.estate.queries.owners import lot_history, owner_history
from koprogo_app.estate.service.lots import create_lot
from koprogo_app.estate.service.owners import link_owner_user, unlink_owner_user
from koprogo_app.estate.service.ownership import (
    HolderInput,
    Part,
    add_holder,
    change_percentage,
    change_primary,
    correct_shares,
    end_mandate,
    name_mandatary,
    preview_holders,
    remove_holder,
    set_holders,
    transfer_lot,
)
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.law.shares import Mend, Right
from tests.draws import rounds
from tests.world import World

TODAY = date(2026, 6, 1)


async def _draft(world: World) -> UUID:
    async with work(world.people["syndic_a"]) as w:
        return (await create_lot(w, world.buildings["tilia"], {"number": "T9", "kind": "cellar", "share": "10"})).id


async def test_a_draft_becomes_complete_when_its_rights_are_whole(world: World) -> None:
    lot = await _draft(world)
    first, second = world.owners["T1"], world.owners["T2"]
    async with work(world.people["syndic_a"]) as w:
        half = await add_holder(w, lot, first, "50 %")
        assert not half.complete
        assert half.rows[0].primary
        done = await add_holder(w, lot, second, "1/2")
        assert done.complete
        assert done.lot.status == LotStatus.COMPLETE
        assert done.lot.complete_from == date(w.today.year, 1, 1)


@pytest.mark.parametrize("typed", [[33.3333] * 3, ["1/3"] * 3, ["33,33 %"] * 3])
async def test_thirds_as_people_type_them_are_whole(world: World, typed: list[str | float]) -> None:
    lot = await _draft(world)
    owners = [world.owners[n] for n in ("T1", "T2", "T3")]
    async with work(world.people["syndic_a"]) as w:
        done = await set_holders(w, lot, [HolderInput(o, s) for o, s in zip(owners, typed, strict=True)])
    assert done.complete


async def test_a_complete_lot_never_becomes_incomplete(world: World) -> None:
    lot, owner = world.lots["T1"], world.owners["T1"]
    for change in (
        lambda w: change_percentage(w, lot, owner, 60),
        lambda w: set_holders(w, lot, [HolderInput(owner, "1/2")]),
        lambda w: set_holders(w, lot, []),
        lambda w: remove_holder(w, lot, owner),
        lambda w: add_holder(w, lot, world.owners["T2"], "1/2"),
        lambda w: correct_shares(w, lot, {(owner, "full"): "1/2"}),
    ):
        with pytest.raises(Invalid) as refusal:
            async with work(world.people["syndic_a"]) as w:
                await change(w)
        assert "complete" in refusal.value.text("en")


async def test_a_transfer_keeps_the_history_and_moves_the_contact(world: World) -> None:
    lot, seller, buyer = world.lots["T1"], world.owners["T1"], world.owners["T2"]
    day = date(2026, 3, 1)
    async with work(world.people["syndic_a"]) as w:
        done = await transfer_lot(w, lot, seller, [Part(buyer)], day)
        assert done.complete
    async with work(world.people["syndic_a"]) as w:
        history = await lot_history(w, lot)
        assert [(h.owner_id, h.valid_from, h.valid_to, h.primary) for h in history] == [
            (buyer, day, None, True),
            (seller, date(2020, 1, 1), day, True),
        ]
        assert [h.number for h in await owner_history(w, buyer)] == ["T1", "T2"]
        with pytest.raises(Invalid):  # before the last change
            await transfer_lot(w, lot, seller, [Part(buyer)], day - timedelta(days=1))


async def test_usufruct_and_bare_ownership(world: World) -> None:
    lot, owner, child = world.lots["T1"], world.owners["T1"], world.owners["T2"]
    async with work(world.people["syndic_a"]) as w:
        await transfer_lot(w, lot, owner, [Part(child, right=Right.BARE)], date(2026, 1, 1))
    async with work(world.people["syndic_a"]) as w:
        detail = await lot_detail(w, lot)
        assert {(h.owner_id, h.right, h.share) for h in detail.holders} == {
            (owner, "usufruct", Fraction(1)),
            (child, "bare", Fraction(1)),
        }
        assert detail.lot.voting == "suspended"
        assert (detail.lot.ownership, detail.lot.enjoyment) == (1, 1)


async def test_a_mandatary_ends_the_suspension_until_the_holders_change(world: World) -> None:
    lot, one, two, three = world.lots["T1"], *(world.owners[n] for n in ("T1", "T2", "T3"))
    syndic = world.people["syndic_a"]
    async with work(syndic) as w:
        await transfer_lot(w, lot, one, [Part(two, Fraction(1, 2))], date(2026, 1, 1))
        await name_mandatary(w, lot, two, date(2026, 2, 1), "letter of 31/01/2026")
    async with work(syndic) as w:
        detail = await lot_detail(w, lot)
        assert detail.lot.voting == "votes"
        assert detail.mandatary and detail.mandatary.owner_id == two
        assert [row.number for row in (await lots_page(w, world.buildings["tilia"], problem="suspended")).rows] == []
        done = await transfer_lot(w, lot, one, [Part(three)], date(2026, 5, 1))
        assert done.mandate_ended
    async with work(syndic) as w:
        assert (await lot_detail(w, lot)).lot.voting == "suspended"
        assert [row.number for row in (await lots_page(w, world.buildings["tilia"], problem="suspended")).rows] == [
            "T1"
        ]
        await name_mandatary(w, lot, three, date(2026, 6, 1), "letter")
        await end_mandate(w, lot, date(2026, 7, 1))
        with pytest.raises(Invalid):
            await end_mandate(w, lot, date(2026, 7, 1))
        with pytest.raises(Invalid):
            await name_mandatary(w, lot, three, date(2026, 8, 1), "  ")


async def test_the_contact_is_one_person(world: World) -> None:
    lot = await _draft(world)
    one, two = world.owners["T1"], world.owners["T2"]
    async with work(world.people["syndic_a"]) as w:
        await set_holders(w, lot, [HolderInput(one, 50), HolderInput(two, 50, primary=True)])
    for chosen in (one, two):
        async with work(world.people["syndic_a"]) as w:
            done = await change_primary(w, lot, chosen)
            assert [row.owner_id for row in done.rows if row.primary] == [chosen]


async def test_strangers_and_mere_owners_change_nothing(world: World) -> None:
    lot, owner = world.lots["T1"], world.owners["T1"]
    for name, refusal in (
        ("syndic_b", NotFound),
        ("owner_tilia", Forbidden),
        ("board_tilia", Forbidden),
        ("owner_fagus", NotFound),
    ):
        for change in (
            lambda w: set_holders(w, lot, [HolderInput(owner, "1/1")]),
            lambda w: transfer_lot(w, lot, owner, [Part(world.owners["T2"])], TODAY),
            lambda w: change_primary(w, lot, owner),
            lambda w: name_mandatary(w, lot, owner, TODAY, "x"),
        ):
            with pytest.raises(refusal):
                async with work(world.people[name]) as w:
                    await change(w)


async def test_an_owner_of_another_organisation_cannot_be_a_holder(world: World) -> None:
    with pytest.raises(Invalid):
        async with work(world.people["admin"]) as w:
            await transfer_lot(w, world.lots["T1"], world.owners["T1"], [Part(world.owners["Q1"])], TODAY)


async def test_access_follows_ownership(world: World) -> None:
    lot, seller, buyer = world.lots["T1"], world.owners["T1"], world.owners["F1"]
    user = world.people["owner_fagus"].user_id
    assert user is not None
    grants = (
        "select array_agg(b.name || ' ' || g.period::text order by b.name) from role_grant g "
        "join building b on b.id = g.building_id where g.user_id = %(u)s and g.role = 'owner'"
    )
    async with work(world.people["syndic_a"]) as w:
        await transfer_lot(w, lot, seller, [Part(buyer, Fraction(1, 2))], date(2026, 3, 1))
    async with work(SYSTEM) as w:
        assert await w.value(grants, u=user) == ["Fagus [2020-01-01,)", "Tilia [2026-03-01,)"]
        seller_user = world.people["owner_tilia"].user_id
        assert await w.value(grants, u=seller_user) == ["Tilia [2020-01-01,)"]
    async with work(world.people["syndic_a"]) as w:
        await transfer_lot(w, lot, seller, [Part(buyer)], date(2026, 5, 1))
    async with work(SYSTEM) as w:
        assert await w.value(grants, u=seller_user) == ["Tilia [2020-01-01,2026-05-01)"]
    async with work(world.people["syndic_a"]) as w:
        await unlink_owner_user(w, buyer)
    async with work(SYSTEM) as w:
        assert await w.value(grants, u=user) is None
    async with work(world.people["syndic_a"]) as w:
        await link_owner_user(w, buyer, user)
        with pytest.raises(Conflict):
            await link_owner_user(w, seller, user)
    async with work(SYSTEM) as w:
        assert await w.value(grants, u=user) == ["Fagus [2020-01-01,)", "Tilia [2026-03-01,)"]


def test_the_preview_counts_while_one_types() -> None:
    two = preview_holders([("a", "full", "1/3"), ("b", "full", "1/3")])
    assert (two.ownership, two.complete) == (Fraction(2, 3), False)
    assert {s.mend for s in two.suggestions} == {Mend.SPLIT_EQUALLY, Mend.GIVE_REST}
    assert "missing" in str(two.problems[0])
    wrong = preview_holders([("a", "full", "1/0"), ("b", "full", "1/2")])
    assert list(wrong.unread) == [0]
    assert not wrong.complete


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6))
@settings(max_examples=rounds(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_exact_division_completes_and_transfers_keep_it(world: World, weights: list[int]) -> None:
    """Parts of a whole, then each holder sells to the next in turn: never refused, always exactly whole."""
    total = sum(weights)
    async with work(world.people["syndic_a"]) as w:
        names = [
            await w.value(
                "insert into owner (organization_id, kind, name, first_name, lang, email, phone, street, postal_code,"
                " city, country, email_consent_ref, version) values (%(o)s, 'person', %(n)s, '', 'fr', '', '', '', '',"
                " '', 'BE', '', 1) returning id",
                o=world.organizations["a"],
                n=f"P{i}",
            )
            for i in range(len(weights))
        ]
        number = await w.value("select 'H' || count(*) from lot")
        lot = await create_lot(w, world.buildings["tilia"], {"number": number, "kind": "other"})
        done = await set_holders(
            w, lot.id, [HolderInput(o, Fraction(n, total)) for o, n in zip(names, weights, strict=True)], on=TODAY
        )
        assert done.complete
    async with work(world.people["syndic_a"]) as w:
        for at, (seller, buyer) in enumerate(pairwise(names), 1):
            done = await transfer_lot(w, lot.id, seller, [Part(buyer)], TODAY + timedelta(days=at))
    async with work(SYSTEM) as w:
        sql = "select sum(numerator::numeric / denominator) from ownership where lot_id = %(l)s and upper_inf(period)"
        assert await w.value(sql, l=lot.id) == 1
