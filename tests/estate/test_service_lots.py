"""Buildings, lots, the division of the shares, keys: through the services, on the real database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from koprogo_app.estate.queries.buildings import building_overview
from koprogo_app.estate.queries.keys import key_history, key_weights, keys_of
from koprogo_app.estate.queries.lots import lots_page
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.division import Decision, LotPart, change_shares, merge_lots, split_lot
from koprogo_app.estate.service.keys import KEY, proposed_start, set_weights
from koprogo_app.estate.service.lots import create_lot, delete_lot, update_lot
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.estate.service.ownership import Part, name_mandatary, transfer_lot
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.workspace.queries.paging import Asked
from tests.world import World

DECISION = Decision(date(2026, 5, 12), "AG 12/05/2026, point 7")


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("number", "  B 12 ", "B 12"),
        ("kind", "shop", "shop"),
        ("floor", "-1", -1),
        ("floor", "", None),
        ("area", "72,5 m²", Decimal("72.5")),
        ("position", "12", 12),
    ],
)
async def test_one_field_of_a_lot_is_changed_and_audited(world: World, field: str, typed: str, kept: Any) -> None:
    async with work(world.people["syndic_a"]) as w:
        lot = await update_lot(w, world.lots["T1"], {field: typed}, version=1)
        assert getattr(lot, field) == kept
        assert lot.version == 2
    async with work(SYSTEM) as w:
        after = await w.value("select after from audit_entry where action = 'lot.updated'")
        assert set(after) == {field, "version"}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", ""),
        ("number", "t2"),
        ("number", "x" * 41),
        ("number", "a\x00b"),
        ("kind", "castle"),
        ("floor", "ground"),
        ("floor", "1,5"),
        ("area", "-3"),
        ("area", "1,234.567"),
        ("area", "12,345"),
        ("share", "-1"),
        ("share", "1,5"),
        ("status", "complete"),
        ("building_id", "x"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_on_its_field(world: World, field: str, typed: str) -> None:
    with pytest.raises((Invalid, Conflict)) as refusal:
        async with work(world.people["syndic_a"]) as w:
            await update_lot(w, world.lots["T1"], {field: typed})
    assert refusal.value.field == field
    assert refusal.value.text("fr")


async def test_two_people_on_the_same_lot_the_second_is_told(world: World) -> None:
    async with work(world.people["syndic_a"]) as w:
        await update_lot(w, world.lots["T1"], {"floor": 7}, version=1)
    with pytest.raises(Conflict):
        async with work(world.people["admin"]) as w:
            await update_lot(w, world.lots["T1"], {"floor": 8}, version=1)


async def test_shares_that_add_up_to_the_deed_change_only_by_a_decision(world: World) -> None:
    syndic, building = world.people["syndic_a"], world.buildings["tilia"]
    for change in (
        lambda w: update_lot(w, world.lots["T1"], {"share": 401}),
        lambda w: BUILDING.change(w, building, None, {"deed_total": 1001}),
        lambda w: change_shares(w, building, {world.lots["T1"]: 390}, Decision(DECISION.decided_on, " ")),
    ):
        with pytest.raises(AgainstTheLaw) as refusal:
            async with work(syndic) as w:
                await change(w)
        assert refusal.value.article == "3.88 §3"
    async with work(syndic) as w:
        row = await change_shares(w, building, {world.lots["T1"]: 390, world.lots["T2"]: 360}, DECISION)
        assert row.detail == {"before": {"T1": 400, "T2": 350}, "after": {"T1": 390, "T2": 360}}
    async with work(syndic) as w:
        assert [r.share for r in (await lots_page(w, building)).rows] == [390, 360, 250]
        with pytest.raises(Invalid):
            await change_shares(w, building, {world.lots["T1"]: 390}, DECISION)
        with pytest.raises(Invalid):
            await change_shares(w, building, {world.lots["F1"]: 390}, DECISION)
    with pytest.raises(Invalid):
        async with work(syndic) as w:
            await change_shares(w, building, {world.lots["T1"]: 1}, Decision(w.today + timedelta(days=1), "x"))


async def test_while_the_lots_do_not_add_up_shares_are_typed_freely(world: World) -> None:
    syndic, building = world.people["syndic_a"], world.buildings["tilia"]
    async with work(syndic) as w:
        await create_lot(w, building, {"number": "T4", "kind": "parking", "share": 50})
    async with work(syndic) as w:
        overview = await building_overview(w, building)
        assert overview.gap is not None
        assert overview.gap.difference == 50
        assert overview.building.flags == ["deed", "draft", "acceptance", "assembly"]
        await update_lot(w, world.lots["T1"], {"share": "350"})
    async with work(syndic) as w:
        assert (await building_overview(w, building)).gap is None


async def test_a_draft_is_deleted_a_complete_lot_is_not(world: World) -> None:
    syndic = world.people["syndic_a"]
    async with work(syndic) as w:
        lot = await create_lot(w, world.buildings["tilia"], {"number": "T4", "kind": "parking"})
    async with work(syndic) as w:
        await delete_lot(w, lot.id)
        with pytest.raises(Conflict):
            await delete_lot(w, world.lots["T1"])


async def test_split_keeps_owners_mandatary_and_history(world: World) -> None:
    syndic, lot = world.people["syndic_a"], world.lots["T1"]
    parts = [LotPart("T1a", 150, area="40"), LotPart("T1b", 250, kind="office")]
    async with work(syndic) as w:
        await transfer_lot(w, lot, world.owners["T1"], [Part(world.owners["T2"], share=None)], date(2026, 1, 1))
    with pytest.raises(AgainstTheLaw) as refusal:
        async with work(syndic) as w:
            await split_lot(w, lot, parts, None)
    assert refusal.value.article == "3.88 §3"
    with pytest.raises(AgainstTheLaw):
        async with work(syndic) as w:
            await split_lot(w, lot, [LotPart("x", 100), LotPart("y", 100)], DECISION)
    with pytest.raises(Conflict):  # T2 is taken
        async with work(syndic) as w:
            await split_lot(w, lot, [LotPart("T2", 150), LotPart("T1b", 250)], DECISION)
    async with work(syndic) as w:
        await name_mandatary(w, lot, world.owners["T3"], date(2026, 2, 1), "letter")
        made = await split_lot(w, lot, parts, DECISION)
        assert [(m.number, m.share, m.kind, m.status) for m in made] == [
            ("T1a", 150, "apartment", "complete"),
            ("T1b", 250, "office", "complete"),
        ]
    async with work(syndic) as w:
        rows = (await lots_page(w, world.buildings["tilia"], Asked(sort="number"))).rows
        assert [r.number for r in rows] == ["T1a", "T1b", "T2", "T3"]
        assert {r.holders[0].owner_id for r in rows[:2]} == {world.owners["T2"]}
        assert {r.mandatary_id for r in rows[:2]} == {world.owners["T3"]}
        assert await w.value("select retired_on from lot where id = %(l)s", l=lot) == DECISION.decided_on
        with pytest.raises(Conflict):
            await update_lot(w, lot, {"floor": 1})


async def test_merge_only_what_the_same_owners_hold(world: World) -> None:
    syndic, one, two = world.people["syndic_a"], world.lots["T1"], world.lots["T2"]
    with pytest.raises(Invalid):
        async with work(syndic) as w:
            await merge_lots(w, [one, two], "T12", DECISION)
    async with work(syndic) as w:
        await transfer_lot(w, two, world.owners["T2"], [Part(world.owners["T1"])], date(2026, 1, 1))
    with pytest.raises(AgainstTheLaw):
        async with work(syndic) as w:
            await merge_lots(w, [one, two], "T12", None)
    async with work(syndic) as w:
        lot = await merge_lots(w, [one, two], "T12", DECISION)
        assert (lot.share, lot.status, lot.complete_from) == (750, "complete", DECISION.decided_on)
    async with work(syndic) as w:
        assert (await building_overview(w, world.buildings["tilia"])).gap is None
        kinds = "select array_agg(kind) from share_decision"
        assert await w.value(kinds) == ["merge"]
    with pytest.raises(NotFound):
        async with work(world.people["syndic_b"]) as w:
            await merge_lots(w, [one, two], "T12", DECISION)


async def test_the_first_weights_of_a_key_are_typed_later_ones_decided(world: World) -> None:
    syndic, building = world.people["syndic_a"], world.buildings["tilia"]
    lots = [world.lots[n] for n in ("T1", "T2", "T3")]
    async with work(syndic) as w:
        key = await KEY.add(
            w, building, {"name": "Lift", "basis": "art. 12"}, weights={lots[0]: 2}, since=date(2026, 1, 1)
        )
        assert await set_weights(w, key.id, {lots[0]: 3, lots[1]: 1}, date(2026, 1, 1)) == 2
        assert await set_weights(w, key.id, {lots[0]: 3}, date(2026, 1, 1)) == 0
    with pytest.raises(AgainstTheLaw) as refusal:
        async with work(syndic) as w:
            await set_weights(w, key.id, {lots[1]: 5}, date(2026, 7, 1))
    assert (refusal.value.article, refusal.value.field) == ("3.88 §1 2° a", "decision")
    async with work(SYSTEM) as w:
        await w.execute("update key_weight set created_at = created_at - interval '2 days'")
    with pytest.raises(AgainstTheLaw):
        async with work(syndic) as w:
            await set_weights(w, key.id, {lots[1]: 5}, date(2026, 1, 1))
    async with work(syndic) as w:
        await set_weights(w, key.id, {lots[2]: 4}, date(2026, 1, 1))  # entered later, same first day
        await set_weights(w, key.id, {lots[1]: 5}, date(2026, 7, 1), decision=DECISION)
    async with work(syndic) as w:
        before = await key_weights(w, building, key.id, on=date(2026, 6, 30))
        assert [r.weight for r in before] == [3, 1, 4]
        assert [r.weight for r in await key_weights(w, building, key.id, on=date(2026, 7, 1))] == [3, 5, 4]
        assert [r.weight for r in await key_weights(w, building)] == [400, 350, 250]
        assert [(k.kind, k.name, k.total, k.lot_count) for k in await keys_of(w, building)] == [
            ("shares", "", 1000, 3),
            ("utility", "Lift", 12, 3),
        ]
        assert len(await key_history(w, key.id)) == 4
        with pytest.raises(Invalid):
            await set_weights(w, key.id, {lots[1]: 6}, date(2026, 5, 1), decision=DECISION)
        with pytest.raises(Invalid):
            await set_weights(w, key.id, {world.lots["F1"]: 6}, date(2026, 7, 1), decision=DECISION)


async def test_a_key_begins_on_the_day_it_is_given_and_that_day_can_be_corrected(world: World) -> None:
    building, lots = world.buildings["tilia"], [world.lots[f"T{n}"] for n in (1, 2)]
    async with work(world.people["syndic_a"]) as w:
        # Proposed: since lots have owners here, long before this year began.
        assert await proposed_start(w, building) == date(2020, 1, 1)
        key = await KEY.add(w, building, {"name": "Lift"}, weights={lots[0]: 1})
        assert (await keys_of(w, building))[1].starts_on == date(2020, 1, 1)
        await KEY.change(w, key.id, None, {"starts_on": date(2019, 7, 1)})
        assert [(r.weight, r.valid_from) for r in await key_history(w, key.id)] == [(1, date(2019, 7, 1))]
        await set_weights(w, key.id, {lots[1]: 2}, date(2019, 7, 1))
        await set_weights(w, key.id, {lots[1]: 3}, date(2026, 7, 1), decision=DECISION)
        with pytest.raises(Invalid):  # the weights of a decision do not move with it
            await KEY.change(w, key.id, None, {"starts_on": date(2026, 7, 1)})
        await KEY.change(w, key.id, None, {"starts_on": date(2026, 6, 30)})
        assert {r.valid_from for r in await key_history(w, key.id)} == {date(2026, 6, 30), date(2026, 7, 1)}
        later = await KEY.add(w, building, {"name": "Garden", "starts_on": date(2026, 3, 1)})
        assert (await keys_of(w, building))[1].starts_on == date(2026, 3, 1) == later.starts_on


async def test_keys_are_renamed_archived_and_restored(world: World) -> None:
    syndic, building = world.people["syndic_a"], world.buildings["tilia"]
    async with work(syndic) as w:
        key = await KEY.add(w, building, {"name": "Lift"})
        await KEY.change(w, key.id, None, {"name": "Lifts"})
        await KEY.use(w, key.id, used=False)
        assert len(await keys_of(w, building)) == 1
        assert len(await keys_of(w, building, archived=True)) == 2
        with pytest.raises(Conflict):
            await set_weights(w, key.id, {world.lots["T1"]: 1}, w.today)
        await KEY.use(w, key.id, used=True)
        with pytest.raises(Invalid):
            await KEY.change(w, key.id, None, {"kind": "value"})
    with pytest.raises(Conflict):
        async with work(syndic) as w:
            await KEY.add(w, building, {"name": "LIFTS"})
    with pytest.raises(Forbidden):
        async with work(world.people["accountant_a"]) as w:
            await KEY.change(w, key.id, None, {"name": "x"})
    with pytest.raises(NotFound):
        async with work(world.people["syndic_b"]) as w:
            await keys_of(w, building)


async def test_buildings_live_and_are_archived(world: World) -> None:
    syndic, organization = world.people["syndic_a"], world.organizations["a"]
    async with work(syndic) as w:
        building = await BUILDING.add(
            w, organization, {"name": "Résidence Acer", "deed_total": "10 000", "langs": "fr, nl"}
        )
        assert (building.deed_total, building.langs) == (10_000, ["fr", "nl"])
        changed = await BUILDING.change(
            w, building.id, None, {"assembly_month": 3, "assembly_day": 1, "provisional_acceptance": "15/03/2019"}
        )
        assert changed.provisional_acceptance == date(2019, 3, 15)
    async with work(syndic) as w:
        overview = await building_overview(w, building.id)
        assert overview.reserve.due == date(2024, 3, 15)
        assert overview.next_assembly is not None
        assert overview.building.flags == ["deed"]
        assert [c.code for c in overview.consequences] == ["council", "full_chart", "auditor"]
    for wrong in (
        {"fiscal_month": 2, "fiscal_day": 30},
        {"assembly_month": None},
        {"langs": []},
        {"enterprise_number": "0403170702"},
        {"deed_total": 0},
        {"provisional_acceptance": "31/02/2020"},
        {"country": "Belgium"},
    ):
        with pytest.raises(Invalid) as refusal:
            async with work(syndic) as w:
                await BUILDING.change(w, building.id, None, wrong)
        assert refusal.value.field in {*wrong, "fiscal_day", "assembly_month"}
    async with work(syndic) as w:
        await BUILDING.use(w, building.id, used=False)
        assert (await BUILDING.page(w, text="acer")).total == 0
        assert (await BUILDING.page(w, text="acer", archived=True)).total == 1
        with pytest.raises(Conflict):
            await create_lot(w, building.id, {"number": "1", "kind": "shop"})
        await BUILDING.use(w, building.id, used=True)
        await create_lot(w, building.id, {"number": "1", "kind": "shop"})


async def test_organisations_are_for_superadmins_to_open(world: World) -> None:
    async with work(world.people["admin"]) as w:
        row = await ORGANIZATION.add(w, None, {"name": "Syndic C", "enterprise_number": "BE 0403.170.701"})
        assert row.enterprise_number == "0403170701"
    async with work(world.people["admin"]) as w:
        await ORGANIZATION.change(w, row.id, None, {"email": "c@example.be"})
        await ORGANIZATION.remove(w, row.id)
        with pytest.raises(Conflict):
            await ORGANIZATION.remove(w, world.organizations["a"])
    with pytest.raises(Forbidden):
        async with work(world.people["syndic_a"]) as w:
            await ORGANIZATION.add(w, None, {"name": "X"})
    with pytest.raises(NotFound):
        async with work(world.people["syndic_a"]) as w:
            await ORGANIZATION.change(w, world.organizations["b"], None, {"name": "X"})
